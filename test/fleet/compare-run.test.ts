import { describe, expect, it } from 'vitest';
import { failedCluster, skippedCluster } from '../../functions/fleet/cluster-coverage.ts';
import { compareRun, newChecks, type SeenRun, statesAfter } from '../../functions/fleet/compare-run.ts';
import { failedTarget, scannedTarget } from '../../functions/fleet/target-coverage.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { configuration, findingOn, place, type ReportInput, reportOf, runOf } from './builders.ts';

const named = (name: string, input: ReportInput = {}, region: string = place.region) =>
  reportOf({ ...input, cluster: { name, region, arn: `arn:aws:eks:${region}:111111111111:cluster/${name}` } });

function seen(reports: SeenRun['reports'], more: Partial<SeenRun> = {}): SeenRun {
  const clusters = reports.map(({ cluster: { accountId, region, name } }) => ({
    ...skippedCluster({ accountId, region, name }, ''),
    status: 'scanned' as const,
    reason: null,
  }));
  return { targets: [scannedTarget(place)], ...more, reports, clusters: [...clusters, ...(more.clusters ?? [])] };
}

const states = statesAfter([named('a'), named('b'), named('c', {}, 'us-east-1')], runOf(1), configuration);
const compared = (run: SeenRun, day = 2) =>
  compareRun(run, states, runOf(day), configuration).changes.map(({ kind, clusterArn }) => `${clusterArn.split('/')[1]} ${kind}`);
const denied = new CollectionError('AssumeRoleDenied', 'no');

describe('compareRun', () => {
  it('tells of each cluster by account, region and name', () => {
    const run = seen([
      named('z', { day: 2 }),
      named('b', { day: 2, findings: [findingOn('x')] }),
      named('a', { day: 2, verdict: 'NOT_READY' }),
    ]);
    expect(compared(run)).toEqual(['a verdict-changed', 'b appeared', 'z discovered']);
  });

  it('takes a cluster for gone only where its region was listed, and never one that is excluded', () => {
    expect(compared(seen([named('a', { day: 2 })]))).toEqual(['b vanished']);
    expect(compared(seen([named('a', { day: 2 })], { clusters: [skippedCluster({ ...place, name: 'b' }, 'excluded')] }))).toEqual([]);
    expect(compared(seen([], { targets: [failedTarget(place, denied)] }))).toEqual([]);
    expect(compared(seen([], { targets: [] }))).toEqual([]);
  });

  it('counts what failed, in a cluster, a region or an account', () => {
    const old = states.map((state) => ({ ...state, failedRuns: 2, failedIn: runOf(1).runId }));
    const stale = (run: SeenRun) =>
      compareRun(run, old, runOf(2), configuration).changes.map(({ kind, clusterArn }) => [clusterArn.split('/')[1], kind]);
    expect(stale(seen([named('a', { day: 2 })], { clusters: [failedCluster({ ...place, name: 'b' }, denied)] }))).toEqual([['b', 'stale']]);
    expect(stale(seen([], { targets: [failedTarget({ accountId: place.accountId, region: '*' }, denied)] }))).toEqual([
      ['a', 'stale'],
      ['b', 'stale'],
      ['c', 'stale'],
    ]);
  });

  it('says again what it said, where the state has moved by this run already', () => {
    const run = seen([named('a', { day: 2, verdict: 'NOT_READY' }), named('b', { day: 2, verdict: 'NOT_READY' })]);
    const first = compareRun(run, states, runOf(2), configuration);
    const [movedA] = statesAfter([named('a', { day: 2, verdict: 'NOT_READY' })], runOf(2), configuration);
    const half = states.map((state) => (movedA && state.cluster.name === 'a' ? movedA : state));
    expect(compareRun(run, half, runOf(2), configuration, first)).toEqual(first);
    expect(first.changes).toHaveLength(2);
  });
});

describe('newChecks', () => {
  const report = named('a', { checks: { old: 'passed', fresh: 'failed', blind: 'unknown', left: 'skipped' } });

  it('are those that gave a result nowhere before', () => {
    expect(newChecks([{ checks: ['old'] }, { checks: ['sample'] }], [report])).toEqual(['fresh']);
  });

  it('are none at the first run', () => {
    expect(newChecks([], [report])).toEqual([]);
  });
});
