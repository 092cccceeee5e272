import { expect, test } from 'vitest';
import { retireBlue } from '../../../functions/rotation/phases/retire-blue.ts';
import { createBatch } from '../batches-of.ts';
import { type GroupsWorld, groupsWorld, podOn } from '../node-groups/groups-world.ts';

async function drained(given: Parameters<typeof groupsWorld>[0] = {}): Promise<GroupsWorld> {
  const world = await groupsWorld({ kind: 'autoScaling', size: 8, ...given });
  Object.assign(world.blue, { min: 8, max: 8 });
  for (const node of world.nodesOf(world.blue)) node.spec.unschedulable = true;
  return world;
}

test.each(['managed', 'autoScaling'] as const)('a %s blue that is empty goes to zero in steps of a quarter', async (kind) => {
  const world = await drained({ kind });
  await expect(world.runUntilEnd('retire-blue', retireBlue)).resolves.toMatchObject({ status: 'done' });
  const desired = world.calls.flatMap(
    ({ input }) => (input.scalingConfig as { desiredSize?: number } | undefined)?.desiredSize ?? input.DesiredCapacity ?? [],
  );
  expect(desired).toEqual([6, 4, 2, 0]);
  expect(world.sizes(world.blue)).toEqual({ min: 0, desired: 0, max: kind === 'managed' ? 1 : 0 });
  expect(world.nodes).toEqual([]);
});

test('the rotation is committed before the first lowering, and not before', async () => {
  const world = await drained();
  world.pods.push(podOn('ip-i-1', 'web-1'));
  await world.run('retire-blue', retireBlue);
  expect(world.record().committed).toBe(false);
  world.pods.pop();
  world.races.set('updateAutoScalingGroup', () => expect(world.record().committed).toBe(true));
  await world.run('retire-blue', retireBlue);
  expect(world.races.size).toBe(0);
});

test('a pod that came back is asked for before each lowering, and named', async () => {
  const world = await drained();
  await world.run('retire-blue', retireBlue);
  world.settle();
  world.pods.push(podOn('ip-i-1', 'web-1'));
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('Pod shop/web-1 on ip-i-1'),
  });
  expect(world.blue.desired).toBe(6);
  expect(world.callsOf('updateAutoScalingGroup')).toHaveLength(1);
});

test('F-32: nothing is lowered while the cluster is being updated', async () => {
  const world = await drained();
  world.cluster.status = 'UPDATING';
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'wait',
    why: 'cluster payments is UPDATING: Auto Scaling group workers-a is not lowered',
  });
  expect(world.callsOf('updateAutoScalingGroup')).toEqual([]);
  expect(world.record().committed).toBe(false);
});

test('an instance that has come between look and write was not looked at', async () => {
  const world = await drained();
  const list = world.reads.kubernetes.list;
  world.reads.kubernetes.list = (path, options) => {
    if (path === '/api/v1/pods') {
      world.blue.desired = 9;
      world.blue.max = 9;
      world.settle();
    }
    return list(path, options);
  };
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('got instance i-9 meanwhile'),
  });
  expect(world.callsOf('updateAutoScalingGroup')).toEqual([]);
});

test('lowering starts from what is wanted at that moment', async () => {
  const world = await drained();
  world.blue.min = 0;
  world.blue.desired = 5;
  world.settle();
  await world.run('retire-blue', retireBlue);
  expect(world.callsOf('updateAutoScalingGroup')).toMatchObject([{ DesiredCapacity: 3 }]);
});

test('a batch with a node that was given up keeps blue', async () => {
  const world = await drained();
  world.change({ batches: [createBatch({ quarantined: ['ip-i-3'] })] });
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({ status: 'failed', cause: expect.stringContaining('ip-i-3') });
  expect(world.calls).toEqual([]);
  expect(world.record().committed).toBe(false);
});

test('a protected instance is waited for by name; the next step down waits for the one before', async () => {
  const world = await drained();
  for (const instance of world.blue.instances) instance.ProtectedFromScaleIn = true;
  await world.run('retire-blue', retireBlue);
  world.settle();
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('i-1 is InService, protected from scale-in'),
  });
  expect(world.callsOf('updateAutoScalingGroup')).toHaveLength(1);
});

test('Node objects of instances that are gone are waited for', async () => {
  const world = await drained();
  const [ghost] = structuredClone(world.nodes);
  await world.runUntilEnd('retire-blue', retireBlue);
  if (ghost) world.nodes.push(ghost);
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('nodes ip-i-1'),
  });
});

const deployment = (ready: number) => ({
  metadata: { namespace: 'shop', name: 'web' },
  spec: { replicas: 2 },
  status: { readyReplicas: ready },
});

async function failing() {
  const world = await drained({ options: { settleMinutes: 1 } });
  world.addGroup('workers-c', 2);
  world.objects.set('/apis/apps/v1/deployments', [deployment(2)]);
  world.objects.set('/apis/apps/v1/replicasets', [
    {
      metadata: {
        namespace: 'shop',
        name: 'web',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
      },
    },
  ]);
  world.pods.push(podOn('ip-i-9', 'web-1'), podOn('ip-i-10', 'web-2'));
  world.change({ snapshot: await world.takeSnapshot(), phaseStartedAt: { soak: '2026-11-21T11:00:00.000Z' } });
  return world;
}

test('workloads that fail before the first lowering take the rotation back', async () => {
  const world = await failing();
  world.pods.pop();
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'failed',
    cause: expect.stringContaining('Deployment shop/web has 1 Ready pods, expected 2'),
    progress: { rotateBack: true },
  });
  expect(world.record()).toMatchObject({ committed: false, notes: { rotateBack: true } });
  expect(world.callsOf('updateAutoScalingGroup')).toEqual([]);
});

test('workloads that fail after it hold the next lowering, and go back once it lasts', async () => {
  const world = await failing();
  await world.run('retire-blue', retireBlue);
  world.settle();
  world.pods.pop();
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('Deployment shop/web'),
  });
  world.advance(60_000);
  await expect(world.run('retire-blue', retireBlue)).resolves.toMatchObject({ status: 'failed', progress: { rotateBack: true } });
  expect(world.blue.desired).toBe(6);
});
