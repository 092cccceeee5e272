import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowsNever, intOrPercent } from '../../functions/workloads/budgets.ts';

const pods = fc.integer({ min: 0, max: 5000 });
const percentage = fc.integer({ min: 0, max: 100 });

describe('intOrPercent', () => {
  it.each([
    [0, 5, 0],
    [2, 5, 2],
    [7, 5, 7],
    ['0%', 5, 0],
    ['1%', 1, 1],
    ['1%', 100, 1],
    ['1%', 101, 2],
    ['50%', 1, 1],
    ['50%', 4, 2],
    ['50%', 7, 4],
    ['90%', 5, 5],
    ['80%', 5, 4],
    ['100%', 5, 5],
    ['150%', 4, 6],
    ['50%', 0, 0],
  ])('%j of %i pods is %i', (value, total, expected) => {
    expect(intOrPercent(value, total, 'up')).toBe(expected);
  });

  it.each(['1', '', '%', '-1%', '+5%', '1.5%', ' 5%', '5 %', '5%%', 'half', '0x5%', -1, 1.5, Number.NaN])(
    '%j is none, as the API refuses it',
    (value) => {
      expect(intOrPercent(value, 5, 'up')).toBeUndefined();
    },
  );

  it('a percentage stays between 0 and all pods, and less than one pod above the exact share', () => {
    fc.assert(
      fc.property(percentage, pods, (percent, total) => {
        const result = intOrPercent(`${percent}%`, total, 'up') ?? Number.NaN;
        expect(Number.isInteger(result)).toBe(true);
        expect(result).toBeLessThanOrEqual(total);
        expect(result * 100).toBeGreaterThanOrEqual(percent * total);
        expect((result - 1) * 100).toBeLessThan(percent * total);
      }),
    );
  });
});

/** The rows were compared with `status.disruptionsAllowed` of a real control plane, v1.34.4, with every pod Ready. */
describe('allowsNever', () => {
  it.each([
    [{ maxUnavailable: 0 }, 3, 'maxUnavailable is 0'],
    [{ maxUnavailable: '0%' }, 3, 'maxUnavailable is 0%'],
    [{ minAvailable: 2 }, 2, 'minAvailable 2 of 2 pods'],
    [{ minAvailable: 3 }, 2, 'minAvailable 3 of 2 pods'],
    [{ minAvailable: 1 }, 1, 'minAvailable 1 of 1 pod'],
    [{ minAvailable: '100%' }, 5, 'minAvailable 100% is 5 of 5 pods'],
    [{ minAvailable: '90%' }, 5, 'minAvailable 90% is 5 of 5 pods'],
    [{ minAvailable: '81%' }, 5, 'minAvailable 81% is 5 of 5 pods'],
    [{ minAvailable: '67%' }, 3, 'minAvailable 67% is 3 of 3 pods'],
    [{ minAvailable: '50%' }, 1, 'minAvailable 50% is 1 of 1 pod'],
    [{ minAvailable: '1%' }, 1, 'minAvailable 1% is 1 of 1 pod'],
    [{ minAvailable: null, maxUnavailable: null }, 2, 'neither minAvailable nor maxUnavailable is set'],
    [{}, 2, 'neither minAvailable nor maxUnavailable is set'],
    [{ maxUnavailable: '1' }, 2, 'maxUnavailable "1" is neither a number of pods nor a percentage'],
    [{ minAvailable: 'most' }, 2, 'minAvailable "most" is neither a number of pods nor a percentage'],
  ])('%j over %i pods: %s', (budget, expectedPods, reason) => {
    expect(allowsNever(budget, expectedPods)).toBe(reason);
  });

  it.each([
    [{ maxUnavailable: 1 }, 1],
    [{ maxUnavailable: '1%' }, 1],
    [{ maxUnavailable: '100%' }, 3],
    [{ maxUnavailable: 9 }, 3],
    [{ minAvailable: 0 }, 1],
    [{ minAvailable: '0%' }, 1],
    [{ minAvailable: 1 }, 2],
    [{ minAvailable: '80%' }, 5],
    [{ minAvailable: '50%' }, 2],
  ])('%j over %i pods can allow one', (budget, expectedPods) => {
    expect(allowsNever(budget, expectedPods)).toBeUndefined();
  });

  it.each([{ maxUnavailable: 0 }, { minAvailable: 1 }, { minAvailable: '100%' }, {}])(
    'blocks nothing where no pod is expected: %j',
    (budget) => {
      expect(allowsNever(budget, 0)).toBeUndefined();
    },
  );

  it('agrees with what the disruption controller computes when every pod is healthy', () => {
    const amount = fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      percentage.map((percent) => `${percent}%`),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('minAvailable', 'maxUnavailable'),
        amount,
        fc.integer({ min: 1, max: 20 }),
        (field, value, expectedPods) => {
          const inPods = typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * expectedPods) / 100);
          const desiredHealthy = field === 'minAvailable' ? inPods : Math.max(expectedPods - inPods, 0);
          const disruptionsAllowed = Math.max(expectedPods - desiredHealthy, 0);
          expect(allowsNever({ [field]: value }, expectedPods) === undefined).toBe(disruptionsAllowed > 0);
        },
      ),
    );
  });
});
