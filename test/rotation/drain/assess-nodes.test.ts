import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../../functions/config/rotation-options.ts';
import { assessNodes, destinationsAmong, nameOfPod } from '../../../functions/rotation/drain/assess-nodes.ts';
import { drainWorld } from './drain-world.ts';

const allow = { force: [], unmanaged: [] };

describe('assessNodes', () => {
  it('says of each node what its pods do, by name, in the order asked for', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-2']);
    world.addWorkload({ name: 'agent', kind: 'DaemonSet' }, ['blue-1']);
    world.addPod(null, { name: 'z', node: 'blue-2', readyAt: 0 });
    world.addPod(null, { name: 'opted', node: 'blue-3', readyAt: 0, extra: { metadata: { labels: { 'eks-greenlight/drain': 'skip' } } } });
    const view = await world.view();
    const destinations = destinationsAmong(view.nodes, new Set(['blue-1', 'blue-2', 'blue-3']));
    const nodes = assessNodes(view, ['blue-3', 'blue-2', 'blue-1'], { destinations, options: defaultOptions, allow, startedAt: undefined });
    expect(nodes.map(({ node, empty, drained, pods }) => [node, empty, drained, pods.map(({ assessment }) => assessment.reason)])).toEqual([
      // D14: nothing to drain, and yet not to be removed.
      ['blue-3', false, true, ['opted-out']],
      ['blue-2', false, false, ['evictable', 'unmanaged']],
      ['blue-1', true, true, ['daemonset']],
    ]);
    expect(nodes[1]?.pods[1] && nameOfPod(nodes[1].pods[1])).toBe('Pod shop/z on blue-2');
  });

  it('takes the policy from options and configuration', async () => {
    const world = drainWorld();
    world.addPod(null, { name: 'bare', node: 'blue-1', readyAt: 0 });
    const view = await world.view();
    const place = { destinations: view.nodes, options: defaultOptions, allow: { force: [], unmanaged: ['sh*'] }, startedAt: undefined };
    expect(assessNodes(view, ['blue-1'], place)[0]?.pods[0]?.assessment.reason).toBe('unmanaged-allowed');
  });

  it('D28: judges grace periods before a drain, not in the middle of one', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', grace: 4000 }, ['blue-1']);
    const view = await world.view();
    const reason = (startedAt: Date | undefined) =>
      assessNodes(view, ['blue-1'], { destinations: view.nodes, options: defaultOptions, allow, startedAt })[0]?.pods[0]?.assessment.reason;
    expect([reason(undefined), reason(new Date(world.now()))]).toEqual(['grace-exceeds-deadline', 'evictable']);
  });

  it('sends pods to Ready, schedulable nodes that stay, and not to Fargate', async () => {
    const world = drainWorld({ blue: 1, green: 3, other: 2 });
    Object.assign(world.nodeNamed('green-1') ?? {}, { ready: false });
    Object.assign(world.nodeNamed('green-2') ?? {}, { unschedulable: true });
    Object.assign(world.nodeNamed('other-1')?.labels ?? {}, { 'eks.amazonaws.com/compute-type': 'fargate' });
    const { nodes } = await world.view();
    expect(destinationsAmong(nodes, new Set(['blue-1'])).map(({ metadata }) => metadata.name)).toEqual(['green-3', 'other-2']);
  });
});
