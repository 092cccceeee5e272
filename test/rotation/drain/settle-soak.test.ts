import { describe, expect, it } from 'vitest';
import { drainNodes } from '../../../functions/rotation/drain/drain-nodes.ts';
import { planBatch } from '../../../functions/rotation/drain/plan-batch.ts';
import { settleBatch } from '../../../functions/rotation/drain/settle-batch.ts';
import { soakBatch } from '../../../functions/rotation/drain/soak-batch.ts';
import { baselineOnBlue } from '../../../functions/rotation/revert/r6-baseline.ts';
import { type DrainWorld, drainWorld } from './drain-world.ts';
import { poll } from './drive.ts';

/** The first batch is drained; `web` has moved. */
async function drained(world: DrainWorld, options: object = {}) {
  await world.begin({}, options);
  await planBatch(world.step(), 'blue');
  expect(await poll(world, (step) => drainNodes(step, 'blue'))).toMatchObject({ status: 'done' });
  expect(world.record().batches[0]?.state).toBe('settling');
}

describe('settleBatch', () => {
  it('waits until what was moved is Ready again', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', start: 90 }, ['blue-1', 'green-1']);
    await drained(world);
    expect(await settleBatch(world.step(), 'blue')).toMatchObject({
      status: 'wait',
      why: 'Deployment shop/web has 1 Ready pods, expected 2 (before: 2 of 2)',
    });
    expect(await poll(world, (step) => settleBatch(step, 'blue'))).toMatchObject({ status: 'done' });
    expect(world.record().batches[0]).toMatchObject({ state: 'soaking' });
    expect((await settleBatch(world.step(), 'blue')).status).toBe('done');
  });

  it('D33: a replacement that finds no node fails after ten minutes, in the words of the scheduler', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await world.begin();
    await planBatch(world.step(), 'blue');
    await drainNodes(world.step(), 'blue');
    // Nothing takes it from now on.
    for (const node of world.nodes) Object.assign(node, { unschedulable: true });
    await poll(world, (step) => drainNodes(step, 'blue'));
    const began = world.now();
    const outcome = await poll(world, (step) => settleBatch(step, 'blue'));
    expect(outcome).toMatchObject({
      status: 'failed',
      cause:
        'batch 1 does not settle: Deployment shop/web: pod web-x-2 is Pending: 0/6 nodes are available: 6 Insufficient cpu. (and 1 more)',
      progress: { problems: [expect.anything(), 'Deployment shop/web has 0 Ready pods, expected 1 (before: 1 of 1)'] },
    });
    expect(world.now() - began).toBeGreaterThanOrEqual(10 * 60_000);
    expect(world.record().batches[0]?.state).toBe('failed');
  });

  it('F-51: what crashes on green fails after two minutes, not after ten', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', crashesOn: 'green' }, ['blue-1']);
    await drained(world);
    const began = world.now();
    expect(await poll(world, (step) => settleBatch(step, 'blue'))).toMatchObject({
      status: 'failed',
      cause: expect.stringMatching(/pod web-.* on green-\d fails with CrashLoopBackOff/),
    });
    expect(world.now() - began).toBeLessThan(4 * 60_000);
  });

  it('V16: what crashed before is no failure', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'broken', crashesOn: 'blue' }, ['blue-1', 'blue-2']);
    Object.assign(world.workloads[0] ?? {}, { crashesOn: 'blue' });
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await drained(world);
    expect(await poll(world, (step) => settleBatch(step, 'blue'))).toMatchObject({ status: 'done' });
  });
});

describe('soakBatch', () => {
  it('lasts two minutes, and then the batch is done', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await drained(world);
    await poll(world, (step) => settleBatch(step, 'blue'));
    const began = world.now();
    expect(await poll(world, (step) => soakBatch(step, 'blue'))).toMatchObject({ status: 'done' });
    expect(world.now() - began).toBe(120_000);
    expect(world.record().batches[0]).toMatchObject({ state: 'done' });
  });

  it('fails with a gate that fails', async () => {
    const world = drainWorld();
    const web = world.addWorkload({ name: 'web' }, ['blue-1']);
    await drained(world);
    await poll(world, (step) => settleBatch(step, 'blue'));
    web.crashesOn = 'green';
    expect(await poll(world, (step) => soakBatch(step, 'blue'))).toMatchObject({
      status: 'failed',
      cause: expect.stringMatching(/^gates after batch 1: .*CrashLoopBackOff/),
    });
  });

  it('V15: an alarm that cannot be asked is no pass: it is waited for, and then fails', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await drained(world);
    await poll(world, (step) => settleBatch(step, 'blue'));
    const configuration = { gates: { alarms: ['errors'] } };
    const began = world.now();
    expect(await poll(world, (step) => soakBatch(step, 'blue'), { configuration })).toMatchObject({ status: 'failed' });
    expect(world.now() - began).toBeGreaterThanOrEqual(12 * 60_000);
  });

  it('a revert asks no alarm', async () => {
    const world = drainWorld();
    await world.begin({}, {});
    await planBatch(world.step(), 'blue');
    world.setRecord((record) => ({
      ...record,
      batches: record.batches.map((batch) => ({
        ...batch,
        side: 'green' as const,
        state: 'soaking' as const,
        settledAt: new Date(world.now()).toISOString(),
      })),
    }));
    const configuration = { gates: { alarms: ['errors'] } };
    expect(await poll(world, (step) => soakBatch(step, 'green'), { configuration })).toMatchObject({ status: 'done' });
  });
});

describe('baselineOnBlue', () => {
  const reverting = {
    phase: 'r6-baseline' as const,
    revert: { cause: 'a test', from: 'drain' as const, since: '', starts: 1, notBefore: '', left: [] },
  };

  it('is done when all is as before', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await world.begin(reverting);
    expect(await baselineOnBlue(world.step())).toMatchObject({ status: 'done', progress: { verdict: 'pass' } });
    expect(world.record().revert?.left).toEqual([]);
  });

  it('writes down what is not, after ten minutes, and goes on', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await world.begin({ ...reverting, phaseStartedAt: { 'r6-baseline': new Date(world.now()).toISOString() } });
    world.workloads.length = 1;
    Object.assign(world.workloads[0] ?? {}, { start: 100_000 });
    world.pods.length = 0;
    expect(await poll(world, baselineOnBlue)).toMatchObject({ status: 'done' });
    expect(world.record().revert?.left).toEqual([
      'not as before: Deployment shop/web: pod web-x-2 on blue-1 is Pending',
      'not as before: Deployment shop/web has 0 Ready pods, expected 1 (before: 1 of 1)',
    ]);
  });
});
