import { describe, expect, it } from 'vitest';
import { drainNodes } from '../../../functions/rotation/drain/drain-nodes.ts';
import { planBatch } from '../../../functions/rotation/drain/plan-batch.ts';
import { type DrainWorld, drainWorld } from './drain-world.ts';
import { drainSide } from './drive.ts';

const hpas = '/apis/autoscaling/v2/horizontalpodautoscalers';
const hpaPath = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web';
const quick = { batchSoakMinutes: 0, surge: true };

/** `web` has one replica on blue-1, with the budget given. */
async function single(options: object = quick, budget: object | null = { minAvailable: 1 }) {
  const world = drainWorld();
  const web = world.addWorkload({ name: 'web', start: 60 }, ['blue-1']);
  if (budget) world.budgets.push({ name: 'web', namespace: 'shop', app: 'web', ...budget });
  await world.begin({}, options);
  return { world, web };
}
const autoscaler = (world: DrainWorld, metadata: object = {}) => {
  const object = {
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '1', ...metadata },
    spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  };
  world.lists.set(hpas, [object]);
  world.objects.set(hpaPath, object);
  return object;
};

describe('surge (D35)', () => {
  it.each([
    ['a budget of one', { minAvailable: 1 }],
    ['no budget', null],
  ])('moves a single replica with %s without a gap, and takes the extra one back', async (_, budget) => {
    const { world, web } = await single(quick, budget);
    const ready: number[] = [];
    const outcome = await drainSide(world, 'blue', {}, () => ready.push(world.pods.filter(world.isReady).length));
    expect(outcome.status).toBe('done');
    expect(Math.min(...ready)).toBe(1);
    expect(web.replicas).toBe(1);
    expect(world.overdrawn()).toBe(0);
    expect(world.record().notes.surgesSettled).toEqual({ 'Deployment shop/web': 'its replicas are 1 again' });
  });

  it('writes down how it was before it raises, and raises once however often the step runs', async () => {
    const { world, web } = await single();
    await planBatch(world.step(), 'blue');
    world.setRecord((record) => ({ ...record, batches: record.batches.map((batch) => ({ ...batch, nodes: ['blue-1'] })) }));
    let stamped: unknown;
    world.faults.patch = (path) => {
      if (path.includes('deployments')) stamped = world.record().stamps.surged;
      return undefined;
    };
    for (let one = 0; one < 3; one += 1) await drainNodes(world.step(), 'blue');
    expect(stamped).toEqual({ 'Deployment shop/web': 1 });
    expect(web.replicas).toBe(2);
    expect(world.calls).not.toContainEqual(expect.stringMatching(/^evict/));
    expect(world.record().batches[0]?.blockers[0]?.message).toMatch(/(it waits for 2 Ready replicas|allows no eviction now)/);
  });

  it('killed between stamp and write, it raises from what was written down', async () => {
    const { world, web } = await single();
    await planBatch(world.step(), 'blue');
    world.setRecord((record) => ({
      ...record,
      stamps: { ...record.stamps, surged: { 'Deployment shop/web': 1 } },
      batches: record.batches.map((batch) => ({ ...batch, nodes: ['blue-1'] })),
    }));
    await drainNodes(world.step(), 'blue');
    expect(web.replicas).toBe(2);
    expect(world.record().stamps.surged).toEqual({ 'Deployment shop/web': 1 });
  });

  it('does nothing unless asked for, nor where one more would not help, nor for a StatefulSet', async () => {
    const off = await single({ batchSoakMinutes: 0 }, null);
    await drainSide(off.world, 'blue');
    const useless = await single(quick, { maxUnavailable: 0 });
    await drainSide(useless.world, 'blue');
    const stateful = drainWorld();
    stateful.addWorkload({ name: 'db', kind: 'StatefulSet' }, ['blue-1']);
    await stateful.begin({}, quick);
    await drainSide(stateful, 'blue');
    for (const world of [off.world, useless.world, stateful]) expect(world.record().stamps.surged).toEqual({});
  });

  it('moves back without a gap too, in a revert, and takes the extra replica back even where a batch has failed', async () => {
    const { world, web } = await single();
    expect((await drainSide(world, 'blue')).status).toBe('done');
    for (const node of world.nodes) node.unschedulable = node.group === 'green';
    const ready: number[] = [];
    world.setRecord((record) => ({ ...record, phase: 'r5-drain-green', phaseStartedAt: { 'r5-drain-green': record.startedAt } }));
    expect((await drainSide(world, 'green', {}, () => ready.push(world.pods.filter(world.isReady).length))).status).toBe('done');
    expect(Math.min(...ready)).toBe(1);
    expect(web.replicas).toBe(1);
    world.advance(30);
    expect(world.pods.map(({ node }) => node?.split('-')[0])).toEqual(['blue']);

    web.replicas = 2;
    world.setRecord((record) => ({
      ...record,
      notes: { ...record.notes, surgesSettled: {} },
      batches: record.batches.map((batch) => ({ ...batch, state: 'failed' as const })),
    }));
    expect(await planBatch(world.step(), 'green')).toMatchObject({ status: 'done', progress: { left: true } });
    expect(web.replicas).toBe(1);
  });

  it('raises the autoscaler where there is one, and leaves that of KEDA', async () => {
    const { world } = await single();
    const object = autoscaler(world);
    await planBatch(world.step(), 'blue');
    world.setRecord((record) => ({ ...record, batches: record.batches.map((batch) => ({ ...batch, nodes: ['blue-1'] })) }));
    await drainNodes(world.step(), 'blue');
    expect(object.spec.minReplicas).toBe(2);
    expect(world.record().stamps.surged).toEqual({ 'HorizontalPodAutoscaler shop/web': 1 });
    const keda = await single();
    autoscaler(keda.world, { labels: { 'scaledobject.keda.sh/name': 'web' } });
    await planBatch(keda.world.step(), 'blue');
    keda.world.setRecord((record) => ({ ...record, batches: record.batches.map((batch) => ({ ...batch, nodes: ['blue-1'] })) }));
    await drainNodes(keda.world.step(), 'blue');
    expect(keda.world.record().stamps.surged).toEqual({});
  });
});
