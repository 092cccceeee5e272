import type { AccessCluster, AccessSources, FailedPlace } from '../access/ports.ts';
import { autoScalingGroupsPort } from '../adapters/aws/auto-scaling-groups-port.ts';
import { cloudWatchPort } from '../adapters/aws/cloudwatch-port.ts';
import { callerCredentials } from '../adapters/aws/credentials.ts';
import { ec2Port } from '../adapters/aws/ec2-port.ts';
import { eksAccessPort } from '../adapters/aws/eks-access-port.ts';
import { eksPort } from '../adapters/aws/eks-port.ts';
import { enabledRegions } from '../adapters/aws/enabled-regions.ts';
import { organizationsPort } from '../adapters/aws/organizations-port.ts';
import { serviceQuotasPort } from '../adapters/aws/service-quotas-port.ts';
import { ssmPort } from '../adapters/aws/ssm-port.ts';
import { kubernetesAccessPort } from '../adapters/kubernetes/access-port.ts';
import { eksToken } from '../adapters/kubernetes/eks-token.ts';
import { tokenSource } from '../adapters/kubernetes/token-source.ts';
import { createMeter } from '../adapters/meter.ts';
import type { Configuration } from '../config/schema.ts';
import { discoverAccounts } from '../fleet/discover-accounts.ts';
import { forEachLimited } from '../fleet/fan-out.ts';
import { comparePlaces } from '../fleet/places.ts';
import { errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import { partitionOf } from '../inventory/partition.ts';
import { type Account, type AccountRole, listClusters, openAccount } from './accounts.ts';
import { homeRegion } from './home-region.ts';
import { remembered } from './remembered.ts';

/** Seconds for everything that is asked of one cluster. */
const clusterSeconds = 180;
/** Clusters and accounts that are worked on at the same time. */
const atOnce = 8;

interface AccessCaller {
  /** The user, in the names of role sessions. */
  readonly session: string;
  readonly profile?: string | undefined;
  /** Role through which each account is entered. @default the caller's own credentials */
  readonly role?: AccountRole | undefined;
}

/** Clusters whose access is verified or applied, each with how to enter its account. */
export interface AccessScope {
  readonly clusters: readonly (AccessCluster & { readonly partition: string; readonly open: () => Promise<AccessSources> })[];
  readonly failed: readonly FailedPlace[];
}

/** One cluster, in the caller's account or that of the role's ARN.
 *  @throws CollectionError when the account cannot be entered */
export async function clusterAccess({
  cluster,
  region,
  ...caller
}: AccessCaller & { readonly cluster: string; readonly region: string }): Promise<AccessScope> {
  const account = await enterOne(caller, region);
  return { clusters: [scopeOf(async () => account, account.accountId, region, cluster)], failed: [] };
}

/** A role that is known by its name alone is one of the caller's own account. */
async function enterOne({ session, profile, role }: AccessCaller, region: string): Promise<Account> {
  const caller = { runId: session, profile, region };
  if (role?.name === undefined || role.arn !== undefined) return openAccount({ ...caller, role });
  const own = await openAccount(caller);
  return openAccount({ ...caller, role, account: { id: own.accountId } });
}

/** The clusters of greenlight.yaml, found as a scan finds them. What cannot be entered or listed is a failed place, and the rest goes on.
 *  @throws CollectionError when the organization cannot be read */
export async function fleetAccess({
  configuration,
  ...caller
}: AccessCaller & { readonly configuration: Configuration; readonly region?: string | undefined }): Promise<AccessScope> {
  const region = await homeRegion(configuration, caller);
  const open = remembered((id: string) =>
    openAccount({ runId: caller.session, profile: caller.profile, region, role: caller.role, account: { id } }),
  );
  const { accounts } = await discoverAccounts(configuration, {}, organizationsPort(region, callerCredentials(caller.profile)));
  const clusters: AccessScope['clusters'][number][] = [];
  const failed: FailedPlace[] = [];
  const attempt = async (accountId: string, where: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => failed.push({ accountId, region: where, code: errorCodeOf(error), message: messageOf(error) }));
  };
  await forEachLimited(accounts, atOnce, ({ accountId, regions }) =>
    attempt(accountId, '*', async () => {
      const account = await open(accountId);
      const places = regions ?? (await enabledRegions(account.credentials, region));
      await forEachLimited(places, atOnce, (where) =>
        attempt(accountId, where, async () => {
          const names = await listClusters(account, where);
          clusters.push(...names.map((name) => scopeOf(() => open(accountId), accountId, where, name)));
        }),
      );
    }),
  );
  return { clusters: clusters.sort(comparePlaces), failed: failed.sort(comparePlaces) };
}

/** Does the work for every cluster, several at a time; the results are in the order of the clusters. */
export async function forEachCluster<T>(scope: AccessScope, work: (cluster: AccessScope['clusters'][number]) => Promise<T>): Promise<T[]> {
  const results = new Map<number, T>();
  await forEachLimited([...scope.clusters.entries()], atOnce, async ([index, cluster]) => {
    results.set(index, await work(cluster));
  });
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}

function scopeOf(open: () => Promise<Account>, accountId: string, region: string, name: string): AccessScope['clusters'][number] {
  return { accountId, region, name, partition: partitionOf(region), open: async () => accessSources(await open(), region) };
}

async function accessSources(account: Account, region: string): Promise<AccessSources> {
  const deadline = AbortSignal.timeout(clusterSeconds * 1000);
  const meter = createMeter();
  const clients = account.clients(region);
  const at = { region, deadline };
  const eks = { ...at, client: await clients.eks(meter) };
  return {
    principalArn: account.principalArn,
    eks: eksPort(eks),
    ec2: ec2Port({ ...at, client: await clients.ec2(meter) }),
    autoScaling: autoScalingGroupsPort({ ...at, client: await clients.autoScaling(meter) }),
    ssm: ssmPort({ ...at, client: await clients.ssm(meter) }),
    cloudWatch: cloudWatchPort({ ...at, client: await clients.cloudWatch(meter) }),
    serviceQuotas: serviceQuotasPort({ ...at, client: await clients.serviceQuotas(meter) }),
    accessEntries: eksAccessPort(eks),
    connectKubernetes: async (cluster) =>
      kubernetesAccessPort({
        cluster,
        region,
        principalArn: account.principalArn,
        tokens: tokenSource(() => eksToken({ clusterName: cluster.name, region, credentials: account.credentials })),
        deadline,
        meter,
        timeoutSeconds: 30,
      }),
  };
}
