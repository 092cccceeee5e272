import { expect, test } from 'vitest';
import { inputSchema } from '../../../functions/rotation/input.ts';
import { resolveGroups } from '../../../functions/rotation/node-groups/resolve-groups.ts';
import { pairTag } from '../../../functions/rotation/read/cluster-view.ts';
import { type GroupsWorld, groupsWorld } from './groups-world.ts';

const resolve = (world: GroupsWorld, input: Record<string, unknown> = {}) =>
  resolveGroups(world.reads, inputSchema.parse({ accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments', ...input }));
const managed = (name: string) => ({ kind: 'managed', name });
const problemsOf = async (world: GroupsWorld, input: Record<string, unknown> = {}) => {
  const picked = await resolve(world, input);
  return 'problems' in picked ? picked.problems.map(({ id, object, message }) => `${id}: ${object}: ${message}`) : picked;
};

test('both are named', async () => {
  const world = await groupsWorld();
  await expect(resolve(world, { blue: { nodegroup: 'workers-a' }, green: { nodegroup: 'workers-b' } })).resolves.toEqual({
    blue: managed('workers-a'),
    green: managed('workers-b'),
    create: null,
    pair: null,
  });
});

test('of a pair the one with nodes is blue', async () => {
  const world = await groupsWorld();
  for (const group of [world.blue, world.green]) group.nodegroup = { tags: { [pairTag]: 'workers' } };
  const expected = { blue: managed('workers-a'), green: managed('workers-b'), create: null, pair: 'workers' };
  await expect(resolve(world, { pair: 'workers' })).resolves.toEqual(expected);
  await expect(resolve(world)).resolves.toEqual(expected);
  await expect(resolve(world, { blue: { nodegroup: 'workers-a' } })).resolves.toEqual(expected);
  await expect(resolve(world, { green: { nodegroup: 'workers-b' } })).resolves.toEqual(expected);
});

test('plain Auto Scaling groups are paired by their tags', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  for (const group of [world.blue, world.green]) group.tags.set(pairTag, { value: 'workers', propagate: false });
  await expect(resolve(world, { pair: 'workers' })).resolves.toMatchObject({
    blue: { kind: 'autoScaling', name: 'workers-a' },
    green: { name: 'workers-b' },
  });
});

test('a pair of which both, or none, have nodes is refused', async () => {
  const world = await groupsWorld();
  for (const group of [world.blue, world.green]) group.nodegroup = { tags: { [pairTag]: 'workers' } };
  world.green.desired = 1;
  await expect(problemsOf(world, { pair: 'workers' })).resolves.toEqual([
    'pair-unclear: Pair workers: of workers-a, workers-b both have nodes (workers-a with 4 nodes, workers-b with 1 node): which one is active cannot be told',
  ]);
  world.green.desired = 0;
  world.blue.desired = 0;
  world.settle();
  await expect(problemsOf(world, { pair: 'workers' })).resolves.toEqual([
    'pair-unclear: Pair workers: of workers-a, workers-b neither has nodes: which one is active cannot be told',
  ]);
});

test('a pair of one, of three, or of nobody is refused', async () => {
  const world = await groupsWorld();
  await expect(problemsOf(world, { pair: 'workers' })).resolves.toMatchObject([
    expect.stringContaining('no group of cluster payments carry'),
  ]);
  world.blue.nodegroup = { tags: { [pairTag]: 'workers' } };
  await expect(problemsOf(world, { pair: 'workers' })).resolves.toMatchObject([expect.stringContaining('1 groups (workers-a)')]);
});

test('a group that is alone is blue, and green is made', async () => {
  const world = await groupsWorld();
  world.groups.delete('workers-b');
  await expect(resolve(world)).resolves.toEqual({ blue: managed('workers-a'), green: null, create: {}, pair: null });
  await expect(resolve(world, { green: { create: { instanceTypes: ['m7g.large'] } } })).resolves.toMatchObject({
    create: { instanceTypes: ['m7g.large'] },
  });
});

test('a green that an earlier rotation made is found by the pair that it was given', async () => {
  const world = await groupsWorld();
  world.green.nodegroup = { tags: { [pairTag]: 'workers-a' } };
  await expect(resolve(world)).resolves.toEqual({
    blue: managed('workers-a'),
    green: managed('workers-b'),
    create: null,
    pair: 'workers-a',
  });
});

test('several groups and nothing named are refused, by name', async () => {
  const world = await groupsWorld();
  await expect(problemsOf(world)).resolves.toEqual([
    'blue-unclear: Cluster payments: it has 2 groups of nodes: workers-a with 4 nodes, workers-b with 0 nodes',
  ]);
});

test('blue alone is named: green is made, of a managed group', async () => {
  const world = await groupsWorld();
  await expect(resolve(world, { blue: { nodegroup: 'workers-a' } })).resolves.toMatchObject({ green: null, create: {} });
  const plain = await groupsWorld({ kind: 'autoScaling' });
  await expect(problemsOf(plain, { blue: { autoScalingGroup: 'workers-a' } })).resolves.toMatchObject([
    expect.stringContaining('green-not-creatable'),
  ]);
});

test('green with nodes, blue without, the same group twice, a group that is missing', async () => {
  const world = await groupsWorld();
  const named = (blue: string, green: string) => problemsOf(world, { blue: { nodegroup: blue }, green: { nodegroup: green } });
  await expect(named('workers-b', 'workers-a')).resolves.toEqual([
    expect.stringContaining('green-not-empty: Node group workers-a'),
    expect.stringContaining('blue-empty'),
  ]);
  await expect(named('workers-a', 'workers-a')).resolves.toEqual([expect.stringContaining('same-group')]);
  await expect(named('workers-a', 'workers-x')).resolves.toEqual([
    'group-missing: node group workers-x: cluster payments has no such managed node group',
  ]);
});

test('an Auto Scaling group behind a managed node group is not taken for a plain one', async () => {
  const world = await groupsWorld();
  await expect(problemsOf(world, { blue: { autoScalingGroup: 'eks-workers-a' } })).resolves.toEqual([
    expect.stringContaining('group-missing'),
  ]);
});

test('a plain group of no cluster is taken when it is named, and never found', async () => {
  const world = await groupsWorld({ kind: 'autoScaling' });
  world.blue.tags.clear();
  world.green.tags.clear();
  await expect(problemsOf(world)).resolves.toEqual([expect.stringContaining('no-node-group')]);
  await expect(
    resolve(world, { blue: { autoScalingGroup: 'workers-a' }, green: { autoScalingGroup: 'workers-b' } }),
  ).resolves.toMatchObject({ blue: { name: 'workers-a' } });
});

test('nodes of Karpenter alone are refused, with what Karpenter does instead', async () => {
  const world = await groupsWorld();
  world.groups.clear();
  for (const node of world.nodes) node.metadata.labels['karpenter.sh/nodepool'] = 'default';
  await expect(resolve(world)).resolves.toMatchObject({
    problems: [
      {
        id: 'karpenter-only',
        message: expect.stringContaining('node pool default'),
        remedy: expect.stringContaining('spec.disruption.budgets'),
      },
    ],
  });
});

test('another version than the cluster’s is an upgrade, and refused', async () => {
  const world = await groupsWorld();
  const input = (version: string) => ({ blue: { nodegroup: 'workers-a' }, green: { create: { version } } });
  await expect(problemsOf(world, input('1.36'))).resolves.toEqual([
    'green-version: Cluster payments: it is at version 1.35, and green is asked for with 1.36',
  ]);
  await expect(resolve(world, input('1.35'))).resolves.toMatchObject({ create: { version: '1.35' } });
});
