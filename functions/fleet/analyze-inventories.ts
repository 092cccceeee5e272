import { createHash } from 'node:crypto';
import { type AnalysisOptions, analyzeInventory } from '../analysis/analyze.ts';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import { configurationHash } from '../config/hash.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { TargetNotOffered } from '../versions/upgrade-path.ts';
import { buildRunReport } from './build-run-report.ts';
import { coverageOfReport, failedCluster } from './cluster-coverage.ts';
import type { ClusterCoverage, TargetCoverage } from './coverage.ts';
import { runId } from './run-id.ts';
import type { RunReport } from './run-report.ts';
import { narrowedTo, reviewSuppressions } from './suppression-review.ts';
import { scannedTarget } from './target-coverage.ts';

export interface InventoryInput {
  readonly inventory: Inventory;
  /** SHA-256 of what was read. */
  readonly hash: string;
}

/** Judges saved inventories. No clock: now is `asOf`, or else the newest `collectedAt`; the run id comes from inputs, target and configuration,
 *  so that the same inputs give the same bytes, in whatever order they are named. */
export function analyzeInventories(
  inputs: readonly InventoryInput[],
  options: Omit<AnalysisOptions, 'now' | 'accountName'> & { readonly asOf?: Date },
): RunReport {
  const { configuration } = options;
  const now = options.asOf ?? newest(inputs.map(({ inventory }) => new Date(inventory.collectedAt)));
  const reports: ClusterReport[] = [];
  const clusters: ClusterCoverage[] = [];
  const targets = new Map<string, TargetCoverage>();
  for (const { inventory } of newestPerCluster(inputs)) {
    const { accountId, region } = inventory.cluster;
    targets.set(`${accountId} ${region}`, scannedTarget(inventory.cluster));
    try {
      const report = analyzeInventory(inventory, { ...options, now, accountName: accountNameIn(configuration, accountId) });
      reports.push(report);
      clusters.push(coverageOfReport(report));
    } catch (error) {
      if (!(error instanceof TargetNotOffered)) throw error;
      clusters.push(failedCluster(inventory.cluster, error));
    }
  }
  const hash = configurationHash(configuration);
  return buildRunReport({
    runId: runId(now, suffixOf(inputs, options, hash)),
    startedAt: now,
    finishedAt: now,
    configurationHash: hash,
    targets: [...targets.values()],
    clusters,
    reports,
    narrowed: true,
    suppressions: narrowedTo(reviewSuppressions(configuration, reports, now), reports),
  });
}

/** The name that the configuration gives an account, if any. */
export function accountNameIn({ accounts }: AnalysisOptions['configuration'], accountId: string): string | null {
  return accounts.explicit?.find(({ id }) => id === accountId)?.name ?? null;
}

/** Of several inventories of one cluster the newest counts; it alone says how the cluster is. */
export function newestPerCluster<I extends InventoryInput>(inputs: readonly I[]): I[] {
  const byArn = new Map<string, I>();
  for (const input of inputs.toSorted((a, b) => byCodeUnit(a.hash, b.hash))) {
    const known = byArn.get(input.inventory.cluster.arn);
    if (!known || Date.parse(input.inventory.collectedAt) > Date.parse(known.inventory.collectedAt))
      byArn.set(input.inventory.cluster.arn, input);
  }
  return [...byArn.values()];
}

function newest(dates: readonly Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())));
}

function suffixOf(
  inputs: readonly InventoryInput[],
  { target, asOf, checks }: { target: string; asOf?: Date; checks?: readonly { id: string }[] },
  configuration: string,
): string {
  const parts = [
    ...inputs.map(({ hash }) => hash).sort(byCodeUnit),
    target,
    asOf?.toISOString() ?? '',
    (checks ?? []).map(({ id }) => id).join(','),
    configuration,
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}
