import { expect, test } from 'vitest';
import { finish } from '../../../functions/rotation/phases/finish.ts';
import { freeze } from '../../../functions/rotation/phases/freeze.ts';
import { retireBlue } from '../../../functions/rotation/phases/retire-blue.ts';
import { scaleGreen } from '../../../functions/rotation/phases/scale-green.ts';
import { standbyTag, standbyTaint } from '../../../functions/rotation/read/cluster-view.ts';
import { groupsWorld, podOn } from '../node-groups/groups-world.ts';

async function retired(
  given: Parameters<typeof groupsWorld>[0] = {},
  prepare: (world: Awaited<ReturnType<typeof groupsWorld>>) => void = () => {},
) {
  const world = await groupsWorld(given);
  world.blue.suspended.add('HealthCheck');
  prepare(world);
  world.change({ snapshot: await world.takeSnapshot() });
  await world.runUntilEnd('freeze', freeze);
  await world.runUntilEnd('scale-green', scaleGreen);
  await world.runUntilEnd('retire-blue', retireBlue);
  return world;
}

test.each(['managed', 'autoScaling'] as const)(
  '%s: green has blue’s sizes, blue is a guarded standby, the rest is as before',
  async (kind) => {
    const world = await retired({ kind });
    await expect(world.runUntilEnd('finish', finish)).resolves.toMatchObject({ status: 'done', progress: { nodes: 4 } });
    expect(world.sizes(world.green)).toEqual({ min: 1, desired: 4, max: 8 });
    expect(world.sizes(world.blue)).toEqual({ min: 0, desired: 0, max: kind === 'managed' ? 8 : 0 });
    expect(world.blue.taints).toEqual(kind === 'managed' ? [standbyTaint] : []);
    expect(world.blue.tags.get(standbyTag)?.value).toBe(kind === 'managed' ? 'true:NoSchedule' : undefined);
    expect([...world.blue.suspended]).toEqual(['HealthCheck']);
    expect([...world.green.suspended]).toEqual([]);
    expect(world.record().stamps.standbyGuard).toBe(true);
    expect(world.record().notes.lastLook).toMatchObject({ differences: [] });
    const before = world.calls.length;
    await expect(world.run('finish', finish)).resolves.toMatchObject({ status: 'done' });
    expect(world.calls).toHaveLength(before);
  },
);

test('blue is guarded before its max and its processes come back', async () => {
  const world = await retired();
  await world.runUntilEnd('finish', finish);
  const ofBlue = world.calls
    .filter(({ input }) => input.nodegroupName === 'workers-a' || input.AutoScalingGroupName === 'eks-workers-a')
    .slice(-3);
  expect(ofBlue.map(({ call, input }) => (input.taints ? 'guard' : call))).toEqual(['guard', 'updateNodegroupConfig', 'resumeProcesses']);
});

test('more nodes than blue may have are kept: max follows', async () => {
  const world = await retired({ kind: 'autoScaling' });
  Object.assign(world.green, { desired: 10, max: 10, min: 4 });
  world.settle();
  await expect(world.runUntilEnd('finish', finish)).resolves.toMatchObject({ status: 'done' });
  expect(world.sizes(world.green)).toEqual({ min: 1, desired: 10, max: 10 });
});

test('green that was a standby is none any more, and that is no difference', async () => {
  const world = await retired({}, ({ green }) => {
    green.taints = [{ ...standbyTaint }];
    green.tags.set(standbyTag, { value: 'true:NoSchedule', propagate: false });
  });
  await expect(world.runUntilEnd('finish', finish)).resolves.toMatchObject({ status: 'done' });
  expect(world.green.taints).toEqual([]);
});

test('tags that may not be written leave the taint alone as the guard', async () => {
  const world = await retired();
  world.refusals.set('createOrUpdateTags', 'AccessDenied');
  await expect(world.runUntilEnd('finish', finish)).resolves.toMatchObject({ status: 'done' });
  expect(world.blue.taints).toEqual([standbyTaint]);
  expect(world.callsOf('createOrUpdateTags')).toHaveLength(1);
});

test('blue that was woken again goes back to zero, unless something runs there', async () => {
  const world = await retired();
  world.blue.desired = 1;
  world.settle();
  const [node] = world.nodesOf(world.blue);
  world.pods.push(podOn(node?.metadata.name ?? '', 'web-1'));
  await expect(world.run('finish', finish)).resolves.toMatchObject({ status: 'wait' });
  await world.runUntilEnd('finish', finish, 3);
  expect(world.blue.desired).toBe(1);
  await expect(world.run('finish', finish)).resolves.toMatchObject({ status: 'wait', why: expect.stringContaining('Pod shop/web-1') });
  world.pods.pop();
  await expect(world.runUntilEnd('finish', finish)).resolves.toMatchObject({ status: 'done' });
  expect(world.blue.desired).toBe(0);
});

test('what somebody has changed of green is named and not done', async () => {
  const world = await retired({}, ({ green }) => green.tags.set('team', { value: 'shop', propagate: true }));
  world.green.tags.set('team', { value: 'other', propagate: true });
  await expect(world.runUntilEnd('finish', finish, 6)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('tag team "other" instead of "shop"'),
  });
});
