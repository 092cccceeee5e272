import { formatVersion } from '../versions/kubernetes-version.ts';
import type { Support } from '../versions/support.ts';
import { unconfirmedSupport } from './confirmed-support.ts';
import { type CheckContext, type CheckOutcome, defineCheck } from './define-check.ts';
import { count } from './phrases.ts';

/** Whole UTC days before the date from which EKS upgrades, that day included. */
const announcedDays = 90;

/** The end after which EKS no longer asks. */
interface AutomaticUpgrade {
  /** UTC day, and the days to it; negative after it. */
  readonly from: string;
  readonly days: number;
  readonly endOf: 'standard support' | 'extended support';
}

/** A control plane that EKS is going to upgrade by itself, at a time of its own choice, with the nodes and the add-ons left as they are.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html */
export const autoUpgradeScheduled = defineCheck({
  id: 'auto-upgrade-scheduled',
  title: 'Automatic upgrade',
  scope: 'now',
  needs: ['eks.cluster'],
  completedBy: ['eks.clusterVersions'],
  explanation: {
    rule:
      `A required finding when EKS upgrades the control plane by itself in at most ${announcedDays} days, or any day now: from the end of extended support on, ` +
      'or from the end of standard support on where the upgrade policy is STANDARD. Nodes and add-ons are left behind. ' +
      'After the end of extended support it cannot be rolled back; after the end of standard support only with the upgrade policy changed to EXTENDED.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html',
    ],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html',
  run: (context): CheckOutcome => {
    const { identity, cluster, controlPlane, support } = context;
    const upgrade = automaticUpgradeOf(support);
    const unknown = unconfirmedSupport(context);
    if (!upgrade || upgrade.days > announcedDays) return { findings: [], unknown };
    const version = formatVersion(controlPlane);
    return {
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
          message: messageOf(identity.name, version, upgrade),
          facts: {
            version,
            from: `${upgrade.from}T00:00:00Z`,
            days: upgrade.days,
            because: `end of ${upgrade.endOf}`,
            supportType: support.supportType,
            canBeRolledBack: upgrade.endOf === 'standard support',
          },
          remediation: remediationOf(context, upgrade),
          tags: cluster.tags,
        },
      ],
      unknown,
    };
  },
});

function automaticUpgradeOf(support: Support): AutomaticUpgrade | undefined {
  const { endOfStandardSupport, daysToEndOfStandardSupport, endOfExtendedSupport, daysToEndOfExtendedSupport } = support;
  // Past the end of extended support the policy no longer matters, and the way back is closed.
  const stillExtended = daysToEndOfExtendedSupport === null || daysToEndOfExtendedSupport > 0;
  if (support.supportType === 'STANDARD' && stillExtended && endOfStandardSupport !== null && daysToEndOfStandardSupport !== null)
    return { from: endOfStandardSupport, days: daysToEndOfStandardSupport, endOf: 'standard support' };
  if (endOfExtendedSupport === null || daysToEndOfExtendedSupport === null) return undefined;
  return { from: endOfExtendedSupport, days: daysToEndOfExtendedSupport, endOf: 'extended support' };
}

function messageOf(name: string, version: string, { from, days, endOf }: AutomaticUpgrade): string {
  const when =
    days > 0
      ? `EKS will upgrade cluster ${name} by itself from ${from} on, in ${count(days, 'day')}`
      : `EKS will upgrade cluster ${name} by itself any day now (it may since ${from})`;
  const back =
    endOf === 'standard support'
      ? 'and it can be rolled back only after the upgrade policy is changed to EXTENDED'
      : 'and it cannot be rolled back';
  return `${when}: the control plane only, nodes and add-ons stay as they are for ${version}, ${back}`;
}

function remediationOf({ identity, target }: CheckContext, { endOf, days }: AutomaticUpgrade): string {
  const { region, name } = identity;
  const update = target
    ? `Upgrade it at a time of your own: aws eks update-cluster-version --region ${region} --name ${name} --kubernetes-version ${formatVersion(target)}`
    : `aws eks describe-cluster-versions --region ${region}`;
  return endOf === 'standard support' && days > 0
    ? `${update}; or pay for extended support: aws eks update-cluster-config --region ${region} --name ${name} --upgrade-policy supportType=EXTENDED`
    : update;
}
