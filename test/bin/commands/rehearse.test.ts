import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rehearseCommand } from '../../../bin/commands/rehearse.ts';
import type { Rehearsal, RehearsalResult } from '../../../functions/rotation/rehearsal-result.ts';
import { inventoryOf } from '../../analysis/builders.ts';
import { runCommand } from './run-command.ts';

const asked: Rehearsal[] = [];
let outcome: RehearsalResult['outcome'] = { name: 'succeeded', cause: 'green serves 4 nodes' };
// The rehearsal itself is tested where it is wired; here it is what the command asks for and prints.
vi.mock('../../../functions/wiring/rehearsal.ts', () => ({
  rehearse: async (rehearsal: Rehearsal): Promise<RehearsalResult> => {
    asked.push(rehearsal);
    const { accountId, region, name } = rehearsal.inventory.cluster;
    const revert = { outcome: outcome.name, durationMs: 60_000, steps: [] };
    return {
      cluster: { accountId, region, name },
      plan: null,
      problems: [],
      assumptions: [],
      timeline: [],
      durationMs: 120_000,
      outcome,
      revert,
    };
  },
}));

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-rehearse-'));
  file = join(folder, 'payments.json');
  await writeFile(file, JSON.stringify(inventoryOf({ name: 'payments' })));
});
afterAll(() => rm(folder, { recursive: true }));
const rehearse = (...args: readonly string[]) => runCommand(rehearseCommand, ['rehearse', file, ...args]);

describe('rehearse', () => {
  it('asks for what the options say', async () => {
    await rehearse('--nodegroup', 'workers', '--option', 'poolSoakMinutes=1', '--fault', 'a', '--fault', 'b', '--revert');
    expect(asked.at(-1)).toMatchObject({
      inventory: { cluster: { name: 'payments' } },
      nodegroup: 'workers',
      options: { poolSoakMinutes: 1 },
      faults: ['a', 'b'],
      revert: true,
    });
    await rehearse();
    expect(asked.at(-1)).toMatchObject({ nodegroup: undefined, options: {}, faults: [], revert: false });
  });

  it('prints how it went, leaves out a way back without a step, and exits by the outcome', async () => {
    const ran = await rehearse();
    expect(ran.out).toMatch(/^Rehearsal on a copy of payments .*\n\nsucceeded after 2 min: green serves 4 nodes\n$/);
    expect(ran.code).toBe(0);
    outcome = { name: 'refused', cause: 'a pod blocks' };
    const refused = await rehearse('--format', 'json');
    expect(JSON.parse(refused.out)).toMatchObject({ schemaVersion: '1', outcome, durationMs: 120_000 });
    expect(refused.code).toBe(2);
  });

  it('says that a file is no inventory, and which option there is not', async () => {
    expect(await runCommand(rehearseCommand, ['rehearse', join(folder, 'none.json')])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('none.json')],
    });
    expect(await rehearse('--option', 'soak=1')).toMatchObject({ code: 1, err: [expect.stringContaining('there is no option "soak"')] });
  });
});
