import type { Finding } from '../checks/finding.ts';
import { matchesGlob } from '../config/globs.ts';
import type { Configuration } from '../config/schema.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { utcDay } from '../versions/days.ts';

export type Suppression = Configuration['suppressions'][number];

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
  return suppressions.find((suppression) => isInForce(suppression, now) && covers(suppression, finding, cluster));
}

export function isInForce({ expires }: Pick<Suppression, 'expires'>, now: Date): boolean {
  return utcDay(now) < expires;
}

/** Whether every condition that is given matches, whatever the day. */
export function covers(
  suppression: Suppression,
  { check, subject }: Pick<Finding, 'check' | 'subject'>,
  cluster: SuppressedCluster,
): boolean {
  return (
    matchesOptional(suppression.check, check) &&
    coversCluster(suppression, cluster) &&
    matchesOptional(suppression.namespace, subject.namespace) &&
    matchesOptional(suppression.name, subject.name)
  );
}

/** Whether it can be about findings of this cluster. */
export function coversCluster(suppression: Suppression, cluster: Omit<SuppressedCluster, 'arn'>): boolean {
  const { account, region, cluster: name, tag } = suppression;
  return (
    matchesOptional(account, cluster.accountId) &&
    matchesOptional(region, cluster.region) &&
    matchesOptional(name, cluster.name) &&
    (tag === undefined || matchesTag(tag, cluster.tags))
  );
}

/** A condition that is not given always holds; one that is never holds for what is not there. */
export function matchesOptional(condition: string | undefined, value: string | null): boolean {
  return condition === undefined || (value !== null && matchesGlob(condition, value));
}

/** `key=glob` against the tags of a cluster. */
export function matchesTag(condition: string, tags: Readonly<Record<string, string>>): boolean {
  const separator = condition.indexOf('=');
  const key = condition.slice(0, separator);
  // An own key only: every object has a `constructor`.
  const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
  return value !== undefined && matchesGlob(condition.slice(separator + 1), value);
}
