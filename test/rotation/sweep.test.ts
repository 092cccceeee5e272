import { describe, expect, it } from 'vitest';
import { startRotation } from '../../functions/rotation/acquire.ts';
import { endRotation } from '../../functions/rotation/endings.ts';
import { leaseMs, renewLease } from '../../functions/rotation/lease.ts';
import { readRecord } from '../../functions/rotation/record-store.ts';
import { abandonedRotations } from '../../functions/rotation/sweep.ts';
import { keys } from '../../functions/store/layout.ts';
import { createDesk, payments, paymentsInput, startOf } from './desk.ts';

const orders = { ...payments, name: 'orders' };

describe('the sweep', () => {
  it('finds a rotation whose lease has expired, and no other', async () => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a'));
    await startRotation(desk, startOf('rot-b', { ...paymentsInput, clusterName: 'orders' }));
    expect(await abandonedRotations(desk)).toEqual([]);
    desk.advance(leaseMs);
    await renewLease({ ...desk, cluster: orders }, 'rot-b', 1);
    expect(await abandonedRotations(desk)).toEqual(['rot-a']);
  });

  it('gives one that has its marker and no lease yet a quarter of an hour', async () => {
    const desk = await createDesk();
    await startRotation(desk, startOf('rot-a', { ...paymentsInput, dryRun: true }));
    desk.advance(leaseMs - 1);
    expect(await abandonedRotations(desk)).toEqual([]);
    desk.advance(1);
    expect(await abandonedRotations(desk)).toEqual(['rot-a']);
  });

  it('does not find one that is at its end, unless somebody is still to be told of it', async () => {
    const desk = await createDesk();
    const { fence } = await startRotation(desk, startOf('rot-a'));
    const record = (await readRecord(desk.store, payments, 'rot-a'))?.record;
    if (!record) throw new Error('no record');
    const deaf = { ...desk, tell: async () => Promise.reject(new Error('SNS answered 500')) };
    await endRotation(deaf, record, { outcome: 'refused', cause: 'there are two groups with nodes', fence });
    desk.advance(leaseMs);
    expect(await abandonedRotations(desk)).toEqual(['rot-a']);
    await endRotation(desk, record, { outcome: 'refused', cause: 'there are two groups with nodes', fence });
    expect(await abandonedRotations(desk)).toEqual([]);
    expect(desk.notices.map(({ id }) => id)).toEqual(['rot-a/finished']);
  });

  it('minds no marker of what is not there', async () => {
    const desk = await createDesk();
    await desk.store.put(keys.openRotation('rot-z'), '{}');
    desk.advance(leaseMs);
    expect(await abandonedRotations(desk)).toEqual([]);
  });
});
