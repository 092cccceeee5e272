import { eachInTime, patchNode } from '../drain/patch-node.ts';
import { type LiveNode, scaleDownDisabledAnnotation } from '../read/cluster-view.ts';
import type { RotationRecord } from '../record.ts';
import type { Step } from '../step.ts';

/** Nodes that we keep from scale-down, by name, written down before they are marked. What others marked is not among them. */
export function scaleDownDisabledIn({ notes }: Pick<RotationRecord, 'notes'>): string[] {
  return Array.isArray(notes.scaleDownDisabled) ? notes.scaleDownDisabled.filter((one) => typeof one === 'string') : [];
}

/** Lets the cluster autoscaler have the nodes again. A mark that somebody has changed meanwhile is theirs.
 *  @returns how many nodes are left for the next step */
export async function allowScaleDown(step: Step, nodes: readonly LiveNode[]): Promise<number> {
  const ours = new Set(scaleDownDisabledIn(step.record));
  const marked = nodes.filter(({ metadata }) => ours.has(metadata.name) && metadata.annotations?.[scaleDownDisabledAnnotation] === 'true');
  let left = marked.length;
  await eachInTime(step, marked, async (node) => {
    const result = await patchNode(step, node, { annotations: { [scaleDownDisabledAnnotation]: null } });
    if (result === 'done' || result === 'gone') left -= 1;
  });
  return left;
}
