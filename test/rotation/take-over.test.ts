import { describe, expect, it } from 'vitest';
import { leaseMs, readLease, takeLease } from '../../functions/rotation/lease.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { createRecord, readRecord, writeIndex } from '../../functions/rotation/record-store.ts';
import { takeOver } from '../../functions/rotation/take-over.ts';
import { createDesk, payments } from './desk.ts';
import { createRotationRecord } from './records.ts';

const id = 'rot-payments-1';
const own = 'arn:aws:states:eu-west-1:999999999999:execution:node-rotation:rot-payments-1';
const watchdog = 'arn:aws:states:eu-west-1:999999999999:execution:revert-rotation:w1';
const begun = { frozen: { phase: 'scale-green', phaseStartedAt: { 'scale-green': '2026-11-21T12:00:00.000Z' } } } as const;

async function abandoned(
  overrides: Partial<RotationRecord> = {},
  holder: { owner: string; execution: string } | null = { owner: id, execution: own },
) {
  const desk = await createDesk();
  const record = createRotationRecord({ ...begun.frozen, ...overrides });
  await writeIndex(desk.store, id, payments);
  await createRecord(desk.store, record);
  const keeper = { ...desk, cluster: payments };
  if (holder) await takeLease(keeper, holder.owner, holder.execution);
  return {
    ...desk,
    take: (input: Readonly<Record<string, unknown>> = {}, executionArn = watchdog) =>
      takeOver(desk, { input: { rotationId: id, ...input }, executionArn }),
    ruled: (executionArn: string, input: Readonly<Record<string, unknown>> = {}) => {
      const name = executionArn.split(':').at(-1) ?? '';
      return takeOver(desk, {
        input: { rotationId: name, ended: { executionArn, name, status: 'ABORTED', input: JSON.stringify(input) } },
        executionArn: watchdog,
      });
    },
    record: async () => (await readRecord(desk.store, payments, id))?.record,
    lease: () => readLease(keeper),
  };
}

describe('a rotation that is taken over', () => {
  it('goes back, with the next fence, and says why', async () => {
    const { take, record, lease } = await abandoned();
    expect(await take()).toMatchObject({ rotationId: id, fence: 2, route: 'revert', outcome: null });
    expect(await lease()).toMatchObject({ owner: id, fence: 2, execution: watchdog });
    expect(await record()).toMatchObject({
      fence: 2,
      revert: { from: 'scale-green', cause: 'the revert was started' },
      notes: { starts: 1 },
    });
  });

  it.each([
    [{ error: { Error: 'States.Timeout', Cause: 'too slow' } }, {}, 'the state machine failed with States.Timeout: too slow'],
    [{}, { desiredState: 'revert' as const, desiredReason: 'wrong AMI' }, 'an operator asked for the revert: wrong AMI'],
  ])('says what it was: %j %j', async (input, overrides, cause) => {
    const { take } = await abandoned(overrides);
    expect((await take(input)).why).toBe(cause);
  });

  it('goes forward once blue was made smaller, unless the workloads want it back', async () => {
    const retiring = { phase: 'retire-blue', committed: true } as const;
    expect(await (await abandoned(retiring)).take()).toMatchObject({ route: 'finish' });
    expect(await (await abandoned({ ...retiring, notes: { rotateBack: true } })).take()).toMatchObject({ route: 'revert' });
  });

  it.each(['acquire', 'snapshot', 'preflight'] as const)('in %s is refused: nothing was changed', async (phase) => {
    const { take, record, lease } = await abandoned({ phase });
    expect(await take()).toMatchObject({ route: 'nothing', outcome: 'refused', endedNow: true });
    expect((await record())?.outcome?.cause).toContain('nothing had been changed yet');
    expect((await lease())?.owner).toBeNull();
  });

  it('four times leaves both groups up at the fifth: a human must look', async () => {
    const { take, record } = await abandoned();
    for (const nth of [1, 2, 3, 4]) expect(await take({}, `${watchdog}-${nth}`)).toMatchObject({ route: 'revert' });
    expect(await take({}, `${watchdog}-5`)).toMatchObject({ route: 'nothing', outcome: 'hold-both-up', endedNow: true });
    expect((await record())?.outcome?.cause).toContain('3 starts of the revert did not come to an end');
  });

  it('a dry run that was stopped is refused, and no lease is taken', async () => {
    const { take, lease } = await abandoned({ dryRun: true }, null);
    expect(await take()).toMatchObject({ route: 'nothing', outcome: 'refused' });
    expect(await lease()).toBeUndefined();
  });
});

describe('nothing is to be done', () => {
  it.each([
    ['of a rotation that is not there', {}, { rotationId: 'rot-9' }, 'there is no rotation "rot-9"'],
    ['of a name that is no rotation', {}, { rotationId: 'No Rotation' }, 'there is no rotation "No Rotation"'],
    [
      'of one that is at its end',
      { outcome: { name: 'reverted' as const, cause: 'it went back', at: '2026-11-21T12:00:00.000Z' } },
      {},
      'it is at its end',
    ],
  ])('%s', async (_, overrides, input, why) => {
    const { take } = await abandoned(overrides);
    expect(await take(input)).toMatchObject({ route: 'nothing', why });
  });

  it('while the cluster is leased to another rotation', async () => {
    const { take, record } = await abandoned({}, { owner: 'rot-other', execution: 'arn:other' });
    expect(await take()).toMatchObject({ route: 'nothing', why: 'the cluster is leased to rot-other' });
    expect((await record())?.revert).toBeNull();
  });

  it('for an execution that ended while another one is at it; once that has fallen silent there is', async () => {
    const { ruled, lease, advance } = await abandoned({}, { owner: id, execution: 'arn:another' });
    expect(await ruled(own)).toMatchObject({ route: 'nothing', why: 'another execution is at it' });
    expect(await lease()).toMatchObject({ fence: 1, execution: 'arn:another' });
    advance(leaseMs + 1);
    expect(await ruled(own)).toMatchObject({ route: 'revert', fence: 2 });
  });

  it('for a state machine that was superseded', async () => {
    const { take, lease } = await abandoned({}, { owner: id, execution: 'arn:another' });
    const caught = { settled: false, error: { Error: 'States.TaskFailed' }, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: own };
    expect(await take(caught)).toMatchObject({ route: 'nothing', why: 'another execution is at it' });
    expect(await lease()).toMatchObject({ fence: 1 });
    expect(await take({ ...caught, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:another' })).toMatchObject({ route: 'revert' });
  });
});

describe('the rotation of an execution that ended', () => {
  it('has its name', async () => {
    const { ruled } = await abandoned();
    expect(await ruled(own)).toMatchObject({ rotationId: id, route: 'revert', why: `execution ${id} was stopped` });
  });

  it('stands in the input of a revert, and of the revert of that, and so on', async () => {
    const { ruled } = await abandoned({}, { owner: id, execution: 'arn:r3' });
    const first = { rotationId: id };
    const second = { rotationId: 'r1', ended: { executionArn: 'arn:r1', name: 'r1', input: JSON.stringify(first) } };
    const third = { rotationId: 'r2', ended: { executionArn: 'arn:r2', name: 'r2', input: JSON.stringify(second) } };
    expect(await ruled('arn:r3', third)).toMatchObject({ rotationId: id, route: 'revert' });
  });
});
