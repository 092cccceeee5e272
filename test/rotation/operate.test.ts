import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listRotations } from '../../functions/rotation/list-rotations.ts';
import { NoSuchRotation, OperationRefused, operate, rotationNamed } from '../../functions/rotation/operate.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { createRecord, updateRecord, writeIndex } from '../../functions/rotation/record-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createRotationRecord } from './records.ts';

const clock = () => new Date('2026-11-21T13:00:00Z');
const alice = { by: 'alice', reason: 'images are broken' };
const approval = { state: 'pending' as const, deadline: '2026-11-22T12:00:00Z', nonce: '7f3a', by: null, at: null };

async function kept(...records: readonly Partial<RotationRecord>[]) {
  const { store } = memoryStore();
  const outside = { store, clock, randomId: randomUUID };
  for (const overrides of records) {
    const record = createRotationRecord({ phase: 'drain', ...overrides });
    await writeIndex(store, record.rotationId, record.cluster);
    await createRecord(store, record);
  }
  return outside;
}

describe('an operator', () => {
  it('pauses and resumes with name and reason, which the record keeps', async () => {
    const outside = await kept({});
    expect(await operate(outside, 'rot-payments-1', 'pause', alice)).toMatchObject({
      desiredState: 'pause',
      desiredReason: 'images are broken (alice)',
    });
    await operate(outside, 'rot-payments-1', 'resume', { by: 'bob', reason: null });
    const { record } = await rotationNamed(outside.store, 'rot-payments-1');
    expect(record).toMatchObject({ desiredState: 'continue', desiredReason: null });
    expect(record.notes.operations).toEqual([
      { at: '2026-11-21T13:00:00.000Z', by: 'alice', operation: 'pause', reason: 'images are broken' },
      { at: '2026-11-21T13:00:00.000Z', by: 'bob', operation: 'resume', reason: null },
    ]);
  });

  it('aborts, and what a step wrote meanwhile stays', async () => {
    const outside = await kept({});
    let disturbed = false;
    const store = {
      ...outside.store,
      putIfUnchanged: async (...args: Parameters<typeof outside.store.putIfUnchanged>) => {
        if (!disturbed) {
          disturbed = true;
          await updateRecord(
            outside.store,
            createRotationRecord(),
            () => 'step',
            (record) => ({ ...record, sequence: 7 }),
          );
        }
        return outside.store.putIfUnchanged(...args);
      },
    };
    expect(await operate({ ...outside, store }, 'rot-payments-1', 'abort', alice)).toMatchObject({ desiredState: 'revert', sequence: 7 });
  });

  it('answers an approval once: of two answers at the same time one counts', async () => {
    const outside = await kept({ phase: 'approval', approval });
    const answers = await Promise.allSettled([
      operate(outside, 'rot-payments-1', 'approve', alice, '7f3a'),
      operate(outside, 'rot-payments-1', 'reject', { by: 'bob', reason: null }, '7f3a'),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { record } = await rotationNamed(outside.store, 'rot-payments-1');
    expect(record.approval).toMatchObject({ state: 'approved', by: 'alice', at: '2026-11-21T13:00:00.000Z' });
  });

  it('is refused with a sentence, and nothing is written', async () => {
    const outside = await kept({ phase: 'approval', approval });
    const asked = operate(outside, 'rot-payments-1', 'approve', alice, 'wrong');
    await expect(asked).rejects.toThrow(OperationRefused);
    await expect(asked).rejects.toThrow('rotation rot-payments-1 does not take approve: the nonce is not that of the request');
    expect((await rotationNamed(outside.store, 'rot-payments-1')).record.notes).toEqual({});
  });

  it('hears that there is no such rotation', async () => {
    const outside = await kept();
    await expect(operate(outside, 'rot-x', 'pause', alice)).rejects.toThrow(NoSuchRotation);
  });
});

describe('the list of rotations', () => {
  it('has those under way first, then the newest, and names what cannot be read', async () => {
    const outcome = { name: 'succeeded' as const, cause: 'c', at: '2026-11-21T13:00:00Z' };
    const { store } = await kept(
      { rotationId: 'rot-a', startedAt: '2026-11-19T12:00:00Z', outcome },
      { rotationId: 'rot-b', startedAt: '2026-11-20T12:00:00Z', outcome },
      { rotationId: 'rot-c', startedAt: '2026-11-18T12:00:00Z' },
    );
    await writeIndex(store, 'rot-0', { accountId: '1', region: 'r', name: 'n' });
    const listed = await listRotations(store);
    expect(listed.map(({ rotationId }) => rotationId)).toEqual(['rot-c', 'rot-b', 'rot-a', 'rot-0']);
    expect(listed.at(-1)).toMatchObject({ problem: expect.stringContaining('there is no rotation "rot-0"') });
  });
});
