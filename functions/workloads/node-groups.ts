/** Who provides a node and therefore replaces it. The kind is EKS's or Karpenter's name of the object where there is one. */
export interface NodeGroup {
  readonly kind: 'Nodegroup' | 'NodePool' | 'Provisioner' | 'FargateNodes' | 'HybridNodes' | 'SelfManagedNodes';
  readonly name: string;
}

type Labels = Readonly<Record<string, string>>;

/** A node as far as its origin is read here. */
interface LabelledNode {
  readonly metadata: { readonly name: string; readonly labels?: Labels | null };
}

/** Labels that name the group, the most specific first: eksctl also puts its own on the managed groups that it creates, and the nodes
 *  of EKS Auto Mode carry the label of a Karpenter NodePool.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
 *  @see https://karpenter.sh/docs/concepts/nodepools/ (`provisioner-name` before v1beta1)
 *  @see https://docs.aws.amazon.com/eks/latest/eksctl/nodegroup-unmanaged.html */
const namingLabels: readonly (readonly [NodeGroup['kind'], string])[] = [
  ['Nodegroup', 'eks.amazonaws.com/nodegroup'],
  ['NodePool', 'karpenter.sh/nodepool'],
  ['Provisioner', 'karpenter.sh/provisioner-name'],
  ['SelfManagedNodes', 'alpha.eksctl.io/nodegroup-name'],
];

/** Values of the label `eks.amazonaws.com/compute-type` whose nodes belong to no named group. */
const computeTypes: Readonly<Record<string, NodeGroup>> = {
  fargate: { kind: 'FargateNodes', name: 'fargate' },
  hybrid: { kind: 'HybridNodes', name: 'hybrid' },
};

/** The group of a node by its labels; a node that nobody claims is `self-managed`. */
export function nodeGroupOf(node: LabelledNode): NodeGroup {
  const labels = node.metadata.labels ?? {};
  for (const [kind, label] of namingLabels) {
    const name = labels[label];
    if (name) return { kind, name };
  }
  const computeType = labels['eks.amazonaws.com/compute-type'] ?? '';
  return (Object.hasOwn(computeTypes, computeType) && computeTypes[computeType]) || { kind: 'SelfManagedNodes', name: 'self-managed' };
}

/** Nodes of one group. */
export interface GroupedNodes<N> {
  readonly group: NodeGroup;
  readonly nodes: readonly N[];
}

/** Nodes by group, in the order in which each group is first met. */
export function groupNodes<N extends LabelledNode>(nodes: readonly N[]): GroupedNodes<N>[] {
  const byGroup = Map.groupBy(nodes, (node) => {
    const { kind, name } = nodeGroupOf(node);
    return `${kind}/${name}`;
  });
  return [...byGroup.values()].flatMap((members) => (members[0] ? [{ group: nodeGroupOf(members[0]), nodes: members }] : []));
}

/** Labels that all of the nodes have with one value: those of their group. */
export function sharedLabels(nodes: readonly LabelledNode[]): Labels {
  const [first, ...others] = nodes.map(({ metadata }) => metadata.labels ?? {});
  return Object.fromEntries(Object.entries(first ?? {}).filter(([key, value]) => others.every((labels) => labels[key] === value)));
}

const descriptions: Readonly<Record<NodeGroup['kind'], (name: string) => string>> = {
  Nodegroup: (name) => `node group ${name}`,
  NodePool: (name) => `Karpenter node pool ${name}`,
  Provisioner: (name) => `Karpenter provisioner ${name}`,
  FargateNodes: () => 'Fargate',
  HybridNodes: () => 'the hybrid nodes',
  SelfManagedNodes: (name) => (name === 'self-managed' ? 'the self-managed nodes' : `self-managed node group ${name}`),
};

/** The group inside a sentence: `node group web`, `the self-managed nodes`. */
export function describeNodeGroup({ kind, name }: NodeGroup): string {
  return descriptions[kind](name);
}
