import { createHash } from 'node:crypto';
import { type AnalysisOptions, analyzeInventory } from '../analysis/analyze.ts';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import { removedApiInManifests } from '../checks/removed-api-in-manifests.ts';
import { configurationHash } from '../config/hash.ts';
import type { ManifestFile } from '../inventory/evidence/files-manifests.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { bundledCalendarAsOf, supportCalendar } from '../versions/calendar.ts';
import { isoSeconds, parseDay } from '../versions/days.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { removedApisAsOf } from '../versions/removed-apis.ts';
import type { InventoryInput } from './analyze-inventories.ts';
import { buildRunReport } from './build-run-report.ts';
import { runId } from './run-id.ts';
import type { RunReport } from './run-report.ts';
import { narrowedTo, reviewSuppressions } from './suppression-review.ts';

export interface ManifestsInput {
  /** The folder or file as it was named, for the report. */
  readonly path: string;
  readonly files: readonly ManifestFile[];
  /** SHA-256 of what was read. */
  readonly hash: string;
}

/** The same inventory with the manifests beside it: their findings join those of the cluster. */
export function withManifests(input: InventoryInput, { files, hash }: ManifestsInput): InventoryInput {
  const evidence: Inventory['evidence'] = { ...input.inventory.evidence, 'files.manifests': { status: 'collected', data: files } };
  const both = createHash('sha256').update(`${input.hash}\n${hash}`).digest('hex');
  return { inventory: { ...input.inventory, evidence }, hash: both };
}

export interface ManifestsOptions extends Omit<AnalysisOptions, 'now' | 'accountName' | 'checks'> {
  readonly asOf?: Date;
}

/** Where manifests stand in a report in which everything belongs to a cluster. */
const manifestsPlace = { accountId: '000000000000', region: 'files', name: 'manifests', arn: 'manifests' } as const;

/** Judges manifests alone, for no cluster in particular: against the target, or against all versions that EKS offers when it is `next`, by the
 *  bundled calendar. What the oldest of them refuses already counts now; the rest from the version that removes it on. The report has one
 *  entry, `manifests`, as if it were a cluster. No clock: now is `asOf`, or else the day of the newer of the two tables. */
export function analyzeManifests(manifests: ManifestsInput, options: ManifestsOptions): RunReport {
  const { configuration, target } = options;
  const now = options.asOf ?? new Date(parseDay([bundledCalendarAsOf, removedApisAsOf].sort().at(-1) ?? '') ?? 0);
  const offered = supportCalendar(undefined, now).offered;
  const goal = parseVersion(target) ?? offered.at(-1);
  const oldest = offered[0];
  if (!goal || !oldest) throw new Error('the bundled calendar offers no version');
  const from = compareVersions(oldest, goal) < 0 ? oldest : { ...goal, minor: goal.minor - 1 };
  const report = reportOf(
    analyzeInventory(inventoryOf(manifests, from, [...offered, goal], now), {
      now,
      configuration,
      target: formatVersion(goal),
      accountName: manifests.path,
      checks: [removedApiInManifests],
    }),
  );
  const { accountId, region, name } = manifestsPlace;
  const configured = configurationHash(configuration);
  const parts = [manifests.hash, target, options.asOf?.toISOString() ?? '', configured];
  return buildRunReport({
    runId: runId(now, createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8)),
    startedAt: now,
    finishedAt: now,
    configurationHash: configured,
    targets: [],
    clusters: [{ accountId, region, name, status: 'scanned', code: null, message: null, reason: null, unavailable: {} }],
    reports: [report],
    narrowed: true,
    suppressions: narrowedTo(reviewSuppressions(configuration, [report], now), [report]),
  });
}

/** The inventory of a cluster of that version with nothing in it but the manifests. */
function inventoryOf({ files }: ManifestsInput, from: KubernetesVersion, offered: readonly KubernetesVersion[], now: Date): Inventory {
  const { name, arn } = manifestsPlace;
  const data = {
    'eks.cluster': { name, arn, status: 'ACTIVE', version: formatVersion(from) },
    'eks.clusterVersions': offered.map((version) => ({ clusterVersion: formatVersion(version), versionStatus: 'STANDARD_SUPPORT' })),
    'kubernetes.appliedApiVersions': [],
    'files.manifests': files,
  };
  return {
    schemaVersion: '1',
    collectedAt: isoSeconds(now),
    cluster: manifestsPlace,
    evidence: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { status: 'collected', data: value }])),
  };
}

/** Without what was made up to ask the question. */
function reportOf(report: ClusterReport): ClusterReport {
  return {
    ...report,
    cluster: { ...report.cluster, version: null },
    support: {
      ...report.support,
      status: 'unknown',
      endOfStandardSupport: null,
      endOfExtendedSupport: null,
      daysToEndOfStandardSupport: null,
      daysToEndOfExtendedSupport: null,
      supportType: null,
      monthlySurchargeUsd: 0,
      source: 'bundled',
    },
    evidence: Object.fromEntries(Object.entries(report.evidence).filter(([key]) => key === 'files.manifests')),
    checks: report.checks.map((check) => ({ ...check, missing: check.missing.filter(({ evidence }) => evidence === 'files.manifests') })),
  };
}
