import type { Ec2NodeClass, NodePool } from '../../functions/inventory/evidence/kubernetes-karpenter.ts';

interface PoolInput {
  readonly name: string;
  /** What the node class of the same name selects. */
  readonly amis: NonNullable<Ec2NodeClass['spec']>['amiSelectorTerms'];
  /** Nodes that may be disrupted at a time. @default 10% */
  readonly nodes?: string;
}

/** NodePools of Karpenter, each with an EC2NodeClass of its own. */
export function karpenterPools(pools: readonly PoolInput[]): {
  readonly '/apis/karpenter.sh/v1/nodepools': readonly NodePool[];
  readonly '/apis/karpenter.k8s.aws/v1/ec2nodeclasses': readonly Ec2NodeClass[];
} {
  const creationTimestamp = '2025-11-04T12:00:00Z';
  return {
    '/apis/karpenter.sh/v1/nodepools': pools.map(({ name, nodes = '10%' }) => ({
      metadata: { name, creationTimestamp },
      spec: {
        template: { spec: { nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name }, expireAfter: '720h' } },
        disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', budgets: [{ nodes }] },
      },
    })),
    '/apis/karpenter.k8s.aws/v1/ec2nodeclasses': pools.map(({ name, amis }) => ({
      metadata: { name, creationTimestamp },
      spec: { amiSelectorTerms: amis },
    })),
  };
}
