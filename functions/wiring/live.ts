import { callerCredentials } from '../adapters/aws/credentials.ts';
import { enabledRegions } from '../adapters/aws/enabled-regions.ts';
import { organizationsPort } from '../adapters/aws/organizations-port.ts';
import type { Configuration } from '../config/schema.ts';
import type { TargetCoverage } from '../fleet/coverage.ts';
import { discoverAccounts } from '../fleet/discover-accounts.ts';
import { forEachLimited } from '../fleet/fan-out.ts';
import type { Target } from '../fleet/scan-cluster.ts';
import type { FleetSources } from '../fleet/scan-fleet.ts';
import { failedTarget } from '../fleet/target-coverage.ts';
import { partitionOf } from '../inventory/partition.ts';
import type { AccountPort, CataloguePort } from '../inventory/ports.ts';
import { type Account, listClusters, type OpenAccountOptions, openAccount } from './accounts.ts';
import { homeRegion } from './home-region.ts';
import { remembered } from './remembered.ts';
import { clusterSources, createMeter, sharedAccounts, sharedCatalogue } from './sources.ts';

/** What can be scanned, and what failed before that. */
export interface LiveScope {
  readonly targets: readonly Target[];
  /** Targets that failed or were skipped before they could be listed: an account whose regions nobody may read, or that is closed. */
  readonly failedTargets: readonly TargetCoverage[];
  readonly sources: FleetSources;
}

/** Who is asking, and from where. */
interface Caller {
  /** The user, in the names of role sessions. */
  readonly session: string;
  readonly profile?: string;
}

interface OneCluster extends Caller {
  readonly region: string;
  readonly roleArn?: string;
  readonly externalId?: string;
}

/** An AWS collection takes seconds; what comes on top of the time for Kubernetes ends a scan whose AWS calls hang. */
const awsSeconds = 60;

/** The accounts and regions of greenlight.yaml, each account entered through the scan role. An account or region that cannot be entered
 *  is a failed target, and the rest goes on.
 *  @throws CollectionError when the organization cannot be read: the caller must be its management account or a delegated administrator */
export async function liveFleet({
  configuration,
  session,
  profile,
  region,
}: Caller & { readonly configuration: Configuration; readonly region?: string | undefined }): Promise<LiveScope> {
  const { scanRole } = configuration;
  const caller = { runId: session, profile, region: await homeRegion(configuration, { profile, region }) };
  const open = remembered((accountId: string) => openAccount({ ...caller, account: { id: accountId }, role: scanRole }));
  const targets: Target[] = [];
  const { accounts, skipped } = await discoverAccounts(configuration, {}, organizationsPort(caller.region, callerCredentials(profile)));
  const failedTargets: TargetCoverage[] = skipped.map(({ accountName: _accountName, ...target }) => target);
  await forEachLimited(accounts, configuration.concurrency.accounts, async ({ accountId, accountName, regions }) => {
    try {
      const found = regions ?? (await enabledRegions((await open(accountId)).credentials, caller.region));
      targets.push(...found.map((region) => ({ accountId, accountName, region })));
    } catch (error) {
      failedTargets.push(failedTarget({ accountId, region: '*' }, error));
    }
  });
  return { targets, failedTargets, sources: liveSources({ accountOf: ({ accountId }) => open(accountId), configuration }) };
}

/** One cluster, with the caller's credentials or through a role.
 *  @throws CollectionError when the account cannot be entered */
export async function oneCluster(
  options: OneCluster & { readonly cluster: string; readonly configuration: Configuration },
): Promise<LiveScope> {
  const account = await openAccount(accountOptions(options));
  const sources = liveSources({ accountOf: async () => account, configuration: options.configuration });
  return {
    targets: [{ accountId: account.accountId, accountName: null, region: options.region }],
    failedTargets: [],
    sources: { ...sources, listClusters: async () => [options.cluster] },
  };
}

/** The clusters that the caller sees in a region. */
export async function clustersInRegion(options: OneCluster): Promise<{ readonly accountId: string; readonly names: readonly string[] }> {
  const account = await openAccount(accountOptions(options));
  return { accountId: account.accountId, names: await listClusters(account, options.region) };
}

function accountOptions({ session, profile, region, roleArn, externalId }: OneCluster): OpenAccountOptions {
  return { runId: session, profile, region, role: roleArn === undefined ? undefined : { arn: roleArn, externalId } };
}

export interface LiveSourcesOptions {
  /** The account of a target, entered once. */
  readonly accountOf: (target: Target) => Promise<Account>;
  readonly configuration: Pick<Configuration, 'kubernetes'>;
  /** What EKS offers in a region, known already. @default asked for once per region and scan */
  readonly catalogueOf?: (region: string, live: CataloguePort) => CataloguePort;
  /** Usage and quotas of an account in a region, known already. @default asked for once per account, region and scan */
  readonly accountFiguresOf?: (target: Target, live: AccountPort) => AccountPort;
  /** Milliseconds after which a scan of one cluster must have ended. @default as long as the configuration allows */
  readonly timeLeftMs?: (() => number) | undefined;
}

/** The real outside of a fleet. */
export function liveSources(options: LiveSourcesOptions): FleetSources {
  const { accountOf, catalogueOf, accountFiguresOf, timeLeftMs } = options;
  const { kubernetes } = options.configuration;
  const catalogue = sharedCatalogue();
  const accounts = sharedAccounts();
  return {
    listClusters: async (target) => listClusters(await accountOf(target), target.region),
    openCluster: async (target, name) => {
      const account = await accountOf(target);
      const allowedMs = (kubernetes.timeoutSeconds + awsSeconds) * 1000;
      const deadline = AbortSignal.timeout(Math.max(0, Math.min(allowedMs, timeLeftMs?.() ?? allowedMs)));
      const meter = createMeter();
      const sources = await clusterSources({ account, region: target.region, deadline, meter, catalogue, accounts, kubernetes });
      return {
        arn: `arn:${partitionOf(target.region)}:eks:${target.region}:${target.accountId}:cluster/${name}`,
        sources: {
          ...sources,
          catalogue: catalogueOf?.(target.region, sources.catalogue) ?? sources.catalogue,
          account: accountFiguresOf?.(target, sources.account) ?? sources.account,
        },
        deadline,
        cost: meter.cost,
      };
    },
  };
}
