import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarCommand } from '../../../bin/commands/calendar.ts';
import { demoCommand } from '../../../bin/commands/demo.ts';
import { playbookCommand } from '../../../bin/commands/playbook.ts';
import { supportOutlookSchema } from '../../../functions/fleet/support-outlook.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-calendar-'));
});
afterEach(() => rm(folder, { recursive: true }));

const calendar = (...args: string[]) => runCommand(calendarCommand, ['calendar', ...args]);
const playbook = (...args: string[]) => runCommand(playbookCommand, ['playbook', ...args]);

/** Inventories of the demo fleet, as a scan keeps them. */
async function demoFiles(): Promise<string[]> {
  await runCommand(demoCommand, ['demo', '--quiet', '--store', folder]);
  const files = await readdir(join(folder, 'inventory'), { recursive: true });
  return files.filter((file) => file.endsWith('.json.gz')).map((file) => join(folder, 'inventory', file));
}

describe('greenlight calendar', () => {
  it('without a fleet is that of all versions, on any day', async () => {
    const { out, code } = await calendar('--as-of', '2026-11-21');
    expect(code).toBe(0);
    expect(out).toMatch(/^Support of Kubernetes versions on EKS, as of 2026-11-21T00:00:00Z\n/);
    expect(out).toMatch(/^1\.34 +standard +2026-12-02 \(11 days\) +2027-12-02 \(376 days\)$/m);
    expect(out).not.toContain('CLUSTERS');
  });

  it('of inventories counts from when they were collected', async () => {
    const { out } = await calendar(...(await demoFiles()));
    expect(out).toMatch(/^Support of 14 clusters, as of 2026-11-21T06:00:00Z\n/);
    expect(out).toMatch(/EKS upgrades the control plane of 1 cluster from 1\.31 to 1\.32 by itself: shop-batch;/);
  });

  it.each([
    ['json', (out: string) => expect(supportOutlookSchema.parse(JSON.parse(out)).ahead.length).toBeGreaterThan(2)],
    ['csv', (out: string) => expect(out).toMatch(/^version,.*\r\n(.*\r\n)*1\.33,extended,/)],
    ['markdown', (out: string) => expect(out).toMatch(/^# Support calendar\n.*- \*\*2026-12-02\*\* \(in 11 days\)/s)],
  ] as const)('of a stored run, as %s', async (format, holds) => {
    await demoFiles();
    holds((await calendar('--store', folder, '--as-of', '2026-11-21', '--format', format)).out);
  });

  it('refuses two fleets, and a store without a run', async () => {
    expect(await calendar('x.json', '--store', folder)).toMatchObject({ code: 1, err: [expect.stringContaining('not both')] });
    expect(await calendar('--store', folder)).toMatchObject({ code: 1, err: [expect.stringContaining('no run is kept')] });
  });
});

describe('greenlight playbook', () => {
  it('writes the plan of one cluster, of a file', async () => {
    const file = (await demoFiles()).find((one) => one.includes('payments-us')) ?? '';
    const output = join(folder, 'plan.md');
    const { code, out, err } = await playbook(file, '--output', output);
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: [`playbook: ${output}`] });
    expect(await readFile(output, 'utf8')).toMatch(/^# Upgrade playbook: payments-us, 1\.32 → 1\.33\n/);
    expect((await playbook(file, '--target', '1.34')).out).toMatch(/^# Upgrade playbook: payments-us, 1\.32 → 1\.33 → 1\.34\n/);
  });

  it('wants one cluster, and a target that EKS offers', async () => {
    expect(await playbook()).toMatchObject({ code: 1, err: [expect.stringContaining('either an inventory or --cluster')] });
    const file = (await demoFiles()).find((one) => one.includes('payments-us')) ?? '';
    expect(await playbook(file, '--target', '1.31')).toMatchObject({ code: 1, err: [expect.stringContaining('a target must be newer')] });
  });
});
