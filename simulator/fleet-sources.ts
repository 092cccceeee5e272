import type { FleetSources } from '../functions/fleet/scan-fleet.ts';
import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { Collection } from '../functions/inventory/inventory.ts';
import { listNames } from '../functions/inventory/listing.ts';
import type { CataloguePort, ClusterSources } from '../functions/inventory/ports.ts';
import { simulatedCatalogue } from './catalogue-port.ts';
import { simulatedEc2 } from './ec2-port.ts';
import { simulatedEks } from './eks-port.ts';
import { simulatedKubernetes } from './kubernetes-port.ts';
import { createMeter } from './meter.ts';
import { createWire, type Wire } from './wire.ts';
import { clustersIn, type Fault, type Place, type SimulatedCluster, type World } from './world.ts';

export interface SimulationOptions {
  /** Items per page of an AWS list. */
  readonly pageSize?: number;
  /** Real time that each request takes, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** What goes wrong everywhere. Requests are counted per scan of a cluster, those for lists of clusters and the catalogue over the run. */
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
          pageSize: options.pageSize,
          onHang: passWhenIdle,
        }),
        deadline,
        cost: meter.cost,
      };
    },
  };
}

/** All ports of one cluster. */
export function clusterSources(
  world: World,
  place: Place,
  { apiServer }: SimulatedCluster,
  wire: Wire,
  { catalogue, pageSize, onHang }: { readonly catalogue: CataloguePort; readonly pageSize?: number; readonly onHang?: () => void },
): ClusterSources {
  return {
    eks: simulatedEks(world, place, wire, pageSize),
    ec2: simulatedEc2(world, place, wire, pageSize),
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

/** Nobody waits for a server that never answers: its deadline passes once no promise is left to settle. Requests with a latency that are
 *  still under way then are cut off too. */
function virtualDeadline() {
  const controller = new AbortController();
  return { deadline: controller.signal, passWhenIdle: () => void setImmediate(() => controller.abort()) };
}
