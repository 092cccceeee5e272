import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scanCommand } from '../../../bin/commands/scan.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-scan-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  [['--role-arn', 'arn:aws:iam::111111111111:role/reader'], '--role-arn enters one account'],
  [['--external-id', 'x'], '--external-id enters one account'],
])('refuses %j for a fleet, which has a role of its own', async (options, sentence) => {
  const config = join(folder, 'greenlight.yaml');
  await writeFile(config, 'accounts: { explicit: [{ id: "111111111111", regions: [eu-west-1] }] }\n');
  const { err, code } = await runCommand(scanCommand, ['scan', '--config', config, ...options]);
  expect([code, err.join('\n')]).toEqual([1, expect.stringContaining(sentence)]);
});
