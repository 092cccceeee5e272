import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../functions/config/rotation-options.ts';
import { deadlineOf, pollSecondsOf, wholeSeconds } from '../../functions/rotation/deadlines.ts';
import { phases } from '../../functions/rotation/phases.ts';

const minute = 60_000;

describe('deadlines', () => {
  it('are those of the protocol, unless the options say otherwise (rotation.md §4.1)', () => {
    const inMinutes = Object.fromEntries(phases.map((phase) => [phase, deadlineOf(phase, defaultOptions) / minute]));
    expect(inMinutes).toMatchObject({
      ...{
        snapshot: 5,
        preflight: 10,
        'create-green': 20,
        freeze: 5,
        'scale-green': 40,
        drain: 1440,
        soak: 70,
        'retire-blue': 40,
        finish: 10,
      },
      ...{ approval: 1450, 'r5-drain-green': 2160, 'r7-green-back': 40, 'r9-verify': 10, 'r6-baseline': 20 },
    });
    expect(deadlineOf('soak', { ...defaultOptions, poolSoakMinutes: 5 })).toBe(15 * minute);
  });

  it('leave a revert that took over the time in which it may not write', () => {
    for (const phase of ['r0-stop', 'r1-uncordon-blue', 'r2-blue-whole', 'r3-cordon-green', 'r4-replicas'] as const) {
      const [with_, without] = [600, 0].map((takeoverSeconds) => deadlineOf(phase, { ...defaultOptions, takeoverSeconds }));
      expect((with_ ?? 0) - (without ?? 0)).toBe(600_000);
    }
  });

  it('exist for every phase, and in sum are less than the machine has', () => {
    const sum = phases.reduce((total, phase) => total + deadlineOf(phase, defaultOptions), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(9 * 24 * 60 * minute);
  });
});

describe('looks', () => {
  it('come soon after something was asked for, often for the time of eight polls, and are rarer then', () => {
    expect([0, 14_999, 15_000, 119_999, 120_000, 9e9].map((ms) => pollSecondsOf(defaultOptions, ms))).toEqual([5, 5, 15, 15, 30, 30]);
    expect(pollSecondsOf({ ...defaultOptions, pollSeconds: 60, slowPollSeconds: 5 }, 9e9)).toBe(60);
  });

  it('are whole seconds apart, at least one', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10_000, noNaN: true }), (given) => {
        const seconds = wholeSeconds(given);
        expect(Number.isInteger(seconds) && seconds >= 1 && Math.abs(seconds - Math.max(1, given)) <= 0.5).toBe(true);
      }),
    );
  });
});
