import { type CheckContext, type CheckOutcome, defineCheck } from './define-check.ts';

/** What the upgrade policy makes EKS do at the end of standard support. */
const consequences = {
  STANDARD: 'EKS upgrades the control plane by itself',
  EXTENDED: 'extended support is billed',
} as const;

type SupportType = keyof typeof consequences;

/** An upgrade policy that is not the configured one. It is a preference for what happens at the end of standard support, not what is
 *  billed now.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html */
export const supportTypeDrift = defineCheck({
  id: 'support-type-drift',
  title: 'Upgrade policy',
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule:
      'A recommended finding when `upgradePolicy.supportType` of the cluster is not `supportPolicy` of greenlight.yaml; does not apply where none is configured. ' +
      'A cluster without an upgrade policy counts as EXTENDED. It says what EKS does at the end of standard support, not what is billed now.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html',
    ],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html',
  run: (context): CheckOutcome => {
    const { identity, cluster, configuration } = context;
    const wanted = configuration.supportPolicy;
    if (!wanted) return { findings: [], notApplicable: true };
    const stated = cluster.upgradePolicy?.supportType ?? 'EXTENDED';
    if (!isSupportType(stated)) {
      const message = `upgradePolicy.supportType is ${stated}, expected STANDARD or EXTENDED`;
      return { findings: [], unknown: [{ evidence: 'eks.cluster', code: 'InvalidResponse', message }] };
    }
    if (stated === wanted) return { findings: [] };
    return {
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
          message:
            `The upgrade policy of cluster ${identity.name} is ${stated}, configured is ${wanted}: ` +
            `at the end of standard support ${consequences[stated]}, where ${wanted} means that ${consequences[wanted]}`,
          facts: { supportType: stated, supportPolicy: wanted, supportStatus: context.support.status },
          remediation: remediationOf(context, wanted),
          tags: cluster.tags,
        },
      ],
    };
  },
});

function isSupportType(text: string): text is SupportType {
  return Object.hasOwn(consequences, text);
}

function remediationOf({ identity, support }: CheckContext, wanted: SupportType): string {
  const command = `aws eks update-cluster-config --region ${identity.region} --name ${identity.name} --upgrade-policy supportType=${wanted}`;
  return wanted === 'STANDARD' && support.status === 'extended'
    ? `EKS refuses this while the cluster is in extended support; upgrade it to a version in standard support first, then: ${command}`
    : command;
}
