import * as z from 'zod';
import { nameOfGroup } from '../decide/group-differences.ts';
import { grow } from '../decide/grow.ts';
import { describeIssues, isLasting, newIssues } from '../decide/issues.ts';
import { lacking } from '../decide/parity.ts';
import { takesPods } from '../drain/assess-nodes.ts';
import type { ClusterView, LiveNode } from '../read/cluster-view.ts';
import { readCluster, readNodes } from '../read/read-cluster.ts';
import { readUnrest } from '../read/read-unrest.ts';
import { failed, minutes, type Step, type StepOutcome, snapshotOf, wait } from '../step.ts';
import { busy, liveBlue, liveGreen } from './both-groups.ts';
import type { LiveGroup } from './live-group.ts';
import { instanceIdOf, nodesInService, nodesOfGroup } from './nodes-of-group.ts';
import { resize } from './resize.ts';
import { setGuard } from './standby-guard.ts';

/** Green, whole: N nodes and more are Ready, and nothing is lacking. */
export interface WholeGreen {
  readonly green: LiveGroup;
  readonly nodes: readonly LiveNode[];
  readonly blueNodes: readonly LiveNode[];
  readonly view: ClusterView;
}

/** One step towards a green that can take all of blue, from whatever it is now; nodes that were lost are counted again (F-08).
 *  @returns what the step ends with; green itself once it is whole */
export async function growGreen(step: Step): Promise<{ readonly outcome: StepOutcome } | { readonly whole: WholeGreen }> {
  const [green, blue] = await Promise.all([liveGreen(step), liveBlue(step)]);
  const hindrance = await hindranceOf(step, green, blue);
  if (hindrance) return { outcome: hindrance };
  const seen = await look(step, green, blue);
  const ready = seen.nodes.filter(takesPods).length;
  const { record } = step;
  const before = snapshotOf(record);
  const next = grow({
    bounds: green.bounds,
    ready,
    size: record.size,
    originalMax: before.green?.bounds.max ?? before.blue.bounds.max,
    options: record.options,
    shortage: seen.shortage,
  });
  const progress = { ready, wanted: record.size, launched: green.bounds.desired };
  if (next.kind === 'whole' && seen.view) {
    await forgetJoin(step);
    return { whole: { green, nodes: seen.nodes, blueNodes: seen.blueNodes, view: seen.view } };
  }
  if (next.kind === 'short') return { outcome: failed(`${nameOfGroup(green)}: ${next.cause}`, progress) };
  if (next.kind === 'joining') return { outcome: withProgress(await joining(step, green, seen.nodes, next.wanted), progress) };
  if (next.kind !== 'write') return { outcome: wait(`${nameOfGroup(green)} was not looked at as a whole yet`, { progress }) };
  // The join runs from the write, which may be the last thing this step does.
  await noteJoin(step, next.change.desired);
  const why = (await resize(step, green, next.change)) ?? `${nameOfGroup(green)} has its sizes`;
  return { outcome: wait(seen.shortage === undefined ? why : `${why}: ${seen.shortage}`, { progress }) };
}

/** What keeps green from growing at all. */
async function hindranceOf(step: Step, green: LiveGroup, blue: LiveGroup): Promise<StepOutcome | undefined> {
  for (const group of [green, blue])
    if (group.instanceRefreshes.length > 0)
      return failed(`instance refresh ${group.instanceRefreshes[0]} of ${nameOfGroup(group)} has started`);
  const why = (await readUnrest(step, [], [])) ?? (await setGuard(step, green, false)) ?? busy(green);
  return why === undefined ? undefined : wait(why);
}

interface Seen {
  readonly nodes: readonly LiveNode[];
  readonly blueNodes: readonly LiveNode[];
  readonly shortage: string | undefined;
  readonly view?: ClusterView;
}

/** The nodes alone, as long as there are too few of them. */
async function look(step: Step, green: LiveGroup, blue: LiveGroup): Promise<Seen> {
  const { record, reads, configuration, outside } = step;
  const { size, options } = record;
  if (green.bounds.desired < size) {
    const all = await readNodes(reads.kubernetes);
    return { nodes: nodesInService(green, all), blueNodes: nodesOfGroup(blue, all), shortage: undefined };
  }
  const view = await readCluster(reads.kubernetes, outside.clock());
  const nodes = nodesInService(green, view.nodes);
  const blueNodes = nodesOfGroup(blue, view.nodes);
  if (nodes.filter(takesPods).length < size) return { nodes, blueNodes, shortage: undefined };
  const blueBefore = snapshotOf(record).nodes.filter(({ group }) => group === 'blue');
  const lack = lacking({ view, blue: blueNodes, blueBefore, green: nodes, size, options, allow: configuration.allow });
  return { nodes, blueNodes, shortage: lack.length > 0 ? lack.join(', ') : undefined, view };
}

const joinSchema = z.object({ wanted: z.number(), since: z.string() }).nullish().catch(null);

/** Nodes are waited for since green was given its size, or since one that had been Ready was lost. */
async function joining(step: Step, green: LiveGroup, nodes: readonly LiveNode[], wanted: number): Promise<StepOutcome> {
  const { record, now } = step;
  const known = joinSchema.parse(record.notes.join);
  const since = known?.wanted === wanted ? known.since : now.toISOString();
  if (since !== known?.since) await noteJoin(step, wanted, since);
  const issues = newIssues(green, snapshotOf(record).green?.issues ?? []);
  const missing = missingOf(green, nodes, wanted).join(', ');
  const said = issues.length > 0 ? `; EKS says ${describeIssues(issues)}` : '';
  const ready = nodes.filter(takesPods).length;
  const what = `${nameOfGroup(green)}: ${ready} of ${wanted} nodes are Ready: ${missing}${said}`;
  if (issues.some(isLasting)) return failed(what);
  if (now.getTime() - Date.parse(since) >= minutes(record.options.joinMinutes))
    return failed(`${what}, after ${record.options.joinMinutes} min`);
  return wait(what);
}

/** By name what is not there yet: instances that have not been launched, have not joined, or whose node takes no pods. */
function missingOf({ instances, bounds }: LiveGroup, nodes: readonly LiveNode[], wanted: number): string[] {
  const byInstance = new Map(nodes.map((node) => [instanceIdOf(node), node]));
  const short = Math.max(0, Math.max(wanted, bounds.desired) - instances.length);
  const late = instances.flatMap(({ id, zone, lifecycleState }) => {
    const node = byInstance.get(id);
    if (!node) return [`instance ${id} in ${zone} is ${lifecycleState} and no node yet`];
    if (takesPods(node)) return [];
    return [`node ${node.metadata.name} is ${node.spec?.unschedulable === true ? 'cordoned' : 'not Ready'}`];
  });
  return [...(short > 0 ? [`${short} not launched yet`] : []), ...late];
}

async function noteJoin(step: Step, wanted: number, since = step.outside.clock().toISOString()): Promise<void> {
  await step.update((record) => ({ ...record, notes: { ...record.notes, join: { wanted, since } } }));
}

/** Whoever is lost from here on has its own time to come back. */
async function forgetJoin(step: Step): Promise<void> {
  if (step.record.notes.join === undefined || step.record.notes.join === null) return;
  await step.update((record) => ({ ...record, notes: { ...record.notes, join: null } }));
}

function withProgress(outcome: StepOutcome, progress: NonNullable<StepOutcome['progress']>): StepOutcome {
  return { ...outcome, progress };
}
