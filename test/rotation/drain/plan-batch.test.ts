import { describe, expect, it } from 'vitest';
import { planBatch } from '../../../functions/rotation/drain/plan-batch.ts';
import { drainWorld } from './drain-world.ts';
import { drainSide } from './drive.ts';

const quick = { batchSoakMinutes: 0 };

describe('planBatch', () => {
  it('names an open batch again, and writes nothing', async () => {
    const world = drainWorld();
    await world.begin();
    const first = await planBatch(world.step(), 'blue');
    expect(first).toMatchObject({ status: 'wait', batch: 1 });
    const before = world.record();
    expect(await planBatch(world.step(), 'blue')).toMatchObject({ status: 'wait', batch: 1 });
    expect(world.record()).toBe(before);
  });

  it('begins with the canary, goes on with a share of all, and goes through every node', async () => {
    const world = drainWorld({ blue: 11, green: 11 });
    await world.begin({}, { ...quick, batchPercent: 30, canaryNodes: 2 });
    expect(await drainSide(world, 'blue')).toMatchObject({ status: 'done', progress: { nodes: 11, left: 0 } });
    expect(world.record().batches.map(({ nodes }) => nodes.length)).toEqual([2, 3, 3, 3]);
  });

  it('takes the zones in turn, and nodes that block last', async () => {
    const world = drainWorld({ blue: 6, green: 6 });
    world.addPod(null, { node: 'blue-1', readyAt: 0 });
    await world.begin({}, { canaryNodes: 4 });
    await planBatch(world.step(), 'blue');
    expect(world.record().batches[0]?.nodes).toEqual(['blue-4', 'blue-2', 'blue-3', 'blue-5']);
  });

  it('cordons what is not cordoned before it plans', async () => {
    const world = drainWorld();
    await world.begin();
    world.faults.patch = () => world.status(409, 'modified');
    expect(await planBatch(world.step(), 'blue')).toMatchObject({ status: 'wait', why: 'Node blue-1 of blue is not cordoned yet' });
    expect(world.record().batches).toEqual([]);
  });

  it('waits for a maintenance window, which may take hours; a revert does not', async () => {
    const configuration = { windows: [{ start: '02:00', end: '04:00', timezone: 'UTC' }] };
    const world = drainWorld();
    await world.begin();
    expect(await planBatch(world.step({ configuration }), 'blue')).toMatchObject({ status: 'wait', hold: true });
    expect(world.record().batches).toEqual([]);
    world.setRecord((record) => ({
      ...record,
      phase: 'r5-drain-green',
      revert: { cause: 'a test', from: 'drain', since: '', starts: 1, notBefore: '', left: [] },
    }));
    expect(await planBatch(world.step({ configuration }), 'green')).toMatchObject({ status: 'wait', batch: 1 });
  });

  it('fails where blue is gone; a green that is gone is empty', async () => {
    const world = drainWorld();
    await world.begin();
    world.missing.add('blue').add('green');
    expect(await planBatch(world.step(), 'blue')).toMatchObject({ status: 'failed' });
    expect(await planBatch(world.step(), 'green')).toMatchObject({ status: 'done' });
  });

  it('drains a node again to which pods have come back', async () => {
    const world = drainWorld({ blue: 1, green: 1 });
    const web = world.addWorkload({ name: 'web' }, ['blue-1']);
    await world.begin({}, quick);
    expect((await drainSide(world, 'blue')).status).toBe('done');
    web.replicas = 2;
    world.addPod(web, { name: 'web-back', node: 'blue-1', readyAt: world.now() });
    expect(await planBatch(world.step(), 'blue')).toMatchObject({ status: 'wait', batch: 2 });
  });

  it('in a revert, takes as many nodes as hold a share of all pods, so that thinly spread ones go back at once', async () => {
    const world = drainWorld({ blue: 10, green: 10 });
    world.addWorkload(
      { name: 'moved' },
      Array.from({ length: 10 }, (_, index) => `green-${index + 1}`),
    );
    world.addWorkload(
      { name: 'stayed' },
      Array.from({ length: 90 }, (_, index) => `blue-${(index % 10) + 1}`),
    );
    await world.begin({ phase: 'r5-drain-green' }, quick);
    await planBatch(world.step(), 'green');
    expect(world.record().batches[0]?.nodes).toHaveLength(10);
  });
});
