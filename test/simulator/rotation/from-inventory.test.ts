import { beforeAll, describe, expect, it } from 'vitest';
import { type Inventory, readEvidence } from '../../../functions/inventory/inventory.ts';
import { worldFromInventory } from '../../../simulator/rotation/from-inventory.ts';
import { nodesOf } from '../../../simulator/rotation/nodes.ts';
import { livePorts } from '../../../simulator/rotation/ports.ts';
import { clusterOf, groupOf } from '../../../simulator/rotation/world.ts';
import { demoInventories } from '../demo-inventories.ts';

let inventories: ReadonlyMap<string, Inventory>;
beforeAll(async () => {
  inventories = await demoInventories();
});

const complete = () =>
  [...inventories.values()].filter((one) =>
    (['kubernetes.pods', 'eks.nodegroups'] as const).every((key) => readEvidence(one, key).status === 'collected'),
  );
function collected<K extends Parameters<typeof readEvidence>[1]>(inventory: Inventory, key: K) {
  const result = readEvidence(inventory, key);
  if (result.status !== 'collected') throw new Error(key);
  return result.data;
}

describe('a world from an inventory', () => {
  it('is as the inventory saw it: nodes in their groups, pods on their nodes, budgets as they were', () => {
    expect(complete().length).toBeGreaterThan(5);
    for (const inventory of complete()) {
      const world = worldFromInventory(inventory);
      const { objects } = clusterOf(world, inventory.cluster.name);
      expect(world.clock.date()).toEqual(new Date(inventory.collectedAt));
      expect([...objects.nodes.keys()]).toEqual(collected(inventory, 'kubernetes.nodes').map(({ metadata }) => metadata.name));
      const places = (
        pods: Iterable<{ metadata: { namespace?: string | null; name: string }; spec?: { nodeName?: string | null } | null }>,
      ) => [...pods].map(({ metadata, spec }) => `${metadata.namespace}/${metadata.name} ${spec?.nodeName ?? 'nowhere'}`).sort();
      const bound = collected(inventory, 'kubernetes.pods').filter(({ spec }) => spec?.nodeName);
      expect(places(objects.pods.values()), inventory.cluster.name).toEqual(expect.arrayContaining(places(bound)));
      expect(objects.pods.size).toBe(collected(inventory, 'kubernetes.pods').length);
      for (const { nodegroupName, scalingConfig } of collected(inventory, 'eks.nodegroups')) {
        const group = groupOf(world, nodegroupName);
        expect(group).toMatchObject({ min: scalingConfig?.minSize, max: scalingConfig?.maxSize, desired: scalingConfig?.desiredSize });
      }
      expect(world.audit.lost).toEqual([]);
    }
  });

  it('lives: an evicted pod comes back, a larger group gets nodes like its first', async () => {
    const inventory = complete().find(({ cluster }) => cluster.name === 'payments-next');
    if (!inventory) throw new Error('no inventory');
    const { name } = inventory.cluster;
    const world = worldFromInventory(inventory);
    const cluster = clusterOf(world, name);
    const { writes } = livePorts(world, name);
    const deployment = [...cluster.objects.deployments.values()].find(
      ({ metadata, spec, status }) => metadata.namespace !== 'kube-system' && status.readyReplicas === spec.replicas,
    );
    const pod = [...cluster.objects.pods.values()].find(({ metadata }) => metadata.name.startsWith(`${deployment?.metadata.name}-`));
    if (!deployment || !pod) throw new Error('no pod');
    const { namespace = '', name: podName, uid } = pod.metadata;
    expect((await writes.kubernetes.evictPod({ namespace, name: podName, uid })).status).toBe(201);
    world.clock.advance(60_000);
    expect(cluster.objects.pods.has(`${namespace}/${podName}`)).toBe(false);
    expect(deployment.status.readyReplicas).toBe(deployment.spec.replicas);

    const [nodegroup] = collected(inventory, 'eks.nodegroups').filter(({ scalingConfig }) => (scalingConfig?.desiredSize ?? 0) > 0);
    const group = groupOf(world, nodegroup?.nodegroupName ?? '');
    const [first] = nodesOf(cluster, group);
    const size = group.desired + 1;
    const scalingConfig = { minSize: size, maxSize: size, desiredSize: size };
    await writes.eks.updateNodegroupConfig({ clusterName: name, nodegroupName: nodegroup?.nodegroupName ?? '', scalingConfig });
    world.clock.advance(120_000);
    const nodes = nodesOf(cluster, group);
    expect(nodes).toHaveLength(size);
    expect(nodes.at(-1)?.status.allocatable).toEqual(first?.status.allocatable);
  });

  it('says which evidence is missing, and what to do', () => {
    const [inventory] = complete();
    if (!inventory) throw new Error('no inventory');
    const { 'kubernetes.pods': _, ...evidence } = inventory.evidence;
    const without: Inventory = {
      ...inventory,
      evidence: { ...evidence, 'eks.nodegroups': { status: 'unavailable', code: 'AccessDenied', message: 'no' } },
    };
    expect(() => worldFromInventory(without)).toThrow(
      /^the inventory of cluster \S+ cannot be rehearsed: eks\.nodegroups is AccessDenied \(no\); kubernetes\.pods is NotRequested .* kubernetes\.pods: true in greenlight\.yaml$/,
    );
  });
});
