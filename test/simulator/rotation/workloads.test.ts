import { describe, expect, it } from 'vitest';
import { createLiveWorld } from '../../../simulator/rotation/build.ts';
import { deployment } from '../../../simulator/rotation/declare.ts';
import { worldEvents } from '../../../simulator/rotation/events.ts';
import { livePorts } from '../../../simulator/rotation/ports.ts';
import { jobWorld, smallWorld, statefulWorld } from '../../../simulator/rotation/sample-worlds.ts';
import { firstPodOf, payments, podName, podsOf, readyOf, seconds, whyPending } from './world-under-test.ts';

describe('a StatefulSet', () => {
  it('makes a pod again under its name, once the old one is gone and its volume has left the node', async () => {
    const world = statefulWorld();
    const { writes } = livePorts(world, 'payments');
    const old = firstPodOf(world, 'shop/db');
    const { nodeName = '' } = old.spec;
    worldEvents(world).cordon(nodeName ?? '');
    await writes.kubernetes.evictPod(podName(old));
    seconds(world, 6);
    const again = firstPodOf(world, 'shop/db');
    expect(again.metadata).toMatchObject({ name: 'db-0' });
    expect(again.metadata.uid).not.toBe(old.metadata.uid);
    expect(again.spec.nodeName).not.toBe(nodeName);
    expect(again.status.phase).toBe('Pending');
    expect(payments(world).objects.attachments.get('pvc-shop-data-db-0')?.spec.nodeName).toBe(nodeName);
    seconds(world, 20);
    expect(payments(world).objects.attachments.get('pvc-shop-data-db-0')?.spec.nodeName).toBe(again.spec.nodeName);
    expect(readyOf(world, 'shop/db')).toBe(3);
  });

  it('keeps its volume where it is when it comes back to the same node', () => {
    const world = statefulWorld();
    const events = worldEvents(world);
    const { nodeName } = firstPodOf(world, 'shop/db').spec;
    for (const name of payments(world).objects.nodes.keys()) if (name !== nodeName) events.cordon(name);
    events.deletePod('shop/db-0');
    seconds(world, 60);
    expect(firstPodOf(world, 'shop/db').spec.nodeName).toBe(nodeName);
    expect(payments(world).objects.attachments.get('pvc-shop-data-db-0')?.spec.nodeName).toBe(nodeName);
  });

  it('waits for a node in the zone of its volume', () => {
    const world = statefulWorld();
    const events = worldEvents(world);
    const zone = 'topology.kubernetes.io/zone';
    const { nodes } = payments(world).objects;
    const own = nodes.get(firstPodOf(world, 'shop/db').spec.nodeName ?? '')?.metadata.labels[zone];
    for (const { metadata } of nodes.values()) if (metadata.labels[zone] === own) events.cordon(metadata.name);
    events.deletePod('shop/db-0');
    seconds(world, 30);
    expect(whyPending(firstPodOf(world, 'shop/db'))).toBe(
      "0/4 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity, 2 node(s) were unschedulable.",
    );
  });
});

describe('pods', () => {
  it('of a Job end by themselves; one that is evicted begins again', async () => {
    const world = jobWorld(300);
    const { writes } = livePorts(world, 'payments');
    await writes.kubernetes.evictPod(podName(firstPodOf(world, 'batch/report')));
    seconds(world, 250);
    expect(podsOf(world, 'batch/report')).toMatchObject([{ status: { phase: 'Running' } }]);
    seconds(world, 100);
    expect(podsOf(world, 'batch/report')).toMatchObject([{ status: { phase: 'Succeeded' } }]);
    expect(payments(world).objects.jobs.get('batch/report')?.status.succeeded).toBe(1);
  });

  it('crash, or wait for their image, where something is wrong with them, and recover', () => {
    const world = smallWorld();
    const events = worldEvents(world);
    const well = events.podTrouble({ workload: 'shop/web', what: 'crash', onGroup: 'workers-a' });
    events.podTrouble({ workload: 'shop/api', what: 'image-pull' });
    events.deletePod(`shop/${firstPodOf(world, 'shop/web').metadata.name}`);
    events.deletePod(`shop/${firstPodOf(world, 'shop/api').metadata.name}`);
    seconds(world, 90);
    expect(readyOf(world, 'shop/web')).toBe(4);
    const waiting = (workload: string) =>
      podsOf(world, workload).flatMap(({ status }) => status.containerStatuses.flatMap(({ state }) => state.waiting?.reason ?? []));
    expect(waiting('shop/web')).toEqual(['CrashLoopBackOff']);
    expect(waiting('shop/api')).toEqual(['ImagePullBackOff']);
    expect(podsOf(world, 'shop/web').flatMap(({ status }) => status.containerStatuses.map(({ restartCount }) => restartCount))).toContain(
      4,
    );
    well();
    seconds(world, 300);
    expect(readyOf(world, 'shop/web')).toBe(5);
  });

  it('stay Terminating while a finalizer holds them', () => {
    const world = smallWorld();
    const events = worldEvents(world);
    const pod = firstPodOf(world, 'shop/worker');
    events.finalizer('shop/worker');
    events.deletePod(`shop/${pod.metadata.name}`);
    seconds(world, 600);
    expect(podsOf(world, 'shop/worker')).toContain(pod);
    events.finalizer('shop/worker', false);
    seconds(world, 1);
    expect(podsOf(world, 'shop/worker')).not.toContain(pod);
  });

  it('of a node that is not heard of are not ready, and are deleted after five minutes; they stay until the node is gone', () => {
    const world = smallWorld();
    const { nodeName = '' } = firstPodOf(world, 'shop/web').spec;
    worldEvents(world).killNode(nodeName ?? '', 600);
    seconds(world, 41);
    const there = () => podsOf(world, 'shop/web').filter(({ spec }) => spec.nodeName === nodeName);
    expect(readyOf(world, 'shop/web')).toBe(5 - there().length);
    seconds(world, 310);
    expect(there().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    expect(readyOf(world, 'shop/web')).toBe(5);
    seconds(world, 400);
    expect(there()).toEqual([]);
    expect(payments(world).objects.nodes.size).toBe(4);
    expect(world.audit.samples.at(-1)?.takenOutside.cpu).toBe(3_920_000_000n);
  });

  it('are neither made nor evicted while a webhook has no backend', async () => {
    const world = createLiveWorld({
      clusters: [
        {
          groups: [{ name: 'workers', size: 2 }],
          workloads: [deployment({ name: 'policy', namespace: 'security' }), deployment({ name: 'web', replicas: 2 })],
          webhooks: [{ name: 'policy.example.com', backend: 'security/policy', on: ['create', 'evict'] }],
        },
      ],
    });
    const { writes } = livePorts(world, 'payments');
    worldEvents(world).podTrouble({ workload: 'security/policy', what: 'never-ready' });
    worldEvents(world).deletePod(`security/${firstPodOf(world, 'security/policy').metadata.name}`);
    seconds(world, 10);
    const answer = await writes.kubernetes.evictPod(podName(firstPodOf(world, 'shop/web')));
    expect(answer).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('failed calling webhook "policy.example.com"') },
    });
    worldEvents(world).deletePod(`shop/${firstPodOf(world, 'shop/web').metadata.name}`);
    seconds(world, 30);
    expect(podsOf(world, 'shop/web')).toHaveLength(1);
  });

  it('are as many as a HorizontalPodAutoscaler asks for, within its bounds', async () => {
    const world = createLiveWorld({
      clusters: [
        { groups: [{ name: 'workers', size: 2 }], workloads: [deployment({ name: 'web', autoscaler: { min: 2, max: 4, wanted: 2 } })] },
      ],
    });
    const { writes } = livePorts(world, 'payments');
    expect(readyOf(world, 'shop/web')).toBe(2);
    worldEvents(world).demand('shop/web', 9);
    seconds(world, 20);
    expect(readyOf(world, 'shop/web')).toBe(4);
    worldEvents(world).demand('shop/web', 1);
    await writes.kubernetes.patch('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web', { spec: { minReplicas: 3 } });
    seconds(world, 20);
    expect(podsOf(world, 'shop/web')).toHaveLength(3);
  });
});
