import { expect, test } from 'vitest';
import { guardTag } from '../../../functions/rotation/decide/standby.ts';
import { scaleGreen } from '../../../functions/rotation/phases/scale-green.ts';
import { standbyTag, standbyTaint } from '../../../functions/rotation/read/cluster-view.ts';
import { groupsWorld, podOn } from '../node-groups/groups-world.ts';

test.each(['managed', 'autoScaling'] as const)(
  'a %s green grows by a canary and then by half, never downwards, min with desired',
  async (kind) => {
    const world = await groupsWorld({ kind, size: 10 });
    await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({
      status: 'done',
      progress: { ready: 10, wanted: 10 },
    });
    const sizes =
      kind === 'managed'
        ? world.callsOf('updateNodegroupConfig').map(({ scalingConfig }) => scalingConfig)
        : world
            .callsOf('updateAutoScalingGroup')
            .map(({ MinSize, MaxSize, DesiredCapacity }) => ({ minSize: MinSize, maxSize: MaxSize, desiredSize: DesiredCapacity }));
    expect(sizes.map((one) => (one as { desiredSize: number }).desiredSize)).toEqual([1, 2, 3, 4, 6, 9, 10]);
    for (const one of sizes as { minSize: number; maxSize: number; desiredSize: number }[]) {
      expect(one.minSize).toBe(one.desiredSize);
      expect(one.maxSize).toBe(12);
    }
    expect(world.blue.desired).toBe(10);
  },
);

test('F-32: green does not grow while the cluster is being updated', async () => {
  const world = await groupsWorld();
  world.cluster.status = 'UPDATING';
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'wait', why: 'cluster payments is UPDATING' });
  expect(world.green.desired).toBe(0);
});

test('the canary is Ready before anything else is launched', async () => {
  const world = await groupsWorld();
  world.green.neverJoin = true;
  await world.run('scale-green', scaleGreen);
  world.settle();
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'wait',
    why: 'node group workers-b: 0 of 1 nodes are Ready: instance i-5 in eu-west-1a is InService and no node yet',
  });
  expect(world.green.desired).toBe(1);
});

test('what somebody scaled up between two steps is kept', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  world.races.set('updateAutoScalingGroup', () => {});
  await world.run('scale-green', scaleGreen);
  world.green.max = 9;
  world.green.desired = 6;
  await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.green)).toEqual({ min: 6, desired: 6, max: 9 });
});

test('an instance that never joins fails the phase after joinMinutes, named, with what EKS says', async () => {
  const world = await groupsWorld({ options: { joinMinutes: 1 } });
  world.green.neverJoin = true;
  world.green.issues = [{ code: 'NodeCreationFailure', message: 'Instances failed to join' }];
  await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'failed',
    cause:
      'node group workers-b: 0 of 1 nodes are Ready: instance i-5 in eu-west-1a is InService and no node yet; EKS says NodeCreationFailure: Instances failed to join, after 1 min',
  });
});

test('the time to join begins anew for a node that is lost later', async () => {
  const world = await groupsWorld({ options: { joinMinutes: 1 } });
  await world.runUntilEnd('scale-green', scaleGreen);
  world.advance(3_600_000);
  const [lost] = world.nodesOf(world.green);
  if (lost) lost.status.conditions = [{ type: 'Ready', status: 'False' }];
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining(`node ${lost?.metadata.name} is not Ready`),
  });
  world.advance(61_000);
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'failed' });
});

test('a quota that is used up is not waited for; an issue that was there before is none', async () => {
  const world = await groupsWorld();
  world.green.neverJoin = true;
  world.green.issues = [{ code: 'AsgInstanceLaunchFailures', message: 'You have requested more vCPU capacity (VcpuLimitExceeded)' }];
  await world.run('scale-green', scaleGreen);
  world.settle();
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('VcpuLimitExceeded'),
  });
  world.change({ snapshot: await world.takeSnapshot() });
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'wait' });
});

test('capacity that may come is waited for, and named', async () => {
  const world = await groupsWorld();
  world.green.neverJoin = true;
  world.green.issues = [{ code: 'AsgInstanceLaunchFailures', message: 'InsufficientInstanceCapacity in eu-west-1b' }];
  await world.run('scale-green', scaleGreen);
  world.settle();
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('InsufficientInstanceCapacity'),
  });
});

test('a zone that is short gets one node more', async () => {
  const world = await groupsWorld({ kind: 'autoScaling', size: 3 });
  const [, , third] = world.nodes;
  world.pods.push(podOn(third?.metadata.name ?? '', 'bound', { nodeSelector: { 'topology.kubernetes.io/zone': 'eu-west-1c' } }));
  world.green.zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1a', 'eu-west-1c'];
  await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'done', progress: { ready: 4 } });
});

test('a zone that stays short fails once the headroom is used, and is named with what it lacks', async () => {
  const world = await groupsWorld({ kind: 'autoScaling', size: 3 });
  const [, , third] = world.nodes;
  world.pods.push(podOn(third?.metadata.name ?? '', 'bound', { nodeSelector: { 'topology.kubernetes.io/zone': 'eu-west-1c' } }));
  world.green.zones = ['eu-west-1a', 'eu-west-1b'];
  await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'failed',
    cause: 'Auto Scaling group workers-b: 5 nodes, 2 more than blue, are not enough: in zone eu-west-1c cpu 0 of 500m, pods 0 of 1',
  });
});

test('smaller nodes are made up for by more of them', async () => {
  const world = await groupsWorld({ kind: 'autoScaling', size: 4 });
  world.green.cpu = '1900m';
  await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'done', progress: { ready: 5 } });
});

test('an instance that a hook still holds, or whose node is cordoned, is no node', async () => {
  const world = await groupsWorld({ kind: 'autoScaling', size: 2 });
  await world.runUntilEnd('scale-green', scaleGreen);
  const [first] = world.green.instances;
  if (first) first.LifecycleState = 'Pending:Wait';
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('is Pending:Wait'),
  });
  if (first) first.LifecycleState = 'InService';
  const [node] = world.nodesOf(world.green);
  if (node) node.spec.unschedulable = true;
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('is cordoned'),
  });
});

test('an instance refresh that has started is the end of it', async () => {
  const world = await groupsWorld();
  world.blue.refreshes = [{ InstanceRefreshId: 'r-1', Status: 'InProgress' }];
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('r-1 of node group workers-a'),
  });
  world.blue.refreshes = [{ InstanceRefreshId: 'r-1', Status: 'Successful' }];
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'wait' });
});

test('a standby becomes active: its guard is lifted before it grows', async () => {
  const world = await groupsWorld();
  world.green.taints = [{ ...standbyTaint }];
  world.green.tags.set(standbyTag, { value: guardTag.value, propagate: false });
  world.change({ snapshot: await world.takeSnapshot() });
  await expect(world.runUntilEnd('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'done' });
  expect(world.green.taints).toEqual([]);
  expect(world.green.tags.has(standbyTag)).toBe(false);
  expect(world.callsOf('updateNodegroupConfig')[0]).toMatchObject({ taints: { removeTaints: [standbyTaint] } });
});

test('a min that somebody lowered is put back', async () => {
  const world = await groupsWorld();
  await world.runUntilEnd('scale-green', scaleGreen);
  world.green.min = 0;
  await world.runUntilEnd('scale-green', scaleGreen);
  expect(world.green.min).toBe(4);
});

test('done again it changes nothing', async () => {
  const world = await groupsWorld();
  await world.runUntilEnd('scale-green', scaleGreen);
  const before = world.calls.length;
  await expect(world.run('scale-green', scaleGreen)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toHaveLength(before);
});
