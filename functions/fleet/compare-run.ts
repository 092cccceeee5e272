import type { ClusterReport } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import type { Configuration } from '../config/schema.ts';
import type { ClusterPlace } from '../store/layout.ts';
import type { Change } from './change.ts';
import type { ClusterState } from './cluster-state.ts';
import { type ClusterOutcome, type ComparedRun, compareCluster } from './compare-cluster.ts';
import { resultsIn } from './compare-findings.ts';
import type { ClusterCoverage, TargetCoverage } from './coverage.ts';
import { comparePlaces, placeId } from './places.ts';
import { seenClusters } from './run-clusters.ts';

/** A run over the whole fleet that is held in memory. */
export interface SeenRun {
  readonly targets: readonly TargetCoverage[];
  readonly clusters: readonly ClusterCoverage[];
  readonly reports: readonly ClusterReport[];
}

export interface ClusterSeen {
  readonly place: ClusterPlace;
  readonly outcome: ClusterOutcome;
}

/** Every cluster that the run or the state knows, with what the run means for it; by account, region, name. */
export function outcomesOf({ targets, clusters, reports }: SeenRun, known: readonly ClusterPlace[]): ClusterSeen[] {
  const reportOf = new Map(reports.map((report) => [placeId(report.cluster), report]));
  return seenClusters({ targets, clusters, listings: [] }, known)
    .map(({ kind, place }) => {
      const report = reportOf.get(placeId(place));
      if (kind !== 'scanned') return { place, outcome: { kind } };
      return { place, outcome: report ? ({ kind, report } as const) : ({ kind: 'failed' } as const) };
    })
    .toSorted((a, b) => comparePlaces(a.place, b.place));
}

export interface RunComparison {
  /** By cluster, in the order of a report. */
  readonly changes: readonly Change[];
  /** Checks that gave a result nowhere before; none at the first run. */
  readonly newChecks: readonly string[];
}

/** What a run changed against the last known states.
 *  @param earlier what an earlier report of the same run said: where the state has moved by it already, that stands */
export function compareRun(
  seen: SeenRun,
  states: readonly ClusterState[],
  run: ComparedRun,
  configuration: Pick<Configuration, 'notifications' | 'owners'>,
  earlier: RunComparison = { changes: [], newChecks: [] },
): RunComparison {
  const stateOf = new Map(states.map((state) => [placeId(state.cluster), state]));
  const places = states.map(({ cluster }) => cluster);
  const changes = outcomesOf(seen, places).flatMap(({ place, outcome }) => {
    const state = stateOf.get(placeId(place));
    if (state && isMovedBy(state, outcome, run)) return earlier.changes.filter(({ clusterArn }) => clusterArn === state.cluster.arn);
    return compareCluster({ state, outcome, run, configuration }).changes;
  });
  return { changes, newChecks: [...new Set([...earlier.newChecks, ...newChecks(states, seen.reports)])].toSorted(byCodeUnit) };
}

/** Checks that gave a result in these reports and, as far as the states know, nowhere before: what the digest calls new. */
export function newChecks(states: readonly Pick<ClusterState, 'checks'>[], reports: readonly Pick<ClusterReport, 'checks'>[]): string[] {
  if (states.length === 0) return [];
  const known = new Set(states.flatMap(({ checks }) => checks));
  return [...new Set(reports.flatMap(resultsIn))].filter((check) => !known.has(check)).toSorted(byCodeUnit);
}

/** The states as they are after one run, and nothing before it: with which a later run can be compared. */
export function statesAfter(
  reports: readonly ClusterReport[],
  run: ComparedRun,
  configuration: Pick<Configuration, 'notifications' | 'owners'>,
): ClusterState[] {
  return reports.flatMap(
    (report) => compareCluster({ state: undefined, outcome: { kind: 'scanned', report }, run, configuration }).next ?? [],
  );
}

/** Whether the state of a cluster has moved by this very run already: after a crash in its commit, or when it is repeated. */
export function isMovedBy(state: ClusterState, { kind }: ClusterOutcome, { runId }: ComparedRun): boolean {
  const movedBy = { scanned: state.runId, failed: state.failedIn, vanished: state.vanishedIn, untouched: null };
  return movedBy[kind] === runId;
}
