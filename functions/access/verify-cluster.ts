import type { CollectOptions } from '../inventory/collect.ts';
import { type ErrorCode, errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import type { Cluster } from '../inventory/evidence/eks-cluster.ts';
import { connectTo, describedCluster, once } from './cluster-access.ts';
import { entryFix, iamFix, rbacFix } from './fixes.ts';
import type { AccessCluster, AccessSources } from './ports.ts';
import type { AccessProfile } from './profile.ts';
import { type ActionResult, probes, verifyActions } from './verify-aws.ts';
import { verifyKubernetes } from './verify-kubernetes.ts';

/** Why the Kubernetes side could not be verified; null when it was. */
export interface KubernetesProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface ClusterVerification extends AccessCluster {
  readonly role: AccessProfile['role'];
  /** `missing` whenever not everything that the role needs is proved; `excessive` is a warning. */
  readonly status: 'complete' | 'excessive' | 'missing' | 'skipped';
  /** IAM role or user that was verified; null when the account could not be entered. */
  readonly principalArn: string | null;
  readonly authenticationMode: string | null;
  readonly aws: readonly ActionResult[];
  readonly kubernetes: {
    readonly missing: readonly string[];
    readonly excessive: readonly string[];
    readonly problem: KubernetesProblem | null;
  };
  /** What to do about it, a command or a line each. */
  readonly fixes: readonly string[];
}

export interface VerifyOptions {
  readonly cluster: AccessCluster;
  readonly profile: AccessProfile;
  /** The same predicate as that of a scan: what it leaves out is not asked for. @default everything is asked for */
  readonly isRequested?: CollectOptions['isRequested'];
  /** Enters the account; throws a `CollectionError`. */
  readonly open: () => Promise<AccessSources>;
}

const untouched = { missing: [], excessive: [], problem: null };

/** Verifies that a scan of the cluster, or a rotation, would be let in everywhere, and nowhere else. What only changing something would prove
 *  is not tried. Never throws for an answer: each ends in the result. */
export async function verifyCluster({ cluster, profile, isRequested = () => true, open }: VerifyOptions): Promise<ClusterVerification> {
  const { role } = profile;
  const unseen = { ...cluster, role, principalArn: null, authenticationMode: null, aws: [], kubernetes: untouched, fixes: [] };
  let sources: AccessSources;
  try {
    sources = await open();
  } catch (error) {
    return { ...unseen, status: 'missing', kubernetes: { ...untouched, problem: problemOf(error) } };
  }
  const { principalArn } = sources;
  const describe = once(() => describedCluster(sources, cluster.name));
  if (!(await isRequested({ key: 'ec2.subnets' }, describe))) return { ...unseen, principalArn, status: 'skipped' };
  const described = await describe().catch(problemOf);
  const problem = 'code' in described ? described : null;
  // Without permission to describe the cluster the others are still worth trying; a cluster that is not there has nothing to try them on.
  if (problem && problem.code !== 'AccessDenied')
    return { ...unseen, principalArn, status: 'missing', kubernetes: { ...untouched, problem } };
  const authenticationMode = 'code' in described ? null : (described.accessConfig?.authenticationMode ?? null);
  const harmless = role === 'scan' ? profile.actions : profile.actions.filter((action) => action in probes);
  const aws = await verifyActions(harmless, { ...sources, clusterName: cluster.name });
  const inCluster = await isRequested({ key: 'kubernetes.version' }, describe);
  const kubernetes = inCluster ? await inside(sources, cluster.name, described, profile) : untouched;
  const found = { ...cluster, role, principalArn, authenticationMode, aws, kubernetes };
  return { ...found, status: statusOf(found), fixes: fixesOf(found, profile) };
}

type Found = Omit<ClusterVerification, 'status' | 'fixes'> & { readonly principalArn: string };

async function inside(
  sources: AccessSources,
  name: string,
  described: Cluster | KubernetesProblem,
  { rules }: AccessProfile,
): Promise<Found['kubernetes']> {
  if ('code' in described) return { ...untouched, problem: described };
  try {
    return { ...(await verifyKubernetes(await connectTo(sources, name, described), rules)), problem: null };
  } catch (error) {
    return { ...untouched, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): KubernetesProblem {
  return { code: errorCodeOf(error), message: messageOf(error) };
}

function statusOf({ aws, kubernetes }: Found): ClusterVerification['status'] {
  const open = aws.some(({ status }) => status === 'denied' || status === 'failed');
  if (open || kubernetes.problem || kubernetes.missing.length > 0) return 'missing';
  return kubernetes.excessive.length > 0 ? 'excessive' : 'complete';
}

function fixesOf({ name, region, authenticationMode, aws, kubernetes, principalArn }: Found, profile: AccessProfile): string[] {
  const subject = { clusterName: name, region, principalArn, identity: profile };
  return [
    ...(aws.some(({ status }) => status === 'denied') ? iamFix(principalArn, profile) : []),
    ...(kubernetes.problem?.code === 'AccessNotConfigured' ? entryFix(subject, authenticationMode) : []),
    ...(kubernetes.missing.length > 0 || kubernetes.problem?.code === 'AccessNotConfigured'
      ? rbacFix(subject, authenticationMode, profile)
      : []),
  ];
}
