import { describe, expect, it } from 'vitest';
import { startRotation } from '../../functions/rotation/acquire.ts';
import { leaseMs, readLease, releaseLease } from '../../functions/rotation/lease.ts';
import { raiseNeedsHuman } from '../../functions/rotation/needs-human.ts';
import { readRecord, updateRecord } from '../../functions/rotation/record-store.ts';
import { keys } from '../../functions/store/layout.ts';
import { createDesk, payments, paymentsInput, startOf } from './desk.ts';

type Desk = Awaited<ReturnType<typeof createDesk>>;
const leaseOf = (desk: Desk) => readLease({ ...desk, cluster: payments });
const recordOf = async (desk: Desk, id: string) => (await readRecord(desk.store, payments, id))?.record;

describe('a rotation that is started', () => {
  it('has an index, a record, a marker and the lease', async () => {
    const desk = await createDesk();
    expect(await startRotation(desk, startOf('rot-a'))).toEqual({
      rotationId: 'rot-a',
      fence: 1,
      phase: 'acquire',
      status: 'done',
      outcome: null,
    });
    expect(await leaseOf(desk)).toMatchObject({ owner: 'rot-a', fence: 1, execution: startOf('rot-a').executionArn });
    expect(await desk.store.get(keys.openRotation('rot-a'))).toBeDefined();
    expect(await recordOf(desk, 'rot-a')).toMatchObject({
      rotationId: 'rot-a',
      phase: 'acquire',
      fence: 1,
      outcome: null,
      cluster: { arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
    });
  });

  it('under a name that is none has one of its own, the same each time', async () => {
    const desk = await createDesk();
    const first = await startRotation(desk, startOf('My Rotation'));
    expect(first.rotationId).toMatch(/^rot-payments-[0-9a-f]{6}-[0-9a-f]{8}$/);
    expect((await startRotation(desk, startOf('My Rotation'))).rotationId).toBe(first.rotationId);
  });

  it('again by the same name goes on with it, with the next fence, and keeps its record', async () => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a'));
    const begun = await recordOf(desk, 'rot-a');
    desk.advance(60_000);
    expect(await startRotation(desk, startOf('rot-a'))).toMatchObject({ fence: 2, outcome: null });
    expect((await recordOf(desk, 'rot-a'))?.startedAt).toBe(begun?.startedAt);
  });

  it('takes its options from the input before the configuration before the defaults', async () => {
    const desk = await createDesk({ approval: { required: true }, options: { batchPercent: 30, settleMinutes: 3 } });
    await startRotation(desk, startOf('rot-a', { ...paymentsInput, options: { batchPercent: 50 } }));
    expect((await recordOf(desk, 'rot-a'))?.options).toMatchObject({
      batchPercent: 50,
      settleMinutes: 3,
      growPercent: 50,
      requireApproval: true,
    });
  });

  it.each([
    ['the name of a rotation of another cluster', { ...paymentsInput, clusterName: 'orders' }, /rot-a is a rotation of cluster payments/],
    ['an account that is none', { ...paymentsInput, accountId: '12' }, /accountId.*12-digit/],
    ['an option that is none', { ...paymentsInput, options: { bathPercent: 3 } }, /bathPercent/],
  ])('with %s is a wrong input', async (_, input, message) => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a'));
    await expect(startRotation(desk, startOf('rot-a', input))).rejects.toThrow(message);
  });
});

describe('a rotation that may not start', () => {
  it('is busy while another one holds the lease, and leaves no marker', async () => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a'));
    expect(await startRotation(desk, startOf('rot-b'))).toMatchObject({ status: 'failed', outcome: 'busy' });
    expect(await desk.store.get(keys.openRotation('rot-b'))).toBeUndefined();
    expect((await leaseOf(desk))?.owner).toBe('rot-a');
    expect(desk.notices).toEqual([]);
  });

  it('is busy while another one has not come to its end, even if its lease has expired: what that has changed is not what was', async () => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a'));
    desk.advance(leaseMs + 1);
    expect(await startRotation(desk, startOf('rot-b'))).toMatchObject({ outcome: 'busy' });
    expect((await recordOf(desk, 'rot-b'))?.outcome?.cause).toContain('rotation rot-a of cluster payments is not at its end yet');
    expect((await leaseOf(desk))?.owner).toBe('rot-a');

    const ended = { name: 'refused' as const, cause: 'it ended', at: desk.clock().toISOString() };
    await updateRecord(desk.store, { cluster: { ...payments, arn: '' }, rotationId: 'rot-a' }, desk.randomId, (one) => ({
      ...one,
      outcome: ended,
    }));
    expect(await startRotation(desk, startOf('rot-c'))).toMatchObject({ outcome: null, fence: 2 });
  });

  it('starts once the other one has released its lease', async () => {
    const desk = await createDesk();
    const { fence } = await startRotation(desk, startOf('rot-a'));
    await releaseLease({ ...desk, cluster: payments }, 'rot-a', fence);
    expect(await startRotation(desk, startOf('rot-b'))).toMatchObject({ outcome: null, fence: fence + 1 });
  });

  it('is refused until somebody has looked at what the last one has left', async () => {
    const desk = await createDesk();
    await raiseNeedsHuman(desk.store, payments, { rotationId: 'rot-z', outcome: 'hold-both-up', cause: 'no capacity', at: 'yesterday' });
    expect(await startRotation(desk, startOf('rot-a'))).toMatchObject({ status: 'failed', outcome: 'refused' });
    const cause = (await recordOf(desk, 'rot-a'))?.outcome?.cause;
    expect(cause).toContain('greenlight rotate acknowledge rot-z');
    expect(await leaseOf(desk)).toBeUndefined();
  });

  it('at its end stays there, whoever starts it again', async () => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a'));
    await startRotation(desk, startOf('rot-b'));
    expect(await startRotation(desk, startOf('rot-b'))).toMatchObject({ status: 'failed', outcome: 'busy' });
  });
});

describe('a dry run', () => {
  it('takes no lease, and minds neither another rotation nor a flag', async () => {
    const desk = await createDesk();
    await raiseNeedsHuman(desk.store, payments, { rotationId: 'rot-z', outcome: 'hold-both-up', cause: 'no capacity', at: 'yesterday' });
    expect(await startRotation(desk, startOf('plan-a', { ...paymentsInput, dryRun: true }))).toMatchObject({
      status: 'done',
      outcome: null,
    });
    expect(await leaseOf(desk)).toBeUndefined();
  });
});
