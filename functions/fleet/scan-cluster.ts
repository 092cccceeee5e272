import { type AnalysisOptions, analyzeInventory } from '../analysis/analyze.ts';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import { matchesTag } from '../analysis/suppressions.ts';
import { matchesGlob } from '../config/globs.ts';
import type { Configuration } from '../config/schema.ts';
import { type CollectOptions, collectInventory } from '../inventory/collect.ts';
import { type Collection, type Inventory, readEvidence } from '../inventory/inventory.ts';
import type { ClusterSources } from '../inventory/ports.ts';
import { coverageOfReport, failedCluster, skippedCluster } from './cluster-coverage.ts';
import type { ClusterCoverage } from './coverage.ts';

/** One account and region of the fleet. */
export interface Target {
  readonly accountId: string;
  readonly accountName: string | null;
  readonly region: string;
}

/** The outside of one cluster, opened for one scan. */
export interface OpenCluster {
  readonly arn: string;
  readonly sources: ClusterSources;
  readonly deadline: AbortSignal;
  readonly cost: () => Omit<Collection, 'durationMs'>;
}

/** What a scan of one cluster asks the outside for. */
export interface OpenClusters {
  /** Throws a `CollectionError` when the account or the cluster cannot be opened. */
  openCluster(target: Target, name: string): Promise<OpenCluster>;
}

export interface ScanClusterOptions {
  readonly sources: OpenClusters;
  readonly configuration: Configuration;
  readonly analysis: Omit<AnalysisOptions, 'configuration' | 'accountName' | 'now'>;
  /** The instant of the analysis, one for the whole run: a run across midnight UTC judges by one date. */
  readonly now: Date;
  readonly clock: () => Date;
  /** Adds to what was seen, from where the scan itself cannot look. @default nothing */
  readonly complete?: (inventory: Inventory) => Promise<Inventory>;
  /** Called with what was seen of a cluster, before it is judged. */
  readonly onInventory?: (inventory: Inventory) => Promise<void>;
  /** Called with what is said of it. */
  readonly onReport?: (report: ClusterReport) => Promise<void>;
}

export interface ScannedCluster {
  readonly coverage: ClusterCoverage;
  /** Absent when it was skipped, or could not be opened. */
  readonly report?: ClusterReport;
}

/** Collects and judges one cluster. What goes wrong with it ends in its coverage. */
export async function scanCluster(target: Target, name: string, options: ScanClusterOptions): Promise<ScannedCluster> {
  const { configuration } = options;
  const place = { accountId: target.accountId, region: target.region, name };
  const byName = configuration.clusters.exclude.find((selector) => selector.tag === undefined && matchesName(selector, name));
  if (byName) return { coverage: skippedCluster(place, `excluded by name ${byName.name}`) };
  try {
    const { sources, clock } = options;
    const collected = await collectCluster(target, name, { sources, configuration, clock });
    const inventory = options.complete ? await options.complete(collected) : collected;
    const tags = tagsOf(inventory);
    const byTag = configuration.clusters.exclude.find((selector) => matchesSelector(selector, name, tags));
    if (byTag) return { coverage: skippedCluster(place, `excluded by tag ${byTag.tag}`) };
    await options.onInventory?.(inventory);
    const report = analyzeInventory(inventory, { ...options.analysis, now: options.now, configuration, accountName: target.accountName });
    await options.onReport?.(report);
    return { coverage: coverageOfReport(report), report };
  } catch (error) {
    return { coverage: failedCluster(place, error) };
  }
}

/** What is seen of one cluster: everything that the configuration asks for.
 *  @throws CollectionError when the account or the cluster cannot be opened */
export async function collectCluster(
  target: Target,
  name: string,
  {
    sources,
    configuration,
    clock,
    onProgress,
  }: Pick<ScanClusterOptions, 'sources' | 'configuration' | 'clock'> & Pick<CollectOptions, 'onProgress'>,
): Promise<Inventory> {
  const opened = await sources.openCluster(target, name);
  return collectInventory({
    ...opened,
    ...(onProgress ? { onProgress } : {}),
    cluster: { accountId: target.accountId, region: target.region, name, arn: opened.arn },
    clock,
    pageSize: configuration.kubernetes.pageSize,
    isRequested: isRequestedBy(configuration, name),
  });
}

/** Which kinds of evidence the configuration asks for of a cluster: opt-ins that are on, no Kubernetes where `awsOnly` names it, and
 *  nothing but the cluster itself, whose tags tell, where it is excluded. */
export function isRequestedBy(
  { kubernetes, clusters }: Pick<Configuration, 'kubernetes' | 'clusters'>,
  name: string,
): CollectOptions['isRequested'] {
  return async ({ key, optIn }, cluster) => {
    if (key === 'eks.cluster') return true;
    if (optIn !== undefined && !kubernetes[optIn]) return false;
    const selectors = key.startsWith('kubernetes.') ? [...clusters.exclude, ...clusters.awsOnly] : clusters.exclude;
    const candidates = selectors.filter((selector) => matchesName(selector, name));
    if (candidates.some(({ tag }) => tag === undefined)) return false;
    if (candidates.length === 0) return true;
    // Without its tags nobody knows whether it is excluded: it is read as if it were not.
    const tags = await cluster().then(
      (described) => described.tags ?? {},
      () => ({}),
    );
    return !candidates.some((selector) => matchesSelector(selector, name, tags));
  };
}

type Selector = Configuration['clusters']['exclude'][number];

function matchesName({ name: glob }: Selector, name: string): boolean {
  return glob === undefined || matchesGlob(glob, name);
}

function matchesSelector(selector: Selector, name: string, tags: Readonly<Record<string, string>>): boolean {
  return matchesName(selector, name) && selector.tag !== undefined && matchesTag(selector.tag, tags);
}

function tagsOf(inventory: Inventory): Readonly<Record<string, string>> {
  const cluster = readEvidence(inventory, 'eks.cluster');
  return (cluster.status === 'collected' ? cluster.data.tags : null) ?? {};
}
