import type { ClusterReport } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { isoSeconds } from '../versions/days.ts';
import { coverageOf } from './build-run-report.ts';
import { type Change, changeKinds } from './change.ts';
import type { ClusterState } from './cluster-state.ts';
import { outcomeOf } from './commit-run.ts';
import { type ClusterOutcome, compareCluster } from './compare-cluster.ts';
import { resultsIn } from './compare-findings.ts';
import { isMovedBy } from './compare-run.ts';
import { forEachLimited } from './fan-out.ts';
import { readJson } from './json-lines.ts';
import { readClusterState } from './known-states.ts';
import { comparePlaces } from './places.ts';
import { type RunOutcome, readRunOutcome, readsAtOnce } from './read-run.ts';
import { knownPlaces, readClusterReport, seenClusters } from './run-clusters.ts';
import { isWholeFleet, type RunContext } from './run-input.ts';
import { type StoredRun, storedRunSchema } from './run-report.ts';
import { mergeReviews, reviewSuppressions, type SuppressionReview, withoutUnseen } from './suppression-review.ts';
import { addToTotals, emptyTotals, severityCounts } from './totals.ts';

/** A run of more clusters than this keeps their reports apart: its `run.json` has summaries. */
const embeddedClusters = 200;

export interface RunSummary {
  readonly run: StoredRun;
  readonly reportKey: string;
  /** Whether there was something to scan and none of it could be. */
  readonly nothingScanned: boolean;
}

/** Reads the results of a run back, compares them with the last known state, and writes `run.json`. The state stays as it is.
 *  @param finishedAt goes into the report */
export async function summarizeRun(store: ObjectStore, context: RunContext, finishedAt: Date): Promise<RunSummary> {
  const went = await readRunOutcome(store, context.runId);
  const seen = seenClusters(went, await knownPlaces(store));
  const embed = went.clusters.length <= embeddedClusters;
  const earlier = await readJson(store, keys.run(context.runId), storedRunSchema);
  const totals = emptyTotals();
  const clusters: StoredRun['clusters'] = [];
  const changes: Change[] = [];
  const [knownChecks, runChecks] = [new Set<string>(), new Set<string>()];
  let suppressions: SuppressionReview | undefined;
  await forEachLimited(seen, readsAtOnce, async (cluster) => {
    const state = await readClusterState(store, cluster.place);
    const outcome = await outcomeOf(store, context.runId, cluster);
    for (const check of state?.checks ?? []) knownChecks.add(check);
    changes.push(...changesOf(state, outcome, context, earlier?.changes ?? []));
    // Of a cluster that not even DescribeCluster answered for there is a report too: it says that nobody can know.
    const failed = outcome.kind === 'failed' ? await readClusterReport(store, context.runId, cluster.place) : undefined;
    const report = outcome.kind === 'scanned' ? outcome.report : failed;
    if (!report) return;
    for (const check of resultsIn(report)) runChecks.add(check);
    addToTotals(totals, report);
    const review = reviewSuppressions(context.configuration, [report], new Date(context.now));
    suppressions = suppressions ? mergeReviews(suppressions, review) : review;
    clusters.push(embed ? report : summaryOf(report, context.runId));
  });
  const review = suppressions ?? reviewSuppressions(context.configuration, [], new Date(context.now));
  const newChecks = knownChecks.size === 0 ? [] : [...runChecks].filter((check) => !knownChecks.has(check));
  const run: StoredRun = {
    schemaVersion: '1',
    runId: context.runId,
    startedAt: context.startedAt,
    finishedAt: isoSeconds(finishedAt),
    configurationHash: context.configurationHash,
    coverage: coverageOf(went),
    totals,
    suppressions: withoutUnseen(review, went),
    changes: changes.sort(compareChanges),
    ...(isWholeFleet(context.input) ? {} : { narrowed: true as const }),
    newChecks: [...new Set([...(earlier?.newChecks ?? []), ...newChecks])].sort(byCodeUnit),
    clusters: clusters.sort((a, b) => comparePlaces(a.cluster, b.cluster)),
  };
  const reportKey = keys.run(context.runId);
  await store.put(reportKey, `${JSON.stringify(run)}\n`);
  return { run, reportKey, nothingScanned: nothingScanned(went, context) };
}

/** What changed of one cluster, against the state that the run found. A run that is resumed after a crash in its commit finds the state of some
 *  clusters moved already: what changed there was told. */
function changesOf(
  state: ClusterState | undefined,
  outcome: ClusterOutcome,
  context: RunContext,
  earlier: readonly Change[],
): readonly Change[] {
  if (context.input.targetVersion !== undefined) return [];
  if (state && isMovedBy(state, outcome, context)) return earlier.filter(({ clusterArn }) => clusterArn === state.cluster.arn);
  return compareCluster({ state, outcome, run: context, configuration: context.configuration }).changes;
}

function summaryOf(report: ClusterReport, runId: string): StoredRun['clusters'][number] {
  const { checks: _checks, findings: _findings, evidence: _evidence, ...rest } = report;
  return { ...rest, counts: severityCounts(report), reportKey: keys.clusterReport(runId, report.cluster) };
}

/** A failing account, region or cluster is coverage. Only when nothing of what was asked for could be read, the run has failed: no region,
 *  or no cluster although there are some that are not excluded, or that were named. */
function nothingScanned({ targets, clusters }: RunOutcome, { input }: Pick<RunContext, 'input'>): boolean {
  const isScanned = ({ status }: { readonly status: string }) => status === 'scanned';
  if (input.clusters !== undefined && clusters.length === 0) return true;
  return !targets.some(isScanned) || (clusters.some(({ status }) => status === 'failed') && !clusters.some(isScanned));
}

/** By cluster, then in the order of the kinds, then by finding: the same run gives the same bytes. */
function compareChanges(a: Change, b: Change): number {
  const keyOf = ({ clusterArn, kind, finding, to }: Change) =>
    [clusterArn, changeKinds.indexOf(kind), finding?.id ?? '', to ?? ''].join('\n');
  const [first, second] = [keyOf(a), keyOf(b)];
  return first < second ? -1 : Number(first > second);
}
