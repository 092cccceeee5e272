import type { FleetSources } from '../functions/fleet/scan-fleet.ts';
import { accountFigures } from '../functions/inventory/account-figures.ts';
import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { Collection } from '../functions/inventory/inventory.ts';
import { listNames } from '../functions/inventory/listing.ts';
import type { AccountPort, CataloguePort, ClusterSources } from '../functions/inventory/ports.ts';
import { simulatedAccountApis } from './account-apis.ts';
import { simulatedAutoScaling } from './auto-scaling-port.ts';
import { once, simulatedCatalogue } from './catalogue-port.ts';
import { simulatedEc2 } from './ec2-port.ts';
import { simulatedEks } from './eks-port.ts';
import { demoNow } from './fleet/clock.ts';
import { simulatedKubernetes } from './kubernetes-port.ts';
import { createMeter } from './meter.ts';
import { simulatedSsm } from './ssm-port.ts';
import { createWire, type Wire } from './wire.ts';
import { clustersIn, type Fault, type Place, type SimulatedCluster, type World } from './world.ts';

export interface SimulationOptions {
  /** Items per page of an AWS list. */
  readonly pageSize?: number;
  /** Real time that each request takes, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** What goes wrong everywhere. Requests are counted per scan of a cluster, those for lists of clusters,
   *  the catalogue, usage and quotas over the run. */
  readonly faults?: readonly Fault[];
}

export interface SimulatedFleet extends FleetSources {
  /** What all scans together cost so far, lists of clusters and the catalogue included; these count for no single cluster. */
  total(): Omit<Collection, 'durationMs'>;
}

/** The world as a fleet scan sees it. */
export function simulatedFleet(world: World, options: SimulationOptions = {}): SimulatedFleet {
  const total = createMeter();
  const shared = createWire({ meter: total, latencyMs: options.latencyMs, faults: options.faults });
  const catalogueOf = cataloguePerRegion(world, shared, options.pageSize);
  const accountOf = accountPerRegion(world, shared, options.pageSize);
  return {
    total: total.cost,
    listClusters: async (target) =>
      listNames(simulatedEks(world, target, shared, options.pageSize).listClusters(), 'clusters', 'eks:ListClusters'),
    openCluster: async (target, name) => {
      const found = clustersIn(world, target).find(({ cluster }) => cluster.name === name);
      if (!found) throw new CollectionError('NotFound', `No cluster ${name} in ${target.accountId} ${target.region}`);
      const meter = createMeter(total);
      const wire = createWire({ meter, latencyMs: options.latencyMs, faults: [...found.faults, ...(options.faults ?? [])] });
      const { deadline, passWhenIdle } = virtualDeadline();
      return {
        arn: found.cluster.arn,
        sources: clusterSources(world, target, found, wire, {
          catalogue: catalogueOf(target),
          account: accountOf(target),
          pageSize: options.pageSize,
          onHang: passWhenIdle,
        }),
        deadline,
        cost: meter.cost,
      };
    },
  };
}

interface SharedSources {
  readonly catalogue: CataloguePort;
  /** @default one of its own */
  readonly account?: AccountPort;
  readonly pageSize?: number | undefined;
  readonly onHang?: (() => void) | undefined;
}

/** All ports of one cluster. */
export function clusterSources(
  world: World,
  place: Place,
  { apiServer, nodegroups }: SimulatedCluster,
  wire: Wire,
  { catalogue, account, pageSize, onHang }: SharedSources,
): ClusterSources {
  return {
    eks: simulatedEks(world, place, wire, pageSize),
    ec2: simulatedEc2(world, place, wire, pageSize),
    autoScaling: simulatedAutoScaling(world, place, wire, pageSize),
    ssm: simulatedSsm(world, place, nodegroups, wire),
    account: account ?? simulatedAccount(world, place, wire, pageSize),
    catalogue,
    connectKubernetes: async ({ endpoint }) => simulatedKubernetes(apiServer, endpoint, wire, onHang),
  };
}

function cataloguePerRegion(world: World, wire: Wire, pageSize: number | undefined): (place: Place) => CataloguePort {
  const known = new Map<string, CataloguePort>();
  return (place) => {
    const catalogue = known.get(place.region) ?? simulatedCatalogue(simulatedEks(world, place, wire, pageSize));
    known.set(place.region, catalogue);
    return catalogue;
  };
}

/** Usage and quotas, asked once per account and region however many clusters want them. */
function accountPerRegion(world: World, wire: Wire, pageSize: number | undefined): (place: Place) => AccountPort {
  const known = new Map<string, AccountPort>();
  return (place) => {
    const key = `${place.accountId} ${place.region}`;
    const live = simulatedAccount(world, place, wire, pageSize);
    const account = known.get(key) ?? { usage: once(live.usage), quotas: once(live.quotas) };
    known.set(key, account);
    return account;
  };
}

function simulatedAccount(world: World, place: Place, wire: Wire, pageSize: number | undefined): AccountPort {
  return accountFigures(simulatedAccountApis(world, place, wire, pageSize), world.clock ?? (() => demoNow));
}

/** Nobody waits for a server that never answers: its deadline passes once no promise is left to settle. Requests with a latency that are
 *  still under way then are cut off too. */
function virtualDeadline() {
  const controller = new AbortController();
  return { deadline: controller.signal, passWhenIdle: () => void setImmediate(() => controller.abort()) };
}
