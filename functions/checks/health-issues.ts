import { someOf } from './phrases.ts';

/** One entry of `health.issues` of a cluster, node group or add-on, as EKS answers it. */
interface HealthIssue {
  readonly code?: string | null;
  readonly message?: string | null;
  readonly resourceIds?: readonly string[] | null;
}

/** An issue that can be told from the others of its subject. */
export interface DistinctIssue {
  /** The code; the second and later issues of one code are numbered: `Ec2SubnetNotFound#2`. */
  readonly discriminator: string;
  readonly code: string;
  readonly message: string;
  /** Sorted. */
  readonly resourceIds: readonly string[];
}

/** Issues by code, resources and message, so that each keeps its identity from run to run in whatever order EKS lists them. Resource ids
 *  are no part of the identity: the instances that fail to join change all the time, and that is no new problem. An issue that is listed
 *  twice counts once. */
export function distinctIssues(issues: readonly HealthIssue[] | null | undefined): DistinctIssue[] {
  const read = (issues ?? []).map(({ code, message, resourceIds }) => ({
    code: code || 'Unspecified',
    message: message || 'EKS gives no message',
    resourceIds: (resourceIds ?? []).toSorted(),
  }));
  const unique = new Map(read.map((issue) => [JSON.stringify([issue.code, issue.resourceIds, issue.message]), issue]));
  const ordered = [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, issue]) => issue);
  const seen = new Map<string, number>();
  return ordered.map((issue) => {
    const number = (seen.get(issue.code) ?? 0) + 1;
    seen.set(issue.code, number);
    return { ...issue, discriminator: number === 1 ? issue.code : `${issue.code}#${number}` };
  });
}

/** `Ec2SubnetNotFound: … (subnet-1, subnet-2)` */
export function issueText({ code, message, resourceIds }: DistinctIssue): string {
  return `${code}: ${message.replace(/[.\s]+$/, '')}${resourceIds.length > 0 ? ` (${someOf(resourceIds)})` : ''}`;
}
