import { defineCheck } from './define-check.ts';

/** What to do while a cluster is not ACTIVE; `aws eks wait` returns when it has changed. */
const waiters: Readonly<Record<string, string>> = {
  CREATING: 'cluster-active',
  PENDING: 'cluster-active',
  UPDATING: 'cluster-active',
  DELETING: 'cluster-deleted',
};

/** A cluster that EKS is working on, or gave up on: it takes no update until it is ACTIVE.
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html (status) */
export const clusterStatus = defineCheck({
  id: 'cluster-status',
  title: 'Cluster status',
  essential: true,
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule: 'A cluster whose status is not ACTIVE (CREATING, PENDING, UPDATING, DELETING, FAILED) is a required finding: EKS refuses to update it.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html',
    ],
    elsewhere: 'AX',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html',
  run: ({ identity, cluster }) => {
    const { status } = cluster;
    if (status === 'ACTIVE') return [];
    if (!status)
      return { findings: [], unknown: [{ evidence: 'eks.cluster', code: 'InvalidResponse', message: 'DescribeCluster names no status' }] };
    const waiter = Object.hasOwn(waiters, status) ? waiters[status] : undefined;
    return [
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
        message: `Cluster ${identity.name} is ${status}, not ACTIVE: EKS refuses to update it`,
        facts: { status },
        remediation: waiter
          ? `aws eks wait ${waiter} --region ${identity.region} --name ${identity.name}`
          : `aws eks describe-cluster --region ${identity.region} --name ${identity.name} --query 'cluster.{status:status,health:health}'`,
        tags: cluster.tags,
      },
    ];
  },
});
