import { version } from '../../inventory/evidence/kubernetes-version.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import { nameOfGroup } from '../decide/group-differences.ts';
import { unhealthy } from '../decide/node-health.ts';
import { takesPods } from '../drain/assess-nodes.ts';
import { growGreen } from '../node-groups/grow-green.ts';
import { done, type PhaseStep, type Step, seconds, snapshotOf, wait } from '../step.ts';

/** Problems that one sentence names. */
const named = 5;

/** Green is whole and well, and still so at a second look (rotation.md §4.1). A node that is lost meanwhile is waited for, or launched again. */
export const validateGreen: PhaseStep = async (step) => {
  const { record, reads, now } = step;
  const grown = await growGreen(step);
  if ('outcome' in grown) {
    await noteWell(step, null);
    return grown.outcome;
  }
  const { green, nodes, blueNodes, view } = grown.whole;
  const { gitVersion } = parseAnswer(version.schema, await reads.kubernetes.get('/version'), 'GET /version');
  const problems = unhealthy({
    view,
    green: nodes.filter(takesPods),
    declared: green.taints,
    blue: blueNodes,
    apiServer: gitVersion,
    baseline: snapshotOf(record).workloads,
  });
  if (problems.length > 0) {
    await noteWell(step, null);
    const more = problems.length > named ? `, and ${problems.length - named} more` : '';
    return wait(`${nameOfGroup(green)} is not well yet: ${problems.slice(0, named).join(', ')}${more}`);
  }
  const since = typeof record.notes.greenWellSince === 'string' ? record.notes.greenWellSince : undefined;
  if (since !== undefined && now.getTime() - Date.parse(since) >= seconds(record.options.pollSeconds)) return done({ ready: nodes.length });
  if (since === undefined) await noteWell(step, now.toISOString());
  return wait(`${nameOfGroup(green)} is whole and well, and is looked at once more`, { waitSeconds: record.options.pollSeconds });
};

async function noteWell(step: Step, since: string | null): Promise<void> {
  if ((step.record.notes.greenWellSince ?? null) === since) return;
  await step.update((record) => ({ ...record, notes: { ...record.notes, greenWellSince: since } }));
}
