import type { Finding } from '../checks/finding.ts';
import { matchesGlob } from '../config/globs.ts';
import type { Configuration } from '../config/schema.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { utcDay } from '../versions/days.ts';

type Suppression = Configuration['suppressions'][number];

/** The cluster that a suppression may be narrowed to. */
export interface SuppressedCluster extends ClusterIdentity {
  readonly tags: Readonly<Record<string, string>>;
}

/** The first suppression in force that covers the finding. One stops at 00:00 UTC of the day it expires. */
export function suppressionOf(
  finding: Pick<Finding, 'check' | 'subject'>,
  cluster: SuppressedCluster,
  suppressions: readonly Suppression[],
  now: Date,
): Suppression | undefined {
  const today = utcDay(now);
  return suppressions.find((suppression) => today < suppression.expires && covers(suppression, finding, cluster));
}

/** Whether every condition that is given matches. */
function covers(suppression: Suppression, { check, subject }: Pick<Finding, 'check' | 'subject'>, cluster: SuppressedCluster): boolean {
  const conditions: readonly (readonly [string | undefined, string | null])[] = [
    [suppression.check, check],
    [suppression.account, cluster.accountId],
    [suppression.region, cluster.region],
    [suppression.cluster, cluster.name],
    [suppression.namespace, subject.namespace],
    [suppression.name, subject.name],
  ];
  const matches = conditions.every(([glob, value]) => glob === undefined || (value !== null && matchesGlob(glob, value)));
  return matches && (suppression.tag === undefined || matchesTag(suppression.tag, cluster.tags));
}

/** `key=glob` against the tags of a cluster. */
export function matchesTag(condition: string, tags: Readonly<Record<string, string>>): boolean {
  const separator = condition.indexOf('=');
  const key = condition.slice(0, separator);
  // An own key only: every object has a `constructor`.
  const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
  return value !== undefined && matchesGlob(condition.slice(separator + 1), value);
}
