import { expect, test } from 'vitest';
import { createGreen } from '../../../functions/rotation/phases/create-green.ts';
import { freeze } from '../../../functions/rotation/phases/freeze.ts';
import { scaleGreen } from '../../../functions/rotation/phases/scale-green.ts';
import { rotationTag, standbyTag, standbyTaint } from '../../../functions/rotation/read/cluster-view.ts';
import { greenBack } from '../../../functions/rotation/revert/r7-green-back.ts';
import { type GroupsWorld, groupsWorld, podOn } from '../node-groups/groups-world.ts';

async function grown(given: Parameters<typeof groupsWorld>[0] = {}, prepare: (world: GroupsWorld) => void = () => {}) {
  const world = await groupsWorld(given);
  prepare(world);
  world.change({ snapshot: await world.takeSnapshot() });
  await world.runUntilEnd('freeze', freeze);
  await world.runUntilEnd('scale-green', scaleGreen);
  cordon(world);
  return world;
}

/** What R3 does. */
function cordon(world: GroupsWorld) {
  for (const node of world.nodesOf(world.green)) {
    node.spec.unschedulable = true;
    node.metadata.annotations['eks-greenlight/rotation'] = 'rot-payments-1';
  }
  world.change({ stamps: { ...world.record().stamps, greenCordoned: true } });
}

test.each(['managed', 'autoScaling'] as const)('a %s green that existed goes back to its sizes, processes and guard', async (kind) => {
  const world = await grown({ kind }, ({ green }) => {
    green.suspended.add('AZRebalance');
    if (kind === 'autoScaling') {
      green.max = 0;
      return;
    }
    green.taints = [{ ...standbyTaint }];
    green.tags.set(standbyTag, { value: 'true:NoSchedule', propagate: false });
  });
  await expect(world.runUntilEnd('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.green)).toEqual({ min: 0, desired: 0, max: kind === 'managed' ? 4 : 0 });
  expect([...world.green.suspended]).toEqual(['AZRebalance']);
  expect(world.green.taints).toEqual(kind === 'managed' ? [standbyTaint] : []);
  expect(world.green.instances).toEqual([]);
  const before = world.calls.length;
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toHaveLength(before);
});

test('a green that holds a pod keeps its nodes, and the pod is named', async () => {
  const world = await grown();
  world.pods.push(podOn(world.nodesOf(world.green)[0]?.metadata.name ?? '', 'web-1'));
  const before = world.calls.length;
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('Pod shop/web-1'),
  });
  expect(world.calls).toHaveLength(before);
});

test('a green that was left open keeps its nodes although nothing runs there yet', async () => {
  const world = await grown();
  for (const node of world.nodesOf(world.green)) node.spec.unschedulable = false;
  world.change({ stamps: { ...world.record().stamps, greenCordoned: false } });
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('left open'),
  });
  expect(world.green.desired).toBe(4);
});

test('a node that joined after green was cordoned is cordoned before anything is lowered', async () => {
  const world = await grown();
  const [late] = world.nodesOf(world.green);
  if (late) late.spec.unschedulable = false;
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('has joined meanwhile'),
  });
  expect(late?.spec.unschedulable).toBe(true);
  expect(world.green.desired).toBe(4);
  await expect(world.runUntilEnd('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'done' });
});

test('a green that was not touched yet is left to whoever changes it', async () => {
  const world = await groupsWorld();
  Object.assign(world.green, { desired: 2, min: 2 });
  world.settle();
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toEqual([]);
});

async function made() {
  const world = await groupsWorld();
  world.groups.delete('workers-b');
  world.change({ green: null, create: {}, snapshot: { ...(await world.takeSnapshot()), green: null } });
  await world.runUntilEnd('create-green', createGreen);
  const green = world.groups.get(world.record().green?.name ?? '');
  if (!green) throw new Error('green was not made');
  return { world, green };
}

test('a green that the rotation made is deleted, once it is empty, and waited for', async () => {
  const { world, green } = await made();
  await world.runUntilEnd('scale-green', scaleGreen);
  world.pods.push(podOn(world.nodesOf(green)[0]?.metadata.name ?? '', 'web-1'));
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'failed' });
  world.pods.pop();
  for (const node of world.nodesOf(green)) node.spec.unschedulable = true;
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'wait' });
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('is being deleted'),
  });
  world.settle();
  await expect(world.run('r7-green-back', greenBack)).resolves.toEqual({ status: 'done', progress: { deleted: true } });
  expect(world.callsOf('deleteNodegroup')).toHaveLength(1);
});

test('a group without our tag is never deleted', async () => {
  const { world, green } = await made();
  green.nodegroup = { tags: { [rotationTag]: 'rot-other' } };
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('not made by this rotation'),
  });
  expect(world.callsOf('deleteNodegroup')).toEqual([]);
});
