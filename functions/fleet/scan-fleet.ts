import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { ClusterCoverage, TargetCoverage } from './coverage.ts';
import { forEachLimited, interleave } from './fan-out.ts';
import { type OpenClusters, type ScanClusterOptions, scanCluster, type Target } from './scan-cluster.ts';
import { failedTarget, scannedTarget } from './target-coverage.ts';

/** What a fleet scan asks the outside for; wiring builds it over the real adapters, the demo over the simulator. */
export interface FleetSources extends OpenClusters {
  /** Names of the clusters of a target. Throws a `CollectionError` when the account or the region cannot be read. */
  listClusters(target: Target): Promise<readonly string[]>;
}

export interface FleetScanOptions extends ScanClusterOptions {
  readonly targets: readonly Target[];
  readonly sources: FleetSources;
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
    const { coverage, report } = await scanCluster(one.target, one.name, options);
    scan.clusters.push(coverage);
    if (report) scan.reports.push(report);
    done += 1;
    options.onProgress?.(done, all.length, `${one.target.accountId} ${one.target.region} ${one.name}`);
  });
  return scan;
}
