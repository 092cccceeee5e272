import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dipsIn, noteAvailability } from '../../../functions/rotation/decide/availability.ts';
import { workloadOf } from '../soak-world.ts';

const at = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-11-21T12:05:00Z');

describe('the availability of workloads', () => {
  it('notes nothing of those that have what they want', () => {
    const notes = { other: 1 };
    expect(noteAvailability(notes, [workloadOf(), workloadOf({ name: 'api', desired: 0, ready: 0 })], at)).toBe(notes);
  });

  it('keeps the fewest Ready replicas, when they were seen, and the other notes', () => {
    const first = noteAvailability({ other: 1 }, [workloadOf({ ready: 1 })], at);
    expect(first).toEqual({ other: 1, availability: { 'Deployment shop/web': { desired: 2, ready: 1, at: at.toISOString() } } });
    expect(noteAvailability(first, [workloadOf({ ready: 1 })], later)).toBe(first);
    expect(noteAvailability(first, [workloadOf()], later)).toBe(first);
    const second = noteAvailability(first, [workloadOf({ ready: 0 })], later);
    expect(dipsIn(second)).toEqual({ 'Deployment shop/web': { desired: 2, ready: 0, at: later.toISOString() } });
  });

  it('ends with the fewest of all looks, in whatever order they come', () => {
    const looks = fc.array(fc.record({ desired: fc.integer({ min: 0, max: 5 }), ready: fc.integer({ min: 0, max: 5 }) }), { minLength: 1 });
    fc.assert(
      fc.property(looks, (seen) => {
        const notes = seen.reduce((known, look) => noteAvailability(known, [workloadOf(look)], at), {});
        const short = seen.filter(({ desired, ready }) => ready < desired).map(({ ready }) => ready);
        expect(dipsIn(notes)['Deployment shop/web']?.ready).toBe(short.length > 0 ? Math.min(...short) : undefined);
      }),
    );
  });

  it('of notes in another shape says nothing', () => {
    expect(dipsIn({ availability: 'no' })).toEqual({});
  });
});
