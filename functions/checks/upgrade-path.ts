import { formatVersion } from '../versions/kubernetes-version.ts';
import { defineCheck } from './define-check.ts';

/** A target that takes several updates: EKS updates a control plane by one minor at a time.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
export const upgradePath = defineCheck({
  id: 'upgrade-path',
  title: 'Upgrade path',
  scope: 'upgrade',
  // One finding for the whole way, not one for each part of it.
  against: 'next-hop',
  needs: ['eks.cluster'],
  completedBy: ['eks.clusterVersions'],
  explanation: {
    rule: 'Info when the target is more than one minor ahead, with every hop: EKS updates a control plane by one minor at a time.',
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html'],
    elsewhere: 'AX',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html',
  run: ({ identity, cluster, controlPlane, hops }) => {
    if (hops.length < 2) return [];
    const [from, path] = [formatVersion(controlPlane), hops.map(formatVersion)];
    const [first = '', target = ''] = [path[0], path.at(-1)];
    return [
      {
        severity: 'info',
        subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
        message: `Cluster ${identity.name} gets from ${from} to ${target} in ${path.length} updates, one minor at a time: ${path.join(', ')}`,
        facts: { controlPlane: from, target, hops: path, updates: path.length },
        remediation: `aws eks update-cluster-version --region ${identity.region} --name ${identity.name} --kubernetes-version ${first}`,
        tags: cluster.tags,
      },
    ];
  },
});
