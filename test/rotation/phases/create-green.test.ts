import { expect, test } from 'vitest';
import { createGreen } from '../../../functions/rotation/phases/create-green.ts';
import { pairTag, rotationTag } from '../../../functions/rotation/read/cluster-view.ts';
import { greenBack } from '../../../functions/rotation/revert/r7-green-back.ts';
import { groupsWorld } from '../node-groups/groups-world.ts';

async function alone() {
  const world = await groupsWorld();
  world.groups.delete('workers-b');
  world.blue.nodegroup = {
    subnets: ['subnet-1'],
    nodeRole: 'arn:aws:iam::111111111111:role/nodes',
    amiType: 'AL2023_x86_64_STANDARD',
    tags: { team: 'shop' },
  };
  world.change({ green: null, create: {}, snapshot: { ...(await world.takeSnapshot()), green: null } });
  return world;
}

test('green is made after blue, without nodes; that it is ours is written down before', async () => {
  const world = await alone();
  world.races.set('createNodegroup', () => {
    expect(world.record()).toMatchObject({
      greenCreated: true,
      green: { kind: 'managed', name: expect.stringMatching(/^workers-a-[0-9a-f]{6}$/) },
    });
  });
  await expect(world.runUntilEnd('create-green', createGreen)).resolves.toMatchObject({ status: 'done' });
  expect(world.races.size).toBe(0);
  expect(world.callsOf('createNodegroup')).toEqual([
    {
      clusterName: 'payments',
      nodegroupName: world.record().green?.name,
      scalingConfig: { minSize: 0, maxSize: 8, desiredSize: 0 },
      subnets: ['subnet-1'],
      nodeRole: 'arn:aws:iam::111111111111:role/nodes',
      amiType: 'AL2023_x86_64_STANDARD',
      labels: {},
      tags: { team: 'shop', [pairTag]: 'workers-a', [rotationTag]: 'rot-payments-1' },
    },
  ]);
});

test('a step that was killed after the call finds what it made, under the same name', async () => {
  const world = await alone();
  await world.run('create-green', createGreen);
  const name = world.record().green?.name;
  world.change({ green: null, greenCreated: false });
  await expect(world.runUntilEnd('create-green', createGreen)).resolves.toMatchObject({ status: 'done', progress: { green: name } });
  expect(world.callsOf('createNodegroup')).toHaveLength(1);
  expect(world.record()).toMatchObject({ green: { name }, greenCreated: true });
});

test('a group of that name that somebody else made is neither taken nor deleted by the revert', async () => {
  const world = await alone();
  world.change({ create: { name: 'theirs' } });
  world.addGroup('theirs', 2);
  await expect(world.run('create-green', createGreen)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('this rotation has not made it'),
  });
  expect(world.record()).toMatchObject({ green: null, greenCreated: false });
  await expect(world.run('r7-green-back', greenBack)).resolves.toMatchObject({ status: 'done' });
  expect(world.groups.has('theirs')).toBe(true);
  expect(world.calls).toEqual([]);
});

test('one that cannot be created fails with what EKS says', async () => {
  const world = await alone();
  await world.run('create-green', createGreen);
  const green = world.groups.get(world.record().green?.name ?? '');
  Object.assign(green ?? {}, { status: 'CREATE_FAILED', issues: [{ code: 'IamNodeRoleNotFound', message: 'no role' }] });
  await expect(world.run('create-green', createGreen)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('IamNodeRoleNotFound: no role'),
  });
});

test('Auto Scaling tags, target groups and load balancers of blue are green’s too, stamped first', async () => {
  const world = await alone();
  world.blue.tags.set('k8s.io/cluster-autoscaler/enabled', { value: 'true', propagate: false });
  world.blue.tags.set('eks:nodegroup-name', { value: 'workers-a', propagate: true });
  world.blue.tags.set('alpha.eksctl.io/nodegroup-name', { value: 'workers-a', propagate: true });
  world.blue.targetGroups = ['arn:tg/web/1'];
  world.blue.loadBalancers = ['classic'];
  world.races.set('attachLoadBalancerTargetGroups', () => {
    expect(world.record().stamps).toMatchObject({ attachedTargetGroups: ['arn:tg/web/1'], attachedLoadBalancers: ['classic'] });
  });
  await world.runUntilEnd('create-green', createGreen);
  const green = world.groups.get(world.record().green?.name ?? '');
  expect(green?.targetGroups).toEqual(['arn:tg/web/1']);
  expect(green?.loadBalancers).toEqual(['classic']);
  expect([...(green?.tags.keys() ?? [])].sort()).toEqual(['k8s.io/cluster-autoscaler/enabled', 'kubernetes.io/cluster/payments']);
  const before = world.calls.length;
  await world.run('create-green', createGreen);
  expect(world.calls).toHaveLength(before);
});

test('tags that may not be written are noted, and that is all', async () => {
  const world = await alone();
  world.blue.tags.set('team', { value: 'shop', propagate: true });
  world.refusals.set('createOrUpdateTags', 'AccessDenied');
  await expect(world.runUntilEnd('create-green', createGreen)).resolves.toMatchObject({ status: 'done' });
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'problem', message: expect.stringContaining('may not be changed') }));
});

test('nothing is made where green exists', async () => {
  const world = await groupsWorld();
  await expect(world.run('create-green', createGreen)).resolves.toEqual({ status: 'done' });
  expect(world.calls).toEqual([]);
});
