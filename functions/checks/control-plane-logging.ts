import { type CheckOutcome, defineCheck } from './define-check.ts';

/** A control plane without audit log: nobody can say afterwards which client used an API that is going to be removed, or who changed what.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
export const controlPlaneLogging = defineCheck({
  id: 'control-plane-logging',
  title: 'Audit log of the control plane',
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule: 'Info when the log type `audit` is not enabled in `logging.clusterLogging` of the cluster. The other types (api, authenticator, controllerManager, scheduler) are not judged.',
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html'],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html',
  run: ({ identity, cluster }): CheckOutcome => {
    const setups = cluster.logging?.clusterLogging ?? [];
    // DescribeCluster names every type, as enabled or as not enabled.
    if (setups.length === 0)
      return {
        findings: [],
        unknown: [{ evidence: 'eks.cluster', code: 'InvalidResponse', message: 'DescribeCluster names no log type' }],
      };
    const enabled = [...new Set(setups.filter((setup) => setup.enabled === true).flatMap(({ types }) => types ?? []))].sort();
    if (enabled.includes('audit')) return { findings: [] };
    return {
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
          message:
            `Cluster ${identity.name} writes no audit log (enabled: ${enabled.length > 0 ? enabled.join(', ') : 'none'}): ` +
            'nothing will name the clients of an API that an upgrade removes',
          facts: { enabledTypes: enabled },
          remediation:
            `aws eks update-cluster-config --region ${identity.region} --name ${identity.name} ` +
            `--logging '{"clusterLogging":[{"types":["audit"],"enabled":true}]}'`,
          tags: cluster.tags,
        },
      ],
    };
  },
});
