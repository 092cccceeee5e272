import type { FindingDraft } from '../checks/finding.ts';
import type { Configuration } from '../config/schema.ts';

/** Who is asked: the label of the subject first, then its own tag, then the tag of the cluster, as `owners` of the configuration names them. */
export function ownerOf(
  draft: Pick<FindingDraft, 'labels' | 'tags'>,
  clusterTags: Readonly<Record<string, string>>,
  owners: Configuration['owners'],
): string | null {
  const fromLabel = tagOf(draft.labels, owners.fromLabel);
  const fromTag = tagOf(draft.tags, owners.fromTag) || tagOf(clusterTags, owners.fromTag);
  return fromLabel || fromTag || null;
}

/** An own key only: every object has a `constructor`. An empty value names nobody. */
function tagOf(of: Readonly<Record<string, string>> | null | undefined, key: string | undefined): string | undefined {
  return of && key !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;
}
