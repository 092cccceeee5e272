import type { Problem } from '../../record.ts';
import { compare } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { warn } from './problems.ts';

/** (21) Volumes that are being attached, cannot be, or cannot be let go: their pods would wait. F-45, F-47. */
export function attachments({ volumeAttachments, blueNodes, greenNodes }: PreflightFacts): Problem[] {
  return (volumeAttachments ?? [])
    .filter(({ node }) => blueNodes.has(node) || greenNodes.has(node))
    .flatMap(({ name, node, volume, attached, deletedAt, error }) => {
      const object = `Volume ${volume ?? name}`;
      const remedy = 'see the events of the pod that uses it';
      if (deletedAt !== null)
        return [
          warn('volume-detaching', '21', object, `it is to leave node ${node} since ${deletedAt}${error ? `: ${error}` : ''}`, remedy),
        ];
      if (attached) return [];
      return [warn('volume-attaching', '21', object, `it is not attached to node ${node} yet${error ? `: ${error}` : ''}`, remedy)];
    })
    .sort((a, b) => compare(a.object, b.object) || compare(a.message, b.message));
}
