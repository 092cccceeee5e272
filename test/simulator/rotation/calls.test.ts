import { describe, expect, it } from 'vitest';
import { clusterAutoscaler, runClusterAutoscaler } from '../../../simulator/rotation/cluster-autoscaler.ts';
import { worldEvents } from '../../../simulator/rotation/events.ts';
import { livePorts } from '../../../simulator/rotation/ports.ts';
import { smallWorld } from '../../../simulator/rotation/sample-worlds.ts';
import { worldSnapshot } from '../../../simulator/rotation/snapshot.ts';
import { groupOf } from '../../../simulator/rotation/world.ts';
import { all } from '../../contract/port-under-test.ts';
import { firstPodOf, payments, podName, podsOf, seconds } from './world-under-test.ts';

const green = { clusterName: 'payments', nodegroupName: 'workers-b' };

describe('a fault', () => {
  it('hits the nth call that it fits, so often, in its time', async () => {
    const world = smallWorld();
    const { reads } = livePorts(world, 'payments');
    world.faults.add({ call: 'eks:DescribeNodegroup', target: 'workers-b', nth: 2, what: 'Throttled' });
    world.faults.add({
      call: 'kubernetes:GET /api/v1/pods',
      times: 1,
      from: world.clock.now() + 5000,
      until: world.clock.now() + 10_000,
      what: 'Timeout',
    });
    await reads.eks.describeNodegroup({ ...green, nodegroupName: 'workers-a' });
    await reads.eks.describeNodegroup(green);
    await expect(reads.eks.describeNodegroup(green)).rejects.toMatchObject({ code: 'Throttled' });
    await reads.eks.describeNodegroup(green);
    const pods = () => all(reads.kubernetes.list('/api/v1/pods', { limit: 500 }));
    await pods();
    seconds(world, 5);
    await expect(pods()).rejects.toMatchObject({ code: 'Timeout' });
    await pods();
  });

  it('may lose the answer, kill the caller, answer with a status, or let something happen first', async () => {
    const world = smallWorld();
    const { writes, reads } = livePorts(world, 'payments');
    const remove = world.faults.add({ call: 'write:*', what: 'lost-answer' });
    await expect(writes.eks.updateNodegroupConfig({ ...green, scalingConfig: { desiredSize: 1 } })).rejects.toMatchObject({
      code: 'Timeout',
    });
    expect(payments(world).nodegroups.get('workers-b')?.status).toBe('UPDATING');
    remove();
    const [node = ''] = payments(world).objects.nodes.keys();
    const cordon = () => writes.kubernetes.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: true } });
    const isCordoned = () => payments(world).objects.nodes.get(node)?.spec.unschedulable ?? false;
    world.faults.add({ call: 'kubernetes:patch', nth: 1, what: 'killed' });
    world.faults.add({ call: 'kubernetes:patch', nth: 2, what: 'killed-after' });
    await expect(cordon()).rejects.toMatchObject({ name: 'CallerKilled' });
    expect(isCordoned()).toBe(false);
    await expect(cordon()).rejects.toMatchObject({ name: 'CallerKilled' });
    expect(isCordoned()).toBe(true);

    world.faults.add({ call: 'kubernetes:*', times: 2, what: { status: 403, message: 'no' } });
    expect(await writes.kubernetes.evictPod(podName(firstPodOf(world, 'shop/web')))).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', message: 'no' },
    });
    await expect(all(reads.kubernetes.list('/api/v1/nodes', { limit: 10 }))).rejects.toMatchObject({ code: 'Forbidden' });
    world.faults.add({
      call: 'autoscaling:DescribeAutoScalingGroups',
      nth: 1,
      what: { run: () => void worldEvents(world).resize('workers-a', 7) },
    });
    const [page] = await all(reads.autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [groupOf(world, 'workers-a').name] }));
    expect(page).toMatchObject({ AutoScalingGroups: [{ DesiredCapacity: 7 }] });
  });

  it('takes the API server away for a time, and access by RBAC for good', async () => {
    const world = smallWorld({ cluster: { denied: ['create pods/eviction', 'list persistentvolumes'] } });
    const { writes, reads } = livePorts(world, 'payments');
    worldEvents(world).apiServerDown(0, 60);
    await expect(reads.kubernetes.get('/version')).rejects.toMatchObject({ code: 'EndpointUnreachable' });
    seconds(world, 61);
    expect(await reads.kubernetes.get('/version')).toMatchObject({ gitVersion: 'v1.34.4-eks-1234567' });
    expect((await writes.kubernetes.evictPod(podName(firstPodOf(world, 'shop/web')))).status).toBe(403);
    await expect(all(reads.kubernetes.list('/api/v1/persistentvolumes', { limit: 10 }))).rejects.toMatchObject({ code: 'Forbidden' });
    const review = { resourceAttributes: { verb: 'create', resource: 'pods', subresource: 'eviction' } };
    expect(await reads.kubernetes.createSelfSubjectAccessReview(review)).toMatchObject({ status: { allowed: false } });
  });
});

describe('the audit', () => {
  it('has every call with its time, caller and result', async () => {
    const world = smallWorld();
    const { writes, reads } = livePorts(world, 'payments', 'rotation rot-1');
    await reads.eks.describeCluster({ name: 'payments' });
    seconds(world, 2);
    await writes.kubernetes.evictPod(podName(firstPodOf(world, 'shop/web')));
    await writes.eks.updateNodegroupConfig({ ...green, scalingConfig: { desiredSize: 99 } }).catch(() => {});
    expect(world.audit.calls).toMatchObject([
      { number: 1, at: '2026-11-21T08:00:00Z', call: 'eks:DescribeCluster', write: false, result: 'ok' },
      {
        number: 2,
        at: '2026-11-21T08:00:02Z',
        principal: 'rotation rot-1',
        call: 'kubernetes:evict',
        target: expect.stringMatching(/^shop\/web-/),
        result: '201',
      },
      {
        number: 3,
        call: 'eks:UpdateNodegroupConfig',
        target: 'workers-b',
        input: { scalingConfig: { desiredSize: 99 } },
        result: 'Internal',
      },
    ]);
    expect(world.audit.writes('rotation rot-1').map(({ number }) => number)).toEqual([2, 3]);
    expect(world.audit.writes('somebody')).toEqual([]);
  });

  it('samples capacity whenever it changes, cordons by whom, and how long workloads were short', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    const [node = ''] = payments(world).objects.nodes.keys();
    await writes.kubernetes.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: true } });
    expect(world.audit.samples.map(({ schedulable, trigger }) => [schedulable.cpu, trigger])).toEqual([
      [4n * 3_920_000_000n, 'tick'],
      [3n * 3_920_000_000n, 'write'],
    ]);
    expect(world.audit.cordons).toMatchObject([{ principal: 'rotation', node, group: 'workers-a', unschedulable: true }]);
    await writes.kubernetes.evictPod(podName(firstPodOf(world, 'shop/worker')));
    seconds(world, 60);
    expect(world.audit.unavailability()).toEqual({
      'payments shop/worker': { missingReplicaSeconds: 5.1, downSeconds: 0, mostMissing: 1 },
    });
  });

  it('says when a pod is deleted that its budget would not have let go', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    const [first, second] = podsOf(world, 'shop/web').map(podName);
    if (!first || !second) throw new Error('expected two pods');
    await writes.kubernetes.evictPod(first);
    expect(world.audit.breaches).toEqual([]);
    await writes.kubernetes.deletePod(second);
    expect(world.audit.breaches).toEqual([`shop/${second.name} was deleted, and budget web allows no disruption`]);
  });

  it('is the same for the same seed', () => {
    const run = () => {
      const world = smallWorld({ seed: 3 });
      worldEvents(world).resize('workers-a', 2);
      seconds(world, 300);
      return {
        lost: world.audit.lost,
        world: worldSnapshot(world),
        pods: podsOf(world, 'shop/web').map(({ spec, metadata }) => [metadata.name, spec.nodeName]),
      };
    };
    expect(run()).toEqual(run());
  });
});

describe('a snapshot of the world', () => {
  it('differs by whatever a rotation changes, and is equal again when it is put back', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    const before = worldSnapshot(world);
    const [node = ''] = payments(world).objects.nodes.keys();
    const { name } = groupOf(world, 'workers-a');
    const tag = {
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
      Key: 'eks-greenlight/rotation',
      Value: 'rot-1',
      PropagateAtLaunch: false,
    };
    const cordon = (on: boolean) =>
      writes.kubernetes.patch(`/api/v1/nodes/${node}`, {
        metadata: { annotations: { 'eks-greenlight/rotation': on ? 'rot-1' : null } },
        spec: { unschedulable: on || null },
      });
    await cordon(true);
    await writes.autoScaling.createOrUpdateTags({ Tags: [tag] });
    await writes.autoScaling.suspendProcesses({ AutoScalingGroupName: name, ScalingProcesses: ['AZRebalance'] });
    seconds(world, 1);
    const changed = worldSnapshot(world);
    expect(changed.clusters.payments?.nodes[node]).toMatchObject({
      unschedulable: true,
      annotations: { 'eks-greenlight/rotation': 'rot-1' },
    });
    expect(changed.groups['workers-a']).toMatchObject({ suspended: ['AZRebalance'], tags: { 'eks-greenlight/rotation': 'rot-1' } });
    await cordon(false);
    await writes.autoScaling.deleteTags({ Tags: [tag] });
    await writes.autoScaling.resumeProcesses({ AutoScalingGroupName: name, ScalingProcesses: ['AZRebalance'] });
    seconds(world, 1);
    expect(worldSnapshot(world)).toEqual(before);
  });
});

describe('what happens by itself', () => {
  it('an instance is taken away and replaced; AZRebalance does nothing while it is suspended', () => {
    const world = smallWorld();
    const events = worldEvents(world);
    const { nodeName } = firstPodOf(world, 'shop/web').spec;
    events.terminateInstance(nodeName ?? '', 'spot interruption');
    seconds(world, 120);
    expect(payments(world).objects.nodes.has(nodeName ?? '')).toBe(false);
    expect(payments(world).objects.nodes.size).toBe(4);
    expect(world.audit.lost.every(({ cause }) => cause === 'spot interruption')).toBe(true);
    groupOf(world, 'workers-a').suspended.add('AZRebalance');
    expect(events.rebalance('workers-a', 'eu-west-1a', 'eu-west-1b')).toBe(false);
  });

  it('the Cluster Autoscaler launches for what is Pending, and removes what is empty, within bounds', () => {
    const world = smallWorld();
    const events = worldEvents(world);
    const stop = runClusterAutoscaler(world, { clusterName: 'payments', groups: ['workers-a'], idleSeconds: 120 });
    events.setReplicas('shop/web', 65);
    seconds(world, 600);
    expect(podsOf(world, 'shop/web').every(({ spec }) => spec.nodeName)).toBe(true);
    const { desired } = groupOf(world, 'workers-a');
    expect(desired).toBeGreaterThan(4);
    expect(world.audit.sizes.every(({ principal }) => principal === clusterAutoscaler)).toBe(true);
    for (const workload of ['shop/web', 'shop/api', 'shop/worker', 'kube-system/coredns']) events.setReplicas(workload, 0);
    seconds(world, 900);
    expect(groupOf(world, 'workers-a').desired).toBe(groupOf(world, 'workers-a').min);
    expect(world.audit.lost).toEqual([]);
    stop();
  });
});
