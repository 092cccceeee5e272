import { CollectionError, errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import type { Ec2Port, EksPort } from '../inventory/ports.ts';

/** Whether one action of IAM is allowed.
 *  - `untried`: there is nothing to try it on, such as a cluster without add-ons, or what would name it is denied itself
 *  - `failed`: the answer was neither yes nor no */
export interface ActionResult {
  readonly action: string;
  readonly status: 'allowed' | 'denied' | 'untried' | 'failed';
  readonly message: string | null;
}

interface ProbeContext {
  readonly eks: EksPort;
  readonly ec2: Ec2Port;
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
  'ec2:DescribeSubnets': ({ ec2 }) => firstPage(ec2.describeSubnets({ Filters: [{ Name: 'subnet-id', Values: ['subnet-0'] }] })),
};

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
  const names = typeof page === 'object' && page !== null ? Object.values(page).find(Array.isArray) : undefined;
  const [name]: readonly unknown[] = names ?? [];
  if (typeof name !== 'string') throw new NothingToTry(`not tried: the cluster has no ${kind}`);
  return name;
}
