import { describe, expect, test } from 'vitest';
import { describeNodeGroup, groupNodes, nodeGroupOf, sharedLabels } from '../../functions/workloads/node-groups.ts';

const node = (labels: Record<string, string> | null, name = 'n') => ({ metadata: { name, labels } });

describe('nodeGroupOf', () => {
  test.each([
    [{ 'eks.amazonaws.com/nodegroup': 'web' }, 'Nodegroup', 'web', 'node group web'],
    [{ 'alpha.eksctl.io/nodegroup-name': 'web', 'eks.amazonaws.com/nodegroup': 'web' }, 'Nodegroup', 'web', 'node group web'],
    [{ 'karpenter.sh/nodepool': 'default' }, 'NodePool', 'default', 'Karpenter node pool default'],
    [
      { 'eks.amazonaws.com/compute-type': 'auto', 'karpenter.sh/nodepool': 'general-purpose' },
      'NodePool',
      'general-purpose',
      'Karpenter node pool general-purpose',
    ],
    [{ 'karpenter.sh/provisioner-name': 'old' }, 'Provisioner', 'old', 'Karpenter provisioner old'],
    [{ 'alpha.eksctl.io/nodegroup-name': 'ng' }, 'SelfManagedNodes', 'ng', 'self-managed node group ng'],
    [{ 'eks.amazonaws.com/compute-type': 'fargate' }, 'FargateNodes', 'fargate', 'Fargate'],
    [{ 'eks.amazonaws.com/compute-type': 'hybrid' }, 'HybridNodes', 'hybrid', 'the hybrid nodes'],
    [{ 'eks.amazonaws.com/compute-type': 'constructor' }, 'SelfManagedNodes', 'self-managed', 'the self-managed nodes'],
    [{ 'eks.amazonaws.com/nodegroup': '' }, 'SelfManagedNodes', 'self-managed', 'the self-managed nodes'],
    [null, 'SelfManagedNodes', 'self-managed', 'the self-managed nodes'],
  ])('%j', (labels, kind, name, description) => {
    const group = nodeGroupOf(node(labels));
    expect(group).toEqual({ kind, name });
    expect(describeNodeGroup(group)).toBe(description);
  });
});

describe('groupNodes', () => {
  test('a managed group and a node pool of one name are two', () => {
    const a = node({ 'eks.amazonaws.com/nodegroup': 'x' }, 'a');
    const b = node({ 'karpenter.sh/nodepool': 'x' }, 'b');
    const c = node({ 'eks.amazonaws.com/nodegroup': 'x' }, 'c');
    expect(groupNodes([a, b, c])).toEqual([
      { group: { kind: 'Nodegroup', name: 'x' }, nodes: [a, c] },
      { group: { kind: 'NodePool', name: 'x' }, nodes: [b] },
    ]);
    expect(groupNodes([])).toEqual([]);
  });
});

describe('sharedLabels', () => {
  test('keeps what all nodes agree on', () => {
    expect(sharedLabels([node({ team: 'a', host: '1' }), node({ team: 'a', host: '2', extra: 'x' })])).toEqual({ team: 'a' });
    expect(sharedLabels([node({ team: 'a' }), node(null)])).toEqual({});
    expect(sharedLabels([])).toEqual({});
  });
});
