import { type AnalysisOptions, analyzeInventory } from '../analysis/analyze.ts';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import { matchesTag } from '../analysis/suppressions.ts';
import { matchesGlob } from '../config/globs.ts';
import type { Configuration } from '../config/schema.ts';
import { type CollectOptions, collectInventory } from '../inventory/collect.ts';
import { type Collection, type Inventory, readEvidence } from '../inventory/inventory.ts';
import type { ClusterSources } from '../inventory/ports.ts';
import { coverageOfReport, failedCluster, skippedCluster } from './cluster-coverage.ts';
import type { ClusterCoverage, TargetCoverage } from './coverage.ts';
import { forEachLimited, interleave } from './fan-out.ts';
import { failedTarget, scannedTarget } from './target-coverage.ts';

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

/** What a fleet scan asks the outside for; wiring builds it over the real adapters, the demo over the simulator. */
export interface FleetSources {
  /** Names of the clusters of a target. Throws a `CollectionError` when the account or the region cannot be read. */
  listClusters(target: Target): Promise<readonly string[]>;
  openCluster(target: Target, name: string): Promise<OpenCluster>;
}

export interface FleetScanOptions {
  readonly targets: readonly Target[];
  readonly sources: FleetSources;
  readonly configuration: Configuration;
  readonly analysis: Omit<AnalysisOptions, 'configuration' | 'accountName' | 'now'>;
  /** The instant of the analysis, one for the whole run: a run across midnight UTC judges by one date. */
  readonly now: Date;
  readonly clock: () => Date;
  /** Called with what was seen of a cluster, before it is judged. */
  readonly onInventory?: (inventory: Inventory) => Promise<void>;
  /** Called with what is said of it. */
  readonly onReport?: (report: ClusterReport) => Promise<void>;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface FleetScan {
  readonly targets: TargetCoverage[];
  readonly clusters: ClusterCoverage[];
  readonly reports: ClusterReport[];
}

interface Located {
  readonly target: Target;
  readonly name: string;
}

/** Scans every cluster of every target. A target or cluster that fails is recorded with its code, and the rest goes on. */
export async function scanFleet(options: FleetScanOptions): Promise<FleetScan> {
  const scan: FleetScan = { targets: [], clusters: [], reports: [] };
  const located: Located[][] = [];
  await forEachLimited(options.targets, options.configuration.concurrency.accounts, async (target) => {
    options.onProgress?.(0, 0, `listing ${target.accountId} ${target.region}`);
    try {
      const names = await options.sources.listClusters(target);
      scan.targets.push(scannedTarget(target));
      located.push(names.map((name) => ({ target, name })));
    } catch (error) {
      scan.targets.push(failedTarget(target, error));
    }
  });
  const all = interleave(located);
  let done = 0;
  await forEachLimited(all, options.configuration.concurrency.clusters, async (one) => {
    const { coverage, report } = await scanCluster(one, options);
    scan.clusters.push(coverage);
    if (report) scan.reports.push(report);
    done += 1;
    options.onProgress?.(done, all.length, `${one.target.accountId} ${one.target.region} ${one.name}`);
  });
  return scan;
}

async function scanCluster(
  { target, name }: Located,
  options: FleetScanOptions,
): Promise<{ coverage: ClusterCoverage; report?: ClusterReport }> {
  const { configuration } = options;
  const place = { accountId: target.accountId, region: target.region, name };
  const byName = configuration.clusters.exclude.find((selector) => selector.tag === undefined && matchesName(selector, name));
  if (byName) return { coverage: skippedCluster(place, `excluded by name ${byName.name}`) };
  try {
    const { sources, clock } = options;
    const inventory = await collectCluster(target, name, { sources, configuration, clock });
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
  }: Pick<FleetScanOptions, 'sources' | 'configuration' | 'clock'> & Pick<CollectOptions, 'onProgress'>,
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
