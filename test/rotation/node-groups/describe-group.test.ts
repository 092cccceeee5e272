import { expect, test } from 'vitest';
import { describeGroup, groupSnapshot } from '../../../functions/rotation/node-groups/describe-group.ts';
import { instanceIdOf, nodesInService, nodesOfGroup } from '../../../functions/rotation/node-groups/nodes-of-group.ts';
import { groupsWorld } from './groups-world.ts';

test('sizes are those of the Auto Scaling group, whatever DescribeNodegroup says', async () => {
  const world = await groupsWorld({ size: 3 });
  const live = await describeGroup(world.reads, 'payments', { kind: 'managed', name: 'workers-a' });
  expect(live).toMatchObject({
    kind: 'managed',
    autoScalingGroupName: 'eks-workers-a',
    bounds: { min: 1, desired: 3, max: 7 },
    updating: false,
  });
});

test('what acts on a group by itself is read too', async () => {
  const world = await groupsWorld({ kind: 'autoScaling', size: 1 });
  Object.assign(world.blue, {
    operator: 'eks.amazonaws.com',
    refreshes: [
      { InstanceRefreshId: 'r-1', Status: 'Pending' },
      { InstanceRefreshId: 'r-0', Status: 'Failed' },
    ],
  });
  const live = await describeGroup(world.reads, 'payments', { kind: 'autoScaling', name: 'workers-a' });
  expect(live).toMatchObject({
    policies: [{ name: 'cpu', type: 'TargetTrackingScaling' }],
    scheduledActions: ['night'],
    lifecycleHooks: [{ name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING' }],
    instanceRefreshes: ['r-1'],
    operator: 'eks.amazonaws.com',
    warmPool: null,
    nodegroup: null,
  });
});

test('a record keeps what its schema knows, and no instance', async () => {
  const world = await groupsWorld();
  const live = await describeGroup(world.reads, 'payments', { kind: 'managed', name: 'workers-a' });
  if (!live) throw new Error('not there');
  expect(Object.keys(groupSnapshot(live))).not.toEqual(expect.arrayContaining(['instances']));
  expect(groupSnapshot(live)).not.toHaveProperty('nodegroup');
});

test('instances of a warm pool, and those that have left, are not counted', async () => {
  const world = await groupsWorld({ kind: 'autoScaling', size: 4 });
  ['Warmed:Stopped', 'Terminated', 'Terminating:Wait'].forEach((state, index) => {
    const instance = world.blue.instances[index];
    if (instance) instance.LifecycleState = state;
  });
  const live = await describeGroup(world.reads, 'payments', { kind: 'autoScaling', name: 'workers-a' });
  if (!live) throw new Error('not there');
  expect(live.instances.map(({ id }) => id)).toEqual(['i-3', 'i-4']);
  expect(nodesOfGroup(live, world.nodes).map(({ metadata }) => metadata.name)).toEqual(['ip-i-3', 'ip-i-4']);
  expect(nodesInService(live, world.nodes).map(({ metadata }) => metadata.name)).toEqual(['ip-i-4']);
});

test('a group that does not exist is undefined; one whose Auto Scaling group is gone is an error', async () => {
  const world = await groupsWorld();
  await expect(describeGroup(world.reads, 'payments', { kind: 'managed', name: 'none' })).resolves.toBeUndefined();
  await expect(describeGroup(world.reads, 'payments', { kind: 'autoScaling', name: 'none' })).resolves.toBeUndefined();
  world.blue.nodegroup = { resources: { autoScalingGroups: [{ name: 'gone' }] } };
  await expect(describeGroup(world.reads, 'payments', { kind: 'managed', name: 'workers-a' })).rejects.toMatchObject({
    code: 'NotFound',
    message: 'node group workers-a is ACTIVE, but has Auto Scaling group gone, which does not exist',
  });
  world.blue.status = 'CREATING';
  await expect(describeGroup(world.reads, 'payments', { kind: 'managed', name: 'workers-a' })).resolves.toMatchObject({
    updating: true,
    instances: [],
  });
});

test.each([
  ['aws:///eu-west-1a/i-0123456789abcdef0', 'i-0123456789abcdef0'],
  ['aws:///eu-west-1a/payments/fargate-ip-10-0-0-1', undefined],
  ['eks-hybrid:///eu-west-1/payments/mi-1', undefined],
  [undefined, undefined],
])('the instance of %s is %s', (providerID, id) => {
  expect(instanceIdOf({ spec: { providerID } })).toBe(id);
});
