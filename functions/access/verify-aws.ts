import { CollectionError, errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import { amiParameter } from '../inventory/evidence/ssm-ami-release-versions.ts';
import type { AccessSources } from './ports.ts';

/** Whether one action of IAM is allowed.
 *  - `untried`: there is nothing to try it on, such as a cluster without add-ons, or what would name it is denied itself
 *  - `failed`: the answer was neither yes nor no */
export interface ActionResult {
  readonly action: string;
  readonly status: 'allowed' | 'denied' | 'untried' | 'failed';
  readonly message: string | null;
}

interface ProbeContext extends Pick<AccessSources, 'eks' | 'ec2' | 'autoScaling' | 'ssm' | 'cloudWatch' | 'serviceQuotas'> {
  readonly clusterName: string;
}

class NothingToTry extends Error {}

/** The cheapest call of each action: one request, at most one page of a list. What is described must exist: EKS looks a node group up
 *  before it asks IAM, so a made-up name would prove nothing. */
export const probes: Readonly<Record<string, (context: ProbeContext) => Promise<unknown>>> = {
  'eks:DescribeCluster': ({ eks, clusterName }) => eks.describeCluster({ name: clusterName }),
  'eks:ListNodegroups': ({ eks, clusterName }) => firstPage(eks.listNodegroups({ clusterName })),
  'eks:DescribeNodegroup': async ({ eks, clusterName }) =>
    eks.describeNodegroup({ clusterName, nodegroupName: await firstName(eks.listNodegroups({ clusterName }), 'node group') }),
  'eks:ListFargateProfiles': ({ eks, clusterName }) => firstPage(eks.listFargateProfiles({ clusterName })),
  'eks:DescribeFargateProfile': async ({ eks, clusterName }) =>
    eks.describeFargateProfile({
      clusterName,
      fargateProfileName: await firstName(eks.listFargateProfiles({ clusterName }), 'Fargate profile'),
    }),
  'eks:ListAddons': ({ eks, clusterName }) => firstPage(eks.listAddons({ clusterName })),
  'eks:DescribeAddon': async ({ eks, clusterName }) =>
    eks.describeAddon({ clusterName, addonName: await firstName(eks.listAddons({ clusterName }), 'add-on') }),
  'eks:DescribeClusterVersions': ({ eks }) => firstPage(eks.describeClusterVersions({ includeAll: false })),
  'eks:DescribeAddonVersions': ({ eks }) => firstPage(eks.describeAddonVersions({})),
  'eks:ListInsights': ({ eks, clusterName }) => firstPage(eks.listInsights({ clusterName })),
  'eks:DescribeInsight': async ({ eks, clusterName }) =>
    eks.describeInsight({ clusterName, id: await firstName(eks.listInsights({ clusterName }), 'insight') }),
  'eks:ListUpdates': ({ eks, clusterName }) => firstPage(eks.listUpdates({ name: clusterName })),
  'eks:DescribeUpdate': async ({ eks, clusterName }) =>
    eks.describeUpdate({ name: clusterName, updateId: await firstName(eks.listUpdates({ name: clusterName }), 'update') }),
  'ec2:DescribeSubnets': ({ ec2 }) => firstPage(ec2.describeSubnets(matching('subnet-id', 'subnet-0'))),
  'ec2:DescribeLaunchTemplates': ({ ec2 }) => firstPage(ec2.describeLaunchTemplates(matching('launch-template-name', 'eks-greenlight'))),
  'ec2:DescribeInstances': ({ ec2 }) => firstPage(ec2.describeInstances(matching('instance-id', 'i-0'))),
  'ec2:DescribeVolumes': ({ ec2 }) => firstPage(ec2.describeVolumes(matching('volume-id', 'vol-0'))),
  'autoscaling:DescribeAutoScalingGroups': ({ autoScaling }) =>
    firstPage(autoScaling.describeAutoScalingGroups(matching('tag-key', 'eks-greenlight'))),
  'ssm:GetParameters': ({ ssm }) => ssm.getParameters({ Names: [amiParameter('AL2023_x86_64_STANDARD', '1.34') ?? ''] }),
  'cloudwatch:GetMetricStatistics': ({ cloudWatch }) =>
    cloudWatch.getMetricStatistics({
      Namespace: 'AWS/Usage',
      MetricName: 'ResourceCount',
      Dimensions: [],
      StartTime: '2026-01-01T00:00:00Z',
      EndTime: '2026-01-01T00:05:00Z',
      Period: 300,
      Statistics: ['Maximum'],
    }),
  'servicequotas:GetServiceQuota': ({ serviceQuotas }) => unlessNone(serviceQuotas.getServiceQuota(standardVcpus)),
  'servicequotas:GetAWSDefaultServiceQuota': ({ serviceQuotas }) => unlessNone(serviceQuotas.getAwsDefaultServiceQuota(standardVcpus)),
};

/** A list that is most likely empty: whether it may be asked for does not depend on what there is. */
function matching(name: string, value: string) {
  return { Filters: [{ Name: name, Values: [value] }] };
}

const standardVcpus = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' };

/** That there is no such quota says no less that the question is allowed. */
async function unlessNone(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => {
    if (!(error instanceof CollectionError && error.code === 'NotFound')) throw error;
  });
}

/** Tries each action once, one after the other.
 *  @throws Error when there is no probe for an action, which is a defect */
export async function verifyActions(actions: readonly string[], context: ProbeContext): Promise<readonly ActionResult[]> {
  const results: ActionResult[] = [];
  for (const action of actions) results.push(await verifyAction(action, context));
  return results;
}

async function verifyAction(action: string, context: ProbeContext): Promise<ActionResult> {
  const probe = probes[action];
  if (!probe) throw new Error(`no way is known to try ${action}: add one to functions/access/verify-aws.ts`);
  try {
    await probe(context);
    return { action, status: 'allowed', message: null };
  } catch (error) {
    if (error instanceof NothingToTry) return { action, status: 'untried', message: error.message };
    const status = errorCodeOf(error) === 'AccessDenied' ? 'denied' : 'failed';
    return { action, status, message: messageOf(error) };
  }
}

async function firstPage(pages: AsyncIterable<unknown>): Promise<unknown> {
  for await (const page of pages) return page;
  return undefined;
}

async function firstName(pages: AsyncIterable<unknown>, kind: string): Promise<string> {
  const page = await firstPage(pages).catch((error: unknown) => {
    if (error instanceof CollectionError && error.code === 'AccessDenied')
      throw new NothingToTry(`not tried: the list that names a ${kind} is denied`);
    throw error;
  });
  const listed = typeof page === 'object' && page !== null ? Object.values(page).find(Array.isArray) : undefined;
  const [first]: readonly unknown[] = listed ?? [];
  if (typeof first === 'string') return first;
  if (typeof first === 'object' && first !== null && 'id' in first && typeof first.id === 'string') return first.id;
  throw new NothingToTry(`not tried: the cluster has no ${kind}`);
}
