import type { Node } from '../../inventory/evidence/kubernetes-nodes.ts';
import type { LiveGroup } from './live-group.ts';

/** Id of the instance behind a node, from its provider id `aws:///eu-west-1a/i-0123456789abcdef0`; undefined where there is none, as on
 *  Fargate. */
export function instanceIdOf({ spec }: Pick<Node, 'spec'>): string | undefined {
  return /^aws:\/\/.*\/(i-[^/]+)$/.exec(spec?.providerID ?? '')?.[1];
}

/** Nodes of a group by their instances, never by name or label (F-89). */
export function nodesOfGroup<N extends Pick<Node, 'spec'>>({ instances }: Pick<LiveGroup, 'instances'>, nodes: readonly N[]): N[] {
  const ids = new Set(instances.map(({ id }) => id));
  return nodes.filter((node) => ids.has(instanceIdOf(node) ?? ''));
}

/** Nodes of a group whose instances serve: none that is still held by a lifecycle hook, in standby, or about to end. */
export function nodesInService<N extends Pick<Node, 'spec'>>({ instances }: Pick<LiveGroup, 'instances'>, nodes: readonly N[]): N[] {
  return nodesOfGroup({ instances: instances.filter(({ lifecycleState }) => lifecycleState === 'InService') }, nodes);
}
