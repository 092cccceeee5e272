import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { Fault, SimulatedApiServer, SimulatedCluster } from '../world.ts';
import { createEksCluster } from './eks.ts';
import { runControllers, type Troubles } from './run-controllers.ts';
import type { Site } from './site.ts';
import { mergeReleases, type Release } from './workloads.ts';

interface ClusterInput {
  /** The control plane: its version, and whatever differs from the usual. */
  readonly cluster: Partial<Cluster> & Pick<Cluster, 'version'>;
  readonly nodegroups?: readonly Nodegroup[];
  readonly fargateProfiles?: readonly FargateProfile[];
  readonly addons?: readonly Addon[];
  readonly nodes?: readonly Node[];
  readonly releases?: readonly Release[];
  /** Workloads that are not well. */
  readonly troubles?: Troubles;
  /** @default reachable */
  readonly endpoint?: SimulatedApiServer['endpoint'];
  readonly faults?: readonly Fault[];
}

/** A cluster of the world, with everything that its controllers would make of what is declared. */
export function createCluster(site: Site, input: ClusterInput): SimulatedCluster {
  const { nodes = [] } = input;
  const settled = runControllers(mergeReleases(input.releases ?? []), nodes, input.troubles ?? {});
  return {
    cluster: createEksCluster(site, input.cluster),
    nodegroups: input.nodegroups ?? [],
    fargateProfiles: input.fargateProfiles ?? [],
    addons: input.addons ?? [],
    subnets: site.subnets,
    apiServer: {
      endpoint: input.endpoint ?? 'reachable',
      version: { gitVersion: `v${input.cluster.version}.1-eks-3cfe0ce` },
      objects: {
        '/api/v1/nodes': nodes,
        '/api/v1/pods': settled.pods,
        '/apis/apps/v1/deployments': settled.deployments,
        '/apis/apps/v1/statefulsets': settled.statefulSets,
        '/apis/apps/v1/daemonsets': settled.daemonSets,
        '/apis/apps/v1/replicasets': settled.replicaSets,
        '/apis/policy/v1/poddisruptionbudgets': settled.podDisruptionBudgets,
      },
    },
    faults: input.faults ?? [],
  };
}
