import { describe, expect, it } from 'vitest';
import { advanceState, compareWithState } from '../../functions/fleet/advance-state.ts';
import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import { coverageOfReport } from '../../functions/fleet/cluster-coverage.ts';
import { readClusterStates, readLatest } from '../../functions/fleet/known-states.ts';
import { scannedTarget } from '../../functions/fleet/target-coverage.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { configuration, findingOn, place, type ReportInput, reportOf, runOf } from './builders.ts';

let puts = 0;
const writeId = () => `put ${++puts}`;

/** One run over a fleet of one cluster: compare, keep, advance. */
async function runOn(store: ObjectStore, day: number, input: ReportInput) {
  const report = reportOf({ day, ...input });
  const seen = { targets: [scannedTarget(place)], clusters: [{ ...coverageOfReport(report), ...place }], reports: [report] };
  const { runId } = runOf(day);
  const comparison = await compareWithState(store, seen, runId, configuration);
  const at = new Date(`2026-11-0${day}T06:00:00Z`);
  const run = buildRunReport({ ...seen, ...comparison, runId, startedAt: at, finishedAt: at, configurationHash: '0' });
  await store.put(keys.run(runId), JSON.stringify(run));
  return { moved: await advanceState(store, { seen, run, configuration, writeId }), kinds: run.changes.map(({ kind }) => kind), run };
}

describe('a run that is held in memory', () => {
  it('is compared with the one before, and becomes what the next is compared with', async () => {
    const { store } = memoryStore();
    expect(await runOn(store, 1, {})).toMatchObject({ moved: true, kinds: ['discovered'] });
    expect(await runOn(store, 2, { findings: [findingOn('x')] })).toMatchObject({ kinds: ['appeared'] });
    expect(await runOn(store, 3, { findings: [findingOn('x')] })).toMatchObject({ kinds: [] });
    expect(await readLatest(store)).toMatchObject({ runId: runOf(3).runId, sinceDigest: { discovered: [reportOf().cluster.arn] } });
  });

  it('done again under its own id says the same', async () => {
    const { store } = memoryStore();
    const first = await runOn(store, 1, {});
    const before = await readClusterStates(store);
    expect((await runOn(store, 1, {})).run).toEqual(first.run);
    expect(await readClusterStates(store)).toEqual(before);
  });

  it('moves nothing where the deployed pipeline keeps the state', async () => {
    const { store } = memoryStore();
    await runOn(store, 1, {});
    await store.put(keys.runContext(runOf(1).runId), '{}');
    const before = await readClusterStates(store);
    expect(await runOn(store, 2, { findings: [findingOn('x')] })).toMatchObject({ moved: false, kinds: ['appeared'] });
    expect(await readClusterStates(store)).toEqual(before);
    expect((await readLatest(store))?.runId).toBe(runOf(1).runId);
  });
});
