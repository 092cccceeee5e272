import { expect, test } from 'vitest';
import { freeze } from '../../../functions/rotation/phases/freeze.ts';
import { scaleGreen } from '../../../functions/rotation/phases/scale-green.ts';
import { standbyTag, standbyTaint } from '../../../functions/rotation/read/cluster-view.ts';
import { blueWhole } from '../../../functions/rotation/revert/r2-blue-whole.ts';
import { groupsWorld, podOn } from '../node-groups/groups-world.ts';

async function frozen(given: Parameters<typeof groupsWorld>[0] = {}) {
  const world = await groupsWorld(given);
  world.blue.targetGroups = ['arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1'];
  world.targetHealth.set(
    'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1',
    world.blue.instances.map(({ InstanceId: Id }) => ({ Id, State: 'healthy' })),
  );
  world.change({ snapshot: await world.takeSnapshot() });
  await world.runUntilEnd('freeze', freeze);
  await world.runUntilEnd('scale-green', scaleGreen);
  return world;
}

test('a blue that is whole is left as it is', async () => {
  const world = await frozen();
  const before = world.calls.length;
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'done', progress: { ready: 4, wanted: 4 } });
  expect(world.calls).toHaveLength(before);
});

test('a blue that was never touched is asked nothing', async () => {
  const world = await groupsWorld();
  world.blue.desired = 0;
  world.settle();
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toEqual([]);
});

test.each(['managed', 'autoScaling'] as const)('a %s blue on its way to zero gets N nodes and loses the guard first', async (kind) => {
  const world = await frozen({ kind });
  Object.assign(world.blue, { min: 0, desired: 1, max: 1, targetGroups: [] });
  if (kind === 'managed') {
    world.blue.taints = [{ ...standbyTaint }];
    world.blue.tags.set(standbyTag, { value: 'true:NoSchedule', propagate: false });
  }
  world.settle();
  await expect(world.runUntilEnd('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.blue)).toEqual({ min: 4, desired: 4, max: 4 });
  expect(world.blue.taints).toEqual([]);
  expect(world.blue.tags.has(standbyTag)).toBe(false);
});

test('desired is never lowered', async () => {
  const world = await frozen({ kind: 'autoScaling' });
  Object.assign(world.blue, { desired: 9, max: 9, targetGroups: [] });
  world.settle();
  await expect(world.runUntilEnd('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'done' });
  expect(world.blue.desired).toBe(9);
});

test('a freeze that was killed with Terminate suspended keeps what runs before it is resumed', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  world.races.set('updateAutoScalingGroup', () => {
    world.blue.desired = 6;
    world.settle();
  });
  await world.run('freeze', freeze);
  world.settle();
  expect(world.blue).toMatchObject({ desired: 4, instances: { length: 6 } });
  await world.runUntilEnd('r2-blue-whole', blueWhole);
  world.settle();
  expect(world.blue.instances).toHaveLength(6);
  expect(world.blue.suspended).not.toContain('Terminate');
});

test('a node that is not back is waited for; what somebody else suspended is named', async () => {
  const world = await frozen();
  const [first] = world.nodesOf(world.blue);
  if (first) first.status.conditions = [{ type: 'Ready', status: 'False' }];
  world.blue.suspended.add('Launch');
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({
    status: 'wait',
    why: 'node group workers-a has 3 of 4 nodes Ready and schedulable; Launch of eks-workers-a is suspended, not by us',
  });
});

test('what somebody else has cordoned meanwhile is waited for where pods are to come back, and else left', async () => {
  const world = await frozen();
  const [first] = world.nodesOf(world.blue);
  const [green] = world.nodesOf(world.green);
  if (first) first.spec.unschedulable = true;
  world.pods.push(podOn(green?.metadata.name ?? '', 'web-1'));
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({
    status: 'wait',
    why: 'node group workers-a has 3 of 4 nodes Ready and schedulable',
  });
  world.pods.pop();
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({
    status: 'done',
    progress: { ready: 3, wanted: 4, cordonedByOthers: 1 },
  });
  expect(first?.spec.unschedulable).toBe(true);
});

test('a cordon of somebody else, and a node that was broken before, are not held against blue', async () => {
  const world = await groupsWorld();
  const [first, second] = world.nodesOf(world.blue);
  if (first) first.spec.unschedulable = true;
  if (second) second.status.conditions = [{ type: 'Ready', status: 'False' }];
  const snapshot = await world.takeSnapshot();
  world.change({
    snapshot: { ...snapshot, nodes: snapshot.nodes.map((node) => ({ ...node, ready: node.name !== second?.metadata.name })) },
    stamps: { ...world.record().stamps, frozen: true },
  });
  Object.assign(world.blue, { min: 4, max: 4 });
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'done', progress: { ready: 3, wanted: 3 } });
});

test('targets are waited for, as long as a batch may settle', async () => {
  const world = await frozen({ options: { settleMinutes: 1 } });
  const targets = world.targetHealth.get('arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1');
  if (targets?.[0]) targets[0].State = 'initial';
  targets?.pop();
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({
    status: 'wait',
    why: 'targets of node group workers-a are not healthy: i-1 in web is initial, i-4 in web is not registered',
  });
  world.advance(60_000);
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'done' });
  expect(world.events).toContainEqual(
    expect.objectContaining({ kind: 'problem', message: expect.stringContaining('pods are moved back all the same') }),
  );
});

test('nothing is written before a step that was interrupted must have ended', async () => {
  const world = await frozen();
  Object.assign(world.blue, { min: 0, desired: 1 });
  const at = '2026-11-21T13:00:00.000Z';
  world.change({ revert: { cause: 'x', from: 'retire-blue', since: at, starts: 1, notBefore: at, left: [] } });
  const before = world.calls.length;
  await expect(world.run('r2-blue-whole', blueWhole)).resolves.toMatchObject({ status: 'wait' });
  expect(world.calls).toHaveLength(before);
});
