import type { CollectOptions } from '../inventory/collect.ts';
import { CollectionError, errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import type { Cluster } from '../inventory/evidence/eks-cluster.ts';
import { takesAccessEntries } from './access-entry.ts';
import { applyAccessEntry } from './apply-access-entry.ts';
import { applyClusterRole } from './apply-cluster-role.ts';
import { checkAwsAuth } from './aws-auth.ts';
import { connectTo, describedCluster, once } from './cluster-access.ts';
import type { AccessCluster, AccessSources } from './ports.ts';
import type { AccessProfile } from './profile.ts';

/** How a step, or all of a cluster, ended. `would` is `done` under a dry run; `manual` is left to a person, and the message says what;
 *  `skipped` is a cluster whose API server a scan does not ask. */
export const applyOutcomes = ['failed', 'manual', 'would', 'done', 'unchanged', 'skipped'] as const;
export type ApplyOutcome = (typeof applyOutcomes)[number];

export interface ApplyStep {
  readonly step: string;
  readonly outcome: ApplyOutcome;
  /** What was done, would be, or kept it from being done. */
  readonly message: string;
}

export interface ClusterApplication extends AccessCluster {
  /** The worst of the steps, in the order of `applyOutcomes`. */
  readonly outcome: ApplyOutcome;
  readonly role: AccessProfile['role'];
  /** Who is let in. */
  readonly principalArn: string;
  readonly steps: readonly ApplyStep[];
}

export interface ApplyOptions {
  readonly cluster: AccessCluster;
  /** IAM role or user that is to be let in. */
  readonly principalArn: string;
  /** What it is let in for. */
  readonly profile: AccessProfile;
  readonly dryRun: boolean;
  /** The same predicate as that of a scan: a cluster of which no Kubernetes evidence is asked for needs nothing. @default it is asked for */
  readonly isRequested?: CollectOptions['isRequested'];
  /** Enters the account as an administrator; throws a `CollectionError`. */
  readonly open: () => Promise<AccessSources>;
}

/** Lets the principal into one cluster: its group through an access entry, or the lines for aws-auth, and what the group may do.
 *  A second time nothing changes. Never throws for an answer: each step ends with its outcome, and the steps do not wait for each other. */
export async function applyToCluster(options: ApplyOptions): Promise<ClusterApplication> {
  const { cluster, principalArn, profile } = options;
  const steps = await stepsOf(options);
  const outcome = applyOutcomes.find((one) => steps.some((step) => step.outcome === one)) ?? 'unchanged';
  return { ...cluster, outcome, role: profile.role, principalArn, steps };
}

async function stepsOf(options: ApplyOptions): Promise<ApplyStep[]> {
  const { cluster, principalArn, dryRun, profile } = options;
  const isRequested = options.isRequested ?? (() => true);
  let sources: AccessSources;
  let described: Cluster;
  try {
    sources = await options.open();
    const describe = once(() => describedCluster(sources, cluster.name));
    if (!(await isRequested({ key: 'kubernetes.version' }, describe)))
      return [{ step: 'cluster', outcome: 'skipped', message: 'its Kubernetes API is left out by greenlight.yaml' }];
    described = await describe();
  } catch (error) {
    return [{ step: 'cluster', outcome: 'failed', message: messageOf(error) }];
  }
  const kubernetes = once(() => connectTo(sources, cluster.name, described));
  const subject = { clusterName: cluster.name, region: cluster.region, principalArn, identity: profile };
  const entry = takesAccessEntries(described.accessConfig?.authenticationMode)
    ? await attempt('access entry', sources, () => applyAccessEntry(sources.accessEntries, subject, dryRun))
    : await attempt('aws-auth', sources, async () => checkAwsAuth(await kubernetes(), principalArn, profile));
  const role = await attempt('ClusterRole', sources, async () => applyClusterRole(await kubernetes(), profile, dryRun));
  return [...entry, ...role];
}

async function attempt(
  step: string,
  { principalArn }: AccessSources,
  work: () => Promise<readonly ApplyStep[]>,
): Promise<readonly ApplyStep[]> {
  try {
    return await work();
  } catch (error) {
    return [{ step, outcome: 'failed', message: messageOf(asAdministrator(error, principalArn)) }];
  }
}

/** The usual advice is how to let a scan in; who applies must be an administrator of the cluster. */
function asAdministrator(error: unknown, principalArn: string): unknown {
  if (errorCodeOf(error) !== 'AccessNotConfigured') return error;
  return new CollectionError(
    'AccessNotConfigured',
    `the API server does not let ${principalArn} in, and only an administrator of the cluster can apply: use the role that created the ` +
      'cluster, or give this one an access entry with the policy AmazonEKSClusterAdminPolicy (aws eks associate-access-policy)',
    { cause: error },
  );
}
