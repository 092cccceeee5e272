import { describeGroup } from '../node-groups/describe-group.ts';
import { evictablePods } from '../node-groups/evictable-pods.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { readCluster } from '../read/read-cluster.ts';
import type { Step } from '../step.ts';

/** Whether green holds no pod that would have to come back to blue, at this moment. */
export async function holdsNothing(step: Step): Promise<boolean> {
  const { record, reads, outside } = step;
  const green = record.green && (await describeGroup(reads, record.cluster.name, record.green));
  if (!green) return true;
  const view = await readCluster(reads.kubernetes, outside.clock());
  return evictablePods(step, view, nodesOfGroup(green, view.nodes)).length === 0;
}
