import { isEvictable } from '../../workloads/drain.ts';
import { noteAvailability } from '../decide/availability.ts';
import { type GateAnswer, passes, worstOf } from '../decide/gate-answer.ts';
import { greenShort, isReady, judgeBlue, judgeRest } from '../decide/soak-look.ts';
import { tooFewTargets } from '../decide/targets.ts';
import { workloadsOf } from '../decide/workloads.ts';
import { assessNodes, destinationsAmong, nameOfPod } from '../drain/assess-nodes.ts';
import { cordonNodes, isCordoned } from '../drain/cordon.ts';
import { healthOf, wantedTargetsIn } from '../drain/load-balancers.ts';
import { troubleSince } from '../drain/sides.ts';
import { askGates } from '../gates.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import type { ClusterView, LiveNode } from '../read/cluster-view.ts';
import { readCluster } from '../read/read-cluster.ts';
import { readUnrest } from '../read/read-unrest.ts';
import { blueOf, greenOf, minutes, type Progress, type Step } from '../step.ts';

export interface SoakLook extends GateAnswer {
  readonly progress: Progress;
}

/** One look while nothing moves: blue is to be empty, alive and cordoned, green whole, the gates open. A blue node that is new, or was uncordoned,
 *  is cordoned again (F-20). */
export async function lookWhileSoaking(step: Step): Promise<SoakLook> {
  const { record, reads, now } = step;
  const view = await readCluster(reads.kubernetes, now);
  const blue = await describeGroup(reads, record.cluster.name, blueOf(record));
  const green = await describeGroup(reads, record.cluster.name, greenOf(record));
  const blueNodes = blue ? nodesOfGroup(blue, view.nodes) : [];
  const greenNodes = green ? nodesOfGroup(green, view.nodes) : [];
  const open = blueNodes.filter((node) => !isCordoned(node));
  if (open.length > 0) await cordonNodes(step, open);

  const onBlue = evictableOn(step, view, blueNodes);
  const groups = { size: record.size, blue, blueNodes, greenNodes, onBlue };
  const short = greenShort(groups);
  const answer = worstOf([
    judgeBlue(groups),
    judgeRest(await readUnrest(step, [blue, green], greenNodes)),
    await judgeGreen(step, short),
    await judgeTargets(step, green),
    await askGates(step, view),
  ]);
  const { notes } = record;
  if (noteAvailability(notes, workloadsOf(view), now) !== notes)
    await step.update((latest) => ({ ...latest, notes: noteAvailability(latest.notes, workloadsOf(view), now) }));
  return {
    ...answer,
    progress: {
      verdict: answer.verdict,
      blueReady: blueNodes.filter(isReady).length,
      greenReady: greenNodes.filter(isReady).length,
      podsOnBlue: onBlue.length,
    },
  };
}

/** Nodes given up with policy `quarantine` keep their pods, and are what keeps blue from being retired. */
function evictableOn({ record, configuration }: Step, view: ClusterView, blueNodes: readonly LiveNode[]): string[] {
  const quarantined = new Set(record.batches.flatMap((batch) => batch.quarantined));
  const names = blueNodes.map(({ metadata }) => metadata.name);
  const startedAt = record.phaseStartedAt.drain;
  return assessNodes(
    view,
    names.filter((name) => !quarantined.has(name)),
    {
      destinations: destinationsAmong(view.nodes, new Set(names)),
      options: record.options,
      allow: configuration.allow,
      startedAt: startedAt === undefined ? undefined : new Date(startedAt),
    },
  ).flatMap(({ pods }) =>
    pods.filter(({ assessment }) => isEvictable(assessment)).map((one) => `${nameOfPod(one)} is on blue: ${one.assessment.message}`),
  );
}

/** Green that falls short is waited for: a node may flap for `flapMinutes`, one that is launched again may take `joinMinutes`. */
async function judgeGreen(step: Step, short: ReturnType<typeof greenShort>): Promise<GateAnswer> {
  const { flapMinutes, joinMinutes } = step.record.options;
  return waitedFor(step, 'green', short?.message, short?.patience === 'join' ? Math.max(flapMinutes, joinMinutes) : flapMinutes);
}

/** Green carries in each target group what was asked of it before blue left (F-67). */
async function judgeTargets(step: Step, green: LiveGroup | undefined): Promise<GateAnswer> {
  const wanted = Object.entries(wantedTargetsIn(step.record)).filter(([, many]) => many > 0);
  const instances = (green?.instances ?? []).map(({ id }) => id);
  const found = await Promise.all(wanted.map(async ([arn, many]) => tooFewTargets(await healthOf(step, arn), instances, many) ?? []));
  const [first] = found.flat();
  return waitedFor(step, 'green-targets', first, step.record.options.flapMinutes);
}

/** What is wrong fails once it has been so for long. */
async function waitedFor(step: Step, key: string, problem: string | undefined, patience: number): Promise<GateAnswer> {
  const since = await troubleSince(step, key, problem !== undefined);
  if (problem === undefined) return passes;
  return step.now.getTime() - since >= minutes(patience)
    ? { verdict: 'fail', problems: [`for ${patience} min: ${problem}`] }
    : { verdict: 'inconclusive', problems: [problem] };
}
