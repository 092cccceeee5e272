import { describe, expect, it } from 'vitest';
import { crashMatrix } from './crashes.ts';

const { points, dies, diesOften, plain, effects } = await crashMatrix({ goesBack: false });

describe('a function that dies in a rotation', () => {
  it('has something to die of', () => {
    expect(plain).toMatchObject({ outcome: 'succeeded', disrupted: 12, evictedTwice: [], lost: [], breaches: [] });
    expect(effects.length).toBeGreaterThan(200);
  });

  it.each([...points])('in %s changes nothing of its end, whenever', { timeout: 120_000 }, async (_, deaths) => {
    for (const death of deaths) await dies(death);
  });

  it.each([0, 3, 7, 11])(
    'again and again, at each 13th effect from the %ith, changes nothing of its end',
    { timeout: 120_000 },
    async (from) => {
      await diesOften(13, from, 'after');
      await diesOften(13, from + 1, 'before');
    },
  );
});
