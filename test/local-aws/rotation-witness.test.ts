import { AutoScalingClient, paginateDescribeAutoScalingGroups, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { EKSClient, UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { asRoot } from './aws-client.ts';
import { LOGISTICS_ACCOUNT } from './rotation-world.ts';
import { availability, type Sample, samplesSince } from './samples.ts';
import { admin, kubectl, recorded } from './world.ts';

/** What the world of rotations does by itself, and what can be done to it: without the product. */

const nodes = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        providerID: z.string(),
        taints: z.array(z.object({ key: z.string(), effect: z.string() })).default([]),
      }),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
    }),
  ),
});
const nodesWith = (label: string) => nodes.parse(JSON.parse(kubectl('get', 'nodes', '--selector', label, '--output', 'json'))).items;
const blue = () => nodesWith('eks.amazonaws.com/nodegroup=blue');
const ready = (of: ReturnType<typeof blue>) =>
  of.filter(({ status }) => status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'));
const soon = { timeout: 30_000, interval: 200 };

const autoScaling = () => new AutoScalingClient(asRoot(LOGISTICS_ACCOUNT, 'AUTO_SCALING'));
const eks = () => new EKSClient(asRoot(LOGISTICS_ACCOUNT, 'EKS'));
const update = (nodegroupName: string, change: object) =>
  eks().send(new UpdateNodegroupConfigCommand({ clusterName: 'orders', nodegroupName, ...change }));
const resized = (desiredSize: number) =>
  vi.waitFor(async () => {
    await update('blue', { scalingConfig: { desiredSize } });
  }, soon);

afterEach(() => admin({ clear: '*' }));

describe('Auto Scaling', () => {
  test('answers in pages', async () => {
    const sizes: (number | undefined)[] = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client: autoScaling() }, {})) sizes.push(page.AutoScalingGroups?.length);
    expect(sizes).toEqual([2, 2]);
  });

  test('lowers and raises what a group wants when its bounds say so, as AWS does', async () => {
    const bounds = async (MinSize: number, MaxSize: number) => {
      await autoScaling().send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'orders-plain-b', MinSize, MaxSize }));
      for await (const page of paginateDescribeAutoScalingGroups({ client: autoScaling() }, { AutoScalingGroupNames: ['orders-plain-b'] }))
        return page.AutoScalingGroups?.[0]?.DesiredCapacity;
      return undefined;
    };
    expect(await bounds(1, 3)).toBe(1);
    expect(await bounds(0, 3)).toBe(1);
    expect(await bounds(0, 0)).toBe(0);
    expect(await bounds(0, 3)).toBe(0);
  });

  test('spreads a group over its zones, and fills another zone where one has no capacity', async () => {
    expect(
      blue()
        .map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone'])
        .sort(),
    ).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    await admin({ fault: 'no_capacity', zone: 'us-east-1b', nodegroup: 'green' });
    await update('green', { scalingConfig: { desiredSize: 3 } });
    const green = () => nodesWith('eks.amazonaws.com/nodegroup=green');
    await vi.waitFor(() => expect(green()).toHaveLength(3), soon);
    expect(
      green()
        .map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone'])
        .sort(),
    ).toEqual(['us-east-1a', 'us-east-1a', 'us-east-1c']);
    await vi.waitFor(() => update('green', { scalingConfig: { desiredSize: 0 } }), soon);
    await vi.waitFor(() => expect(green()).toHaveLength(0), soon);
  });
});

describe('a node', () => {
  test('of a plain group joins with the id of its instance', () => {
    const plain = nodesWith('!eks.amazonaws.com/nodegroup');
    expect(plain.map(({ spec }) => spec.providerID)).toEqual([expect.stringMatching(/^aws:\/\/\/us-east-1[abc]\/i-[0-9a-f]{17}$/)]);
  });

  test('gets taints and labels of its node group, also while somebody else changes it', async () => {
    const taint = { key: 'eks-greenlight/standby', value: 'true', effect: 'NO_SCHEDULE' as const };
    const [first] = blue();
    await update('blue', { taints: { addOrUpdateTaints: [taint] }, labels: { addOrUpdateLabels: { wave: '1' } } });
    for (let count = 0; count < 5; count += 1)
      kubectl('annotate', 'node', first?.metadata.name ?? '', '--overwrite', `witness/count=${count}`);
    await vi.waitFor(() => {
      expect(blue().map(({ metadata }) => metadata.labels.wave)).toEqual(['1', '1', '1']);
      expect(blue().flatMap(({ spec }) => spec.taints)).toMatchObject(Array(3).fill({ key: taint.key, effect: 'NoSchedule' }));
    }, soon);
    const removeTaints = [{ key: taint.key, effect: taint.effect }];
    await vi.waitFor(() => update('blue', { taints: { removeTaints }, labels: { removeLabels: ['wave'] } }), soon);
    await vi.waitFor(
      () =>
        expect(blue().flatMap(({ metadata, spec }) => [metadata.labels.wave, ...spec.taints])).toEqual([undefined, undefined, undefined]),
      soon,
    );
  });

  test('that is broken is not ready until it is repaired', async () => {
    const [first] = blue();
    const name = first?.metadata.name ?? '';
    await admin({ break: name });
    await vi.waitFor(() => expect(ready(blue())).toHaveLength(2), soon);
    await admin({ repair: name });
    await vi.waitFor(() => expect(ready(blue())).toHaveLength(3), soon);
    await expect(admin({ break: 'nobody' })).rejects.toThrow('nobody');
  });

  test('that is terminated takes its pods along, and is replaced', async () => {
    const name = kubectl('get', 'pods', '--namespace', 'orders', '--output', 'jsonpath={.items[0].spec.nodeName}');
    const since = Date.now() / 1000;
    await admin({ terminate: name });
    const gone = expect.objectContaining({ node: name, cause: 'admin' });
    await vi.waitFor(() => expect(recorded('NODE_TERMINATED')).toContainEqual(gone), soon);
    await vi.waitFor(() => expect(recorded('LOST_PODS').filter(({ node }) => node === name)).toHaveLength(1), soon);
    await vi.waitFor(() => expect(ready(nodesWith('world/cluster=orders'))).toHaveLength(4), soon);
    kubectl('rollout', 'status', '--namespace', 'orders', '--timeout', '60s', 'deployment/web');
    await vi.waitFor(() => {
      const { degraded, leastCpu } = availability(samplesSince(since));
      expect(degraded['orders/web']).toBeGreaterThan(0);
      // Three of four nodes with 1,930 millicores each.
      expect(leastCpu).toBe(3 * 1930);
    }, soon);
  });

  test('that is no longer wanted goes, with that cause', async () => {
    await resized(2);
    await vi.waitFor(() => expect(blue()).toHaveLength(2), soon);
    const gone = expect.objectContaining({ group: 'blue', cause: 'scale-in' });
    await vi.waitFor(() => expect(recorded('NODE_TERMINATED')).toContainEqual(gone), soon);
    await resized(3);
    await vi.waitFor(() => expect(ready(blue())).toHaveLength(3), soon);
  });
});

describe('what was served', () => {
  const sample = (t: number, ready: number, healthy: number, cpu: number): Sample => ({
    t,
    plane: 'main',
    workloads: { 'shop/web': [ready, 2], 'shop/idle': [0, 0] },
    pdbs: { 'shop/web': [healthy, 1] },
    cpu,
    cordoned: [],
    notready: [],
  });

  test('is counted in seconds, from one look to the next', () => {
    expect(availability([sample(10, 2, 2, 400), sample(11, 1, 1, 200), sample(13, 0, 0, 100), sample(14, 2, 2, 400)])).toEqual({
      degraded: { 'shop/web': 3 },
      outage: { 'shop/web': 1 },
      belowBudget: { 'shop/web': 1 },
      leastCpu: 100,
      samples: 4,
    });
  });

  test('is not known from one look', () => {
    expect(() => availability([sample(10, 2, 2, 400)])).toThrow('at least two samples');
  });
});
