import { describe, expect, it } from 'vitest';
import { nameOfTargetGroup, notReadyToLeave, stillServing } from '../../../functions/rotation/decide/targets.ts';
import { drainNodes } from '../../../functions/rotation/drain/drain-nodes.ts';
import { planBatch } from '../../../functions/rotation/drain/plan-batch.ts';
import { type DrainWorld, drainWorld, rotationId } from './drain-world.ts';
import { poll } from './drive.ts';

const label = 'node.kubernetes.io/exclude-from-external-load-balancers';
const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/web/0123456789abcdef';

/** Blue's Auto Scaling group is attached to a target group in which all six instances are healthy; `web` is behind a NodePort, `worker` is not. */
async function balanced(options: object = {}) {
  const world = drainWorld();
  world.addWorkload({ name: 'web' }, ['blue-1']);
  world.addWorkload({ name: 'worker' }, ['blue-1']);
  world.attached.blue = [arn];
  world.targetGroups.set(arn, { delay: 60, states: new Map(world.nodes.map(({ name }) => [`i-${name}`, 'healthy'])) });
  world.lists.set('/api/v1/services', [
    { metadata: { name: 'web', namespace: 'shop' }, spec: { type: 'NodePort', selector: { app: 'web' } } },
    { metadata: { name: 'worker', namespace: 'shop' }, spec: { type: 'ClusterIP', selector: { app: 'worker' } } },
  ]);
  await world.begin({}, options);
  await planBatch(world.step(), 'blue');
  return world;
}
const setState = (world: DrainWorld, instance: string, state: string | null) => {
  const states = world.targetGroups.get(arn)?.states;
  if (state === null) states?.delete(instance);
  else states?.set(instance, state);
};
const evicted = (world: DrainWorld) =>
  world.calls.filter((call) => call.startsWith('evict')).map((call) => call.split('/')[1]?.split('-')[0]);

describe('load balancers let go of a batch (D36)', () => {
  it('excludes its nodes, evicts at once what serves nobody, and what serves after the deregistration delay', async () => {
    const world = await balanced();
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    expect(world.nodes.map(({ labels }) => labels[label])).toEqual([rotationId, undefined, undefined, undefined, undefined, undefined]);
    expect(evicted(world)).toEqual(['worker']);
    expect(world.record().batches[0]?.blockers[0]?.message).toMatch(
      /^Pod shop\/web-.* load balancers let go of its node until 2026-11-21T12:01:00/,
    );
    world.advance(59);
    await drainNodes(world.step(), 'blue');
    expect(evicted(world)).toEqual(['worker']);
    world.advance(1);
    await drainNodes(world.step(), 'blue');
    expect(evicted(world)).toEqual(['worker', 'web']);
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
  });

  it('is over earlier when the targets are gone, but not in the moment of the label', async () => {
    const world = await balanced();
    setState(world, 'i-blue-1', 'unused');
    await drainNodes(world.step(), 'blue');
    expect(evicted(world)).toEqual(['worker']);
    world.advance(15);
    await drainNodes(world.step(), 'blue');
    expect(evicted(world)).toEqual(['worker', 'web']);
  });

  it('waits at most as long as the option says', async () => {
    const world = await balanced({ deregistrationSeconds: 20 });
    await drainNodes(world.step(), 'blue');
    world.advance(20);
    await drainNodes(world.step(), 'blue');
    expect(evicted(world)).toEqual(['worker', 'web']);
  });

  it('F-65, F-67: labels nothing while green is not healthy in the same target group, and fails with its name', async () => {
    const world = await balanced();
    setState(world, 'i-green-2', 'unhealthy');
    const outcome = await drainNodes(world.step(), 'blue');
    expect(outcome.status).toBe('wait');
    expect(world.nodeNamed('blue-1')?.labels[label]).toBeUndefined();
    expect(evicted(world)).toEqual(['worker']);
    expect(await poll(world, (step) => drainNodes(step, 'blue'))).toMatchObject({ status: 'failed' });
    expect(world.record().batches[0]?.blockers[0]?.message).toContain(
      'targetgroup/web/0123456789abcdef has 2 healthy targets of the nodes that take over, expected 3',
    );
  });

  it('F-67: a batch that holds nothing leaves no load balancer either while green is not healthy', async () => {
    const world = await balanced();
    world.workloads.length = 0;
    world.pods.length = 0;
    setState(world, 'i-green-2', 'unhealthy');
    expect(await poll(world, (step) => drainNodes(step, 'blue'))).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining('has 2 healthy targets'),
    });
  });

  it('F-69: a label of somebody else stays', async () => {
    const world = await balanced();
    Object.assign(world.nodeNamed('blue-1')?.labels ?? {}, { [label]: 'true' });
    await drainNodes(world.step(), 'blue');
    expect(world.nodeNamed('blue-1')?.labels[label]).toBe('true');
    expect(world.record().batches[0]?.excludedAt).not.toBeNull();
  });

  it('does not wait for a node that somebody else keeps out of them', async () => {
    const world = await balanced();
    setState(world, 'i-green-1', null);
    expect(await drainNodes(world.step(), 'blue')).toMatchObject({ why: expect.stringContaining('has 2 healthy targets') });
    const theirs = world.nodeNamed('green-1');
    if (theirs) theirs.labels[label] = 'true';
    await drainNodes(world.step(), 'blue');
    expect(world.nodeNamed('blue-1')?.labels[label]).toBe(rotationId);
    expect(theirs?.labels[label]).toBe('true');
    expect(world.record().notes.wantedTargets).toEqual({ [arn]: 2 });
  });

  it('finds target groups of TargetGroupBindings with instance targets, and none with IP targets', async () => {
    const bindings = '/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings';
    const instance = await balanced();
    instance.attached.blue = [];
    instance.lists.set(bindings, [{ spec: { targetGroupARN: arn, targetType: 'instance' } }]);
    await drainNodes(instance.step(), 'blue');
    expect(instance.nodeNamed('blue-1')?.labels[label]).toBe(rotationId);
    const ip = await balanced();
    ip.attached.blue = [];
    ip.lists.set(bindings, [{ spec: { targetGroupARN: arn, targetType: 'ip' } }]);
    await drainNodes(ip.step(), 'blue');
    expect(ip.nodeNamed('blue-1')?.labels[label]).toBeUndefined();
    expect(evicted(ip)).toEqual(['web', 'worker']);
  });
});

describe('notReadyToLeave', () => {
  const group = (states: Record<string, string>) => [{ arn, states: new Map(Object.entries(states)) }];

  it('asks of the others the same share of healthy targets', () => {
    expect(notReadyToLeave(group({ a: 'healthy', b: 'unhealthy', c: 'healthy', d: 'unhealthy' }), ['a', 'b'], ['c', 'd'])).toBeUndefined();
    expect(notReadyToLeave(group({ a: 'healthy', b: 'healthy', c: 'healthy', d: 'initial' }), ['a', 'b'], ['c', 'd'])).toContain(
      'has 1 healthy',
    );
  });

  it('asks for one at least, and for none where nothing serves', () => {
    expect(notReadyToLeave(group({ a: 'healthy' }), ['a', 'b', 'c'], [])).toContain(
      'has 0 healthy targets of the nodes that take over, expected 1',
    );
    expect(notReadyToLeave(group({ a: 'unhealthy' }), ['a'], ['b'])).toBeUndefined();
  });

  it('names a target group, and who is still served', () => {
    expect(nameOfTargetGroup(arn)).toBe('targetgroup/web/0123456789abcdef');
    expect(stillServing(group({ a: 'draining', b: 'unused', c: 'healthy' }), ['a', 'b', 'd'])).toEqual(['a']);
  });
});
