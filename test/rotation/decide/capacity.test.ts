import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocatableOf,
  allocatableOfSnapshot,
  describeShortfall,
  isAtLeast,
  shortfall,
} from '../../../functions/rotation/decide/capacity.ts';

const node = (name: string, allocatable: Record<string, string>) => ({ metadata: { name }, status: { allocatable } });

describe('capacity', () => {
  it('adds exactly what nodes offer, live or as a snapshot keeps them', () => {
    const offers: Record<string, string>[] = [
      { cpu: '3920m', memory: '15Gi' },
      { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' },
    ];
    const live = allocatableOf(offers.map((allocatable, index) => node(`n${index}`, allocatable)));
    expect(live).toEqual(
      new Map([
        ['cpu', 7_920_000_000n],
        ['memory', 31n * 1024n ** 3n * 1_000_000_000n],
        ['nvidia.com/gpu', 1_000_000_000n],
      ]),
    );
    expect(allocatableOfSnapshot(offers.map((allocatable, index) => ({ name: `n${index}`, allocatable })))).toEqual(live);
    expect(() => allocatableOf([node('n', { cpu: 'many' })])).toThrow(RangeError);
  });

  it('names what is less than wanted; more of one does not make up for another', () => {
    const have = allocatableOf([node('a', { cpu: '100', memory: '15Gi' })]);
    const want = allocatableOf([node('b', { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' })]);
    expect(shortfall(have, want).map(({ resource }) => resource)).toEqual(['memory', 'nvidia.com/gpu']);
    expect(describeShortfall(shortfall(have, want))).toBe('memory 15Gi of 16Gi, nvidia.com/gpu 0 of 1');
    expect([isAtLeast(have, want), isAtLeast(want, want)]).toEqual([false, true]);
  });

  it('property: a set is at least every part of itself, and short of itself with one node more', () => {
    const cpu = fc.integer({ min: 1, max: 100_000 }).map((milli) => ({ cpu: `${milli}m` }));
    fc.assert(
      fc.property(fc.array(cpu, { maxLength: 10 }), cpu, (offers, more) => {
        const all = allocatableOf(offers.map((one, index) => node(`n${index}`, one)));
        const part = allocatableOf(offers.slice(1).map((one, index) => node(`n${index}`, one)));
        const larger = allocatableOf([...offers, more].map((one, index) => node(`n${index}`, one)));
        expect(isAtLeast(all, part)).toBe(true);
        expect(shortfall(all, larger)).toHaveLength(1);
      }),
    );
  });
});
