import { enabledRegions } from '../adapters/aws/enabled-regions.ts';
import type { Configuration } from '../config/schema.ts';
import type { AccountSources } from '../fleet/list-account.ts';
import type { RunContext } from '../fleet/run-input.ts';
import type { OpenClusters } from '../fleet/scan-cluster.ts';
import type { CataloguePort } from '../inventory/ports.ts';
import { sharedAccountFigures } from '../store/account-figures.ts';
import { readCatalogue, saveCatalogue } from '../store/catalogue.ts';
import { utcDay } from '../versions/days.ts';
import { type Account, openAccount } from './accounts.ts';
import { liveSources } from './live.ts';
import { remembered, rememberedSuccess } from './remembered.ts';
import { openRunStore, type RunStore, type RunStoreOptions } from './run-store.ts';
import { clusterSources, createMeter, sharedAccounts, sharedCatalogue } from './sources.ts';

/** The real outside of the pipeline, for functions that live through many invocations: what was opened once stays open. */
export interface Pipeline extends RunStore {
  accountSources(context: RunContext): AccountSources;
  clusterSources(context: RunContext, timeLeftMs: () => number): OpenClusters;
  /** Fetches what EKS offers in a region into the store, through an account, unless it is there.
   *  @throws CollectionError */
  fetchCatalogue(context: RunContext, accountId: string, region: string): Promise<void>;
}

/** Seconds for the two lists of a catalogue: three tries must fit into the life of plan-scan. */
const catalogueSeconds = 60;

/** @param options the region is also that of the STS endpoint through which accounts are entered */
export function openPipeline(options: RunStoreOptions): Pipeline {
  const { region } = options;
  const runStore = openRunStore(options);
  const { store } = runStore;
  // The account's credentials outlive a run; who CloudTrail names is the run that opened it.
  const accountsOf = remembered(async (roleAndRun: string) => accountsThrough(JSON.parse(roleAndRun), region));
  const accountOf = async ({ configuration: { scanRole }, runId }: RunContext, accountId: string) =>
    (await accountsOf(JSON.stringify({ role: { name: scanRole.name, externalId: scanRole.externalId }, runId })))(accountId);
  const catalogues = rememberedSuccess(async (regionAndDay: string) => {
    const [of = '', day = ''] = regionAndDay.split(' ');
    return readCatalogue(store, of, day);
  });
  return {
    ...runStore,
    accountSources: (context) => ({
      enabledRegions: async (accountId) => enabledRegions((await accountOf(context, accountId)).credentials, region),
      listClusters: (accountId, of) => liveOf(context, accountOf).listClusters({ accountId, accountName: null, region: of }),
    }),
    clusterSources: (context, timeLeftMs) =>
      liveOf(context, accountOf, {
        timeLeftMs,
        catalogueOf: (of, live) => storedCatalogue(() => catalogues(`${of} ${utcDay(new Date(context.startedAt))}`), live),
        accountFiguresOf: (target, live) => sharedAccountFigures(store, context.runId, target, live),
      }),
    async fetchCatalogue(context, accountId, of) {
      const day = utcDay(new Date(context.startedAt));
      if (await readCatalogue(store, of, day)) return;
      const account = await accountOf(context, accountId);
      const deadline = AbortSignal.timeout(catalogueSeconds * 1000);
      const { kubernetes } = context.configuration;
      const shared = { catalogue: sharedCatalogue(), accounts: sharedAccounts() };
      const { catalogue } = await clusterSources({ account, region: of, deadline, meter: createMeter(), ...shared, kubernetes });
      const [clusterVersions, addonVersions] = [await catalogue.clusterVersions(), await catalogue.addonVersions()];
      await saveCatalogue(store, of, day, { clusterVersions, addonVersions });
    },
  };
}

function accountsThrough({ role, runId }: { role: { name: string; externalId?: string }; runId: string }, region: string) {
  // What failed is tried again: the run may be resumed after somebody has put it right.
  return rememberedSuccess((accountId: string) => openAccount({ runId, region, role, account: { id: accountId } }));
}

function liveOf(
  context: RunContext,
  accountOf: (context: RunContext, accountId: string) => Promise<Account>,
  more: Partial<Parameters<typeof liveSources>[0]> = {},
) {
  const configuration: Pick<Configuration, 'kubernetes'> = context.configuration;
  return liveSources({ accountOf: ({ accountId }) => accountOf(context, accountId), configuration, ...more });
}

/** What plan-scan fetched; where it could not, the cluster's own account is asked. */
function storedCatalogue(stored: () => ReturnType<typeof readCatalogue>, live: CataloguePort): CataloguePort {
  return {
    clusterVersions: async () => (await stored())?.clusterVersions ?? live.clusterVersions(),
    addonVersions: async () => (await stored())?.addonVersions ?? live.addonVersions(),
  };
}
