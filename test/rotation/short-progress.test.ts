import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortProgress, shortText } from '../../functions/rotation/short-progress.ts';

describe('what a task answers', () => {
  it('is passed on as it is while it is short', () => {
    const progress = { ready: 3, whole: false, why: 'Node a is not Ready', left: ['a', 'b'], none: null };
    expect(shortProgress(progress)).toEqual(progress);
  });

  it('names the first of 1,000 nodes, and how many more there are', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) => `ip-10-0-${index >> 8}-${index & 255}.eu-west-1.compute.internal`);
    const short = shortProgress({ quarantined: nodes, waitingFor: `not there yet: ${nodes.join(', ')}` });
    expect(short.quarantined).toEqual([...nodes.slice(0, 10), 'and 990 more']);
    expect(short.waitingFor).toMatch(/^not there yet: ip-10-0-0-0\.[^…]*…$/);
    expect(JSON.stringify(short).length).toBeLessThan(2000);
  });

  it('never exceeds its limit, whatever it is', () => {
    const value = fc.oneof(fc.string({ maxLength: 3000 }), fc.array(fc.string({ maxLength: 1000 }), { maxLength: 50 }), fc.integer());
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 20 }), value, { maxKeys: 8 }), (progress) => {
        for (const one of Object.values(shortProgress(progress))) expect(JSON.stringify(one).length).toBeLessThan(11 * 601 * 6);
      }),
    );
  });

  it('cuts a text at its limit, and no other', () => {
    expect(shortText('abcd', 4)).toBe('abcd');
    expect(shortText('abcde', 4)).toBe('abc…');
  });
});
