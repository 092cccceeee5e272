import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isExpired,
  LeaseLost,
  leaseMs,
  readLease,
  releaseLease,
  renewLease,
  takeLease,
  verifyLease,
} from '../../functions/rotation/lease.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createDesk, payments } from './desk.ts';

async function keeper(store?: ObjectStore) {
  const desk = await createDesk({}, store);
  return { ...desk, cluster: payments };
}

describe('a lease', () => {
  it('is taken where there is none, by one', async () => {
    const desk = await keeper();
    expect(await takeLease(desk, 'rot-a', 'arn:a')).toMatchObject({ owner: 'rot-a', fence: 1, execution: 'arn:a' });
    expect(await takeLease(desk, 'rot-b', 'arn:b')).toBeUndefined();
  });

  it('is taken again by the same rotation at once, with the next fence, and the one before may write no more', async () => {
    const desk = await keeper();
    await takeLease(desk, 'rot-a', 'arn:a');
    expect(await takeLease(desk, 'rot-a', 'arn:a2')).toMatchObject({ fence: 2 });
    await expect(verifyLease(desk, 'rot-a', 1)).rejects.toThrow(LeaseLost);
    await expect(renewLease(desk, 'rot-a', 1)).rejects.toThrow(/fence 1 is now held by rot-a with fence 2/);
    await verifyLease(desk, 'rot-a', 2);
  });

  it('of another rotation is waited for until it has expired', async () => {
    const desk = await keeper();
    await takeLease(desk, 'rot-a', 'arn:a');
    desk.advance(leaseMs - 1);
    expect(await takeLease(desk, 'rot-b', 'arn:b')).toBeUndefined();
    await verifyLease(desk, 'rot-a', 1);
    desk.advance(1);
    await expect(verifyLease(desk, 'rot-a', 1)).rejects.toThrow(/expired/);
    expect(await takeLease(desk, 'rot-b', 'arn:b')).toMatchObject({ fence: 2 });
  });

  it('is renewed for a quarter of an hour, and may be renewed by its owner after it expired, while nobody else took it', async () => {
    const desk = await keeper();
    await takeLease(desk, 'rot-a', 'arn:a');
    desk.advance(leaseMs * 3);
    await renewLease(desk, 'rot-a', 1);
    const lease = await readLease(desk);
    expect(lease && isExpired(lease, desk.clock())).toBe(false);
  });

  it('is never removed: released it keeps its fence, and is released by nobody else', async () => {
    const desk = await keeper();
    await takeLease(desk, 'rot-a', 'arn:a');
    await releaseLease(desk, 'rot-a', 2);
    await releaseLease(desk, 'rot-b', 1);
    expect(await readLease(desk)).toMatchObject({ owner: 'rot-a' });
    await releaseLease(desk, 'rot-a', 1);
    expect(await readLease(desk)).toMatchObject({ owner: null, fence: 1 });
    expect(await takeLease(desk, 'rot-b', 'arn:b')).toMatchObject({ fence: 2 });
  });

  it('whose put was carried out although the answer was lost is ours', async () => {
    const { store } = memoryStore();
    let lost = 1;
    const forgetful: ObjectStore = {
      ...store,
      putIfAbsent: async (key, body) => {
        const done = await store.putIfAbsent(key, body);
        if (key.endsWith('lease.json') && lost-- > 0) throw new Error('the connection broke');
        return done;
      },
    };
    const desk = await keeper(forgetful);
    expect(await takeLease(desk, 'rot-a', 'arn:a')).toMatchObject({ fence: 1 });
  });

  it('that cannot be read is an error, never a free one', async () => {
    const desk = await keeper();
    await desk.store.put(keys.lease(payments), '{"owner": 3}');
    await expect(takeLease(desk, 'rot-a', 'arn:a')).rejects.toThrow();
  });

  it('has one holder whatever is done in whatever order, and a fence that only grows', async () => {
    const move = fc.oneof(
      fc.record({ what: fc.constant('take' as const), who: fc.constantFrom('rot-a', 'rot-b', 'rot-c') }),
      fc.record({ what: fc.constant('release' as const), who: fc.constantFrom('rot-a', 'rot-b', 'rot-c') }),
      fc.record({ what: fc.constant('renew' as const), who: fc.constantFrom('rot-a', 'rot-b', 'rot-c') }),
      fc.record({ what: fc.constant('pass' as const), who: fc.constantFrom('1', '500', '1000') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
        const desk = await keeper();
        const held = new Map<string, number>();
        let fence = 0;
        for (const { what, who } of moves) {
          if (what === 'pass') desk.advance(Number(who) * 1000);
          if (what === 'take') {
            const lease = await takeLease(desk, who, who);
            if (lease) held.set(who, lease.fence);
          }
          if (what === 'renew') await renewLease(desk, who, held.get(who) ?? 0).catch(() => {});
          if (what === 'release') await releaseLease(desk, who, held.get(who) ?? 0);
          const writers: string[] = [];
          for (const [owner, with_] of held)
            await verifyLease(desk, owner, with_).then(
              () => writers.push(owner),
              () => {},
            );
          expect(writers.length).toBeLessThanOrEqual(1);
          const now = (await readLease(desk))?.fence ?? 0;
          expect(now).toBeGreaterThanOrEqual(fence);
          fence = now;
        }
      }),
      { numRuns: 60 },
    );
  });
});
