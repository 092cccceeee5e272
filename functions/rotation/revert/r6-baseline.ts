import { baselineGate } from '../decide/baseline.ts';
import { firstOf } from '../drain/overdue.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { readCluster } from '../read/read-cluster.ts';
import { done, inPhaseMs, minutes, type PhaseStep, wait } from '../step.ts';

/** Looks whether all workloads are as they were, within `settleMinutes`. What is not is written down, and the revert goes on: nothing gets
 *  better by keeping its other steps from being done. What fails on green, a DaemonSet for one, goes with it. */
export const baselineOnBlue: PhaseStep = async (step) => {
  const { record, reads, now, outside } = step;
  if (!record.snapshot) return done({ verdict: 'pass' });
  const since = new Date(record.phaseStartedAt['r6-baseline'] ?? now.toISOString());
  const view = await readCluster(reads.kubernetes, outside.clock());
  const green = record.green && (await describeGroup(reads, record.cluster.name, record.green));
  const leaving = new Set(green ? nodesOfGroup(green, view.nodes).map(({ metadata }) => metadata.name) : []);
  const { verdict, problems } = baselineGate(record.snapshot.workloads, view, record.options, since, undefined, leaving);
  if (verdict === 'pass') return done({ verdict });
  const tooLate = inPhaseMs(record, 'r6-baseline', now) >= minutes(record.options.settleMinutes);
  if (verdict !== 'fail' && !tooLate)
    return wait(firstOf(problems), { waitSeconds: record.options.pollSeconds, progress: { problems: problems.slice(0, 5) } });
  await step.update((latest) => {
    const left = [...new Set([...(latest.revert?.left ?? []), ...problems.map((problem) => `not as before: ${problem}`)])];
    return { ...latest, revert: latest.revert && { ...latest.revert, left } };
  });
  return done({ verdict, problems: problems.slice(0, 5) });
};
