import { guardTag, guardWork } from '../decide/standby.ts';
import { standbyTag, standbyTaint } from '../read/cluster-view.ts';
import type { Step } from '../step.ts';
import { busy } from './both-groups.ts';
import { areTagsRefused, putTags, removeTag } from './group-tags.ts';
import type { LiveGroup } from './live-group.ts';

/** Guards a standby of 0 against autoscalers, or lifts the guard: a taint of the managed node group, and the tag that tells of it. Sizes are
 *  not touched: of a plain Auto Scaling group max 0 is the guard.
 *  @returns why it is not done yet; undefined once it is */
export async function setGuard(step: Step, live: LiveGroup, wanted: boolean): Promise<string | undefined> {
  const work = guardWork(live, wanted, !areTagsRefused(step.record, live));
  if (work.tag) await (wanted ? putTags(step, live, [guardTag]) : removeTag(step, live, standbyTag));
  if (!work.taint) return undefined;
  const waiting = busy(live);
  if (waiting !== undefined) return waiting;
  await step.writes.eks.updateNodegroupConfig({
    clusterName: step.record.cluster.name,
    nodegroupName: live.name,
    taints: wanted ? { addOrUpdateTaints: [standbyTaint] } : { removeTaints: live.taints.filter(({ key }) => key === standbyTaint.key) },
  });
  step.note({
    kind: 'write',
    object: `Node group ${live.name}`,
    message: wanted ? 'guarded as a standby' : 'the guard of a standby is lifted',
  });
  return `node group ${live.name} is ${wanted ? 'being guarded as a standby' : 'losing the guard of a standby'}`;
}
