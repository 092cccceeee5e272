import { CollectionError } from '../../inventory/error-codes.ts';
import { isMarked, uncordonOurs } from '../drain/cordon.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import type { LiveNode } from '../read/cluster-view.ts';
import { readNodes } from '../read/read-cluster.ts';
import type { GroupPlace } from '../record.ts';
import { done, type PhaseStep, type Step, wait } from '../step.ts';

/** Takes our cordon and our load-balancer label off blue, first of all and without any condition: it only adds capacity. Cordons of others
 *  stay (V9). Done when a fresh list shows no mark of ours. */
export const uncordonBlue: PhaseStep = async (step) => {
  const { record, reads } = step;
  if (!record.blue || !record.snapshot) return done({ marked: 0 });
  const nodes = await readNodes(reads.kubernetes);
  const blueNames = new Set(record.snapshot.nodes.filter((node) => node.group === 'blue').map(({ name }) => name));
  const inGroup = await namesInGroup(step, record.blue, nodes);
  const marked = nodes.filter(
    (node) => isMarked(node, record) && (inGroup?.has(node.metadata.name) !== false || blueNames.has(node.metadata.name)),
  );
  if (marked.length === 0) return done({ marked: 0 });
  const { uncordoned, left } = await uncordonOurs(step, marked);
  const progress = { uncordoned: uncordoned.length, left: left.length };
  if (left.length > 0) return wait(`Node ${left[0]} still carries our marks`, { waitSeconds: 2, progress });
  return wait('blue is uncordoned, and is looked at once more', { waitSeconds: 1, progress });
};

/** Nodes that joined blue later are blue too. Where AWS does not say which they are, every mark of ours is taken off: it only adds capacity.
 *  @returns undefined where nobody knows */
async function namesInGroup(
  { reads, record }: Step,
  blue: GroupPlace,
  nodes: readonly LiveNode[],
): Promise<ReadonlySet<string> | undefined> {
  try {
    const group = await describeGroup(reads, record.cluster.name, blue);
    return new Set(group ? nodesOfGroup(group, nodes).map(({ metadata }) => metadata.name) : []);
  } catch (error) {
    if (error instanceof CollectionError) return undefined;
    throw error;
  }
}
