import { describe, expect, it } from 'vitest';
import { crashMatrix } from './crashes.ts';

const { points, dies, diesOften, plain, effects } = await crashMatrix({ goesBack: true });

describe('a function that dies in a rotation that goes back', () => {
  it('has something to die of', () => {
    expect(plain).toMatchObject({ outcome: 'reverted', evictedTwice: [], lost: [], breaches: [] });
    expect(effects.length).toBeGreaterThan(200);
  });

  // Forward it is no other rotation than one that succeeds, which has a matrix of its own.
  it.each([...points].filter(([phase]) => /^r\d|TakeOver|plan-batch/.test(phase)))(
    'in %s changes nothing of its end, whenever',
    async (_, deaths) => {
      for (const death of deaths) await dies(death);
    },
  );

  it.each([0, 3, 7, 11])(
    'again and again, at each 13th effect from the %ith, changes nothing of its end',
    { timeout: 120_000 },
    async (from) => {
      await diesOften(13, from, 'after');
      await diesOften(13, from + 1, 'before');
    },
  );
});
