import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveWorld } from '../../../simulator/rotation/build.ts';
import { type BudgetInput, barePod, budget, deployment } from '../../../simulator/rotation/declare.ts';
import { worldEvents } from '../../../simulator/rotation/events.ts';
import { livePorts } from '../../../simulator/rotation/ports.ts';
import { firstPodOf, payments, podName, podsOf, seconds } from './world-under-test.ts';

function worldWith(replicas: number, budgetInput: BudgetInput) {
  return createLiveWorld({
    clusters: [
      { groups: [{ name: 'workers', size: 2 }], workloads: [deployment({ name: 'web', replicas, cpu: '10m', budget: budgetInput })] },
    ],
  });
}
const statusOf = (world: ReturnType<typeof worldWith>, name = 'shop/web') => {
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = payments(world).objects.budgets.get(name)?.status ?? {};
  return { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
};

describe('the status of a budget', () => {
  it('follows the arithmetic of the disruption controller for any field and number of replicas', () => {
    const field = fc.oneof(
      fc.nat({ max: 8 }),
      fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
    );
    const name = fc.constantFrom('minAvailable' as const, 'maxUnavailable' as const);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), name, field, (replicas, which, value) => {
        const scaled = typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * replicas) / 100);
        const desiredHealthy = which === 'minAvailable' ? scaled : Math.max(0, replicas - scaled);
        expect(statusOf(worldWith(replicas, { [which]: value }))).toEqual({
          expectedPods: replicas,
          currentHealthy: replicas,
          desiredHealthy,
          disruptionsAllowed: Math.max(0, replicas - desiredHealthy),
        });
      }),
      { numRuns: 40 },
    );
  });

  it('allows nothing without a field, or over pods that no controller has', () => {
    expect(statusOf(worldWith(3, {}))).toEqual({ disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 0, expectedPods: 0 });
    const bare = (input: BudgetInput) =>
      createLiveWorld({
        clusters: [
          {
            groups: [{ name: 'workers', size: 1 }],
            workloads: [barePod({ name: 'tool', labels: { kind: 'tool' } }), budget({ name: 'web', selects: { kind: 'tool' }, ...input })],
          },
        ],
      });
    expect(statusOf(bare({ maxUnavailable: 1 }))).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
    expect(statusOf(bare({ minAvailable: 0 }))).toMatchObject({ expectedPods: 1, disruptionsAllowed: 1 });
  });

  it('does not count pods on their way out, and counts the new ones once they are Ready', async () => {
    const world = worldWith(3, { maxUnavailable: 1 });
    const { writes } = livePorts(world, 'payments');
    await writes.kubernetes.evictPod(podName(firstPodOf(world, 'shop/web')));
    expect(statusOf(world)).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 3 });
    seconds(world, 1);
    expect(statusOf(world)).toEqual({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 });
    seconds(world, 10);
    expect(statusOf(world)).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 3 });
  });

  it('is charged for an eviction whose precondition fails, for two minutes', async () => {
    const world = worldWith(3, { maxUnavailable: 1 });
    const { writes } = livePorts(world, 'payments');
    const answer = await writes.kubernetes.evictPod({ ...podName(firstPodOf(world, 'shop/web')), uid: 'another' });
    expect(answer.status).toBe(409);
    seconds(world, 60);
    expect(statusOf(world)).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 2 });
    seconds(world, 61);
    worldEvents(world).mark(podsOf(world, 'shop/web')[0]?.spec.nodeName ?? '', 'labels', 'something', 'changed');
    seconds(world, 1);
    expect(statusOf(world)).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 3 });
  });
});
