import { describe, expect, it } from 'vitest';
import { acknowledge, raiseNeedsHuman, readNeedsHuman } from '../../functions/rotation/needs-human.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { payments } from './desk.ts';

const flag = { rotationId: 'rot-a', outcome: 'hold-both-up', cause: 'blue is short of one node', at: '2026-11-21T12:00:00.000Z' } as const;
const now = new Date('2026-11-21T13:00:00Z');

describe('the needs-human flag', () => {
  it('is not there at first, and nobody can acknowledge it', async () => {
    const { store } = memoryStore();
    expect(await readNeedsHuman(store, payments)).toBeUndefined();
    expect(await acknowledge(store, payments, 'anna', now)).toBeUndefined();
  });

  it('stays until somebody acknowledges it, who is named', async () => {
    const { store } = memoryStore();
    await raiseNeedsHuman(store, payments, flag);
    expect(await readNeedsHuman(store, payments)).toEqual({ ...flag, acknowledged: null });
    const acknowledged = { ...flag, acknowledged: { by: 'anna', at: now.toISOString() } };
    expect(await acknowledge(store, payments, 'anna', now)).toEqual(acknowledged);
    expect(await acknowledge(store, payments, 'ben', now)).toEqual(acknowledged);
    expect(await readNeedsHuman(store, payments)).toEqual(acknowledged);
  });

  it('is raised once for a rotation, and again for the next', async () => {
    const { store } = memoryStore();
    await raiseNeedsHuman(store, payments, flag);
    await acknowledge(store, payments, 'anna', now);
    await raiseNeedsHuman(store, payments, flag);
    expect((await readNeedsHuman(store, payments))?.acknowledged).toMatchObject({ by: 'anna' });
    await raiseNeedsHuman(store, payments, { ...flag, rotationId: 'rot-b' });
    expect(await readNeedsHuman(store, payments)).toEqual({ ...flag, rotationId: 'rot-b', acknowledged: null });
  });

  it('that changes while it is acknowledged is read again', async () => {
    const { store } = memoryStore();
    await raiseNeedsHuman(store, payments, flag);
    let raised = false;
    const racing: ObjectStore = {
      ...store,
      putIfUnchanged: async (key, body, version) => {
        if (!raised) {
          raised = true;
          await raiseNeedsHuman(store, payments, { ...flag, rotationId: 'rot-b' });
        }
        return store.putIfUnchanged(key, body, version);
      },
    };
    expect(await acknowledge(racing, payments, 'anna', now)).toMatchObject({ rotationId: 'rot-b' });
  });

  it('of another shape is an error that names it', async () => {
    const { store } = memoryStore();
    await store.put(keys.needsHuman(payments), '{}');
    await expect(readNeedsHuman(store, payments)).rejects.toThrow(keys.needsHuman(payments));
  });
});
