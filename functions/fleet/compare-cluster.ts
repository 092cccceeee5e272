import type { ClusterReport } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import type { Configuration } from '../config/schema.ts';
import type { Change } from './change.ts';
import { changeOf, clusterOwner, type Occasion } from './cluster-changes.ts';
import type { ClusterState } from './cluster-state.ts';
import { compareFindingsOf } from './compare-findings.ts';
import { verdictLeft } from './compare-verdict.ts';
import { reachMilestones } from './milestones.ts';

/** What a run means for one cluster. `vanished`: no longer found where the run looked. `untouched`: the run did not look. */
export type ClusterOutcome =
  | { readonly kind: 'scanned'; readonly report: ClusterReport }
  | { readonly kind: 'failed' }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'untouched' };

/** The run that is compared. */
export interface ComparedRun {
  readonly runId: string;
}

export interface ComparisonInput {
  /** The last known view; undefined for a cluster never seen before. */
  readonly state: ClusterState | undefined;
  readonly outcome: ClusterOutcome;
  readonly run: ComparedRun;
  readonly configuration: Pick<Configuration, 'notifications' | 'owners'>;
  /** Goes into the next state. @default empty: for who does not keep it */
  readonly writeId?: string;
}

export interface Comparison {
  /** The cluster first, then milestones, then findings in the order of reports. */
  readonly changes: readonly Change[];
  /** The view from now on; undefined when the state stays as it is. */
  readonly next: ClusterState | undefined;
}

/** Runs in a row without a scan after which a cluster is stale. */
const staleAfterRuns = 3;

const nothing: Comparison = { changes: [], next: undefined };

/** What changed of one cluster since its last known state, and the state that follows. A run that is already in the
 *  state, or that a later one has overtaken, changes nothing: a repeated commit is harmless. */
export function compareCluster(input: ComparisonInput): Comparison {
  const { state, outcome, run } = input;
  if (outcome.kind === 'scanned') return compareScan(input, outcome.report);
  if (outcome.kind === 'untouched' || state === undefined || state.vanishedIn !== null) return nothing;
  if (!isBefore(state.runId, run)) return nothing;
  return outcome.kind === 'failed' ? countFailure(state, input) : vanish(state, input);
}

function compareScan({ state, run, configuration, writeId = '' }: ComparisonInput, report: ClusterReport): Comparison {
  if (state !== undefined && isOvertaken(state, report, run)) return nothing;
  // A cluster that was gone and is there again is a new one.
  const known = state?.vanishedIn === null ? state : undefined;
  const occasion: Occasion = {
    clusterArn: report.cluster.arn,
    runId: run.runId,
    base: state?.runId ?? null,
    clusterOwner: clusterOwner(report.cluster.tags, configuration),
  };
  const recorded = known?.milestones ?? { standard: null, extended: null };
  const milestones = reachMilestones(report.support, recorded, configuration.notifications.milestones);
  const findings = compareFindingsOf(report, known, occasion);
  return {
    changes: [
      ...compareIdentity(report, known, occasion),
      ...milestones.reached.map((milestone) => changeOf(occasion, 'milestone', { to: String(milestone.days), milestone })),
      ...findings.changes,
    ],
    next: {
      schemaVersion: '1',
      writeId,
      cluster: seenIdentity(report, known),
      tags: report.cluster.tags,
      discoveredIn: known?.discoveredIn ?? run.runId,
      runId: run.runId,
      collectedAt: report.collectedAt,
      verdict: report.verdict,
      milestones: milestones.next,
      ...findings.next,
      failedRuns: 0,
      failedIn: null,
      vanishedIn: null,
    },
  };
}

/** What is said of the cluster as a whole. */
function compareIdentity(report: ClusterReport, known: ClusterState | undefined, occasion: Occasion): Change[] {
  if (known === undefined) return [changeOf(occasion, 'discovered')];
  const from = known.cluster.version;
  const to = report.cluster.version;
  const left = verdictLeft(report, known);
  return [
    ...(from !== null && to !== null && from !== to ? [changeOf(occasion, 'version-changed', { from, to })] : []),
    ...(left === undefined ? [] : [changeOf(occasion, 'verdict-changed', { from: left, to: report.verdict })]),
  ];
}

/** What could not be seen this time stays as it was: a version that changed meanwhile is still told. */
function seenIdentity({ cluster }: ClusterReport, known: ClusterState | undefined): ClusterState['cluster'] {
  const { accountId, region, name, arn } = cluster;
  return {
    accountId,
    region,
    name,
    arn,
    accountName: cluster.accountName ?? known?.cluster.accountName ?? null,
    version: cluster.version ?? known?.cluster.version ?? null,
  };
}

/** Two runs at once: the newer evidence wins, whichever is committed last. */
function isOvertaken(state: ClusterState, report: ClusterReport, run: ComparedRun): boolean {
  if (state.vanishedIn !== null) return byCodeUnit(state.vanishedIn, run.runId) > 0;
  return state.runId === run.runId || Date.parse(state.collectedAt) > Date.parse(report.collectedAt);
}

function countFailure(state: ClusterState, { run, configuration, writeId = '' }: ComparisonInput): Comparison {
  if (state.failedIn !== null && !isBefore(state.failedIn, run)) return nothing;
  const failedRuns = state.failedRuns + 1;
  const change = changeOf(occasionOf(state, run, configuration), 'stale', { from: state.collectedAt });
  return {
    changes: failedRuns === staleAfterRuns ? [change] : [],
    next: { ...state, writeId, failedRuns, failedIn: run.runId },
  };
}

function vanish(state: ClusterState, { run, configuration, writeId = '' }: ComparisonInput): Comparison {
  return {
    changes: [changeOf(occasionOf(state, run, configuration), 'vanished', { from: state.collectedAt })],
    next: { ...state, writeId, vanishedIn: run.runId },
  };
}

function occasionOf(state: ClusterState, { runId }: ComparedRun, configuration: ComparisonInput['configuration']): Occasion {
  return { clusterArn: state.cluster.arn, runId, base: state.runId, clusterOwner: clusterOwner(state.tags, configuration) };
}

/** Ids of runs sort by the time at which they started. */
function isBefore(earlier: string, { runId }: ComparedRun): boolean {
  return byCodeUnit(earlier, runId) < 0;
}
