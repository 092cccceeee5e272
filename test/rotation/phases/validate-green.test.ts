import { expect, test } from 'vitest';
import { scaleGreen } from '../../../functions/rotation/phases/scale-green.ts';
import { validateGreen } from '../../../functions/rotation/phases/validate-green.ts';
import { groupsWorld } from '../node-groups/groups-world.ts';

async function grown() {
  const world = await groupsWorld();
  await world.runUntilEnd('scale-green', scaleGreen);
  return world;
}

test('green is looked at twice, a poll apart', async () => {
  const world = await grown();
  await expect(world.run('validate-green', validateGreen)).resolves.toMatchObject({ status: 'wait', waitSeconds: 15 });
  await expect(world.run('validate-green', validateGreen)).resolves.toMatchObject({ status: 'wait' });
  world.advance(15_000);
  await expect(world.run('validate-green', validateGreen)).resolves.toMatchObject({ status: 'done' });
});

test('what is not well in between begins the looks anew', async () => {
  const world = await grown();
  await world.run('validate-green', validateGreen);
  const [node] = world.nodesOf(world.green);
  if (node) node.spec.taints = [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' }];
  world.advance(15_000);
  await expect(world.run('validate-green', validateGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining(`node ${node?.metadata.name} has the taint node.cloudprovider.kubernetes.io/uninitialized:NoSchedule`),
  });
  if (node) node.spec.taints = [];
  await expect(world.run('validate-green', validateGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('once more'),
  });
});

test('a node that is lost is launched again, and the looks begin anew', async () => {
  const world = await grown();
  await world.run('validate-green', validateGreen);
  const lost = world.green.instances.pop();
  world.nodes.splice(
    world.nodes.findIndex(({ spec }) => spec.providerID.endsWith(`/${lost?.InstanceId}`)),
    1,
  );
  world.advance(15_000);
  await expect(world.run('validate-green', validateGreen)).resolves.toMatchObject({
    status: 'wait',
    why: expect.stringContaining('1 not launched yet'),
  });
  await expect(world.runUntilEnd('validate-green', validateGreen)).resolves.toMatchObject({ status: 'done' });
});
