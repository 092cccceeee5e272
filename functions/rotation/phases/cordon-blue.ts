import { allocatableOf, allocatableOfSnapshot, describeShortfall, shortfall } from '../decide/capacity.ts';
import { takesPods } from '../drain/assess-nodes.ts';
import { cordonNodes } from '../drain/cordon.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { readNodes } from '../read/read-cluster.ts';
import { blueOf, done, failed, greenOf, type PhaseStep, snapshotOf, wait } from '../step.ts';

/** Cordons all of blue at once, so that nothing lands there while it is emptied (F-52). Only while green is whole (V6): as many Ready nodes as
 *  blue had, and in sum as much of every resource; looked at again in every step. */
export const cordonBlue: PhaseStep = async (step) => {
  const { record, reads } = step;
  const [nodes, blue, green] = await Promise.all([
    readNodes(reads.kubernetes),
    describeGroup(reads, record.cluster.name, blueOf(record)),
    describeGroup(reads, record.cluster.name, greenOf(record)),
  ]);
  if (!blue) return failed(`blue, ${blueOf(record).name}, does not exist any more`);
  if (!green) return failed(`green, ${greenOf(record).name}, does not exist any more`);
  const ready = nodesOfGroup(green, nodes).filter(takesPods);
  const before = snapshotOf(record).nodes.filter((node) => node.group === 'blue' && node.ready && !node.unschedulable);
  const short = shortfall(allocatableOf(ready), allocatableOfSnapshot(before));
  const progress = { ready: ready.length, wanted: record.size };
  if (ready.length < record.size)
    return wait(`${green.name} has ${ready.length} Ready nodes, expected ${record.size}: blue is not cordoned before`, { progress });
  if (short.length > 0) return wait(`${green.name} has less than blue had: ${describeShortfall(short)}`, { progress });

  const { cordoned, stamped, foreign, left } = await cordonNodes(step, nodesOfGroup(blue, nodes));
  const counts = { ...progress, cordoned: cordoned.length + stamped.length, foreign: foreign.length, left: left.length };
  // What was read before the writes does not show nodes that joined meanwhile: another look finds nothing left to do.
  if (cordoned.length > 0 || left.length > 0)
    return wait(left.length > 0 ? `Node ${left[0]} is not cordoned yet` : 'all of blue is cordoned, and is looked at once more', {
      waitSeconds: 1,
      progress: counts,
    });
  return done(counts);
};
