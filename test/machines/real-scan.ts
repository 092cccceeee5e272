import { setImmediate } from 'node:timers/promises';
import { notify } from '../../functions/handlers/notify/notify.ts';
import { commit } from '../../functions/handlers/scan/commit-run.ts';
import { discoverTargets } from '../../functions/handlers/scan/discover-targets.ts';
import { listClusters } from '../../functions/handlers/scan/list-clusters.ts';
import { plan } from '../../functions/handlers/scan/plan-scan.ts';
import { scanCluster } from '../../functions/handlers/scan/scan-cluster.ts';
import { summarize } from '../../functions/handlers/scan/summarize-run.ts';
import type { AlertMessage, EventEntry } from '../../functions/notifications/messages.ts';
import type { NotificationPorts } from '../../functions/notifications/ports.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { demoWorld } from '../../simulator/fleet/demo-fleet.ts';
import type { Handler } from '../../simulator/step-functions/integrations.ts';
import type { SimulatedCluster, World } from '../../simulator/world.ts';
import { simulatedPipeline } from '../handlers/simulated-pipeline.ts';

/** A part of the demo fleet that is quick to scan: a healthy cluster, one in extended support, one that answers nothing but that it
 *  exists, and an account that denies. */
export const smallWorld: World = {
  ...demoWorld(),
  accounts: demoWorld().accounts.map((account) => ({
    ...account,
    regions: account.regions.map((region) => ({
      ...region,
      clusters: region.clusters.filter(({ cluster }) => ['payments-next', 'payments-us', 'ml-training'].includes(cluster.name)),
    })),
  })),
};

/** The world after something happened to one of its clusters. */
export const changed = (world: World, name: string, change: (cluster: SimulatedCluster) => SimulatedCluster): World => ({
  ...world,
  accounts: world.accounts.map((account) => ({
    ...account,
    regions: account.regions.map((region) => ({
      ...region,
      clusters: region.clusters.map((cluster) => (cluster.cluster.name === name ? change(cluster) : cluster)),
    })),
  })),
});

/** What left the house, in order. */
export function outbox() {
  const alerts: AlertMessage[] = [];
  const events: EventEntry[] = [];
  const refusals: string[] = [];
  const ports: NotificationPorts = {
    publishAlert: async (message) => {
      await setImmediate();
      const refusal = refusals.shift();
      if (refusal !== undefined) throw new Error(refusal);
      alerts.push(message);
    },
    publishChat: () => setImmediate(),
    putEvents: async (entries) => {
      await setImmediate();
      events.push(...entries);
    },
  };
  return { alerts, events, ports, /** What the next alerts are refused with. */ refusals };
}

/** The functions of fleet-scan, with the simulator and these ports in place of AWS. */
export function realHandlers(store: ObjectStore, worldNow: () => World, ports: NotificationPorts): Record<string, Handler> {
  const withPipeline = (run: (pipeline: ReturnType<typeof simulatedPipeline>, event: unknown) => Promise<unknown>): Handler => {
    return (event) => run(simulatedPipeline(store, worldNow()), event);
  };
  return {
    DiscoverTargetsFunction: withPipeline(discoverTargets),
    ListClustersFunction: withPipeline(listClusters),
    PlanScanFunction: withPipeline(plan),
    ScanClusterFunction: withPipeline((pipeline, event) => scanCluster(pipeline, event, { getRemainingTimeInMillis: () => 900_000 })),
    SummarizeRunFunction: withPipeline(summarize),
    NotifyFunction: withPipeline((pipeline, event) => notify(pipeline, ports, (key) => `https://store.example/${key}`, event)),
    CommitRunFunction: withPipeline(commit),
  };
}
