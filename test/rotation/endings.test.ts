import { describe, expect, it } from 'vitest';
import { endRotation, untold } from '../../functions/rotation/endings.ts';
import { LeaseLost, readLease, takeLease } from '../../functions/rotation/lease.ts';
import { readNeedsHuman } from '../../functions/rotation/needs-human.ts';
import { type Outcome, outcomes } from '../../functions/rotation/phases.ts';
import type { RotationNotice } from '../../functions/rotation/ports.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { createRecord, readRecord } from '../../functions/rotation/record-store.ts';
import { parseReport } from '../../functions/rotation/rotation-report.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createDesk, payments } from './desk.ts';
import { createRotationRecord } from './records.ts';

const id = 'rot-payments-1';
const reportKey = keys.rotationReport(payments, id, 'json');

/** A rotation with its marker and its lease, at its end. */
async function ending(overrides: Partial<RotationRecord> = {}, store?: ObjectStore) {
  const memory = memoryStore();
  const desk = await createDesk({}, store ?? memory.store);
  const record = createRotationRecord(overrides);
  const keeper = { ...desk, cluster: payments };
  await createRecord(desk.store, record);
  await desk.store.put(keys.openRotation(id), '{}');
  const lease = await takeLease(keeper, id, 'arn:execution');
  const end = (outcome: Outcome, cause = 'it ended', fence: number | null = lease?.fence ?? null, desk_ = desk) =>
    endRotation(desk_, record, { outcome, cause, fence });
  return { desk, keeper, record, end, memory };
}

const exists = async (store: ObjectStore, key: string) => (await store.get(key)) !== undefined;

async function reportIn(store: ObjectStore) {
  const object = await store.get(reportKey);
  if (!object) throw new Error('no report');
  return parseReport(object.body, reportKey);
}

describe('the end of a rotation', () => {
  it('leaves report, outcome and notice, and takes away marker and lease', async () => {
    const { desk, keeper, end } = await ending();
    const record = await end('succeeded', 'green serves');
    expect(record.outcome).toEqual({ name: 'succeeded', cause: 'green serves', at: '2026-11-21T12:00:00.000Z' });
    expect((await readRecord(desk.store, payments, id))?.record).toEqual(record);
    expect(await reportIn(desk.store)).toMatchObject({ rotationId: id, outcome: record.outcome });
    expect(await exists(desk.store, keys.rotationReport(payments, id, 'html'))).toBe(true);
    expect(desk.notices).toMatchObject([
      { kind: 'finished', id: `${id}/finished`, outcome: 'succeeded', cause: 'green serves', reportKey },
    ]);
    expect(await exists(desk.store, keys.openRotation(id))).toBe(false);
    expect(await readLease(keeper)).toMatchObject({ owner: null, fence: 1 });
    expect(await readNeedsHuman(desk.store, payments)).toBeUndefined();
  });

  it('writes in this order: report, flag, outcome, notice', async () => {
    const { desk, end, memory } = await ending();
    const order: string[] = [];
    await end('hold-both-up', 'blue is short', 1, {
      ...desk,
      tell: async ({ kind }) => {
        order.push(...memory.written.splice(0).map((key) => key.slice(key.lastIndexOf('/') + 1)), kind);
      },
    });
    expect(order.slice(order.indexOf('report.json'))).toEqual([
      'report.json',
      'report.html',
      'needs-human.json',
      'record.json',
      'finished',
      'needs-human',
    ]);
  });

  it.each(outcomes)('%s: one report and one notice, but for busy none; a human only where one is needed', async (outcome) => {
    const { desk, end } = await ending();
    await end(outcome);
    await end(outcome);
    const isBusy = outcome === 'busy';
    const needed = outcome === 'hold-both-up' || outcome === 'dirty-finish';
    expect(desk.notices.map(({ kind }) => kind)).toEqual(isBusy ? [] : needed ? ['finished', 'needs-human'] : ['finished']);
    expect(await exists(desk.store, reportKey)).toBe(!isBusy);
    const flag = needed ? { rotationId: id, outcome, cause: 'it ended', at: '2026-11-21T12:00:00.000Z', acknowledged: null } : undefined;
    expect(await readNeedsHuman(desk.store, payments)).toEqual(flag);
  });

  it('keeps the outcome that was decided first', async () => {
    const { desk, end } = await ending();
    await end('reverted', 'the gate failed');
    desk.advance(60_000);
    const again = await end('hold-both-up', 'something else');
    expect(again.outcome).toMatchObject({ name: 'reverted', cause: 'the gate failed' });
    expect(await readNeedsHuman(desk.store, payments)).toBeUndefined();
    expect(desk.notices).toHaveLength(1);
  });

  it('says what its report says, when it was killed between the two', async () => {
    const { desk, end } = await ending();
    const failing = { ...desk, store: { ...desk.store, putIfUnchanged: async () => Promise.reject(new Error('killed')) } };
    await expect(end('hold-both-up', 'blue is short', 1, failing)).rejects.toThrow('killed');
    desk.advance(60_000);
    expect((await end('reverted', 'another')).outcome).toMatchObject({ name: 'hold-both-up', cause: 'blue is short' });
    expect((await reportIn(desk.store)).outcome).toMatchObject({ name: 'hold-both-up' });
  });

  it('raises the flag for what its report says, when it was killed before the flag', async () => {
    const { desk, end } = await ending();
    const putIfAbsent: ObjectStore['putIfAbsent'] = async (key, body) =>
      key === keys.needsHuman(payments) ? Promise.reject(new Error('killed')) : desk.store.putIfAbsent(key, body);
    const failing = { ...desk, store: { ...desk.store, putIfAbsent } };
    await expect(end('hold-both-up', 'blue is short', 1, failing)).rejects.toThrow('killed');
    desk.advance(60_000);
    await end('reverted', 'another');
    const at = '2026-11-21T12:00:00.000Z';
    expect(await readNeedsHuman(desk.store, payments)).toMatchObject({ outcome: 'hold-both-up', cause: 'blue is short', at });
  });

  it('of a rotation that was taken over is left to who took it', async () => {
    const { desk, keeper, end } = await ending();
    await takeLease(keeper, id, 'arn:other');
    await expect(end('succeeded')).rejects.toThrow(LeaseLost);
    expect(await exists(desk.store, reportKey)).toBe(false);
    expect((await readRecord(desk.store, payments, id))?.record.outcome).toBeNull();
    expect(desk.notices).toEqual([]);
  });

  it('without a lease releases none', async () => {
    const { desk, keeper, end } = await ending();
    await end('busy', 'another is under way', null);
    expect(await readLease(keeper)).toMatchObject({ owner: id });
    expect(await exists(desk.store, keys.openRotation(id))).toBe(false);
  });

  it('of a dry run asks for no lease', async () => {
    const { end } = await ending({ dryRun: true });
    expect((await end('planned', 'a dry run', 99)).outcome?.name).toBe('planned');
  });
});

describe('a notice of the end that cannot be delivered', () => {
  const refusing = (kinds: readonly RotationNotice['kind'][], told: RotationNotice[]) => async (notice: RotationNotice) => {
    if (kinds.includes(notice.kind)) throw new Error('topic is gone');
    told.push(notice);
  };

  it('changes nothing of the outcome, is named, and keeps the marker by which it is tried again', async () => {
    const { desk, keeper, end } = await ending();
    const record = await end('hold-both-up', 'blue is short', 1, { ...desk, tell: refusing(['finished'], desk.notices) });
    expect(record.outcome?.name).toBe('hold-both-up');
    expect(untold(record)).toEqual(['finished: topic is gone']);
    expect(desk.notices.map(({ kind }) => kind)).toEqual(['needs-human']);
    expect(await exists(desk.store, keys.openRotation(id))).toBe(true);
    expect(await readLease(keeper)).toMatchObject({ owner: null });
  });

  it('is delivered by the next call, and nothing else again', async () => {
    const { desk, end } = await ending();
    await end('hold-both-up', 'blue is short', 1, { ...desk, tell: refusing(['finished'], desk.notices) });
    const record = await end('hold-both-up', 'blue is short', null);
    expect(desk.notices.map(({ kind }) => kind)).toEqual(['needs-human', 'finished']);
    expect(untold(record)).toEqual([]);
    expect(await exists(desk.store, keys.openRotation(id))).toBe(false);
  });

  it('does not raise the flag of an older rotation over that of a newer one', async () => {
    const { desk, end } = await ending();
    await end('hold-both-up', 'blue is short', 1, { ...desk, tell: refusing(['finished'], desk.notices) });
    await desk.store.put(
      keys.needsHuman(payments),
      JSON.stringify({ ...(await readNeedsHuman(desk.store, payments)), rotationId: 'rot-newer' }),
    );
    await end('hold-both-up', 'blue is short', null);
    expect(await readNeedsHuman(desk.store, payments)).toMatchObject({ rotationId: 'rot-newer' });
  });
});

describe('an end that is killed', () => {
  /** The nth write is done, and its answer never comes back. */
  function dying(store: ObjectStore, nth: number): ObjectStore {
    let writes = 0;
    const counted = async <T>(work: Promise<T>): Promise<T> => {
      const answer = await work;
      writes += 1;
      if (writes === nth) throw new Error('killed');
      return answer;
    };
    // A lost answer that is asked for again is an end of its own: nothing can be read any more either.
    const get: ObjectStore['get'] = async (...of) => (writes >= nth ? Promise.reject(new Error('killed')) : store.get(...of));
    return {
      ...store,
      get,
      put: (...of) => counted(store.put(...of)),
      putIfAbsent: (...of) => counted(store.putIfAbsent(...of)),
      putIfUnchanged: (...of) => counted(store.putIfUnchanged(...of)),
      remove: (...of) => counted(store.remove(...of)),
    };
  }

  const outcomesToTry: readonly Outcome[] = ['succeeded', 'hold-both-up', 'busy'];

  it.each(outcomesToTry)('after any of its writes comes to the same end with one notice of each kind: %s', async (outcome) => {
    let died = 0;
    for (let nth = 1; nth < 20; nth += 1) {
      const { desk, keeper, end } = await ending();
      const store = desk.store;
      const first = await end(outcome, 'it ended', 1, { ...desk, store: dying(store, nth) }).catch(() => undefined);
      if (first === undefined) died += 1;
      desk.advance(1000);
      const record = await end(outcome, 'it ended', 1);
      expect(record.outcome).toEqual({ name: outcome, cause: 'it ended', at: '2026-11-21T12:00:00.000Z' });
      const kinds = { succeeded: ['finished'], 'hold-both-up': ['finished', 'needs-human'], busy: [] }[String(outcome)];
      expect(desk.notices.map(({ kind }) => kind)).toEqual(kinds);
      expect(await exists(store, reportKey)).toBe(outcome !== 'busy');
      expect(await exists(store, keys.openRotation(id))).toBe(false);
      expect(await readLease(keeper)).toMatchObject({ owner: null });
    }
    // Report twice, flag, outcome, told, marker, lease: as many as there are of them.
    expect(died).toBe({ succeeded: 6, 'hold-both-up': 7, busy: 3 }[String(outcome)]);
  });
});
