import { type DrainContext, isEvictable } from '../../../workloads/drain.ts';
import { type AssessedPod, assessNodesWith, contextOf as contextOfDrain } from '../../drain/assess-nodes.ts';
import type { LivePod } from '../../read/cluster-view.ts';
import type { PreflightFacts } from './facts.ts';
import { landingOf } from './landing.ts';
import { once } from './once.ts';

export type { AssessedPod };

/** The surroundings of a drain that has not begun. Undefined where the cluster could not be read. Where a group could not be read, which
 *  refuses anyway, nothing is said of where pods go. */
export const contextOf = once((facts: PreflightFacts): DrainContext | undefined => {
  const { view, options, allow } = facts;
  if (!view) return undefined;
  const landing = landingOf(facts);
  const destinations = landing ? [...landing.green.map(({ node }) => node), ...landing.others] : view.nodes;
  return contextOfDrain(view, {
    destinations,
    options,
    allow: { force: [...allow.force], unmanaged: [...allow.unmanaged] },
    startedAt: undefined,
  });
});

/** All pods on blue with what a drain would do to each, by node, namespace and name. */
export const assessedPods = once((facts: PreflightFacts): readonly AssessedPod[] => {
  const context = contextOf(facts);
  if (!facts.view || !context) return [];
  return assessNodesWith(facts.view, [...facts.blueNodes].sort(), context).flatMap(({ pods }) => pods);
});

/** Those that keep their node from being empty. */
export const movingPods = once((facts: PreflightFacts): readonly AssessedPod[] =>
  assessedPods(facts).filter(({ assessment }) => isEvictable(assessment)),
);

export const namespaceOf = ({ metadata }: Pick<LivePod, 'metadata'>): string => metadata.namespace ?? 'default';

/** By code unit: the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
