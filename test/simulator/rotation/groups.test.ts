import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evictablePods } from '../../../simulator/rotation/audit.ts';
import { countedInstances } from '../../../simulator/rotation/auto-scaling.ts';
import { worldEvents } from '../../../simulator/rotation/events.ts';
import { nodesOf } from '../../../simulator/rotation/nodes.ts';
import { livePorts } from '../../../simulator/rotation/ports.ts';
import { pair, smallWorld, systemWorkloads } from '../../../simulator/rotation/sample-worlds.ts';
import { groupOf, type LiveWorld } from '../../../simulator/rotation/world.ts';
import { payments, seconds } from './world-under-test.ts';

const blue = { clusterName: 'payments', nodegroupName: 'workers-a' };
const green = { clusterName: 'payments', nodegroupName: 'workers-b' };
const statusOf = (world: LiveWorld, name: string) => payments(world).nodegroups.get(name)?.status;

describe('a managed node group', () => {
  it('is UPDATING for a while, refuses another change meanwhile, and then is as it was asked', async () => {
    const world = smallWorld();
    const { reads, writes } = livePorts(world, 'payments');
    const answer = await writes.eks.updateNodegroupConfig({ ...green, scalingConfig: { minSize: 2, maxSize: 8, desiredSize: 2 } });
    const { update } = z.object({ update: z.object({ id: z.string() }) }).parse(answer);
    expect(statusOf(world, 'workers-b')).toBe('UPDATING');
    await expect(writes.eks.updateNodegroupConfig({ ...green, scalingConfig: { desiredSize: 3 } })).rejects.toMatchObject({
      code: 'Internal',
      message: expect.stringContaining(
        'ResourceInUseException: Nodegroup cannot be updated as it is currently not in Active State (UPDATING)',
      ),
    });
    seconds(world, 16);
    expect(statusOf(world, 'workers-b')).toBe('ACTIVE');
    expect(await reads.eks.describeUpdate({ name: 'payments', nodegroupName: 'workers-b', updateId: update.id })).toMatchObject({
      update: { status: 'Successful' },
    });
    seconds(world, 60);
    expect(nodesOf(payments(world), groupOf(world, 'workers-b'))).toHaveLength(2);
  });

  it.each([[{ minSize: 3, maxSize: 8, desiredSize: 2 }], [{ maxSize: 3 }], [{ minSize: 0, maxSize: 0, desiredSize: 0 }]])(
    'refuses sizes that contradict each other: %j',
    async (scalingConfig) => {
      const { writes } = livePorts(smallWorld(), 'payments');
      await expect(writes.eks.updateNodegroupConfig({ ...blue, scalingConfig })).rejects.toMatchObject({
        message: expect.stringContaining('InvalidParameterException'),
      });
    },
  );

  it('leaves the desired capacity alone when it is not given', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    worldEvents(world).resize('workers-a', 5);
    await writes.eks.updateNodegroupConfig({ ...blue, scalingConfig: { minSize: 5, maxSize: 5 } });
    seconds(world, 20);
    expect(groupOf(world, 'workers-a')).toMatchObject({ min: 5, desired: 5, max: 5 });
  });

  it('shows what somebody else wrote only after a while', async () => {
    const world = smallWorld();
    const { reads } = livePorts(world, 'payments');
    worldEvents(world).resize('workers-a', 6);
    seconds(world, 30);
    expect(await reads.eks.describeNodegroup(blue)).toMatchObject({ nodegroup: { scalingConfig: { desiredSize: 4 } } });
    seconds(world, 31);
    expect(await reads.eks.describeNodegroup(blue)).toMatchObject({ nodegroup: { scalingConfig: { desiredSize: 6 } } });
  });

  it('gives labels and taints to its nodes, and takes them back', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    const taint = { key: 'eks-greenlight/standby', value: 'true', effect: 'NO_SCHEDULE' };
    const [node] = nodesOf(payments(world), groupOf(world, 'workers-a'));
    await writes.eks.updateNodegroupConfig({
      ...blue,
      labels: { addOrUpdateLabels: { tier: 'old' } },
      taints: { addOrUpdateTaints: [taint] },
    });
    seconds(world, 16);
    expect(node?.metadata.labels).toMatchObject({ tier: 'old' });
    expect(node?.spec.taints).toEqual([{ key: 'eks-greenlight/standby', value: 'true', effect: 'NoSchedule' }]);
    await writes.eks.updateNodegroupConfig({ ...blue, labels: { removeLabels: ['tier'] }, taints: { removeTaints: [taint] } });
    seconds(world, 16);
    expect(node?.metadata.labels).not.toHaveProperty('tier');
    expect(node?.spec.taints).toEqual([]);
  });

  it('is made, becomes ACTIVE, and is gone after it was deleted', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    const scalingConfig = { minSize: 0, maxSize: 4, desiredSize: 0 };
    await writes.eks.createNodegroup({
      clusterName: 'payments',
      nodegroupName: 'new',
      scalingConfig,
      subnets: ['subnet-payments-a'],
      instanceTypes: ['m7i.xlarge'],
    });
    expect(statusOf(world, 'new')).toBe('CREATING');
    seconds(world, 61);
    expect(statusOf(world, 'new')).toBe('ACTIVE');
    expect(groupOf(world, 'new').zones).toEqual(['eu-west-1a']);
    await writes.eks.deleteNodegroup({ clusterName: 'payments', nodegroupName: 'new' });
    seconds(world, 10);
    expect(statusOf(world, 'new')).toBeUndefined();
  });

  it('stays UPDATING while its update is stuck, and is as before when it fails', async () => {
    const world = smallWorld();
    const events = worldEvents(world);
    const { writes } = livePorts(world, 'payments');
    events.updates('workers-b', { updateStuck: true });
    await writes.eks.updateNodegroupConfig({ ...green, scalingConfig: { desiredSize: 2 } });
    seconds(world, 3600);
    expect(statusOf(world, 'workers-b')).toBe('UPDATING');
    events.updates('workers-b', { updateStuck: false, updateFails: true });
    seconds(world, 30);
    expect(statusOf(world, 'workers-b')).toBe('ACTIVE');
    expect(payments(world).nodegroups.get('workers-b')?.updates[0]?.status).toBe('Failed');
    expect(groupOf(world, 'workers-b').desired).toBe(0);
  });
});

describe('an Auto Scaling group', () => {
  it('ends nodes with the pods on them when it is made smaller: they are lost', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    await writes.eks.updateNodegroupConfig({ ...blue, scalingConfig: { minSize: 2, desiredSize: 2 } });
    seconds(world, 60);
    expect(payments(world).objects.nodes.size).toBe(2);
    expect(world.audit.lost.length).toBeGreaterThan(0);
    expect(world.audit.lost.every(({ group, cause }) => group === 'workers-a' && cause === 'the group was made smaller')).toBe(true);
    expect(world.audit.lost.map(({ pod }) => pod)).not.toContainEqual(expect.stringContaining('kube-proxy'));
    const [lowered] = world.audit.sizes;
    expect(lowered).toMatchObject({ principal: 'rotation', from: { desired: 4 }, to: { desired: 2 } });
    expect(lowered?.evictable).toHaveLength(12);
  });

  it('is empty for a drain once nothing is left but what goes with the nodes', () => {
    const world = smallWorld({ cluster: { groups: pair(2), workloads: systemWorkloads } });
    const [cluster, group] = [payments(world), groupOf(world, 'workers-a')];
    expect(evictablePods(cluster, group)).toEqual([
      expect.stringContaining('kube-system/coredns-'),
      expect.stringContaining('kube-system/coredns-'),
    ]);
    worldEvents(world).setReplicas('kube-system/coredns', 0);
    seconds(world, 10);
    expect(evictablePods(cluster, group)).toEqual([]);
  });

  it('does neither launch nor terminate while its processes are suspended', async () => {
    const world = smallWorld();
    const { writes } = livePorts(world, 'payments');
    const { name } = groupOf(world, 'workers-a');
    const processes = { AutoScalingGroupName: name, ScalingProcesses: ['Launch', 'Terminate'] };
    await writes.autoScaling.suspendProcesses(processes);
    await writes.autoScaling.updateAutoScalingGroup({ AutoScalingGroupName: name, DesiredCapacity: 6 });
    seconds(world, 120);
    expect(countedInstances(groupOf(world, 'workers-a'))).toHaveLength(4);
    await writes.autoScaling.updateAutoScalingGroup({ AutoScalingGroupName: name, DesiredCapacity: 3 });
    seconds(world, 120);
    expect(countedInstances(groupOf(world, 'workers-a'))).toHaveLength(4);
    await writes.autoScaling.resumeProcesses(processes);
    seconds(world, 120);
    expect(countedInstances(groupOf(world, 'workers-a'))).toHaveLength(3);
  });

  it('spares protected instances, fills other zones when one is short, and tries again when all are', () => {
    const world = smallWorld();
    const events = worldEvents(world);
    for (const { metadata } of nodesOf(payments(world), groupOf(world, 'workers-a'))) events.protect(metadata.name);
    events.resize('workers-a', 2);
    seconds(world, 120);
    expect(groupOf(world, 'workers-a').instances.size).toBe(4);

    events.trouble('workers-b', { noCapacity: ['eu-west-1a'] });
    events.resize('workers-b', 4);
    seconds(world, 60);
    expect(
      nodesOf(payments(world), groupOf(world, 'workers-b'))
        .map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone'])
        .sort(),
    ).toEqual(['eu-west-1b', 'eu-west-1b', 'eu-west-1c', 'eu-west-1c']);
    events.trouble('workers-b', { noCapacity: 'all' });
    events.resize('workers-b', 5);
    seconds(world, 120);
    expect(payments(world).nodegroups.get('workers-b')?.issues).toMatchObject([{ code: 'AsgInstanceLaunchFailures' }]);
    events.trouble('workers-b', { noCapacity: null });
    seconds(world, 60);
    expect(nodesOf(payments(world), groupOf(world, 'workers-b'))).toHaveLength(5);
    expect(payments(world).nodegroups.get('workers-b')?.issues).toEqual([]);
  });

  it('lets nobody but its operator change processes and tags', async () => {
    const world = smallWorld();
    const group = groupOf(world, 'workers-a');
    group.operator = 'eks.amazonaws.com';
    const { writes } = livePorts(world, 'payments');
    const denied = { code: 'AccessDenied' };
    await expect(
      writes.autoScaling.suspendProcesses({ AutoScalingGroupName: group.name, ScalingProcesses: ['Launch'] }),
    ).rejects.toMatchObject(denied);
    await expect(writes.autoScaling.deleteTags({ Tags: [{ ResourceId: group.name, Key: 'a' }] })).rejects.toMatchObject(denied);
  });
});
