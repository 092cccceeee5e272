import { defineCheck } from './define-check.ts';
import { distinctIssues, issueText } from './health-issues.ts';

/** What EKS itself says is wrong with the cluster, such as a deleted subnet or a disabled key.
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterIssue.html */
export const clusterHealth = defineCheck({
  id: 'cluster-health',
  title: 'Cluster health',
  essential: true,
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule: 'Each health issue that EKS reports of the cluster is a required finding, with its code, message and resource ids.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterIssue.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html#cluster-health-status',
    ],
    elsewhere: 'EKS002',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html#cluster-health-status',
  run: ({ identity, cluster }) =>
    distinctIssues(cluster.health?.issues).map((issue) => ({
      severity: 'required',
      subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
      discriminator: issue.discriminator,
      message: `Cluster ${identity.name} has a health issue: ${issueText(issue)}`,
      facts: { code: issue.code, message: issue.message, resourceIds: [...issue.resourceIds] },
      remediation: `aws eks describe-cluster --region ${identity.region} --name ${identity.name} --query cluster.health`,
      tags: cluster.tags,
    })),
});
