import { isEvictable } from '../../workloads/drain.ts';
import { type AssessedPod, assessNodes, destinationsAmong, nameOfPod } from '../drain/assess-nodes.ts';
import type { ClusterView, LiveNode } from '../read/cluster-view.ts';
import type { Step } from '../step.ts';

/** Pods that keep nodes from being removed, as the view shows them (V4, D29). */
export function evictablePods({ record, configuration, now }: Step, view: ClusterView, nodes: readonly LiveNode[]): AssessedPod[] {
  const names = nodes.map(({ metadata }) => metadata.name);
  const started = record.phaseStartedAt['r5-drain-green'] ?? record.phaseStartedAt.drain;
  const assessed = assessNodes(view, names, {
    destinations: destinationsAmong(view.nodes, new Set(names)),
    options: record.options,
    allow: configuration.allow,
    startedAt: started === undefined ? now : new Date(started),
  });
  return assessed.flatMap(({ pods }) => pods.filter(({ assessment }) => isEvictable(assessment)));
}

/** `Pod shop/web-1 on ip-10-0-1-2: it has no controller, …, and 3 more`. Of a pod that nothing keeps there is nothing to say. */
export function describePods(pods: readonly AssessedPod[]): string {
  const [first] = pods;
  if (!first) return 'no pod';
  const why = first.assessment.reason === 'evictable' ? '' : `: ${first.assessment.message}`;
  return `${nameOfPod(first)}${why}${pods.length > 1 ? `, and ${pods.length - 1} more` : ''}`;
}
