import { matchesNodeAffinity, matchesNodeSelector } from '../../functions/workloads/node-affinity.ts';
import { isTerminal } from '../../functions/workloads/pods.ts';
import { selects } from '../../functions/workloads/selectors.ts';
import type { LiveCluster } from './cluster.ts';
import { type LiveNode, type LivePod, namespaceOf, type PodSpec } from './objects.ts';

type AntiAffinityTerm = NonNullable<
  NonNullable<NonNullable<NonNullable<PodSpec['affinity']>['podAntiAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']>[number]
>;

/** The rules between pods: required anti-affinity, of this pod and of those that run, and spread constraints that do not let it be scheduled.
 *  @returns why a node is refused; undefined when it is not */
export function placementRules(cluster: LiveCluster, pod: LivePod, nodes: readonly LiveNode[]): (node: LiveNode) => string[] | undefined {
  const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
  const running = [...cluster.objects.pods.values()].filter((other) => other !== pod && other.spec.nodeName && !isTerminal(other));
  const domainOf = (other: LivePod, key: string) => byName.get(other.spec.nodeName ?? '')?.metadata.labels[key];
  const rules = [
    ...antiTerms(pod).map((term) => {
      const taken = new Set(running.filter((other) => matches(term, pod, other)).map((other) => domainOf(other, term.topologyKey)));
      return refuseTaken(term.topologyKey, taken, "node(s) didn't match pod anti-affinity rules");
    }),
    ...running.flatMap((other) =>
      antiTerms(other)
        .filter((term) => matches(term, other, pod))
        .map((term) =>
          refuseTaken(
            term.topologyKey,
            new Set([domainOf(other, term.topologyKey)]),
            "node(s) didn't satisfy existing pods anti-affinity rules",
          ),
        ),
    ),
    ...spreadRules(pod, nodes, running, domainOf),
  ];
  return (node) => {
    for (const rule of rules) {
      const why = rule(node);
      if (why !== undefined) return [why];
    }
    return undefined;
  };
}

const antiTerms = ({ spec }: LivePod): AntiAffinityTerm[] =>
  spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

function matches(term: AntiAffinityTerm, owner: LivePod, other: LivePod): boolean {
  const namespaces = term.namespaces?.length ? term.namespaces : [namespaceOf(owner)];
  return namespaces.includes(namespaceOf(other)) && selects(term.labelSelector, other.metadata.labels);
}

function refuseTaken(key: string, taken: ReadonlySet<string | undefined>, words: string): (node: LiveNode) => string | undefined {
  return (node) => {
    const domain = node.metadata.labels[key];
    return domain !== undefined && taken.has(domain) ? words : undefined;
  };
}

/** Cordoned nodes count as domains: `nodeTaintsPolicy` is Ignore unless it says otherwise, and nothing here says otherwise.
 *  @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function spreadRules(
  pod: LivePod,
  nodes: readonly LiveNode[],
  running: readonly LivePod[],
  domainOf: (other: LivePod, key: string) => string | undefined,
): ((node: LiveNode) => string | undefined)[] {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
  return hard.map(({ topologyKey, maxSkew, labelSelector }) => {
    const eligible = nodes.filter((node) => matchesNodeSelector(pod.spec, node) && matchesNodeAffinity(pod.spec, node));
    const counts = new Map<string, number>(
      eligible.flatMap(({ metadata }) => (metadata.labels[topologyKey] ? [[metadata.labels[topologyKey], 0] as const] : [])),
    );
    for (const other of running) {
      if (other.metadata.deletionTimestamp || namespaceOf(other) !== namespaceOf(pod) || !selects(labelSelector, other.metadata.labels))
        continue;
      const domain = domainOf(other, topologyKey) ?? '';
      const count = counts.get(domain);
      if (count !== undefined) counts.set(domain, count + 1);
    }
    const fewest = Math.min(...counts.values());
    const self = selects(labelSelector, pod.metadata.labels) ? 1 : 0;
    return (node) => {
      const count = counts.get(node.metadata.labels[topologyKey] ?? '');
      return count === undefined || count + self - fewest > maxSkew ? "node(s) didn't match pod topology spread constraints" : undefined;
    };
  });
}
