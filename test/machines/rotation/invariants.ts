import { expect } from 'vitest';
import { readLease } from '../../../functions/rotation/lease.ts';
import { readNeedsHuman } from '../../../functions/rotation/needs-human.ts';
import type { Outcome } from '../../../functions/rotation/phases.ts';
import {
  excludeFromLoadBalancersLabel,
  rotationAnnotation,
  scaleDownDisabledAnnotation,
  standbyTag,
  standbyTaint,
} from '../../../functions/rotation/read/cluster-view.ts';
import { findRotation } from '../../../functions/rotation/record-store.ts';
import { keys } from '../../../functions/store/layout.ts';
import { requestsOf } from '../../../functions/workloads/requests.ts';
import { cordonTaint } from '../../../functions/workloads/tolerations.ts';
import { volumesByClaim, volumesOf } from '../../../functions/workloads/volumes.ts';
import type { LiveCluster } from '../../../simulator/rotation/cluster.ts';
import { nameOf } from '../../../simulator/rotation/objects.ts';
import type { worldSnapshot } from '../../../simulator/rotation/snapshot.ts';
import { groupOf } from '../../../simulator/rotation/world.ts';
import type { RotationRig } from './rig.ts';

type Seen = ReturnType<typeof worldSnapshot>;
type Group = NonNullable<Seen['groups'][string]>;
type Nodes = NonNullable<Seen['clusters'][string]>['nodes'];

export interface InvariantsOptions {
  /** @default rot-1 */
  readonly rotationId?: string;
  /** @default workers-a */
  readonly blue?: string;
  /** @default workers-b */
  readonly green?: string;
  /** What others changed meanwhile, and must still be there: it changes what was before into what is expected. */
  readonly foreign?: (expected: Seen) => void;
  /** Pods, as `namespace/name`, that a list or an option allowed to be deleted. */
  readonly mayBeDeleted?: RegExp;
}

const us = 'rotation';
const needHuman: readonly Outcome[] = ['hold-both-up', 'dirty-finish'];
const changeNothing: readonly Outcome[] = ['refused', 'noop', 'planned'];

/** What holds at the end of a rotation, whatever went wrong (rotation.md §5). All is read from the world, its audit and the store; nothing from
 *  the record, which is the rotation's own word. */
export async function expectInvariants(rig: RotationRig, outcome: Outcome, options: InvariantsOptions = {}): Promise<void> {
  const { blue = 'workers-a', green = 'workers-b', foreign = () => {}, mayBeDeleted = /^$/ } = options;
  const { audit } = rig.world;
  expectCapacity(rig);
  expectNoPodLost(rig, mayBeDeleted);
  expect(audit.breaches, 'V3: a budget was driven below nothing').toEqual([]);
  expectSizesKept(rig, blue, green);
  expectCordonsInOrder(rig, blue, green);
  await expectEnd(rig, outcome, options.rotationId ?? 'rot-1');

  const expected = structuredClone(rig.before);
  foreign(expected);
  if (changeNothing.includes(outcome)) expect(audit.writes(us), 'V17: nothing is changed').toEqual([]);
  if (outcome === 'reverted') expectAsBefore(rig, expected, blue, green);
  if (outcome === 'succeeded') expectGreenInstead(rig, expected, blue, green);
  if (outcome === 'hold-both-up') expectBothUp(rig, blue, green);
  if (outcome === 'reverted' || outcome === 'succeeded') expectWorkloadsServe(rig);
}

/** V1: what pods can use never falls below what it was, but for what others took; where volumes tie pods to a zone, not below what these ask. */
function expectCapacity({ world }: RotationRig): void {
  const [first, ...later] = world.audit.samples;
  const bound = boundCpu([...world.clusters.values()]);
  const short = later.flatMap(({ at, cluster, schedulable, byZone, takenOutside }) => {
    if (cluster !== first?.cluster) return [];
    const total = Object.entries(first.schedulable).filter(
      ([resource, amount]) => (schedulable[resource] ?? 0n) < amount - (takenOutside[resource] ?? 0n),
    );
    const zones = [...bound].filter(([zone, asked]) => (byZone[zone]?.cpu ?? 0n) < asked - (takenOutside.cpu ?? 0n));
    const when = new Date(at).toISOString();
    return [
      ...total.map(([resource]) => `${when}: less ${resource} than before`),
      ...zones.map(([zone]) => `${when}: too little in ${zone}`),
    ];
  });
  expect(short, 'V1: capacity').toEqual([]);
}

/** CPU that pods with volumes ask, by the zone of these, in nano units. */
function boundCpu(clusters: readonly LiveCluster[]): ReadonlyMap<string, bigint> {
  const asked = new Map<string, bigint>();
  for (const { objects } of clusters) {
    const volumeOf = volumesByClaim([...objects.volumes.values()]);
    for (const pod of objects.pods.values()) {
      const [volume] = volumesOf(pod, volumeOf);
      const zone = volume?.spec?.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.[0];
      if (zone !== undefined) asked.set(zone, (asked.get(zone) ?? 0n) + (requestsOf(pod).get('cpu') ?? 0n));
    }
  }
  return asked;
}

/** V2: pods are evicted, never deleted; none ends with its node unless somebody else ended that. */
function expectNoPodLost({ world }: RotationRig, mayBeDeleted: RegExp): void {
  const deleted = world.audit.writes(us).filter(({ call, target }) => call === 'kubernetes:delete' && !mayBeDeleted.test(target));
  expect(deleted, 'V2: pods are not deleted').toEqual([]);
  const lost = world.audit.lost.filter(({ node }) => !world.audit.takenOutside.includes(node));
  expect(lost, 'V2: no pod is lost').toEqual([]);
}

/** V4, V5: nobody's pods are on a group that we lower; the freeze does not write desired, and blue is not lowered before anything has moved. */
function expectSizesKept({ world: { audit } }: RotationRig, blue: string, green: string): void {
  const ours = audit.sizes.filter(({ principal }) => principal === us);
  const lowered = ours.filter(({ from, to }) => to.desired < from.desired);
  expect(
    lowered.filter(({ evictable }) => evictable.length > 0),
    'V4: a group was lowered with pods on it',
  ).toEqual([]);
  const resized = audit.writes(us).filter(({ input }) => /"scalingConfig"|"MinSize"|"DesiredCapacity"/.test(JSON.stringify(input)));
  const growth = resized.find(({ target }) => target.includes(green))?.number ?? 0;
  const frozen = resized.filter(({ target, number }) => target.includes(blue) && number < growth);
  expect(
    frozen.filter(({ input }) => /"desiredSize"|"DesiredCapacity"/.test(JSON.stringify(input))),
    'V5: the freeze wrote desired',
  ).toEqual([]);
  const firstCordon = audit.cordons.find(({ principal, group }) => principal === us && group === blue)?.at ?? '9';
  expect(
    lowered.filter(({ group, at }) => group === blue && at < firstCordon),
    'V5: blue was lowered before anything was moved',
  ).toEqual([]);
}

/** V6: blue is cordoned once green serves as many nodes as blue had; green once blue does again, less those that others keep cordoned. */
function expectCordonsInOrder({ world: { audit }, before }: RotationRig, blue: string, green: string): void {
  const size = before.groups[blue]?.desired ?? 0;
  const first = audit.cordons.find(({ principal, group, unschedulable }) => principal === us && group === blue && unschedulable);
  if (first) expect(first.serving[green], 'V6: blue was cordoned before green was whole').toBeGreaterThanOrEqual(size);
  const open = Object.values(nodesIn(before)).filter((node) => isOf(before, node, blue) && !node.unschedulable).length;
  const closed = new Set<string>();
  for (const { principal, group, node, unschedulable, serving } of audit.cordons) {
    if (principal !== us && group === blue && unschedulable) closed.add(node);
    if (principal !== us && !unschedulable) closed.delete(node);
    if (principal === us && group === green && unschedulable)
      expect(serving[blue], 'V6: green was cordoned before blue was whole').toBeGreaterThanOrEqual(open - closed.size);
  }
}

/** V13, V18: one report and one notice of the end, a flag only where a human is needed, and nothing that is still held. */
async function expectEnd({ store, notices }: RotationRig, outcome: Outcome, rotationId: string): Promise<void> {
  const cluster = await findRotation(store, rotationId);
  if (!cluster) throw new Error(`there is no rotation ${rotationId}`);
  const ends = notices.filter((notice) => notice.rotationId === rotationId && notice.kind === 'finished');
  const reports = [keys.rotationReport(cluster, rotationId, 'json'), keys.rotationReport(cluster, rotationId, 'html')];
  const found = (await Promise.all(reports.map((key) => store.get(key)))).filter((one) => one !== undefined);
  expect({ notices: ends.map((one) => one.outcome), reports: found.length }, 'V13: one notice and one report').toEqual(
    outcome === 'busy' ? { notices: [], reports: 0 } : { notices: [outcome], reports: 2 },
  );
  for (const { cause } of ends) expect(cause, 'V13: a reason').toMatch(/\w+ \w+/);
  expect(await store.get(keys.openRotation(rotationId)), 'V18: the marker is removed').toBeUndefined();
  if (outcome === 'busy') return;
  expect((await readLease({ store, cluster }))?.owner ?? null, 'V18: the lease is released').toBeNull();
  const flag = await readNeedsHuman(store, cluster);
  expect(flag && { rotationId: flag.rotationId, outcome: flag.outcome, acknowledged: flag.acknowledged }, 'V18: needs-human').toEqual(
    needHuman.includes(outcome) ? { rotationId, outcome, acknowledged: null } : undefined,
  );
}

/** V7, V9: everything as it was. Desired may be higher, and max with it; nodes have other names where somebody else ended some. */
function expectAsBefore(rig: RotationRig, expected: Seen, blue: string, green: string): void {
  const after = rig.after();
  const now = groupIn(after, blue);
  const before = groupIn(expected, blue);
  const desired = Math.max(before.desired, now.desired);
  const groups = {
    ...expected.groups,
    [blue]: { ...before, desired, instances: desired, max: Math.max(before.max, desired) },
  };
  expect(after.groups, 'V7: groups as before').toEqual(groups);
  expectReplicas(after, expected);
  expectNodes(rig, after, expected, [blue, green]);
}

/** V8, V9: green has blue's sizes, blue is empty behind its guard, and the rest is as before. */
function expectGreenInstead(rig: RotationRig, expected: Seen, blue: string, green: string): void {
  const after = rig.after();
  const was = groupIn(expected, blue);
  const { desired } = groupIn(after, green);
  expect(desired, 'V8: green serves as many nodes').toBeGreaterThanOrEqual(was.desired);
  const guard = { key: standbyTaint.key, value: standbyTaint.value, effect: standbyTaint.effect };
  const isManaged = was.status !== null;
  const groups = {
    ...expected.groups,
    [green]: { ...groupIn(expected, green), min: was.min, desired, max: Math.max(was.max, desired), instances: desired },
    [blue]: {
      ...was,
      ...{ min: 0, desired: 0, max: isManaged ? was.max : 0, instances: 0 },
      ...(isManaged && { taints: [...was.taints, guard] }),
      // Whose tags only an operator may change is guarded by the taint alone (F-14).
      ...(isManaged && groupOf(rig.world, blue).operator === null && { tags: { ...was.tags, [standbyTag]: 'true:NoSchedule' } }),
    },
  };
  expect(after.groups, 'V8: groups').toEqual(groups);
  expectReplicas(after, expected);
  expectNodes(rig, after, expected, [green]);
}

/** Both groups keep what serves: no node is cordoned by us unless the other group has all that is needed; no pod waits for us. */
function expectBothUp(rig: RotationRig, blue: string, green: string): void {
  const { groups, ...after } = rig.after();
  const before = groupIn(rig.before, blue).desired;
  expect(groupIn({ groups, ...after }, blue).desired, 'blue is up').toBeGreaterThanOrEqual(before);
  const ours = Object.values(nodesIn(after)).filter((node) => node.unschedulable && node.annotations[rotationAnnotation] !== undefined);
  if (ours.some((node) => isOf(rig.before, node, blue)))
    expect(groupIn({ groups, ...after }, green).instances, 'blue is cordoned, and green is up').toBeGreaterThanOrEqual(before);
}

function expectReplicas(after: Seen, expected: Seen): void {
  const of = ({ clusters }: Seen) => Object.values(clusters).map(({ replicas, minReplicas }) => ({ replicas, minReplicas }));
  expect(of(after), 'V7: replicas as before').toEqual(of(expected));
}

/** Nodes that are still there are as they were, and new ones carry nothing. Those that are gone were ended by others, or with a group that is
 *  allowed to be empty now. */
function expectNodes(rig: RotationRig, after: Seen, expected: Seen, groups: readonly string[]): void {
  const was = nodesIn(expected);
  const is = nodesIn(after);
  const foreign = foreignCordons(rig);
  for (const [name, closed] of foreign) if (was[name]) was[name] = withCordon(was[name], closed);
  const known = Object.keys(is).filter((name) => was[name] !== undefined);
  expect(pick(is, known), 'V7, V9: nodes as before').toEqual(pick(was, known));
  for (const [name, node] of Object.entries(is)) {
    if (was[name] !== undefined) continue;
    const marks = [rotationAnnotation, scaleDownDisabledAnnotation, excludeFromLoadBalancersLabel];
    const left = marks.filter((key) => node.annotations[key] !== undefined || node.labels[key] !== undefined);
    const nothing = { name, left: [], unschedulable: foreign.get(name) ?? false };
    expect({ name, left, unschedulable: node.unschedulable }, 'V7: new nodes carry nothing').toEqual(nothing);
  }
  const gone = Object.entries(was).filter(([name, node]) => is[name] === undefined && groups.some((group) => isOf(expected, node, group)));
  const ended = rig.world.audit.takenOutside.filter((name) => was[name] !== undefined);
  expect(
    gone.map(([name]) => name).filter((name) => !ended.includes(name)),
    'V7: nodes are gone that nobody else has ended',
  ).toEqual([]);
}

/** Nodes that others have cordoned or uncordoned while we had no cordon of ours there, and how they left them (V9). */
function foreignCordons({ world }: RotationRig): ReadonlyMap<string, boolean> {
  const ours = new Set<string>();
  const theirs = new Map<string, boolean>();
  for (const { principal, node, unschedulable } of world.audit.cordons) {
    if (principal !== us && !ours.has(node)) theirs.set(node, unschedulable);
    if (principal === us && unschedulable) ours.add(node);
    else ours.delete(node);
  }
  return theirs;
}

function withCordon(node: Nodes[string], unschedulable: boolean): Nodes[string] {
  const taints = node.taints.filter(({ key }) => key !== cordonTaint.key);
  return { ...node, unschedulable, taints: unschedulable ? [...taints, { key: cordonTaint.key, effect: cordonTaint.effect }] : taints };
}

/** What wants replicas has them, but for workloads that cannot be well wherever they run (V16). */
function expectWorkloadsServe({ world }: RotationRig): void {
  const short = [...world.clusters.values()].flatMap(({ objects, behaviours }) => {
    const broken = new Set(behaviours.troubles.flatMap(({ workload, onGroup }) => (onGroup === undefined ? [workload] : [])));
    return [...objects.deployments.values(), ...objects.statefulSets.values()]
      .filter((one) => !broken.has(nameOf(one)) && one.status.readyReplicas < one.spec.replicas)
      .map((one) => `${nameOf(one)}: ${one.status.readyReplicas} of ${one.spec.replicas} are Ready`);
  });
  expect(short, 'workloads serve').toEqual([]);
}

function groupIn({ groups }: Pick<Seen, 'groups'>, name: string): Group {
  const group = groups[name];
  if (!group) throw new Error(`there is no group ${name}: there are ${Object.keys(groups).join(', ')}`);
  return group;
}

function nodesIn({ clusters }: Pick<Seen, 'clusters'>): Nodes {
  return Object.assign({}, ...Object.values(clusters).map(({ nodes }) => nodes));
}

/** Nodes of a plain Auto Scaling group say nothing of it. */
function isOf(seen: Seen, { labels }: Nodes[string], group: string): boolean {
  const label = labels['eks.amazonaws.com/nodegroup'];
  return label === undefined ? seen.groups[group]?.status === null : label === group;
}

function pick(nodes: Nodes, names: readonly string[]): Nodes {
  return Object.fromEntries(names.flatMap((name) => (nodes[name] ? [[name, nodes[name]]] : [])));
}
