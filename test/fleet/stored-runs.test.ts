import { describe, expect, it } from 'vitest';
import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import { coverageOfReport, failedCluster, skippedCluster } from '../../functions/fleet/cluster-coverage.ts';
import { commitLatest } from '../../functions/fleet/commit-state.ts';
import { compareStoredRuns } from '../../functions/fleet/compare-stored-runs.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { newestRuns, readStoredRun } from '../../functions/fleet/stored-runs.ts';
import { failedTarget, scannedTarget } from '../../functions/fleet/target-coverage.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { configuration, findingOn, place, type ReportInput, reportOf } from './builders.ts';

const now = new Date('2026-11-21T06:00:00Z');
const idOf = (day: string) => `${day}T06-00-00Z-00000000`;

function runWith(
  day: string,
  inputs: Readonly<Record<string, ReportInput>>,
  more: Partial<Parameters<typeof buildRunReport>[0]> = {},
): RunReport {
  const at = new Date(`${day}T06:00:00Z`);
  const reports = Object.entries(inputs).map(([name, input]) => ({
    ...reportOf({ ...input, cluster: { name, arn: `arn:aws:eks:eu-west-1:111111111111:cluster/${name}` } }),
    collectedAt: `${day}T06:00:04Z`,
  }));
  const scanned = reports.map((report) => ({ ...coverageOfReport(report), status: 'scanned' as const }));
  return buildRunReport({
    runId: idOf(day),
    startedAt: at,
    finishedAt: at,
    configurationHash: '0',
    targets: [scannedTarget(place)],
    reports,
    ...more,
    clusters: [...scanned, ...(more.clusters ?? [])],
  });
}

const keep = (store: ObjectStore, run: RunReport) => store.put(keys.run(run.runId), JSON.stringify(run));

describe('newestRuns', () => {
  const days = ['2024-01-05', '2026-10-31', '2026-11-20', '2026-11-02'];

  async function storeOf(latest?: string) {
    const { store } = memoryStore();
    for (const day of days) await keep(store, runWith(day, {}));
    await store.put(keys.clusterReport(idOf('2026-11-21'), place), '{}');
    if (latest) await commitLatest(store, { run: runWith(latest, {}), writeId: () => 'w' });
    const prefixes: string[] = [];
    const list = (prefix: string) => {
      prefixes.push(prefix);
      return store.list(prefix);
    };
    return { store: { ...store, list }, prefixes };
  }

  it('are those with a run.json, newest first', async () => {
    const { store } = await storeOf();
    expect(await newestRuns(store, now)).toEqual(['2026-11-20', '2026-11-02', '2026-10-31', '2024-01-05'].map(idOf));
    expect(await newestRuns(memoryStore().store, now)).toEqual([]);
  });

  it('are looked for since the month of the last one, where it is known', async () => {
    const { store, prefixes } = await storeOf('2026-10-31');
    expect(await newestRuns(store, now)).toEqual(['2026-11-20', '2026-11-02', '2026-10-31'].map(idOf));
    expect(prefixes).toEqual(['runs/2026-10', 'runs/2026-11']);
  });

  it.each([
    ['long ago', '2020-05-01', 4],
    ['ahead of the clock, and removed', '2027-05-01', 4],
    ['over the turn of a year', '2025-12-01', 3],
  ])('are found when the last one is %s', async (_, latest, number) => {
    const { store } = await storeOf(latest);
    expect(await newestRuns(store, now)).toHaveLength(number);
  });
});

describe('readStoredRun', () => {
  it('gives the run as it was kept', async () => {
    const { store } = memoryStore();
    const run = runWith('2026-11-20', { a: { findings: [findingOn('x')] } });
    await keep(store, run);
    expect(await readStoredRun(store, run.runId)).toEqual(run);
  });

  it('puts the whole reports where a large run has summaries, in their order', async () => {
    const { store } = memoryStore();
    const run = runWith('2026-11-20', { a: {}, b: { findings: [findingOn('x')] }, c: {} });
    const clusters = await Promise.all(
      run.clusters.map(async (report) => {
        const reportKey = keys.clusterReport(run.runId, report.cluster);
        await store.put(reportKey, JSON.stringify(report));
        const { checks: _checks, findings: _findings, evidence: _evidence, ...rest } = report;
        return { ...rest, counts: { required: 1, recommended: 0, info: 0 }, reportKey };
      }),
    );
    await store.put(keys.run(run.runId), JSON.stringify({ ...run, clusters }));
    expect(await readStoredRun(store, run.runId)).toEqual(run);
    await store.put(keys.run('lost'), JSON.stringify({ ...run, clusters: [{ ...clusters[0], reportKey: 'runs/lost/clusters/a.json' }] }));
    await expect(readStoredRun(store, 'lost')).rejects.toThrow('runs/lost/clusters/a.json is not in the store');
  });

  it('knows none of another id, nor one that leads elsewhere', async () => {
    const { store } = memoryStore();
    for (const id of ['none', '..', '.', '../../etc', 'a/b']) expect(await readStoredRun(store, id)).toBeUndefined();
  });
});

describe('compareStoredRuns', () => {
  const compared = (earlier: RunReport, later: RunReport) => {
    const run = compareStoredRuns(earlier, later, configuration);
    expect(run.since).toBe(earlier.runId);
    return run.changes.map(({ kind, clusterArn, base }) => {
      expect([earlier.runId, null]).toContain(base);
      return `${clusterArn.split('/')[1]} ${kind}`;
    });
  };
  const [first, then] = ['2026-11-01', '2026-11-20'];

  it('says what changed between two runs, whatever lies between', () => {
    const earlier = runWith(first, { a: { findings: [findingOn('x')] }, gone: {} });
    const later = runWith(then, { a: { findings: [findingOn('y')], verdict: 'NOT_READY' }, b: {} });
    expect(compared(earlier, later)).toEqual(['a verdict-changed', 'a appeared', 'a resolved', 'b discovered', 'gone vanished']);
  });

  it('says what milestones were reached between them', () => {
    const support = { endOfStandardSupport: '2026-12-02', daysToEndOfStandardSupport: 31 };
    const { changes } = compareStoredRuns(
      runWith(first, { a: { support } }),
      runWith(then, { a: { support: { ...support, daysToEndOfStandardSupport: 12 } } }),
      configuration,
    );
    expect(changes).toMatchObject([{ kind: 'milestone', to: '14' }]);
  });

  it('takes for no news what the earlier run could not see', () => {
    const later = runWith(then, { a: {}, b: {} });
    const error = new CollectionError('Throttled', 'slow');
    expect(compared(runWith(first, { a: {} }, { clusters: [failedCluster({ ...place, name: 'b' }, error)] }), later)).toEqual([]);
    expect(compared(runWith(first, {}, { targets: [failedTarget(place, error)] }), later)).toEqual([]);
    expect(compared(runWith(first, {}, { targets: [failedTarget({ ...place, region: '*' }, error)] }), later)).toEqual([]);
    expect(compared(runWith(first, { a: {} }, { clusters: [skippedCluster({ ...place, name: 'other' }, 'x')] }), later)).toEqual([
      'b discovered',
    ]);
    expect(compared(runWith(first, { a: {} }, { narrowed: true }), later)).toEqual([]);
  });

  it('takes nothing for gone that a narrowed run does not name', () => {
    const earlier = runWith(first, { a: {}, b: {} });
    expect(compared(earlier, runWith(then, { a: {} }, { narrowed: true }))).toEqual([]);
    expect(compared(earlier, runWith(then, { a: {} }))).toEqual(['b vanished']);
  });
});
