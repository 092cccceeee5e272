import { describe, expect, it } from 'vitest';
import { startRotation } from '../../functions/rotation/acquire.ts';
import { LeaseLost, leaseMs, readLease, takeLease } from '../../functions/rotation/lease.ts';
import type { RotationNotice } from '../../functions/rotation/ports.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { readRecord, updateRecord } from '../../functions/rotation/record-store.ts';
import { runStep, type StepEvent } from '../../functions/rotation/run-step.ts';
import { readTimeline } from '../../functions/rotation/timeline.ts';
import { publishConfiguration } from '../../functions/store/configuration.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { simulatedOutside } from '../../simulator/rotation/machines.ts';
import { smallWorld } from '../../simulator/rotation/sample-worlds.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { payments, startOf } from './desk.ts';

const input = { accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments', pair: 'workers' };
const at = { cluster: { ...payments, arn: '' }, rotationId: 'rot-a' };

/** A rotation of the small world that has just begun, and steps of it. */
async function begun(more: Readonly<Record<string, unknown>> = {}) {
  const world = smallWorld();
  const memory = memoryStore();
  const notices: RotationNotice[] = [];
  const trouble = { tell: false };
  const tell = async (notice: RotationNotice) => {
    if (trouble.tell) throw new Error('SNS answered 500');
    notices.push(notice);
  };
  const outside = simulatedOutside(world, { store: memory.store, tell });
  const configure = (rotation: Readonly<Record<string, unknown>> = {}) =>
    publishConfiguration(memory.store, createConfiguration({ rotation: { enabled: true, ...rotation } }));
  await configure();
  await startRotation(outside, startOf('rot-a', { ...input, ...more }));
  const record = async () => (await readRecord(memory.store, payments, 'rot-a'))?.record;
  return {
    ...{ world, outside, notices, trouble, configure, record, memory },
    step: (event: Partial<StepEvent> = {}) => runStep(outside, { rotationId: 'rot-a', fence: 1, phase: 'snapshot', ...event }),
    change: (change: (record: RotationRecord) => RotationRecord) => updateRecord(memory.store, at, outside.randomId, change),
    timeline: () => readTimeline(memory.store, payments, 'rot-a'),
  };
}

describe('a step', () => {
  it('enters its phase, does its work, and says how it stands', async () => {
    const { step, record, timeline, notices } = await begun();
    expect(await step()).toMatchObject({ rotationId: 'rot-a', fence: 1, phase: 'snapshot', status: 'done', outcome: null, polls: 1 });
    const seen = await record();
    expect(seen).toMatchObject({ phase: 'snapshot', sequence: 1, size: 4, waitingFor: null });
    expect(Object.keys(seen?.phaseStartedAt ?? {})).toEqual(expect.arrayContaining(['acquire', 'snapshot']));
    expect((await timeline()).map(({ message }) => message)).toEqual([
      'begins',
      'blue is workers-a with 4 nodes, green is workers-b',
      'is done',
    ]);
    expect(notices.map(({ id }) => id)).toEqual(['rot-a/snapshot']);
  });

  it('of a phase that was begun before keeps when that was', async () => {
    const { step, record, world } = await begun();
    await step();
    const first = (await record())?.phaseStartedAt.snapshot;
    world.clock.advance(60_000);
    await step();
    expect((await record())?.phaseStartedAt.snapshot).toBe(first);
  });

  it('renews the lease', async () => {
    const { step, world, memory } = await begun();
    world.clock.advance(10 * 60_000);
    await step();
    const lease = await readLease({ store: memory.store, cluster: payments });
    expect(Date.parse(lease?.expiresAt ?? '') - world.clock.now()).toBeGreaterThan(leaseMs - 60_000);
  });

  it('of a rotation that is not there is an error', async () => {
    const { step } = await begun();
    await expect(step({ rotationId: 'rot-z' })).rejects.toThrow('there is no rotation rot-z');
  });

  it('without the lease does nothing at all', async () => {
    const { step, outside, memory, world } = await begun();
    await takeLease({ ...outside, cluster: payments }, 'rot-a', 'arn:another');
    const written = memory.written.length;
    await expect(step()).rejects.toThrow(LeaseLost);
    expect(memory.written.length).toBe(written);
    expect(world.audit.calls).toEqual([]);
  });

  it('at the end completes what is missing of it', async () => {
    const { step, change, record, memory } = await begun();
    await change((one) => ({ ...one, outcome: { name: 'refused', cause: 'two groups have nodes', at: one.startedAt } }));
    expect(await step({ phase: 'soak' })).toMatchObject({ status: 'done', outcome: 'refused' });
    expect((await record())?.told).toEqual(['rot-a/finished']);
    expect((await readLease({ store: memory.store, cluster: payments }))?.owner).toBeNull();
  });
});

describe('an API that does not answer', () => {
  it.each(['Throttled', 'Timeout', 'EndpointUnreachable', 'Internal'] as const)(
    '(%s) is waited for, for as long as the options say',
    async (what) => {
      const { step, world, record } = await begun({ options: { unreachableMinutes: 4 } });
      world.faults.add({ call: 'eks:*', what });
      const first = await step();
      expect(first).toMatchObject({ status: 'wait', hold: false });
      expect((await record())?.troubleSince.api).toBeDefined();
      world.clock.advance(4 * 60_000);
      expect(await step()).toMatchObject({ status: 'failed', outcome: 'refused' });
      expect((await record())?.outcome?.cause).toContain(`for 4 min: eks:`);
    },
  );

  it('and answers again is forgotten', async () => {
    const { step, world, record } = await begun();
    world.faults.add({ call: 'eks:*', what: 'Throttled', times: 1 });
    await step();
    expect(await step()).toMatchObject({ status: 'done' });
    expect((await record())?.troubleSince).toEqual({});
  });

  it.each(['Forbidden', 'AccessDenied', 'Unauthorized', 'AccessNotConfigured'] as const)(
    'because it may not (%s) is not waited for',
    async (what) => {
      const { step, world } = await begun();
      world.faults.add({ call: 'eks:*', what });
      expect(await step()).toMatchObject({ status: 'failed', outcome: 'refused' });
    },
  );

  it.each([
    ['Forbidden', 'wait', null],
    ['Unauthorized', 'wait', null],
    ['AccessDenied', 'failed', 'refused'],
  ] as const)('and refuses (%s) when it is back is given time to start: %s', async (what, status, outcome) => {
    const { step, world, record } = await begun({ options: { unreachableMinutes: 4 } });
    world.faults.add({ call: 'eks:*', what: 'EndpointUnreachable', times: 1 });
    await step();
    const since = (await record())?.troubleSince.api;
    world.faults.add({ call: 'eks:*', what });
    expect(await step()).toMatchObject({ status, outcome });
    if (status === 'failed') return;
    expect((await record())?.troubleSince.api).toBe(since);
    world.clock.advance(4 * 60_000);
    expect(await step()).toMatchObject({ status: 'failed', outcome: 'refused' });
  });

  it('is told from a mistake in the program, which Step Functions sees', async () => {
    const { step, outside } = await begun();
    outside.openCluster = async () => Promise.reject(new TypeError('undefined is not a function'));
    await expect(step()).rejects.toThrow(TypeError);
  });
});

describe('what an operator asks for', () => {
  it('pause holds it up, and nothing is read of the cluster', async () => {
    const { step, change, world, configure } = await begun();
    await change((one) => ({ ...one, desiredState: 'pause', desiredReason: 'a change freeze' }));
    expect(await step()).toMatchObject({ status: 'wait', hold: true, progress: { waitingFor: 'an operator paused it: a change freeze' } });
    await change((one) => ({ ...one, desiredState: 'continue' }));
    await configure({ freeze: true });
    expect(await step()).toMatchObject({
      status: 'wait',
      hold: true,
      progress: { waitingFor: 'rotation.freeze is set in the configuration' },
    });
    expect(world.audit.calls).toEqual([]);
    await configure();
    expect(await step()).toMatchObject({ status: 'done' });
  });

  it('revert fails the step, and says who wanted it', async () => {
    const { step, change, record } = await begun();
    await change((one) => ({ ...one, desiredState: 'revert', desiredReason: null }));
    expect(await step()).toMatchObject({ status: 'failed', outcome: 'refused' });
    expect((await record())?.outcome?.cause).toBe('an operator asked for the revert');
  });

  it('does not hold up a revert', async () => {
    const { step, change, configure } = await begun();
    await step();
    await change((one) => ({ ...one, desiredState: 'pause' }));
    await configure({ freeze: true });
    expect(await step({ phase: 'r0-stop' })).toMatchObject({ status: 'done' });
  });
});

describe('an execution that only waits', () => {
  it.each([
    [{ polls: 1998 }, false],
    [{ polls: 1999 }, true],
    [{ windowStartedAt: '2026-11-20T20:00:01.000Z' }, false],
    [{ windowStartedAt: '2026-11-20T20:00:00.000Z' }, true],
  ])('is over after 2,000 looks or half a day: %j %s', async (event, over) => {
    const { step } = await begun();
    expect((await step(event)).windowOver).toBe(over);
  });
});

describe('a notice that cannot be delivered', () => {
  it('is told with the next step, once', async () => {
    const { step, trouble, notices } = await begun();
    trouble.tell = true;
    expect(await step()).toMatchObject({ status: 'done' });
    trouble.tell = false;
    await step();
    await step();
    expect(notices.map(({ id }) => id)).toEqual(['rot-a/snapshot']);
  });
});

describe('a dry run', () => {
  it('has ports that write nothing', async () => {
    const { step, world, memory } = await begun({ dryRun: true });
    await step({ fence: 0 });
    expect(await step({ phase: 'preflight', fence: 0 })).toMatchObject({ status: 'done', outcome: 'planned' });
    expect(world.audit.writes()).toEqual([]);
    expect(await readLease({ store: memory.store, cluster: payments })).toBeUndefined();
    const another = await begun({ dryRun: true });
    await another.step({ fence: 0 });
    await expect(another.step({ phase: 'freeze', fence: 0 })).rejects.toThrow('a dry run writes nothing');
    expect(another.world.audit.writes()).toEqual([]);
  });
});

describe('a step after a standstill', () => {
  it('in the preflight is refused; what it saw is old', async () => {
    const { step, world, record } = await begun();
    await step();
    world.clock.advance(leaseMs);
    expect(await step({ phase: 'preflight' })).toMatchObject({ status: 'failed', outcome: 'refused' });
    expect((await record())?.outcome?.cause).toContain('what it had seen is old');
  });

  it('that was killed in the middle is one again', async () => {
    const { step, world, outside } = await begun();
    await step();
    world.clock.advance(leaseMs);
    const { openCluster } = outside;
    outside.openCluster = async () => Promise.reject(new Error('Runtime.ExitError'));
    await expect(step({ phase: 'preflight' })).rejects.toThrow('Runtime.ExitError');
    outside.openCluster = openCluster;
    expect(await step({ phase: 'preflight' })).toMatchObject({ status: 'failed', outcome: 'refused' });
  });
});
