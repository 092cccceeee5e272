import { type CheckOutcome, defineCheck } from './define-check.ts';
import { someOf } from './phrases.ts';

/** An API server that every address of the internet may try.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html */
export const publicEndpointOpen = defineCheck({
  id: 'public-endpoint-open',
  title: 'Public endpoint',
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule:
      'Info when the public endpoint of the API server is enabled and `publicAccessCidrs` has 0.0.0.0/0 or ::/0, or is empty, which means the same. ' +
      'It is about security: an upgrade does not depend on it.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigResponse.html',
    ],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
  run: ({ identity, cluster }): CheckOutcome => {
    const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } = cluster.resourcesVpcConfig ?? {};
    if (endpointPublicAccess === false) return { findings: [] };
    if (endpointPublicAccess == null) {
      const message = 'DescribeCluster does not say whether the public endpoint is enabled';
      return { findings: [], unknown: [{ evidence: 'eks.cluster', code: 'InvalidResponse', message }] };
    }
    const cidrs = publicAccessCidrs ?? [];
    const open = cidrs.filter(coversEverything);
    if (cidrs.length > 0 && open.length === 0) return { findings: [] };
    // Without it, nodes and Fargate pods come through the public endpoint too, and would be shut out by a shorter list.
    const settings = endpointPrivateAccess ? 'publicAccessCidrs=YOUR_CIDR' : 'endpointPrivateAccess=true,publicAccessCidrs=YOUR_CIDR';
    return {
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
          message: `The public endpoint of cluster ${identity.name} is open to every address (${open.length > 0 ? someOf(open) : 'no publicAccessCidrs'})`,
          facts: { publicAccessCidrs: [...cidrs], openTo: open, endpointPrivateAccess: endpointPrivateAccess ?? null },
          remediation: `aws eks update-cluster-config --region ${identity.region} --name ${identity.name} --resources-vpc-config ${settings}`,
          tags: cluster.tags,
        },
      ],
    };
  },
});

/** A block with no fixed bit: 0.0.0.0/0, ::/0, and other spellings of them. */
function coversEverything(cidr: string): boolean {
  return /\/0+$/.test(cidr.trim());
}
