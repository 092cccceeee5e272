import type { Node } from '../../../inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../../../inventory/evidence/kubernetes-pods.ts';
import { isTerminal } from '../../../workloads/pods.ts';
import { type LabelSelector, selects } from '../../../workloads/selectors.ts';
import { zoneLabels } from '../../../workloads/zones.ts';
import type { Problem } from '../../record.ts';
import { compare, movingPods, namespaceOf } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { landingOf } from './landing.ts';
import { once } from './once.ts';
import { workloadNames } from './owners.ts';
import { block, counted, warn } from './problems.ts';

/** `TopologySpreadConstraint`, with the policy on taints: a cordon is one. Not said is Ignore.
 *  @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: LabelSelector | null;
  readonly nodeTaintsPolicy?: string | null;
}

/** (11) Hard spread that counts cordoned nodes: on the emptied nodes of blue there is none of its pods, and no other node may have more than
 *  maxSkew of them. Certain where green and the other nodes cannot hold all of them so. F-48. */
export function hardSpread(facts: PreflightFacts): Problem[] {
  return eachWorkload(facts).flatMap(({ name, pod }) => {
    const constraints: readonly SpreadConstraint[] = pod.spec?.topologySpreadConstraints ?? [];
    return constraints
      .filter(({ whenUnsatisfiable, nodeTaintsPolicy }) => whenUnsatisfiable === 'DoNotSchedule' && nodeTaintsPolicy !== 'Honor')
      .flatMap((constraint) => spreadProblem(facts, name, pod, constraint));
  });
}

const remedy = 'set nodeTaintsPolicy: Honor, or whenUnsatisfiable: ScheduleAnyway';

function spreadProblem(facts: PreflightFacts, name: string, pod: Pod, constraint: SpreadConstraint): Problem[] {
  const domains = domainsOf(facts, constraint.topologyKey);
  if (!domains) return [];
  const { blue, staying } = domains;
  const left = [...blue].filter((domain) => !staying.has(domain));
  // Every domain keeps nodes that take pods: a cordoned node beside them empties none.
  if (left.length === 0) return [];
  const replicas = alikeIn(facts, pod, constraint.labelSelector);
  const room = constraint.maxSkew * staying.size;
  const object = `spread over ${constraint.topologyKey} counts cordoned nodes`;
  if (replicas > room) {
    const message = `its hard ${object}: of ${replicas} pods ${counted(room, 'one', 'of them')} could run beside blue (maxSkew ${constraint.maxSkew} in ${counted(staying.size, 'domain')})`;
    return [block('spread-counts-cordoned', '11', name, message, remedy)];
  }
  return [warn('spread-counts-cordoned', '11', name, `its hard ${object}: pods may stay Pending until blue is gone`, remedy)];
}

/** (12) Required anti-affinity to itself: no two of its pods in one domain, so there must be as many domains as pods. F-49. */
export function antiAffinity(facts: PreflightFacts): Problem[] {
  return eachWorkload(facts).flatMap(({ name, pod }) => {
    const terms = pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    return terms
      .filter((term) => selects(term.labelSelector, pod.metadata.labels))
      .filter(({ namespaces }) => !namespaces?.length || namespaces.includes(namespaceOf(pod)))
      .flatMap(({ topologyKey, labelSelector }) => {
        const domains = domainsOf(facts, topologyKey);
        const replicas = alikeIn(facts, pod, labelSelector);
        if (!domains || replicas <= domains.staying.size) return [];
        const message = `no two of its ${replicas} pods may be in one ${topologyKey}, and beside blue there are ${counted(domains.staying.size, 'domain')}`;
        return [block('anti-affinity-short', '12', name, message, 'make the anti-affinity preferred, or give green more nodes or zones')];
      });
  });
}

interface WorkloadPod {
  readonly name: string;
  /** Any of its pods: they are made of one template. */
  readonly pod: Pod;
}

/** Workloads with pods that are to move, each once. */
function eachWorkload(facts: PreflightFacts): WorkloadPod[] {
  if (!facts.view) return [];
  const nameOf = workloadNames(facts.view);
  const byName = new Map<string, Pod>();
  for (const { pod } of movingPods(facts)) {
    const name = nameOf(pod);
    if (!byName.has(name)) byName.set(name, pod);
  }
  return [...byName].map(([name, pod]) => ({ name, pod })).sort((a, b) => compare(a.name, b.name));
}

const byNamespace = once(({ view }: PreflightFacts) => Map.groupBy(view?.pods ?? [], namespaceOf));

/** Pods of the namespace that a constraint counts. */
function alikeIn(facts: PreflightFacts, pod: Pod, selector: LabelSelector | null | undefined): number {
  const neighbours = byNamespace(facts).get(namespaceOf(pod)) ?? [];
  return neighbours.filter((one) => !isTerminal(one) && selects(selector, one.metadata.labels)).length;
}

interface Domains {
  readonly blue: ReadonlySet<string>;
  /** Of green as it will be, and of the nodes of neither. */
  readonly staying: ReadonlySet<string>;
}

const isZone = (key: string): boolean => zoneLabels.some((label) => label === key);

/** Undefined for a key that green's nodes are not known to have. A host is a domain of its own: green has N of them. */
function domainsOf(facts: PreflightFacts, key: string): Domains | undefined {
  const landing = landingOf(facts);
  if (!landing || !facts.view) return undefined;
  const blueNodes = facts.view.nodes.filter(({ metadata }) => facts.blueNodes.has(metadata.name));
  const labels = (nodes: readonly Node[]) => nodes.flatMap(({ metadata }) => metadata.labels?.[key] ?? []);
  const blue = new Set(key === hostname ? [...facts.blueNodes] : labels(blueNodes));
  if (key === hostname) {
    const hosts = Array.from({ length: facts.size }, (_, index) => `green ${index + 1}`);
    return { blue, staying: new Set([...hosts, ...landing.others.map(({ metadata }) => metadata.name)]) };
  }
  const green = landing.green.map(({ node }) => node);
  if (!isZone(key) && labels(green).length === 0) return undefined;
  return { blue, staying: new Set([...labels(green), ...labels(landing.others)]) };
}

const hostname = 'kubernetes.io/hostname';
