import type { Configuration } from '../../functions/config/schema.ts';
import { readRunContext } from '../../functions/fleet/begin-run.ts';
import type { OrganizationAccount, OrganizationPort } from '../../functions/fleet/ports.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { sharedAccountFigures } from '../../functions/store/account-figures.ts';
import { readCatalogue, saveCatalogue } from '../../functions/store/catalogue.ts';
import { publishConfiguration } from '../../functions/store/configuration.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { utcDay } from '../../functions/versions/days.ts';
import type { Pipeline } from '../../functions/wiring/pipeline.ts';
import { simulatedFleet } from '../../simulator/fleet-sources.ts';
import type { World } from '../../simulator/world.ts';
import { createConfiguration } from '../analysis/builders.ts';

/** What a test may look at and change between two runs. */
export interface SimulatedPipeline extends Pipeline {
  readonly organization: OrganizationPort;
  world: World;
  organizationAccounts: OrganizationAccount[];
  /** Regions through whose accounts catalogues were fetched, in order. */
  readonly cataloguesFetched: string[];
}

/** The pipeline over the simulator, in place of the real adapters. */
export function simulatedPipeline(store: ObjectStore, world: World): SimulatedPipeline {
  const fleet = () => simulatedFleet(pipeline.world);
  const accountOf = (id: string) => pipeline.world.accounts.find((account) => account.id === id);
  const pipeline: SimulatedPipeline = {
    store,
    world,
    organizationAccounts: [],
    cataloguesFetched: [],
    organization: { listAccounts: async () => pipeline.organizationAccounts },
    async runContext(runId) {
      const context = await readRunContext(store, runId);
      if (!context) throw new Error(`no run ${runId}`);
      return context;
    },
    accountSources: () => ({
      async enabledRegions(accountId) {
        const account = accountOf(accountId);
        if (account?.denied) throw new CollectionError(account.denied.code, account.denied.message);
        return account?.regions.map(({ name }) => name) ?? [];
      },
      listClusters: (accountId, region) => fleet().listClusters({ accountId, accountName: null, region }),
    }),
    clusterSources: ({ runId }) => ({
      openCluster: async (target, name) => {
        const opened = await fleet().openCluster(target, name);
        const account = sharedAccountFigures(store, runId, target, opened.sources.account);
        return { ...opened, sources: { ...opened.sources, account } };
      },
    }),
    async fetchCatalogue(context, accountId, region) {
      const day = utcDay(new Date(context.startedAt));
      if (await readCatalogue(store, region, day)) return;
      const denied = accountOf(accountId)?.denied;
      if (denied) throw new CollectionError(denied.code, denied.message);
      pipeline.cataloguesFetched.push(region);
      const { clusterVersions, addons } = pipeline.world.catalogue;
      await saveCatalogue(store, region, day, { clusterVersions, addonVersions: addons });
    },
  };
  return pipeline;
}

/** Puts a configuration in force that scans every account of the world. */
export async function publishFor(
  store: ObjectStore,
  world: World,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Configuration> {
  const explicit = world.accounts.map(({ id, name }) => ({ id, name }));
  const configuration = createConfiguration({ accounts: { explicit }, ...overrides });
  await publishConfiguration(store, configuration);
  return configuration;
}
