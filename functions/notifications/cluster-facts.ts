import type { ClusterReport, Verdict } from '../analysis/cluster-report.ts';
import type { Severity } from '../checks/finding.ts';
import type { Configuration } from '../config/schema.ts';
import { placeId } from '../fleet/places.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import { keys } from '../store/layout.ts';

/** What a message says of a cluster beside what changed. */
export interface ClusterFacts {
  readonly arn: string;
  readonly accountId: string;
  readonly accountName: string | null;
  readonly region: string;
  readonly name: string;
  /** Null where the cluster was not scanned in this run, like all that follows. */
  readonly version: string | null;
  readonly targetVersion: string | null;
  /** The minor versions from here to the target, one upgrade each. */
  readonly hops: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly verdict: Verdict | null;
  readonly support: ClusterReport['support'] | null;
  /** How many findings of each severity count. */
  readonly counts: Readonly<Partial<Record<Severity, number>>> | null;
  /** Where its report is in the store: the evidence. */
  readonly reportKey: string | null;
  /** Why it could not be scanned; null if it was, or if nobody tried. */
  readonly failure: string | null;
}

/** The clusters of a run by ARN. One that was not scanned, because it failed or is gone, is known by its ARN alone. */
export function clusterFacts(run: StoredRun, configuration: Configuration): (arn: string) => ClusterFacts {
  const failed = new Set(run.coverage.clusters.filter(({ status }) => status === 'failed').map(placeId));
  // Of a cluster that failed there can be a report too; it only says that nobody can know.
  const scanned = new Map(
    run.clusters.flatMap((entry) => (failed.has(placeId(entry.cluster)) ? [] : [[entry.cluster.arn, entry] as const])),
  );
  const names = new Map((configuration.accounts.explicit ?? []).map(({ id, name }) => [id, name ?? null]));
  return (arn) => {
    const entry = scanned.get(arn);
    if (entry === undefined) return unseenCluster(arn, names, run);
    const { cluster, verdict, support } = entry;
    const reportKey = 'reportKey' in entry ? entry.reportKey : keys.clusterReport(run.runId, cluster);
    return { ...cluster, verdict, support, counts: 'counts' in entry ? entry.counts : countsOf(entry.findings), reportKey, failure: null };
  };
}

function countsOf(findings: ClusterReport['findings']): Partial<Record<Severity, number>> {
  const counts: Partial<Record<Severity, number>> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

function unseenCluster(arn: string, accountNames: ReadonlyMap<string, string | null>, run: StoredRun): ClusterFacts {
  const { accountId, region, name } = placeOfArn(arn);
  const entry = run.coverage.clusters.find(
    (cluster) => cluster.accountId === accountId && cluster.region === region && cluster.name === name,
  );
  return {
    arn,
    accountId,
    accountName: accountNames.get(accountId) ?? null,
    region,
    name,
    version: null,
    targetVersion: null,
    hops: [],
    tags: {},
    verdict: null,
    support: null,
    counts: null,
    reportKey: null,
    failure: entry?.status === 'failed' ? [entry.code, entry.message].filter(Boolean).join(': ') : null,
  };
}

/** `arn:<partition>:eks:<region>:<account>:cluster/<name>`; what is not of this form is shown as the name. */
export function placeOfArn(arn: string): { readonly accountId: string; readonly region: string; readonly name: string } {
  const match = /^arn:[^:]+:eks:([^:]*):([^:]*):cluster\/(.+)$/.exec(arn);
  return { accountId: match?.[2] ?? '', region: match?.[1] ?? '', name: match?.[3] ?? arn };
}

/** `shop (111111111111)`, or the id alone. */
export function accountLabel({ accountId, accountName }: Pick<ClusterFacts, 'accountId' | 'accountName'>): string {
  return accountName === null ? accountId : `${accountName} (${accountId})`;
}
