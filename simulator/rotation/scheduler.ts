import { isNodeReady } from '../../functions/workloads/drain-terminating.ts';
import { type Misfit, misfits, type Room, roomOn, withPod } from '../../functions/workloads/fits.ts';
import { type VolumeLookup, volumesByClaim } from '../../functions/workloads/volumes.ts';
import { zoneOf } from '../../functions/workloads/zones.ts';
import { bindPod, type LiveCluster, podsOn, touch, unboundPods } from './cluster.ts';
import { type LiveNode, type LivePod, namespaceOf, setCondition } from './objects.ts';
import { placementRules } from './placement-rules.ts';
import { startPod } from './pods.ts';
import { provisionVolumes } from './volumes.ts';

const rooms = new WeakMap<LiveNode, { readonly occupancy: number; readonly room: Room }>();

/** Binds what is Pending, critical pods first, and says of the others why not. */
export function schedule(cluster: LiveCluster): void {
  const waiting = unboundPods(cluster).filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase === 'Pending');
  if (waiting.length === 0) return;
  const volumes = volumesByClaim([...cluster.objects.volumes.values()]);
  for (const pod of waiting.sort(byPriority)) scheduleOne(cluster, pod, volumes);
}

function byPriority(a: LivePod, b: LivePod): number {
  return priorityOf(b) - priorityOf(a) || Number(a.metadata.uid.slice(-12)) - Number(b.metadata.uid.slice(-12));
}

const priorities: Readonly<Record<string, number>> = { 'system-node-critical': 2, 'system-cluster-critical': 1 };
const priorityOf = ({ spec }: LivePod): number => priorities[spec.priorityClassName ?? ''] ?? 0;

function scheduleOne(cluster: LiveCluster, pod: LivePod, volumes: VolumeLookup): void {
  const nodes = [...cluster.objects.nodes.values()];
  const refuses = placementRules(cluster, pod, nodes);
  const reasons = new Map<string, number>();
  const candidates: Room[] = [];
  for (const node of nodes) {
    const room = roomOf(cluster, node);
    const why = refusals(misfits(pod, room, volumes), node) ?? refuses(node);
    if (why === undefined) candidates.push(room);
    else for (const reason of why) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const best = bestOf(cluster, pod, candidates);
  if (!best) {
    unschedulable(cluster, pod, nodes.length, reasons);
    return;
  }
  const { name } = best.node.metadata;
  provisionVolumes(cluster, pod, name);
  bindPod(cluster, pod, name);
  startPod(cluster, pod);
}

function roomOf(cluster: LiveCluster, node: LiveNode): Room {
  const { name } = node.metadata;
  const occupancy = cluster.occupancy.get(name) ?? 0;
  const known = rooms.get(node);
  if (known?.occupancy === occupancy) return known.room;
  const room = roomOn(node, podsOn(cluster, name));
  rooms.set(node, { occupancy, room });
  return room;
}

/** The words of the scheduler for the first of its plugins that refuses a node; resources are named all. Undefined when none does.
 *  @see https://github.com/kubernetes/kubernetes/tree/v1.34.4/pkg/scheduler/framework/plugins */
function refusals(found: readonly Misfit[], node: LiveNode): string[] | undefined {
  const [first] = found;
  if (!first) return isNodeReady(node) ? undefined : ['node(s) had untolerated taint(s)'];
  if (first.reason === 'insufficient-resource') return found.map(({ message }) => `Insufficient ${message.split(' ')[1]}`);
  return [words[first.reason]];
}

const words: Readonly<Record<Exclude<Misfit['reason'], 'insufficient-resource'>, string>> = {
  'other-node': "node(s) didn't match the requested node name",
  unschedulable: 'node(s) were unschedulable',
  'untolerated-taint': 'node(s) had untolerated taint(s)',
  'node-selector': "node(s) didn't match Pod's node affinity/selector",
  'node-affinity': "node(s) didn't match Pod's node affinity/selector",
  'volume-elsewhere': "node(s) didn't match PersistentVolume's node affinity",
  'too-many-pods': 'Too many pods',
};

function unschedulable(cluster: LiveCluster, pod: LivePod, nodes: number, reasons: ReadonlyMap<string, number>): void {
  const listed = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  const message = nodes === 0 ? 'no nodes available to schedule pods' : `0/${nodes} nodes are available: ${listed.join(', ')}.`;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  if (setCondition(pod.status.conditions, condition, cluster.world.clock.iso())) touch(cluster, pod);
}

/** Spread over nodes, then over zones, then where most is free; the same node for the same question. */
function bestOf(cluster: LiveCluster, pod: LivePod, candidates: readonly Room[]): Room | undefined {
  if (candidates.length < 2) return candidates[0];
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const siblings = [...(cluster.podsByOwner.get(owner ?? '') ?? [])].filter(({ metadata }) => !metadata.deletionTimestamp);
  const onNode = Map.groupBy(siblings, ({ spec }) => spec.nodeName ?? '');
  const inZone = Map.groupBy(siblings, ({ spec }) => zoneOfNode(cluster, spec.nodeName ?? '') ?? '');
  const score = (room: Room) => {
    const { name } = room.node.metadata;
    return [
      onNode.get(name)?.length ?? 0,
      inZone.get(zoneOf(room.node) ?? '')?.length ?? 0,
      -Number(room.free.get('cpu') ?? 0n),
      name,
    ] as const;
  };
  return candidates.map((room) => ({ room, score: score(room) })).reduce((best, other) => (isLess(other.score, best.score) ? other : best))
    .room;
}

function isLess(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

function zoneOfNode(cluster: LiveCluster, name: string): string | undefined {
  const node = cluster.objects.nodes.get(name);
  return node && zoneOf(node);
}

/** Whether a node would take a pod like this one if it were there and empty: what a cluster autoscaler asks.
 *  @throws RangeError for what is no quantity */
export function wouldFit(cluster: LiveCluster, pod: LivePod, node: LiveNode): boolean {
  const volumes = volumesByClaim([...cluster.objects.volumes.values()]);
  const daemons = [...(cluster.podsByNamespace.get(namespaceOf(pod)) ?? [])].filter(({ spec }) => spec.nodeName === node.metadata.name);
  return misfits(pod, daemons.reduce(withPod, roomOn(node, [])), volumes).length === 0;
}
