import { daysUntil } from '../versions/days.ts';
import {
  extendedSupportSurchargeUsdPerHour,
  extendedSupportSurchargeUsdPerMonth,
  hoursPerMonth,
} from '../versions/extended-support-price.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { unconfirmedSupport } from './confirmed-support.ts';
import { type CheckContext, type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count } from './phrases.ts';

/** Whole UTC days before billing starts in which it is announced, that day included. */
const announcedDays = 60;

const price = `${extendedSupportSurchargeUsdPerMonth} USD per month (${extendedSupportSurchargeUsdPerHour.toFixed(2)} USD per cluster-hour)`;

/** What extended support costs, where it is billed or soon will be. A cluster with upgrade policy STANDARD is upgraded instead.
 *  @see https://aws.amazon.com/eks/pricing/ */
export const extendedSupportCost = defineCheck({
  id: 'extended-support-cost',
  title: 'Cost of extended support',
  scope: 'now',
  needs: ['eks.cluster'],
  completedBy: ['eks.clusterVersions'],
  explanation: {
    rule:
      `Info while extended support is billed, and in the ${announcedDays} days before it is: ${price} on top of standard support, a month of ${hoursPerMonth} hours. ` +
      'Billing starts at 00:00 UTC of the day on which standard support ends. A cluster whose upgrade policy is STANDARD is not billed but upgraded: see auto-upgrade-scheduled.',
    sources: [
      'https://aws.amazon.com/eks/pricing/',
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html',
    ],
  },
  documentation: 'https://aws.amazon.com/eks/pricing/',
  run: (context): CheckOutcome => ({ findings: costFindings(context), unknown: unconfirmedSupport(context) }),
});

type Context = Parameters<typeof unconfirmedSupport>[0] & { readonly cluster: { readonly tags?: Readonly<Record<string, string>> | null } };

function costFindings(context: Context): FindingDraft[] {
  const { identity, cluster, controlPlane, support } = context;
  const { status, endOfStandardSupport: billedFrom, daysToEndOfStandardSupport: days } = support;
  if (billedFrom === null || days === null || support.supportType === 'STANDARD') return [];
  const billed = status === 'extended';
  if (!billed && !(status === 'standard' && days <= announcedDays)) return [];

  const version = formatVersion(controlPlane);
  const cheaper = firstInStandardSupport(context, billed ? context.now : new Date(`${billedFrom}T00:00:00Z`));
  return [
    {
      severity: 'info',
      subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
      message: billed
        ? `Extended support of Kubernetes ${version} costs cluster ${identity.name} ${price} more, since 00:00 UTC of ${billedFrom}`
        : `Extended support of Kubernetes ${version} will cost cluster ${identity.name} ${price} more from 00:00 UTC of ${billedFrom} on, in ${count(days, 'day')}`,
      facts: {
        version,
        billed,
        billingStarts: `${billedFrom}T00:00:00Z`,
        daysToBilling: days,
        usdPerMonth: extendedSupportSurchargeUsdPerMonth,
        usdPerClusterHour: extendedSupportSurchargeUsdPerHour,
        hoursPerMonth,
        firstVersionWithoutSurcharge: cheaper && formatVersion(cheaper),
      },
      remediation: remediationOf(context, billed, cheaper),
      tags: cluster.tags,
    },
  ];
}

/** The oldest offered version beyond the control plane's that is in standard support at an instant: only from there on nothing is added. */
function firstInStandardSupport({ calendar, controlPlane }: CheckContext, at: Date): KubernetesVersion | null {
  const free = calendar.offered.find((version) => {
    const known = calendar.datesOf(version);
    return compareVersions(version, controlPlane) > 0 && known !== undefined && daysUntil(at, known.dates.endOfStandardSupport) > 0;
  });
  return free ?? null;
}

function remediationOf({ identity, target }: CheckContext, billed: boolean, cheaper: KubernetesVersion | null): string {
  const { region, name } = identity;
  const update = target && `aws eks update-cluster-version --region ${region} --name ${name} --kubernetes-version ${formatVersion(target)}`;
  if (!update) return `aws eks describe-cluster-versions --region ${region}`;
  const further =
    cheaper && compareVersions(cheaper, target) > 0 ? `, and on to ${formatVersion(cheaper)}, the first without a surcharge` : '';
  // EKS refuses the policy STANDARD once extended support has begun.
  return billed
    ? `${update}${further}`
    : `${update}${further}; or let EKS upgrade it on that day: aws eks update-cluster-config --region ${region} --name ${name} --upgrade-policy supportType=STANDARD`;
}
