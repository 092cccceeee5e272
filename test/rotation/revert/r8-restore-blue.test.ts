import { expect, test } from 'vitest';
import { freeze } from '../../../functions/rotation/phases/freeze.ts';
import { scaleDownDisabledAnnotation } from '../../../functions/rotation/read/cluster-view.ts';
import { restoreBlue } from '../../../functions/rotation/revert/r8-restore-blue.ts';
import { groupsWorld } from '../node-groups/groups-world.ts';

test.each(['managed', 'autoScaling'] as const)('a %s blue is as it was: sizes, processes, marks of nodes', async (kind) => {
  const world = await groupsWorld({ kind });
  world.blue.suspended.add('HealthCheck').add('AZRebalance');
  const [foreign] = world.nodes;
  if (foreign) foreign.metadata.annotations[scaleDownDisabledAnnotation] = 'true';
  world.change({ snapshot: await world.takeSnapshot() });
  await world.runUntilEnd('freeze', freeze);
  await expect(world.runUntilEnd('r8-restore-blue', restoreBlue)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.blue)).toEqual({ min: 1, desired: 4, max: 8 });
  expect([...world.blue.suspended].sort()).toEqual(['AZRebalance', 'HealthCheck']);
  expect(world.nodes.map(({ metadata }) => metadata.annotations[scaleDownDisabledAnnotation])).toEqual([
    'true',
    undefined,
    undefined,
    undefined,
  ]);
  const before = world.calls.length;
  await expect(world.run('r8-restore-blue', restoreBlue)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toHaveLength(before);
});

test('what serves now is kept, what was wanted before is wanted again', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  await world.runUntilEnd('freeze', freeze);
  Object.assign(world.blue, { desired: 6, max: 6 });
  world.settle();
  await world.runUntilEnd('r8-restore-blue', restoreBlue);
  expect(world.sizes(world.blue)).toEqual({ min: 1, desired: 6, max: 8 });
  Object.assign(world.blue, { desired: 10, max: 10 });
  world.settle();
  await world.runUntilEnd('r8-restore-blue', restoreBlue);
  expect(world.sizes(world.blue)).toEqual({ min: 1, desired: 10, max: 10 });
  Object.assign(world.blue, { min: 0, desired: 2, max: 8 });
  await world.runUntilEnd('r8-restore-blue', restoreBlue);
  expect(world.sizes(world.blue)).toEqual({ min: 1, desired: 4, max: 8 });
});

test('sizes that were never frozen are not ours to restore', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  Object.assign(world.blue, { min: 3, max: 3, desired: 3 });
  await expect(world.run('r8-restore-blue', restoreBlue)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toEqual([]);
});

test('a process that cannot be resumed is no success', async () => {
  const world = await groupsWorld();
  await world.runUntilEnd('freeze', freeze);
  world.refusals.set('resumeProcesses', 'AccessDenied');
  await expect(world.runUntilEnd('r8-restore-blue', restoreBlue)).rejects.toThrow('resumeProcesses');
  expect(world.record().stamps.suspended['eks-workers-a']).toHaveLength(4);
});
