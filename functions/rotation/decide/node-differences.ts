import { instanceIdOf } from '../node-groups/nodes-of-group.ts';
import { excludeFromLoadBalancersLabel, type LiveNode, rotationAnnotation, scaleDownDisabledAnnotation } from '../read/cluster-view.ts';
import type { NodeSnapshot, Snapshot } from '../record.ts';
import type { LiveWorld } from './live-world.ts';

/** Marks of ours that are still on nodes, and marks of others that are gone. A node that is new carries no mark that could be missing. A cordon
 *  without our stamp is somebody else's, and stays (F-28). */
export function nodeDifferences(snapshot: Snapshot, { nodes, rotationId, end }: Pick<LiveWorld, 'nodes' | 'rotationId' | 'end'>): string[] {
  const before = new Map(snapshot.nodes.map((node) => [node.name, node]));
  return nodes.flatMap((node) => {
    const known = before.get(node.metadata.name);
    const isSame = known !== undefined && isSameInstance(known, node);
    return [...stampDifferences(node, isSame ? known : undefined, rotationId, end), ...(isSame ? markDifferences(node, known) : [])];
  });
}

/** Names of nodes come back with the private address of another instance. */
function isSameInstance({ instanceId }: NodeSnapshot, node: LiveNode): boolean {
  return instanceId === null || instanceIdOf(node) === instanceId;
}

function stampDifferences(
  { metadata, spec }: LiveNode,
  known: NodeSnapshot | undefined,
  rotationId: string,
  end: LiveWorld['end'],
): string[] {
  const differences: string[] = [];
  const isStamped = metadata.annotations?.[rotationAnnotation] === rotationId;
  if (isStamped && spec?.unschedulable === true && known?.unschedulable !== true) {
    const side = known?.group === 'blue' && end === 'reverted' ? 'blue node' : 'node';
    differences.push(`${side} ${metadata.name} is still cordoned by us`);
  } else if (isStamped) differences.push(`node ${metadata.name} still has the annotation ${rotationAnnotation}`);
  if (metadata.labels?.[excludeFromLoadBalancersLabel] === rotationId)
    differences.push(`node ${metadata.name} is still kept from load balancers by our label`);
  return differences;
}

function markDifferences({ metadata }: LiveNode, known: NodeSnapshot): string[] {
  const compare = (what: string, key: string, before: string | null, now: string | undefined) => {
    if (before !== null && now !== before)
      return [`node ${metadata.name} has ${what} ${key} ${now === undefined ? 'no more' : `"${now}"`} instead of "${before}"`];
    return [];
  };
  const scaleDown = metadata.annotations?.[scaleDownDisabledAnnotation];
  return [
    ...compare('label', excludeFromLoadBalancersLabel, known.excludedFromLoadBalancers, metadata.labels?.[excludeFromLoadBalancersLabel]),
    ...compare('annotation', scaleDownDisabledAnnotation, known.scaleDownDisabled, scaleDown),
    ...(known.scaleDownDisabled === null && scaleDown !== undefined && known.group !== 'other'
      ? [`node ${metadata.name} still has the annotation ${scaleDownDisabledAnnotation}`]
      : []),
  ];
}
