import { expect, test } from 'vitest';
import { quietedProcesses } from '../../../functions/rotation/node-groups/processes.ts';
import { freeze } from '../../../functions/rotation/phases/freeze.ts';
import { scaleDownDisabledAnnotation } from '../../../functions/rotation/read/cluster-view.ts';
import { groupsWorld } from '../node-groups/groups-world.ts';

test.each(['managed', 'autoScaling'] as const)(
  'a %s blue is frozen at what it wants: min and max N, desired never written',
  async (kind) => {
    const world = await groupsWorld({ kind });
    await expect(world.runUntilEnd('freeze', freeze)).resolves.toMatchObject({ status: 'done' });
    expect(world.sizes(world.blue)).toEqual({ min: 4, desired: 4, max: 4 });
    expect(JSON.stringify(world.calls)).not.toMatch(/desiredSize|DesiredCapacity/);
    for (const group of [world.blue, world.green]) expect([...group.suspended].sort()).toEqual([...quietedProcesses].sort());
    expect(world.record()).toMatchObject({ size: 4, stamps: { frozen: true } });
    expect(world.nodes.map(({ metadata }) => metadata.annotations[scaleDownDisabledAnnotation])).toEqual(['true', 'true', 'true', 'true']);
  },
);

test('nothing terminates while sizes are written, and Terminate is resumed afterwards', async () => {
  const world = await groupsWorld();
  world.races.set('updateNodegroupConfig', () => {
    expect(world.blue.suspended).toContain('Terminate');
    expect(world.green.suspended).toContain('Terminate');
    expect(world.record().stamps.suspended['eks-workers-a']).toContain('Terminate');
  });
  await world.runUntilEnd('freeze', freeze);
  expect(world.races.size).toBe(0);
  expect(world.blue.suspended).not.toContain('Terminate');
  expect(world.record().stamps.suspended['eks-workers-a']).toEqual([...quietedProcesses].sort());
});

test('what was suspended by others is not ours, before it is suspended it is written down', async () => {
  const world = await groupsWorld();
  world.blue.suspended.add('AZRebalance').add('Terminate');
  world.races.set('suspendProcesses', () => {
    expect(world.record().stamps.suspended['eks-workers-a']).toEqual(['AlarmNotification', 'InstanceRefresh', 'ScheduledActions']);
  });
  await world.runUntilEnd('freeze', freeze);
  expect(world.record().stamps.suspended['eks-workers-a']).toEqual(['AlarmNotification', 'InstanceRefresh', 'ScheduledActions']);
  expect(world.blue.suspended).toContain('Terminate');
});

test('somebody who scales up between read and write keeps what was launched: N is raised', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  world.races.set('updateAutoScalingGroup', () => {
    world.blue.desired = 6;
    world.settle();
  });
  await expect(world.runUntilEnd('freeze', freeze)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.blue)).toEqual({ min: 6, desired: 6, max: 6 });
  expect(world.blue.instances).toHaveLength(6);
  expect(world.record().size).toBe(6);
  expect(world.record().notes.freezeRaised).toBe(1);
});

test('a managed group that was scaled up meanwhile refuses the write, and is frozen at more', async () => {
  const world = await groupsWorld();
  world.races.set('updateNodegroupConfig', () => {
    world.blue.desired = 5;
    world.settle();
  });
  await world.runUntilEnd('freeze', freeze);
  expect(world.sizes(world.blue)).toEqual({ min: 5, desired: 5, max: 5 });
});

test('whoever keeps scaling it up makes the freeze fail after three raises', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  let outcome = await world.run('freeze', freeze);
  for (let one = 0; one < 20 && outcome.status === 'wait'; one += 1) {
    world.blue.desired += 1;
    world.blue.max = 99;
    world.settle();
    outcome = await world.run('freeze', freeze);
  }
  expect(outcome).toMatchObject({ status: 'failed', cause: expect.stringContaining('Auto Scaling group workers-a cannot be frozen') });
  expect(world.record().notes.freezeRaised).toBe(3);
});

test('what somebody has scaled down since the snapshot is N, and nothing is launched for it', async () => {
  const world = await groupsWorld();
  world.blue.desired = 3;
  world.settle();
  await world.runUntilEnd('freeze', freeze);
  expect(world.record().size).toBe(3);
  expect(world.sizes(world.blue)).toEqual({ min: 3, desired: 3, max: 3 });
});

test('a group with an operator refuses suspension: max is left alone, it is noted once, and the freeze goes on', async () => {
  const world = await groupsWorld();
  world.refusals.set('suspendProcesses', 'AccessDenied');
  await expect(world.runUntilEnd('freeze', freeze)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.blue)).toEqual({ min: 4, desired: 4, max: 8 });
  expect(world.callsOf('suspendProcesses')).toHaveLength(2);
  expect(world.record().stamps.suspended).toEqual({ 'eks-workers-a': [], 'eks-workers-b': [] });
  expect(world.events.filter(({ kind }) => kind === 'problem')).toHaveLength(2);
});

test('any other refusal is an error', async () => {
  const world = await groupsWorld();
  world.refusals.set('suspendProcesses', 'Throttled');
  await expect(world.run('freeze', freeze)).rejects.toThrow('suspendProcesses is refused');
});

test('a mark that somebody else has put on a node stays, and is not ours', async () => {
  const world = await groupsWorld();
  const [node] = world.nodes;
  if (node) node.metadata.annotations[scaleDownDisabledAnnotation] = 'false';
  await world.runUntilEnd('freeze', freeze);
  expect(node?.metadata.annotations[scaleDownDisabledAnnotation]).toBe('false');
  expect(world.record().notes.scaleDownDisabled).toEqual(['ip-i-2', 'ip-i-3', 'ip-i-4']);
});

test('a node that changes while it is marked is marked by the next step', async () => {
  const world = await groupsWorld();
  world.races.set('patch', () => {
    for (const node of world.nodes) node.metadata.resourceVersion = '7';
  });
  await expect(world.runUntilEnd('freeze', freeze)).resolves.toMatchObject({ status: 'done' });
  expect(world.nodes.every(({ metadata }) => metadata.annotations[scaleDownDisabledAnnotation] === 'true')).toBe(true);
});

test('done again it changes nothing', async () => {
  const world = await groupsWorld();
  await world.runUntilEnd('freeze', freeze);
  const before = world.calls.length;
  await expect(world.run('freeze', freeze)).resolves.toMatchObject({ status: 'done' });
  expect(world.calls).toHaveLength(before);
});

test('a group under change is waited for', async () => {
  const world = await groupsWorld();
  world.blue.status = 'UPDATING';
  await expect(world.run('freeze', freeze)).resolves.toMatchObject({ status: 'wait', why: 'node group workers-a is UPDATING' });
  expect(world.callsOf('updateNodegroupConfig')).toEqual([]);
});
