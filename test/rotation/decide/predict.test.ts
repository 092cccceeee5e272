import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOptions, effectiveOptions } from '../../../functions/config/rotation-options.ts';
import { type BatchLoad, growthSteps, predict } from '../../../functions/rotation/decide/predict.ts';

const batch: BatchLoad = { parallel: 10, serial: [], rounds: 0 };
const given = { size: 10, options: defaultOptions, creates: false, approval: false, batches: [batch, batch] };
const spanOf = (phase: string, of: Partial<typeof given> = {}) => predict({ ...given, ...of }).phases.find((one) => one.phase === phase);

describe('how long a rotation takes', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [9, 6],
    [10, 7],
    [100, 13],
  ])('green reaches %i nodes in %i steps', (size, steps) => {
    expect(growthSteps(size, defaultOptions)).toBe(steps);
  });

  it('the canary is the first step, whatever the share', () => {
    expect(growthSteps(10, { canaryNodes: 5, growPercent: 100 })).toBe(2);
  });

  it('scaling takes steps of a join, and no longer than its deadline', () => {
    expect(spanOf('scale-green')).toMatchObject({ min: 7, expected: 21, max: 40 });
    expect(spanOf('scale-green', { size: 1000 })).toMatchObject({ expected: 40, max: 40 });
  });

  it('a batch takes its pods, its settle and its soak', () => {
    expect(spanOf('drain')).toMatchObject({ expected: 6.3, max: 114 });
    expect(spanOf('drain', { batches: [{ parallel: 0, serial: [4, 2], rounds: 0 }] })).toMatchObject({ expected: 8.7 });
    expect(spanOf('drain', { batches: [{ parallel: 5, serial: [], rounds: 8 }] })).toMatchObject({ expected: 6.7 });
  });

  it('what nobody asked for takes no time', () => {
    const phases = predict(given).phases.map(({ phase }) => phase);
    expect(phases).not.toContain('create-green');
    expect(phases).not.toContain('approval');
    expect(spanOf('create-green', { creates: true })).toMatchObject({ expected: 2, max: 20 });
    expect(spanOf('approval', { approval: true })).toMatchObject({ expected: 0, max: 1440 });
  });

  it('best ≤ expected ≤ allowed, and the total is the sum, whatever the options', () => {
    const options = fc.record({
      joinMinutes: fc.double({ min: 0.05, max: 120, noNaN: true }),
      scaleDeadlineMinutes: fc.double({ min: 0.1, max: 1440, noNaN: true }),
      drainDeadlineMinutes: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
      batchDeadlineMinutes: fc.double({ min: 0.05, max: 1440, noNaN: true }),
      poolSoakMinutes: fc.double({ min: 0, max: 10_000, noNaN: true }),
      canaryNodes: fc.integer({ min: 1, max: 100 }),
      growPercent: fc.integer({ min: 1, max: 100 }),
    });
    const loads = fc.array(fc.record({ parallel: fc.nat(200), serial: fc.array(fc.nat(20), { maxLength: 5 }), rounds: fc.nat(50) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(options, loads, fc.nat(2000), (some, batches, size) => {
        const { phases, total } = predict({ ...given, size, batches, options: effectiveOptions(some), creates: true, approval: true });
        for (const { min, expected, max } of [...phases, total]) {
          expect(min).toBeGreaterThanOrEqual(0);
          expect(min).toBeLessThanOrEqual(expected);
          expect(expected).toBeLessThanOrEqual(max);
        }
        expect(total.expected).toBeCloseTo(
          phases.reduce((sum, one) => sum + one.expected, 0),
          0,
        );
      }),
    );
  });
});
