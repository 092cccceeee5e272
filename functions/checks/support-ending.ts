import { extendedSupportSurchargeUsdPerHour, extendedSupportSurchargeUsdPerMonth } from '../versions/extended-support-price.ts';
import { formatVersion } from '../versions/kubernetes-version.ts';
import type { Support } from '../versions/support.ts';
import { unconfirmedSupport } from './confirmed-support.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { Severity } from './finding.ts';
import { count } from './phrases.ts';

/** Whole UTC days before an end date, that day included. */
const standardRecommended = 180;
const standardRequired = 30;
const extendedRequired = 60;

const surcharge = `${extendedSupportSurchargeUsdPerHour.toFixed(2)} USD per cluster-hour (${extendedSupportSurchargeUsdPerMonth} USD per month)`;

const automaticUpgrade = 'EKS upgrades the control plane by itself and leaves nodes and add-ons behind';

/** How long the version of the control plane is supported, and what happens on the day on which it no longer is.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
export const supportEnding = defineCheck({
  id: 'support-ending',
  title: 'End of support',
  essential: true,
  scope: 'now',
  needs: ['eks.cluster'],
  completedBy: ['eks.clusterVersions'],
  explanation: {
    rule:
      `Standard support that ends in at most ${standardRecommended} days is recommended, in at most ${standardRequired} days required. ` +
      `In extended support it is recommended, and required if that ends in at most ${extendedRequired} days or the upgrade policy is STANDARD. ` +
      'An unsupported version is required. Days are whole UTC days; on an end date the next status holds. A cluster without an upgrade policy counts as EXTENDED.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html',
      'https://aws.amazon.com/eks/pricing/',
    ],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
  run: (context): CheckOutcome => {
    const { identity, cluster, controlPlane, support, target } = context;
    const severity = severityOf(support);
    const version = formatVersion(controlPlane);
    return {
      findings: severity
        ? [
            {
              severity,
              subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
              message: messageOf(version, support),
              facts: { version, ...support },
              remediation: target
                ? `aws eks update-cluster-version --region ${identity.region} --name ${identity.name} --kubernetes-version ${formatVersion(target)}`
                : `aws eks describe-cluster-versions --region ${identity.region}`,
              tags: cluster.tags,
            },
          ]
        : [],
      unknown: unconfirmedSupport(context),
    };
  },
});

function severityOf(support: Support): Severity | undefined {
  switch (support.status) {
    case 'unsupported':
      return 'required';
    case 'extended':
      return support.supportType === 'STANDARD' || within(support.daysToEndOfExtendedSupport, extendedRequired)
        ? 'required'
        : 'recommended';
    case 'standard':
      if (within(support.daysToEndOfStandardSupport, standardRequired)) return 'required';
      return within(support.daysToEndOfStandardSupport, standardRecommended) ? 'recommended' : undefined;
    case 'unknown':
      return undefined;
  }
}

function within(days: number | null, limit: number): boolean {
  return days !== null && days <= limit;
}

function messageOf(version: string, support: Support): string {
  const { status, supportType, endOfStandardSupport, endOfExtendedSupport } = support;
  const toStandard = support.daysToEndOfStandardSupport ?? 0;
  const toExtended = support.daysToEndOfExtendedSupport ?? 0;
  if (status === 'standard') {
    const then = supportType === 'STANDARD' ? automaticUpgrade : `extended support is billed, a surcharge of ${surcharge}`;
    return `Standard support of Kubernetes ${version} ends on ${endOfStandardSupport}, ${ahead(toStandard)}: from 00:00 UTC of that day ${then}`;
  }
  const ended = `Standard support of Kubernetes ${version} ended on ${endOfStandardSupport}, ${ago(toStandard)}`;
  if (status === 'extended' && supportType === 'STANDARD')
    return `${ended}, and the upgrade policy is STANDARD: ${automaticUpgrade}, any day from now`;
  if (status === 'extended')
    return (
      `${ended}, and extended support is billed, a surcharge of ${surcharge}; ` +
      `it ends on ${endOfExtendedSupport}, ${ahead(toExtended)}: from that day ${automaticUpgrade}`
    );
  return `Extended support of Kubernetes ${version} ended on ${endOfExtendedSupport}, ${ago(toExtended)}: ${automaticUpgrade}, any day from now`;
}

function ahead(days: number): string {
  return `in ${count(days, 'day')}`;
}

function ago(days: number): string {
  return days === 0 ? 'today' : `${count(-days, 'day')} ago`;
}
