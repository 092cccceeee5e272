import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeOption, withReportOptions } from '../../../bin/commands/options.ts';
import { runScan, type ScanOptions, type ScanScope } from '../../../bin/commands/run-scan.ts';
import type { Terminal } from '../../../bin/commands/terminal.ts';
import { runReportSchema } from '../../../functions/fleet/run-report.ts';
import { keys } from '../../../functions/store/layout.ts';
import { demoScope } from '../../../functions/wiring/demo.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-scan-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A part of the demo fleet, a number of days later. */
function scopeOn(days: number, more: Partial<ScanScope> = {}): ScanScope {
  const scope = demoScope();
  const at = new Date(scope.clock().getTime() + days * 86_400_000);
  return { ...scope, targets: scope.targets.slice(0, 1), suffix: '00000000', wholeFleet: true, clock: () => at, ...more };
}

async function scan(scope: ScanScope, ...args: string[]) {
  const define = (program: Command, terminal: Terminal) =>
    withReportOptions(program.command('scan'))
      .addOption(storeOption())
      .action(async (options: ScanOptions) => {
        await runScan(scope, options, terminal);
      });
  const ran = await runCommand(define, ['scan', '--store', folder, '--format', 'json', ...args]);
  return { ...ran, run: runReportSchema.parse(JSON.parse(ran.out)) };
}

const kinds = ({ run }: Awaited<ReturnType<typeof scan>>) => [...new Set(run.changes.map(({ kind }) => kind))];
const latest = async () => JSON.parse(await readFile(join(folder, keys.latest), 'utf8'));
const known = () => existsSync(join(folder, keys.latest));

describe('a scan of the whole fleet', () => {
  it('says what changed since the one before, and is what the next is compared with', async () => {
    const first = await scan(scopeOn(0));
    expect(first).toMatchObject({ code: 0 });
    expect(kinds(first)).toContain('discovered');
    const second = await scan(scopeOn(1));
    expect(second.run.changes.every(({ base }) => base === first.run.runId)).toBe(true);
    expect(kinds(second)).not.toContain('discovered');
    expect(await latest()).toMatchObject({ runId: second.run.runId });
    const gone = await scan(scopeOn(2, { sources: { ...demoScope().sources, listClusters: async () => [] } }));
    expect(kinds(gone)).toEqual(['vanished']);
    expect(gone.run.changes).toHaveLength(first.run.clusters.length);
  });

  it('done again under its own id prints the same', async () => {
    const first = await scan(scopeOn(0));
    expect((await scan(scopeOn(0))).out).toBe(first.out);
  });

  it.each([
    ['--only', ['--only', 'support-ending']],
    ['--as-of', ['--as-of', '2026-11-20']],
    ['--target', ['--target', '1.36']],
  ])('narrowed by %s compares nothing and leaves the state alone', async (_, args) => {
    const first = await scan(scopeOn(0));
    const narrowed = await scan(scopeOn(1), ...args);
    expect(narrowed.run.changes).toEqual([]);
    expect(await latest()).toMatchObject({ runId: first.run.runId });
  });

  it('takes the configured target for no narrowing', async () => {
    await scan(scopeOn(0), '--target', 'next');
    expect(known()).toBe(true);
  });

  it('reports although the state cannot be read, says so, and leaves it as it is', async () => {
    const first = await scan(scopeOn(0));
    const [report] = first.run.clusters;
    const file = join(folder, keys.clusterState(report?.cluster ?? { accountId: '', region: '', name: '' }));
    await writeFile(file, 'broken');
    const { err, code, run } = await scan(scopeOn(1));
    expect(code).toBe(1);
    expect(run.clusters).toHaveLength(first.run.clusters.length);
    expect(err.join('\n')).toMatch(/cannot say what changed since the last run: cannot read state\/clusters\/.* of the store/);
    expect(await latest()).toMatchObject({ runId: first.run.runId });
  });

  it('does not put its configuration in force over another', async () => {
    await scan(scopeOn(0));
    const file = join(folder, keys.configuration);
    await writeFile(file, '{"published":true}');
    await scan(scopeOn(1));
    expect(await readFile(file, 'utf8')).toBe('{"published":true}');
  });
});

describe('a scan of one cluster', () => {
  it('compares nothing and leaves the state alone', async () => {
    const { run } = await scan(scopeOn(0, { wholeFleet: false }));
    expect(run).toMatchObject({ changes: [], narrowed: true });
    expect(known()).toBe(false);
  });
});

describe('suppressions', () => {
  const suppression = { reason: 'why', expires: '2027-01-01' };
  const suppressing = (...suppressions: readonly { readonly cluster?: string; readonly check?: string }[]) => ({
    configuration: { ...demoScope().configuration, suppressions: suppressions.map((one) => ({ ...suppression, ...one })) },
  });

  it('that match nothing are reported; by a scan of a part, only those of its clusters', async () => {
    const of = suppressing({ cluster: 'elsewhere' }, { check: 'support-ending' });
    const whole = await scan(scopeOn(0, of));
    expect(whole.run.suppressions.unmatched).toEqual([{ ...suppression, cluster: 'elsewhere' }]);
    expect(whole.run.totals.suppressed).toBeGreaterThan(0);
    const part = await scan(scopeOn(1, { ...of, wholeFleet: false }));
    expect(part.run.suppressions.unmatched).toEqual([]);
  });
});
