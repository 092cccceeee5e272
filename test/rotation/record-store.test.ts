import { describe, expect, it } from 'vitest';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { createRecord, findRotation, readRecord, updateRecord, writeIndex } from '../../functions/rotation/record-store.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { payments } from './desk.ts';
import { createRotationRecord } from './records.ts';
import { snapshotOfWorld } from './soak-world.ts';

const id = 'rot-payments-1';
let ids = 0;
const randomId = () => {
  ids += 1;
  return `w-${ids}`;
};
const at = { cluster: { ...payments, arn: '' }, rotationId: id };
const paused = (record: RotationRecord): RotationRecord => ({ ...record, desiredState: 'pause' });

async function stored(wrap: (store: ObjectStore) => Partial<ObjectStore> = () => ({})) {
  const { store } = memoryStore();
  await createRecord(store, createRotationRecord());
  return { ...store, ...wrap(store) };
}

describe('the index', () => {
  it('says where a rotation lives, and is written once', async () => {
    const { store } = memoryStore();
    expect(await findRotation(store, id)).toBeUndefined();
    expect(await writeIndex(store, id, payments)).toBe(true);
    expect(await writeIndex(store, id, { ...payments, name: 'orders' })).toBe(false);
    expect(await findRotation(store, id)).toEqual(payments);
  });
});

describe('a record', () => {
  it('is created once; who created it is told so again', async () => {
    const { store } = memoryStore();
    expect(await createRecord(store, createRotationRecord())).toBe(true);
    expect(await createRecord(store, createRotationRecord())).toBe(true);
    expect(await createRecord(store, createRotationRecord({ writeId: 'another' }))).toBe(false);
    expect((await readRecord(store, payments, id))?.record).toEqual(createRotationRecord());
  });

  it('that is not there cannot be changed', async () => {
    await expect(updateRecord(memoryStore().store, at, randomId, paused)).rejects.toThrow('there is no record of rotation rot-payments-1');
  });

  it('keeps what somebody else has changed at the same time', async () => {
    let meanwhile = 0;
    const store = await stored((inner) => ({
      putIfUnchanged: async (key, body, version) => {
        meanwhile += 1;
        if (meanwhile === 1) await updateRecord(inner, at, () => 'operator', paused);
        return inner.putIfUnchanged(key, body, version);
      },
    }));
    const left = await updateRecord(store, at, randomId, (record) => ({ ...record, size: 7 }));
    expect(left).toMatchObject({ size: 7, desiredState: 'pause' });
    expect((await readRecord(store, payments, id))?.record).toEqual(left);
  });

  it('is written once where the answer of the store was lost', async () => {
    let lost = true;
    const store = await stored((inner) => ({
      putIfUnchanged: async (key, body, version) => {
        const done = await inner.putIfUnchanged(key, body, version);
        if (!lost) return done;
        lost = false;
        throw new Error('socket hang up');
      },
    }));
    let changes = 0;
    const change = (record: RotationRecord) => {
      changes += 1;
      return { ...record, sequence: record.sequence + 1 };
    };
    expect(await updateRecord(store, at, randomId, change)).toMatchObject({ sequence: 1 });
    expect(changes).toBe(1);
  });

  it('is not changed where the store did not take it', async () => {
    const store = await stored(() => ({ putIfUnchanged: async () => Promise.reject(new Error('503 Slow Down')) }));
    await expect(updateRecord(store, at, randomId, paused)).rejects.toThrow('503 Slow Down');
    expect((await readRecord(store, payments, id))?.record.desiredState).toBe('continue');
  });

  it('is asked for, after it was read and before it is written, and not written where it may not be', async () => {
    const store = await stored();
    const mayNot = async () => Promise.reject(new Error('the lease is lost'));
    await expect(updateRecord(store, at, randomId, paused, mayNot)).rejects.toThrow('the lease is lost');
    expect((await readRecord(store, payments, id))?.record.desiredState).toBe('continue');
  });

  it('has one snapshot for ever', async () => {
    const store = await stored();
    const snapshot = snapshotOfWorld();
    await updateRecord(store, at, randomId, (record) => ({ ...record, snapshot }));
    const another = { ...snapshot, clusterVersion: '1.99' };
    await expect(updateRecord(store, at, randomId, (record) => ({ ...record, snapshot: another }))).rejects.toThrow('must not change');
    await expect(updateRecord(store, at, randomId, (record) => ({ ...record, snapshot: null }))).rejects.toThrow('must not change');
    expect((await readRecord(store, payments, id))?.record.snapshot).toEqual(snapshot);
  });

  it('in another shape is no record', async () => {
    const store = await stored();
    await expect(updateRecord(store, at, randomId, (record) => Object.assign({}, record, { size: 'large' }))).rejects.toThrow(/size/);
  });
});
