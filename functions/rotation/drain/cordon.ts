import { CollectionError } from '../../inventory/error-codes.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import { excludeFromLoadBalancersLabel, type LiveNode, rotationAnnotation } from '../read/cluster-view.ts';
import { liveNodeSchema } from '../read/read-cluster.ts';
import type { RotationRecord } from '../record.ts';
import type { Step } from '../step.ts';
import { eachInTime, type PatchResult, patchNode } from './patch-node.ts';

export interface CordonResult {
  /** Cordoned by this call. */
  readonly cordoned: readonly string[];
  /** Cordoned by us earlier. */
  readonly stamped: readonly string[];
  /** Cordoned by somebody else; they stay so, and no revert uncordons them. */
  readonly foreign: readonly string[];
  /** Not cordoned yet: changed under us, or out of time. The next step goes on. */
  readonly left: readonly string[];
}

/** Cordons nodes and stamps them (D20, F-20). The stamp is written with the cordon, in one conditional patch, so there is no cordon of ours
 *  without it, unless somebody takes it away: then it is put there again (F-27). Nodes that are cordoned without our stamp are left, and
 *  recorded before anything is cordoned.
 *  @throws CollectionError Forbidden */
export async function cordonNodes(step: Step, nodes: readonly LiveNode[]): Promise<CordonResult> {
  const { rotationId, stamps } = step.record;
  const names = (some: readonly LiveNode[]) => some.map(({ metadata }) => metadata.name).sort();
  const stamped = nodes.filter((node) => isCordonedByUs(node, step.record));
  const foreign = nodes.filter((node) => isCordoned(node) && !isCordonedByUs(node, step.record));
  const unknown = names(foreign).filter((name) => !stamps.foreignCordons.includes(name));
  if (unknown.length > 0) {
    await step.update((record) => ({
      ...record,
      stamps: { ...record.stamps, foreignCordons: [...new Set([...record.stamps.foreignCordons, ...unknown])].sort() },
    }));
    for (const name of unknown)
      step.note({ kind: 'node', object: `Node ${name}`, message: 'cordoned by somebody else: it stays so after a revert' });
  }
  const stripped = stamped.filter((node) => !isStamped(node, rotationId));
  await eachInTime(step, stripped, async (node) => {
    await patchNode(step, node, { annotations: { [rotationAnnotation]: rotationId } });
  });
  const open = nodes.filter((node) => !isCordoned(node));
  const cordoned: string[] = [];
  const settled = new Set<string>();
  await eachInTime(step, open, async (node) => {
    const { name } = node.metadata;
    const again = isStamped(node, rotationId);
    const result = await patchNode(step, node, { spec: { unschedulable: true }, annotations: { [rotationAnnotation]: rotationId } });
    if (result === 'done' || result === 'gone') settled.add(name);
    if (result !== 'done') return;
    cordoned.push(name);
    step.note({ kind: 'node', object: `Node ${name}`, message: again ? 'was uncordoned meanwhile: cordoned again' : 'cordoned' });
  });
  await remember(step, [...names(stamped), ...cordoned]);
  return {
    cordoned: cordoned.sort(),
    stamped: names(stamped),
    foreign: names(foreign),
    left: names(open).filter((name) => !settled.has(name)),
  };
}

/** Nodes that carry a cordon of ours, by name: a tool that takes our stamp away takes only the stamp (F-27). */
function cordonedIn({ notes }: Pick<RotationRecord, 'notes'>): string[] {
  return Array.isArray(notes.cordoned) ? notes.cordoned.filter((one) => typeof one === 'string') : [];
}

async function remember(step: Step, names: readonly string[]): Promise<void> {
  const known = new Set(cordonedIn(step.record));
  if (names.every((name) => known.has(name))) return;
  const all = (record: RotationRecord) => [...new Set([...cordonedIn(record), ...names])].sort();
  await step.update((record) => ({ ...record, notes: { ...record.notes, cordoned: all(record) } }));
}

async function forget(step: Step, names: ReadonlySet<string>): Promise<void> {
  if (!cordonedIn(step.record).some((name) => names.has(name))) return;
  const left = (record: RotationRecord) => cordonedIn(record).filter((name) => !names.has(name));
  await step.update((record) => ({ ...record, notes: { ...record.notes, cordoned: left(record) } }));
}

/** How often a write that somebody undid is done again in one step (F-27). */
const tries = 3;

export interface UncordonResult {
  readonly uncordoned: readonly string[];
  /** Still with a mark of ours: changed under us again and again, or out of time. */
  readonly left: readonly string[];
}

/** Takes our marks off nodes: the cordon where the stamp is ours and the snapshot says that the node was schedulable (or was not there),
 *  the stamp itself, and the load-balancer label where its value is ours (V9). Whatever somebody else has put there stays. A node that
 *  changes meanwhile is read again, up to three times (F-27).
 *  @throws CollectionError Forbidden */
export async function uncordonOurs(step: Step, nodes: readonly LiveNode[]): Promise<UncordonResult> {
  const { snapshot } = step.record;
  const wasCordoned = new Set(snapshot?.nodes.filter(({ unschedulable }) => unschedulable).map(({ name }) => name));
  const marked = nodes.filter((node) => isMarked(node, step.record));
  const uncordoned: string[] = [];
  const settled = new Set<string>();
  await eachInTime(step, marked, async (node) => {
    const { name } = node.metadata;
    const result = await unmark(step, node, wasCordoned.has(name));
    if (result === 'done' || result === 'gone') settled.add(name);
    if (result !== 'done') return;
    uncordoned.push(name);
    step.note({ kind: 'node', object: `Node ${name}`, message: wasCordoned.has(name) ? 'our marks are removed' : 'uncordoned' });
  });
  await forget(step, settled);
  return {
    uncordoned: uncordoned.sort(),
    left: marked.map(({ metadata }) => metadata.name).filter((name) => !settled.has(name)),
  };
}

async function unmark(step: Step, node: LiveNode, staysCordoned: boolean): Promise<PatchResult> {
  const { rotationId } = step.record;
  let seen = node;
  for (let one = 1; ; one += 1) {
    const result = await patchNode(step, seen, {
      ...(isCordonedByUs(seen, step.record) && !staysCordoned && { spec: { unschedulable: false } }),
      ...(isStamped(seen, rotationId) && { annotations: { [rotationAnnotation]: null } }),
      ...(isExcluded(seen, rotationId) && { labels: { [excludeFromLoadBalancersLabel]: null } }),
    });
    if (result !== 'changed' || one === tries) return result;
    const fresh = await readNode(step, node.metadata.name);
    if (!fresh) return 'gone';
    if (!isMarked(fresh, step.record)) return 'done';
    seen = fresh;
  }
}

async function readNode({ reads }: Step, name: string): Promise<LiveNode | undefined> {
  const path = `/api/v1/nodes/${name}`;
  try {
    return parseAnswer(liveNodeSchema, await reads.kubernetes.get(path), `GET ${path}`);
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
    throw error;
  }
}

export function isCordoned({ spec }: LiveNode): boolean {
  return spec?.unschedulable === true;
}

/** It carries the stamp of this rotation. */
export function isStamped({ metadata }: LiveNode, rotationId: string): boolean {
  return metadata.annotations?.[rotationAnnotation] === rotationId;
}

/** Our label keeps it out of load balancers; a label of another value is somebody else's. */
function isExcluded({ metadata }: LiveNode, rotationId: string): boolean {
  return metadata.labels?.[excludeFromLoadBalancersLabel] === rotationId;
}

function isCordonedByUs(node: LiveNode, record: Pick<RotationRecord, 'rotationId' | 'notes'>): boolean {
  return isCordoned(node) && (isStamped(node, record.rotationId) || cordonedIn(record).includes(node.metadata.name));
}

export function isMarked(node: LiveNode, record: Pick<RotationRecord, 'rotationId' | 'notes'>): boolean {
  return isStamped(node, record.rotationId) || isExcluded(node, record.rotationId) || isCordonedByUs(node, record);
}
