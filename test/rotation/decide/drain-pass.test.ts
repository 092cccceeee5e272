import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../../functions/config/rotation-options.ts';
import { finishedPods, planPass } from '../../../functions/rotation/decide/drain-pass.ts';
import { busyWith, isLastTier, singleNodeVolumes } from '../../../functions/rotation/decide/eviction-order.ts';
import { workloadLookup } from '../../../functions/rotation/decide/workloads.ts';
import { assessNodesWith, contextOf } from '../../../functions/rotation/drain/assess-nodes.ts';
import { drainWorld } from '../drain/drain-world.ts';

describe('planPass', () => {
  it('property: asks no budget for more than it allows, and neither order of pods nor of nodes changes what is asked', async () => {
    const workload = fc.record({
      on: fc.array(fc.constantFrom('blue-1', 'blue-2', 'green-1'), { minLength: 1, maxLength: 6 }),
      max: fc.constantFrom(null, 0, 1, 2, '50%'),
      kind: fc.constantFrom('Deployment' as const, 'StatefulSet' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(workload, { maxLength: 4 }), async (given) => {
        const world = drainWorld({ blue: 2, green: 2 });
        given.forEach(({ on, max, kind }, index) => {
          world.addWorkload({ name: `w${index}`, kind }, on);
          if (max !== null) world.budgets.push({ name: `w${index}`, namespace: 'shop', app: `w${index}`, maxUnavailable: max });
        });
        const seen = await world.view();
        const pass = (view: typeof seen, nodeNames: readonly string[]) => {
          const place = { destinations: view.nodes, options: defaultOptions, allow: { force: [], unmanaged: [] }, startedAt: view.readAt };
          const context = contextOf(view, place);
          return planPass({
            nodes: assessNodesWith(view, nodeNames, context),
            batch: { evictions: {} },
            now: view.readAt,
            options: defaultOptions,
            budgets: context.budgets,
            ownerOf: workloadLookup(view),
            volumes: singleNodeVolumes(view),
            attachments: [],
            membersOf: () => [],
            wantedReady: () => 0,
            heldBack: () => undefined,
            lastTierToo: false,
          });
        };
        const asked = pass(seen, ['blue-1', 'blue-2']).evict.map(({ pod }) => pod.metadata.name);
        const turned = pass({ ...seen, pods: [...seen.pods].reverse() }, ['blue-2', 'blue-1']).evict.map(({ pod }) => pod.metadata.name);
        expect([...turned].sort()).toEqual([...asked].sort());
        for (const { metadata, status } of seen.podDisruptionBudgets) {
          const over = asked.filter((name) => name.startsWith(`${metadata.name}-`));
          expect(over.length).toBeLessThanOrEqual(status?.disruptionsAllowed ?? 0);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('finishedPods', () => {
  it('D4: leaves those of a DaemonSet, which would make its own again at once', async () => {
    const world = drainWorld();
    const agent = world.addWorkload({ name: 'agent', kind: 'DaemonSet' });
    world.addPod(agent, { name: 'agent-1', node: 'blue-1', phase: 'Failed' });
    world.addPod(null, { name: 'report', node: 'blue-1', phase: 'Succeeded' });
    const view = await world.view();
    const place = { destinations: view.nodes, options: defaultOptions, allow: { force: [], unmanaged: [] }, startedAt: view.readAt };
    const nodes = assessNodesWith(view, ['blue-1'], contextOf(view, place));
    expect(finishedPods(nodes).map(({ pod }) => pod.metadata.name)).toEqual(['report']);
  });
});

describe('busyWith', () => {
  it('F-47: waits until a volume of the same owner has left the node that it was on', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'db', kind: 'StatefulSet', volumes: true }, ['green-1', 'blue-1']);
    const view = await world.view();
    const volumes = singleNodeVolumes(view);
    const [moved, next] = view.pods;
    if (!moved || !next) throw new Error('the world has two pods');
    const ask = (node: string) => busyWith(next, view.pods, 2, volumes, [{ volume: 'pv-data-db-0', node }]);
    expect(ask('blue-2')).toBe('volume pv-data-db-0 of the same owner is still attached to blue-2');
    expect(ask('green-1')).toBeUndefined();
    // Volumes of others do not matter.
    expect(busyWith(next, view.pods, 2, volumes, [{ volume: 'pv-other', node: 'blue-2' }])).toBeUndefined();
  });
});

describe('isLastTier', () => {
  it('is what Kubernetes calls critical, and CoreDNS', () => {
    const pod = (namespace: string, labels: Record<string, string>, spec = {}) => ({ metadata: { name: 'p', namespace, labels }, spec });
    expect(isLastTier(pod('kube-system', { 'k8s-app': 'kube-dns' }))).toBe(true);
    expect(isLastTier(pod('shop', { 'k8s-app': 'kube-dns' }))).toBe(false);
    expect(isLastTier(pod('shop', {}, { priorityClassName: 'system-cluster-critical' }))).toBe(true);
    expect(isLastTier(pod('kube-system', {}))).toBe(false);
  });
});
