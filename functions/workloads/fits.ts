import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { matchesNodeAffinity, matchesNodeSelector } from './node-affinity.ts';
import { isTerminal } from './pods.ts';
import { formatQuantity, one, type Quantity } from './quantities.ts';
import { allocatableOf, difference, type Resources, requestsOf, sumOf } from './requests.ts';
import { cordonTaint, describeTaint, tolerates, untolerated } from './tolerations.ts';
import { attachesTo, intersection, type VolumeLookup, volumesOf, zonesOfTerms, zonesOfVolume } from './volumes.ts';
import { zoneLabels } from './zones.ts';

/** Why a pod does not fit a node, in the order in which the reasons are given. */
export const misfitReasons = [
  'other-node',
  'unschedulable',
  'untolerated-taint',
  'node-selector',
  'node-affinity',
  'volume-elsewhere',
  'too-many-pods',
  'insufficient-resource',
] as const;

export interface Misfit {
  readonly reason: (typeof misfitReasons)[number];
  /** In the words of the scheduler where it has some. */
  readonly message: string;
}

/** A node with what is still free on it. */
export interface Room {
  readonly node: Node;
  readonly free: Resources;
  /** How many more pods it takes. */
  readonly podsLeft: Quantity;
}

/** What a node has left beside the pods that run there, those that are about to end included; pods that have ended use nothing.
 *  @throws RangeError for what is no quantity */
export function roomOn(node: Node, pods: readonly Pod[]): Room {
  const allocatable = allocatableOf(node);
  const running = pods.filter((pod) => !isTerminal(pod));
  return {
    node,
    free: difference(allocatable, sumOf(running.map(requestsOf))),
    podsLeft: (allocatable.get('pods') ?? 0n) / one - BigInt(running.length),
  };
}

/** The room after a pod has come. */
export function withPod({ node, free, podsLeft }: Room, pod: Pod): Room {
  return isTerminal(pod) ? { node, free, podsLeft } : { node, free: difference(free, requestsOf(pod)), podsLeft: podsLeft - 1n };
}

/** Everything that keeps a pod off a node; nothing means that it fits. Of the scheduler's filters: node name, unschedulable, taints, node
 *  affinity, volumes, resources. Not affinity between pods, spread, host ports, nor the number of volumes a node can attach.
 *  @throws RangeError for what is no quantity
 *  @see https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins */
export function misfits(pod: Pod, room: Room, volumes: VolumeLookup): Misfit[] {
  return [...nodeMisfits(pod, room.node), ...volumeMisfits(pod, room.node, volumes), ...resourceMisfits(pod, room)];
}

export function fits(pod: Pod, room: Room, volumes: VolumeLookup): boolean {
  return misfits(pod, room, volumes).length === 0;
}

/** A pod that is to be scheduled has no node name; one with a name goes there and nowhere else. */
function nodeMisfits({ spec }: Pod, node: Node): Misfit[] {
  const { name } = node.metadata;
  const wishes = spec ?? {};
  const found: Misfit[] = [];
  if (wishes.nodeName && wishes.nodeName !== name) found.push({ reason: 'other-node', message: `it is bound to node ${wishes.nodeName}` });
  if (node.spec?.unschedulable && !tolerates(wishes.tolerations, cordonTaint)) {
    found.push({ reason: 'unschedulable', message: `node ${name} is unschedulable` });
  }
  for (const taint of untolerated(wishes.tolerations, node.spec?.taints)) {
    // The taint of a cordon says again what spec.unschedulable has said.
    if (node.spec?.unschedulable && taint.key === cordonTaint.key && taint.effect === cordonTaint.effect) continue;
    found.push({ reason: 'untolerated-taint', message: `node ${name} has the untolerated taint ${describeTaint(taint)}` });
  }
  if (!matchesNodeSelector(wishes, node)) {
    found.push({ reason: 'node-selector', message: `node ${name} does not have the labels of its node selector` });
  }
  if (!matchesNodeAffinity(wishes, node)) {
    found.push({ reason: 'node-affinity', message: `node ${name} does not match its required node affinity` });
  }
  return found;
}

function volumeMisfits(pod: Pod, node: Node, volumes: VolumeLookup): Misfit[] {
  return volumesOf(pod, volumes)
    .filter((volume) => !attachesTo(volume, node))
    .map(({ metadata }) => ({
      reason: 'volume-elsewhere',
      message: `its volume ${metadata.name} cannot be attached to node ${node.metadata.name}`,
    }));
}

/** A pod that asks for nothing fits a node that is overcommitted. */
function resourceMisfits(pod: Pod, { node, free, podsLeft }: Room): Misfit[] {
  const { name } = node.metadata;
  const full: Misfit[] = podsLeft < 1n ? [{ reason: 'too-many-pods', message: `node ${name} has its number of pods` }] : [];
  const short = [...requestsOf(pod)].filter(([resource, amount]) => amount > 0n && amount > (free.get(resource) ?? 0n));
  return [
    ...full,
    ...short
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([resource, amount]): Misfit => {
        const left = free.get(resource) ?? 0n;
        const numbers = `asks for ${written(resource, amount)}, free ${written(resource, left > 0n ? left : 0n)}`;
        return { reason: 'insufficient-resource', message: `insufficient ${resource} on node ${name}: ${numbers}` };
      }),
  ];
}

function written(resource: string, amount: Quantity): string {
  return formatQuantity(amount, resource === 'memory' || resource === 'ephemeral-storage' ? 'BinarySI' : 'DecimalSI');
}

/** The zones in which alone a pod can run, by its bound volumes, its node selector and its required node affinity; undefined when it is
 *  bound to none. Empty when they contradict each other. */
export function boundZones(pod: Pod, volumes: VolumeLookup): ReadonlySet<string> | undefined {
  const { nodeSelector, affinity } = pod.spec ?? {};
  const selected = zoneLabels.flatMap((label) => nodeSelector?.[label] ?? []).map((zone) => new Set([zone]));
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const all = [...selected, terms && zonesOfTerms(terms), ...volumesOf(pod, volumes).map(zonesOfVolume)];
  return all.reduce<ReadonlySet<string> | undefined>(intersection, undefined);
}
