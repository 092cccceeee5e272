import { defineCheck } from '../../../functions/checks/define-check.ts';

/** Clusters that one call deletes.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html */
export const deletionProtection = defineCheck({
  id: 'deletion-protection',
  title: 'Deletion protection',
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule: 'A cluster without deletion protection is good to know: one call deletes it. Clusters on Outposts are not judged.',
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html'],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html',
  run: ({ identity, cluster }) => {
    if (cluster.outpostConfig) return { findings: [], notApplicable: true };
    if (cluster.deletionProtection) return [];
    return [
      {
        severity: 'info',
        subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
        message: `Cluster ${identity.name} has no deletion protection: one call deletes it`,
        facts: { deletionProtection: cluster.deletionProtection ?? null },
        remediation: `aws eks update-cluster-config --region ${identity.region} --name ${identity.name} --deletion-protection`,
        tags: cluster.tags,
      },
    ];
  },
});
