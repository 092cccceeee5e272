import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { assessPod, type DrainAssessment, type DrainContext, isEvictable } from './drain.ts';
import { compareReasons, type DrainReason, type DrainVerdict, drainVerdicts, verdictOf } from './drain-reasons.ts';

/** One pod in the forecast. */
export interface ForecastPod extends Pick<DrainAssessment, 'message' | 'also'> {
  readonly namespace: string;
  readonly name: string;
}

/** The pods of a node that share verdict and reason, by namespace and name. */
export interface ForecastGroup {
  readonly verdict: DrainVerdict;
  readonly reason: DrainReason;
  readonly pods: readonly ForecastPod[];
}

/** What would happen if a node were drained now. */
export interface NodeForecast {
  readonly node: string;
  /** The worst of its pods; `skip` for a node with nothing to move. */
  readonly verdict: DrainVerdict;
  /** No pod is left that a drain would have to move: it may be removed. */
  readonly empty: boolean;
  readonly counts: Readonly<Record<DrainVerdict, number>>;
  /** Blockers first, then what is waited for, what moves, what stays. */
  readonly groups: readonly ForecastGroup[];
}

/** The forecast of one node from the pods that are bound to it; of others none is counted. The order of the pods does not matter. */
export function forecastNode(node: string, pods: readonly Pod[], context: DrainContext): NodeForecast {
  const assessed = pods.filter(({ spec }) => spec?.nodeName === node).map((pod) => ({ pod, assessment: assessPod(pod, context) }));
  const byReason = Map.groupBy(assessed, ({ assessment }) => assessment.reason);
  const groups = [...byReason]
    .sort(([a], [b]) => compareReasons(a, b))
    .map(([reason, members]) => ({ verdict: verdictOf(reason), reason, pods: members.map(forecastPod).sort(byName) }));
  const count = (verdict: DrainVerdict) => assessed.filter(({ assessment }) => assessment.verdict === verdict).length;
  return {
    node,
    verdict: groups[0]?.verdict ?? 'skip',
    empty: !assessed.some(({ assessment }) => isEvictable(assessment)),
    counts: { block: count('block'), wait: count('wait'), evict: count('evict'), skip: count('skip') },
    groups,
  };
}

/** All nodes of a context, those that block first, then by name. Pods that are bound to no node are on none. */
export function forecastNodes(pods: readonly Pod[], context: DrainContext): NodeForecast[] {
  const byNode = Map.groupBy(pods, ({ spec }) => spec?.nodeName ?? '');
  return [...context.nodesByName.keys()]
    .map((name) => forecastNode(name, byNode.get(name) ?? [], context))
    .sort((a, b) => drainVerdicts.indexOf(a.verdict) - drainVerdicts.indexOf(b.verdict) || compare(a.node, b.node));
}

function forecastPod({ pod, assessment: { message, also } }: { readonly pod: Pod; readonly assessment: DrainAssessment }): ForecastPod {
  return { namespace: pod.metadata.namespace ?? 'default', name: pod.metadata.name, message, also };
}

function byName(a: ForecastPod, b: ForecastPod): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
