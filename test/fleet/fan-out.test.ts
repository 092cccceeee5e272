import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forEachLimited, interleave } from '../../functions/fleet/fan-out.ts';

describe('forEachLimited', () => {
  it.each([1, 3, 100])('works on everything once, at most %i at a time', async (limit) => {
    const items = Array.from({ length: 10 }, (_, index) => index);
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachLimited(items, limit, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
      done.push(item);
    });
    expect(done.toSorted((a, b) => a - b)).toEqual(items);
    expect(most).toBe(Math.min(limit, items.length));
  });

  it('throws the first failure after the rest has ended', async () => {
    const done: number[] = [];
    const work = async (item: number) => {
      if (item === 0) throw new Error('zero');
      await setImmediate();
      done.push(item);
    };
    await expect(forEachLimited([0, 1, 2, 3], 2, work)).rejects.toThrow('zero');
    expect(done).toEqual([1, 2, 3]);
    await forEachLimited([], 5, work);
  });
});

describe('interleave', () => {
  it('takes one of each list in turn', () => {
    expect(interleave([['a1', 'a2', 'a3'], [], ['b1'], ['c1', 'c2']])).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
    expect(interleave([])).toEqual([]);
  });
});
