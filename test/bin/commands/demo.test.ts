import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoCommand } from '../../../bin/commands/demo.ts';
import { reportCommand } from '../../../bin/commands/report.ts';
import { keys } from '../../../functions/store/layout.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-demo-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('greenlight demo', () => {
  it('prints the same report each time, and leaves a run and a state that other commands read', { timeout: 30_000 }, async () => {
    const demo = () => runCommand(demoCommand, ['demo', '--store', folder]);
    const first = await demo();
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^14 clusters in 3 accounts: /) });
    expect((await demo()).out).toBe(first.out);
    expect(existsSync(join(folder, keys.latest))).toBe(true);
    expect((await runCommand(reportCommand, ['report', '--store', folder])).out).toBe(first.out);
  });
});
