import type { Behaviours } from './behaviour.ts';
import type { LiveNodegroup } from './node-groups.ts';
import type * as objects from './objects.ts';
import { nameOf, namespaceOf } from './objects.ts';
import type { LiveWorld } from './world.ts';

/** Objects of the kinds that something happens to, by `namespace/name`. */
export interface Collections {
  readonly nodes: Map<string, objects.LiveNode>;
  readonly pods: Map<string, objects.LivePod>;
  readonly deployments: Map<string, objects.LiveDeployment>;
  readonly replicaSets: Map<string, objects.LiveReplicaSet>;
  readonly statefulSets: Map<string, objects.LiveStatefulSet>;
  readonly daemonSets: Map<string, objects.LiveDaemonSet>;
  readonly jobs: Map<string, objects.LiveJob>;
  readonly budgets: Map<string, objects.LiveBudget>;
  readonly volumes: Map<string, objects.LiveVolume>;
  readonly attachments: Map<string, objects.LiveAttachment>;
  readonly autoscalers: Map<string, objects.LiveAutoscaler>;
  readonly namespaces: Map<string, objects.LiveNamespace>;
}

/** A webhook that must answer before a pod is created or evicted; its backend is a workload here. */
export interface FailClosedWebhook {
  readonly name: string;
  /** `namespace/name` of a Deployment. */
  readonly backend: string;
  readonly on: readonly ('create' | 'evict')[];
}

export interface LiveCluster {
  readonly world: LiveWorld;
  readonly name: string;
  readonly arn: string;
  version: string;
  readonly zones: readonly string[];
  readonly objects: Collections;
  /** Objects that nothing happens to, by the path that lists them. */
  readonly others: Map<string, Map<string, objects.KubernetesObject>>;
  readonly nodegroups: Map<string, LiveNodegroup>;
  readonly behaviours: Behaviours;
  readonly webhooks: FailClosedWebhook[];
  /** What callers may not, as `verb group/resource` or `verb resource/subresource`. */
  readonly denied: Set<string>;
  /** What pods may use of a node by instance type, where nodes have shown it. */
  readonly allocatableByType: Map<string, Readonly<Record<string, string>>>;
  /** What DescribeCluster answers beside name, version and endpoint. */
  details: Record<string, unknown>;
  readonly podsByNode: Map<string, Set<objects.LivePod>>;
  /** By node: another number whenever other pods are on it. */
  readonly occupancy: Map<string, number>;
  readonly podsByOwner: Map<string, Set<objects.LivePod>>;
  readonly podsByNamespace: Map<string, Set<objects.LivePod>>;
  /** Something is not as it was: controllers and scheduler look soon. */
  changed(): void;
  /** What looks, once something has changed. */
  onChange: (cluster: LiveCluster) => void;
}

/** Something with metadata as a controller or a user creates it. */
export function newMetadata({ world }: LiveCluster, given: Partial<objects.Metadata> & Pick<objects.Metadata, 'name'>): objects.Metadata {
  const number = world.next();
  return {
    uid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    resourceVersion: String(number),
    generation: 1,
    creationTimestamp: world.clock.iso(),
    labels: {},
    annotations: {},
    ...given,
  };
}

/** A write: another resourceVersion, and whoever watches hears of it. */
export function touch(cluster: LiveCluster, object: { readonly metadata: objects.Metadata }): void {
  object.metadata.resourceVersion = String(cluster.world.next());
  cluster.changed();
}

export function addPod(cluster: LiveCluster, pod: objects.LivePod): void {
  cluster.objects.pods.set(nameOf(pod), pod);
  index(cluster.podsByNamespace, namespaceOf(pod), pod);
  const owner = ownerUidOf(pod);
  if (owner) index(cluster.podsByOwner, owner, pod);
  index(cluster.podsByNode, pod.spec.nodeName ?? unbound, pod);
  occupied(cluster, pod);
  cluster.changed();
}

export function bindPod(cluster: LiveCluster, pod: objects.LivePod, nodeName: string): void {
  cluster.podsByNode.get(unbound)?.delete(pod);
  pod.spec.nodeName = nodeName;
  index(cluster.podsByNode, nodeName, pod);
  occupied(cluster, pod);
  touch(cluster, pod);
}

export function dropPod(cluster: LiveCluster, pod: objects.LivePod): void {
  if (cluster.objects.pods.get(nameOf(pod)) === pod) cluster.objects.pods.delete(nameOf(pod));
  cluster.podsByNamespace.get(namespaceOf(pod))?.delete(pod);
  cluster.podsByOwner.get(ownerUidOf(pod) ?? '')?.delete(pod);
  cluster.podsByNode.get(pod.spec.nodeName ?? unbound)?.delete(pod);
  occupied(cluster, pod);
  cluster.changed();
}

/** What its node has left is another than before. */
export function occupied(cluster: LiveCluster, { spec }: objects.LivePod): void {
  const name = spec.nodeName ?? unbound;
  cluster.occupancy.set(name, (cluster.occupancy.get(name) ?? 0) + 1);
}

/** Pods that no node has yet. */
export function unboundPods(cluster: LiveCluster): objects.LivePod[] {
  return podsOn(cluster, unbound);
}

const unbound = '';

export function podsOn(cluster: LiveCluster, nodeName: string): objects.LivePod[] {
  return [...(cluster.podsByNode.get(nodeName) ?? [])];
}

export function podsOf(cluster: LiveCluster, owner: { readonly metadata: { readonly uid: string } }): objects.LivePod[] {
  return [...(cluster.podsByOwner.get(owner.metadata.uid) ?? [])];
}

export function isThere(cluster: LiveCluster, pod: objects.LivePod): boolean {
  return cluster.objects.pods.get(nameOf(pod)) === pod;
}

function ownerUidOf(pod: objects.LivePod): string | undefined {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

function index(byKey: Map<string, Set<objects.LivePod>>, key: string, pod: objects.LivePod): void {
  const known = byKey.get(key);
  if (known) known.add(pod);
  else byKey.set(key, new Set([pod]));
}

type ClusterInput = Pick<LiveCluster, 'world' | 'name' | 'version' | 'zones' | 'behaviours'> & {
  readonly details: Record<string, unknown>;
};

/** A cluster with nothing in it. */
export function emptyCluster({ world, name, version, zones, behaviours, details }: ClusterInput): LiveCluster {
  let looking = false;
  const cluster: LiveCluster = {
    world,
    name,
    version,
    zones,
    behaviours,
    details,
    arn: `arn:aws:eks:${world.region}:${world.accountId}:cluster/${name}`,
    objects: {
      nodes: new Map(),
      pods: new Map(),
      deployments: new Map(),
      replicaSets: new Map(),
      statefulSets: new Map(),
      daemonSets: new Map(),
      jobs: new Map(),
      budgets: new Map(),
      volumes: new Map(),
      attachments: new Map(),
      autoscalers: new Map(),
      namespaces: new Map(),
    },
    others: new Map(),
    nodegroups: new Map(),
    webhooks: [],
    allocatableByType: new Map(),
    denied: new Set(),
    podsByNode: new Map(),
    occupancy: new Map(),
    podsByOwner: new Map(),
    podsByNamespace: new Map(),
    onChange: () => {},
    changed() {
      if (looking) return;
      looking = true;
      world.clock.after(world.timings.controllers, () => {
        looking = false;
        cluster.onChange(cluster);
      });
    },
  };
  return cluster;
}
