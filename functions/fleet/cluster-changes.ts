import { ownerOf } from '../analysis/owners.ts';
import type { Configuration } from '../config/schema.ts';
import type { Change } from './change.ts';

/** What all changes of one cluster in one run share. */
export interface Occasion {
  readonly clusterArn: string;
  readonly runId: string;
  /** The run that this one is compared with, null for a cluster never seen before. */
  readonly base: string | null;
  /** Who is asked where a finding names nobody. */
  readonly clusterOwner: string | null;
}

/** Who owns a cluster, by its tags alone. */
export function clusterOwner(tags: Readonly<Record<string, string>>, { owners }: Pick<Configuration, 'owners'>): string | null {
  return ownerOf({}, tags, owners);
}

/** One change, with what goes without saying. */
export function changeOf(
  { clusterArn, runId, base, clusterOwner: owner }: Occasion,
  kind: Change['kind'],
  more: Partial<Pick<Change, 'finding' | 'from' | 'to' | 'since' | 'milestone'>> = {},
): Change {
  const { finding = null, from = null, to = null, since = runId, milestone } = more;
  return {
    kind,
    clusterArn,
    finding,
    from,
    to,
    since,
    base,
    owner: finding?.owner ?? owner,
    ...(milestone ? { milestone } : {}),
  };
}
