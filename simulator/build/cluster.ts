import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import { builtInLists } from '../built-in-lists.ts';
import type { Fault, KubernetesObject, SimulatedApiServer, SimulatedCluster } from '../world.ts';
import { apiServerMetrics } from './api-server-metrics.ts';
import { createEksCluster } from './eks.ts';
import { runControllers, type Troubles } from './run-controllers.ts';
import type { Site } from './site.ts';
import { definitionsOf, namespacesOf, systemObjects } from './system-objects.ts';
import { mergeReleases, type Release } from './workloads.ts';

interface ClusterInput extends Pick<SimulatedCluster, 'insights' | 'updates' | 'autoScalingGroups' | 'launchTemplates'> {
  /** The control plane: its version, and whatever differs from the usual. */
  readonly cluster: Partial<Cluster> & Pick<Cluster, 'version'>;
  readonly nodegroups?: readonly Nodegroup[];
  readonly fargateProfiles?: readonly FargateProfile[];
  readonly addons?: readonly Addon[];
  readonly nodes?: readonly Node[];
  readonly releases?: readonly Release[];
  /** Workloads that are not well. */
  readonly troubles?: Troubles;
  /** More objects, by the path that lists them over all namespaces; one with the namespace and name of another takes its place. Custom
   *  resources get their definitions. E.g. `{ '/apis/networking.k8s.io/v1/networkpolicies': [policy] }`. */
  readonly objects?: Readonly<Record<string, readonly KubernetesObject[]>>;
  /** Texts by path. @default `/metrics` without a request to a deprecated API */
  readonly texts?: SimulatedApiServer['texts'];
  /** @default reachable */
  readonly endpoint?: SimulatedApiServer['endpoint'];
  /** Subnets of its VPC beyond those of the site. @default none */
  readonly moreSubnets?: readonly Subnet[];
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
    subnets: [...site.subnets, ...(input.moreSubnets ?? [])],
    ...(input.insights ? { insights: input.insights } : {}),
    ...(input.updates ? { updates: input.updates } : {}),
    ...(input.autoScalingGroups ? { autoScalingGroups: input.autoScalingGroups } : {}),
    ...(input.launchTemplates ? { launchTemplates: input.launchTemplates } : {}),
    apiServer: {
      endpoint: input.endpoint ?? 'reachable',
      version: { gitVersion: `v${input.cluster.version}.1-eks-3cfe0ce` },
      objects: objectsOf(site, settled, nodes, input.objects ?? {}),
      texts: { '/metrics': apiServerMetrics(), ...input.texts },
    },
    faults: input.faults ?? [],
  };
}

type ObjectLists = Readonly<Record<string, readonly KubernetesObject[]>>;

const namespaces = '/api/v1/namespaces';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function objectsOf(site: Site, settled: Required<Release>, nodes: readonly Node[], more: ObjectLists): ObjectLists {
  const own: ObjectLists = {
    '/api/v1/nodes': nodes,
    '/api/v1/pods': settled.pods,
    '/apis/apps/v1/deployments': settled.deployments,
    '/apis/apps/v1/statefulsets': settled.statefulSets,
    '/apis/apps/v1/daemonsets': settled.daemonSets,
    '/apis/apps/v1/replicasets': settled.replicaSets,
    '/apis/policy/v1/poddisruptionbudgets': settled.podDisruptionBudgets,
    ...systemObjects(site, settled, nodes),
  };
  const customResources = Object.keys(more).filter((path) => !builtInLists.has(path) && !(path in own));
  const all = merged(own, more);
  return merged({ [namespaces]: namespacesOf(all), [definitions]: definitionsOf(customResources) }, all);
}

/** Both; of two objects with one name the later. */
function merged(first: ObjectLists, second: ObjectLists): ObjectLists {
  const paths = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries(
    [...paths].map((path) => {
      const later = second[path] ?? [];
      const replaced = new Set(later.map(keyOf));
      return [path, [...(first[path] ?? []).filter((object) => !replaced.has(keyOf(object))), ...later]];
    }),
  );
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
