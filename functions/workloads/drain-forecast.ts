import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { type DrainContext, type DrainFact, type DrainSurroundings, drainContext } from './drain.ts';
import { type ForecastPod, forecastNode, type NodeForecast } from './drain-node.ts';
import { compareReasons, type DrainReason, type DrainVerdict, type drainReasons, verdictOf } from './drain-reasons.ts';
import { type NodeGroup, nodeGroupOf } from './node-groups.ts';

/** A reason that a drain cannot get past. */
export type BlockingReason = Extract<(typeof drainReasons)[number], { readonly verdict: 'block' }>['reason'];

/** A pod that a drain cannot get past, with one of its reasons. */
export interface BlockedPod {
  readonly namespace: string;
  readonly pod: string;
  readonly reason: BlockingReason;
  /** About the pod, without its name. */
  readonly why: string;
}

/** What would happen if a node were replaced now. */
export interface ForecastOfNode {
  readonly node: string;
  readonly group: NodeGroup;
  /** Pods by the verdict on them. */
  readonly counts: Readonly<Record<DrainVerdict, number>>;
  /** In the order of the reasons, then by namespace and name. A pod stands here once for each reason that blocks. */
  readonly blocked: readonly BlockedPod[];
}

/** The forecast of every node, by name, with the verdicts of a rotation and its safest settings. A node is drained because another of its
 *  group replaces it: pods may go to that one, which has its labels but not its name, and to all others. Nodes of Fargate, which are never
 *  drained, are left out. */
export function forecastDrain(surroundings: Omit<DrainSurroundings, 'destinations' | 'drainStartedAt'>): ForecastOfNode[] {
  const nodes = surroundings.nodes.filter((node) => nodeGroupOf(node).kind !== 'FargateNodes');
  const context = drainContext({ ...surroundings, destinations: nodes });
  const podsOf = Map.groupBy(surroundings.pods, ({ spec }) => spec?.nodeName ?? '');
  return nodes
    .map((node) => forecastOf(node, podsOf.get(node.metadata.name) ?? [], { ...context, destinations: destinationsFor(node, nodes) }))
    .sort((a, b) => compare(a.node, b.node));
}

function forecastOf(node: Node, pods: readonly Pod[], context: DrainContext): ForecastOfNode {
  const forecast = forecastNode(node.metadata.name, pods, context);
  return { node: forecast.node, group: nodeGroupOf(node), counts: forecast.counts, blocked: blockedOf(forecast) };
}

/** The replacement first: most pods that select anything select their group. */
function destinationsFor(node: Node, nodes: readonly Node[]): Node[] {
  const { 'kubernetes.io/hostname': _, ...labels } = node.metadata.labels ?? {};
  const replacement = { ...node, metadata: { ...node.metadata, name: `replacement of ${node.metadata.name}`, labels } };
  return [replacement, ...nodes.filter((other) => other !== node)];
}

function blockedOf({ groups }: NodeForecast): BlockedPod[] {
  const all = groups.flatMap(({ reason, pods }) => pods.flatMap((pod) => blocksOf(pod, reason)));
  return all.sort((a, b) => compareReasons(a.reason, b.reason) || compare(a.namespace, b.namespace) || compare(a.pod, b.pod));
}

function blocksOf({ namespace, name, message, also }: ForecastPod, reason: DrainReason): BlockedPod[] {
  const facts: readonly DrainFact[] = [{ reason, message }, ...also];
  const blocking = facts.filter(blocks).filter(({ reason: one }, index, all) => all.findIndex((other) => other.reason === one) === index);
  return blocking.map((fact) => ({ namespace, pod: name, reason: fact.reason, why: fact.message }));
}

function blocks(fact: DrainFact): fact is DrainFact & { readonly reason: BlockingReason } {
  return verdictOf(fact.reason) === 'block';
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
