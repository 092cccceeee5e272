import { describe, expect, it } from 'vitest';
import { type Operator, operate } from '../../../functions/rotation/operate.ts';
import { createLiveWorld } from '../../../simulator/rotation/build.ts';
import { deployment } from '../../../simulator/rotation/declare.ts';
import { pair, systemWorkloads } from '../../../simulator/rotation/sample-worlds.ts';
import { type RotationRig, rotationRig } from './rig.ts';
import { beforeTask, endOf, fewSteps, smallRotation } from './small-rotation.ts';

const hour = 60 * 60_000;
/** What is waited for takes hours. */
const patient = { ...fewSteps, slowPollSeconds: 300 };
const maria: Operator = { by: 'arn:aws:iam::111111111111:user/maria', reason: 'change freeze' };
const ask = ({ store, outside }: RotationRig, operation: Parameters<typeof operate>[2], nonce?: string) =>
  operate({ store, clock: outside.clock, randomId: outside.randomId }, 'rot-1', operation, maria, nonce);
const succeeded = { outcome: 'succeeded', disrupted: 12, evictedTwice: [], lost: [], breaches: [] };
const windowsOf = (execution: Awaited<ReturnType<RotationRig['rotate']>>) => execution.nested.filter(({ id }) => id.includes('WaitWindow'));

describe('a rotation that is held up', () => {
  it.each(['preflight', 'freeze', 'scale-green', 'cordon-blue', 'drain', 'soak', 'retire-blue'] as const)(
    'by an operator in %s goes on when it is resumed, and no deadline counts the time',
    async (phase) => {
      const rig = await smallRotation();
      let writes = 0;
      beforeTask(rig, { phase }, async () => {
        await ask(rig, 'pause');
        writes = rig.world.audit.writes().length;
        rig.world.clock.after(30 * hour, () => {
          expect(rig.world.audit.writes().length).toBe(writes);
          // The clock cannot wait for a store: what it begins is done before the next task.
          void ask(rig, 'resume');
        });
      });
      const execution = await rig.rotate({ input: { options: patient } });
      expect(await endOf(rig)).toMatchObject(succeeded);
      const windows = windowsOf(execution);
      expect(windows.length).toBeGreaterThanOrEqual(3);
      expect(execution.events).toBeLessThan(1000);
      for (const { events } of windows) expect(events).toBeLessThan(20_000);
    },
  );

  it('by the stop switch goes on when it is taken back', async () => {
    const rig = await smallRotation();
    const gates = { alarms: ['errors'] };
    beforeTask(rig, { phase: 'drain', part: 'drain-nodes', nth: 2 }, async () => {
      await rig.configure({ gates, freeze: true });
      rig.world.clock.after(3 * hour, () => void rig.configure({ gates }));
    });
    const execution = await rig.rotate({ input: { options: patient } });
    expect(await endOf(rig)).toMatchObject(succeeded);
    expect(windowsOf(execution).length).toBeGreaterThanOrEqual(1);
  });

  it('by a maintenance window that closes between two batches goes on the next day', async () => {
    // The world begins on a Saturday at 08:00; the first batch begins before 08:03, the second after it.
    const windows = [{ start: '07:00', end: '08:03' }];
    const rig = await smallRotation({ rotation: { windows } });
    const execution = await rig.rotate({ input: { options: patient } });
    expect(await endOf(rig)).toMatchObject(succeeded);
    const [first, second] = (await rig.record()).batches;
    expect(first?.startedAt.slice(0, 13)).toBe('2026-11-21T08');
    expect(second?.startedAt.slice(0, 13)).toBe('2026-11-22T07');
    expect(windowsOf(execution).length).toBeGreaterThanOrEqual(2);
    expect(execution.largestPayload).toBeLessThan(32 * 1024);
  });

  it('for more than 2,000 looks opens window after window', async () => {
    const rig = await smallRotation();
    beforeTask(rig, { phase: 'soak' }, async () => {
      await ask(rig, 'pause');
      rig.world.clock.after(2.5 * hour, () => void ask(rig, 'resume'));
    });
    const execution = await rig.rotate({ input: { options: { ...fewSteps, pollSeconds: 4, slowPollSeconds: 4 } } });
    expect(await endOf(rig)).toMatchObject(succeeded);
    const windows = windowsOf(execution);
    expect(windows.length).toBe(2);
    expect(Math.max(...windows.map(({ visited }) => visited.filter((state) => state === 'Look').length))).toBe(2000);
    expect(Math.max(...windows.map(({ events }) => events))).toBeLessThan(20_000);
  });

  it('is aborted while it is held up, and goes back', async () => {
    const rig = await smallRotation();
    beforeTask(rig, { phase: 'drain', nth: 2 }, async () => {
      await ask(rig, 'pause');
      rig.world.clock.after(2 * hour, () => void ask(rig, 'abort'));
    });
    const execution = await rig.rotate({ input: { options: fewSteps } });
    expect(await endOf(rig)).toMatchObject({ outcome: 'reverted', lost: [], breaches: [] });
    expect(execution.cause).toContain('an operator asked for the revert: change freeze');
    expect(rig.after().groups).toEqual(rig.before.groups);
  });
});

describe('an approval', () => {
  const options = { ...patient, requireApproval: true, approvalMinutes: 120 };
  const answered = async (answer: 'approve' | 'reject') => {
    const rig = await smallRotation();
    beforeTask(rig, { phase: 'approval', nth: 2 }, () => {
      rig.world.clock.after(hour, async () => {
        const { approval } = await rig.record();
        await ask(rig, answer, approval?.nonce);
      });
    });
    const execution = await rig.rotate({ input: { options } });
    return { rig, execution };
  };

  it('that is given lets blue be retired', async () => {
    const { rig } = await answered('approve');
    expect(await endOf(rig)).toMatchObject(succeeded);
    expect((await rig.record()).approval).toMatchObject({ state: 'approved', by: maria.by });
    expect(rig.notices.filter(({ kind }) => kind === 'approval-requested').length).toBe(1);
  });

  it('that is refused goes back', async () => {
    const { rig, execution } = await answered('reject');
    expect(await endOf(rig)).toMatchObject({ outcome: 'reverted', lost: [] });
    expect(execution.cause).toContain('rejected the approval');
    expect(rig.after().groups).toEqual(rig.before.groups);
  });

  it('that nobody gives goes on where the options say so', async () => {
    const rig = await smallRotation();
    await rig.rotate({ input: { options: { ...options, onNoAnswer: 'continue' } } });
    expect(await endOf(rig)).toMatchObject(succeeded);
  });
});

describe('a second rotation', () => {
  it('of a cluster is told that it is busy, and changes nothing', async () => {
    const rig = await smallRotation();
    let second: Awaited<ReturnType<RotationRig['rotate']>> | undefined;
    beforeTask(rig, { phase: 'drain', nth: 2 }, async () => {
      const writes = rig.world.audit.writes().length;
      second = await rig.rotate({ name: 'rot-2', input: { options: fewSteps } });
      expect(rig.world.audit.writes().length).toBe(writes);
    });
    await rig.rotate({ input: { options: fewSteps } });
    expect(second).toMatchObject({ status: 'FAILED', error: 'RotationBusy' });
    expect(await endOf(rig)).toMatchObject(succeeded);
    expect(rig.notices.filter(({ rotationId }) => rotationId === 'rot-2')).toEqual([]);
  });

  it('that was started twice under one name is one', async () => {
    const rig = await smallRotation();
    await rig.rotate({ input: { options: fewSteps } });
    const before = await endOf(rig);
    const again = await rig.rotate({ input: { options: fewSteps } });
    expect(again).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'succeeded' } });
    expect(await endOf(rig)).toEqual(before);
  });

  it('of another cluster waits until it may run, and then does', async () => {
    const cluster = (name: string) => ({
      name,
      groups: pair(2),
      workloads: [...systemWorkloads, deployment({ name: 'web', replicas: 3, budget: { maxUnavailable: 1 } })],
    });
    const world = createLiveWorld({ clusters: [cluster('payments'), cluster('orders')] });
    const rig = await rotationRig(world, { rotation: { maxConcurrent: 1 } });
    let waiting: Promise<unknown> | undefined;
    let seen: string | null = null;
    beforeTask(rig, { phase: 'soak' }, async () => {
      // Stopped while it waits: what it waits for is the first one, which cannot go on meanwhile.
      waiting = rig.rotate({ name: 'rot-2', input: { clusterName: 'orders', options: fewSteps }, stopAt: 4 });
      await waiting;
      seen = (await rig.record('rot-2')).waitingFor;
    });
    await rig.rotate({ input: { options: fewSteps } });
    expect(seen).toContain('1 other rotations in account 111111111111, region eu-west-1 go first');
    expect((await rig.record()).outcome?.name).toBe('succeeded');
    const third = await rig.rotate({ name: 'rot-3', input: { clusterName: 'orders', options: fewSteps } });
    expect(third).toMatchObject({ error: 'RotationBusy' });
    await rig.revert({ rotationId: 'rot-2' });
    expect((await rig.record('rot-2')).outcome?.name).toBe('refused');
    const fourth = await rig.rotate({ name: 'rot-4', input: { clusterName: 'orders', options: fewSteps } });
    expect(fourth).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a dry run', () => {
  it('writes nothing of the cluster and takes no lease, even while a rotation is under way', async () => {
    const rig = await smallRotation();
    const planned = await rig.rotate({ name: 'plan-1', input: { dryRun: true } });
    expect(planned).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'planned' } });
    expect(rig.world.audit.calls.length).toBeGreaterThan(10);
    expect(rig.world.audit.writes()).toEqual([]);
    const keys = await Array.fromAsync(rig.store.list('rotations/'));
    expect(keys.filter((key) => key.endsWith('lease.json'))).toEqual([]);
    expect(rig.after()).toEqual(rig.before);
    expect((await rig.record('plan-1')).notes.plan).toMatchObject({ batches: expect.any(Array) });

    let second: Awaited<ReturnType<RotationRig['rotate']>> | undefined;
    beforeTask(rig, { phase: 'scale-green' }, async () => {
      const writes = rig.world.audit.writes().length;
      second = await rig.rotate({ name: 'plan-2', input: { dryRun: true } });
      expect(rig.world.audit.writes().length).toBe(writes);
    });
    await rig.rotate({ input: { options: fewSteps } });
    expect(second?.error ?? 'none').not.toBe('RotationBusy');
    expect(await endOf(rig)).toMatchObject(succeeded);
  });
});

describe('who makes the calls', () => {
  it('is the role of the account, for every write (V20)', async () => {
    const rig = await smallRotation({ principal: 'arn:aws:iam::111111111111:role/eks-greenlight-rotate' });
    await rig.rotate({ input: { options: fewSteps } });
    const { audit } = rig.world;
    expect(new Set(audit.writes().map(({ principal }) => principal))).toEqual(
      new Set(['arn:aws:iam::111111111111:role/eks-greenlight-rotate']),
    );
    expect(new Set(audit.calls.map(({ principal }) => principal)).size).toBe(1);
  });
});
