import type { AccountUsage, ServiceQuota } from '../inventory/evidence/account-quotas.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** Parts of a limit, in percent, from which its use is reported: a rolling update takes more than what is there already. */
const requiredPercent = 90;
const recommendedPercent = 80;

/** What is asked for beyond what is used: it leaves two thirds of the new limit in use. */
const headroom = 1.5;

interface AccountQuota {
  readonly id: string;
  readonly code: string;
  readonly service: 'ec2' | 'ebs';
  /** In a sentence: `On-Demand vCPUs`. */
  readonly what: string;
  readonly unit: 'vCPU' | 'TiB';
  readonly used: (usage: AccountUsage) => number | null | undefined;
  readonly documentation: string;
  readonly elsewhere: string;
}

const ec2Page = 'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html';
const ebsPage = 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html';

/** On-Demand vCPUs of the standard families: each new node needs some of them. */
export const quotaEc2Vcpus = quotaCheck({
  id: 'quota-ec2-vcpus',
  code: 'L-1216C47A',
  service: 'ec2',
  what: 'On-Demand vCPUs',
  unit: 'vCPU',
  used: ({ onDemandVcpus }) => onDemandVcpus,
  documentation: ec2Page,
  elsewhere: 'AWS003',
});

/** Storage on gp2 volumes: each new node brings its own. */
export const quotaEbsGp2 = quotaCheck({
  id: 'quota-ebs-gp2',
  code: 'L-D18FCD1D',
  service: 'ebs',
  what: 'gp2 storage',
  unit: 'TiB',
  used: ({ gp2StorageTiB }) => gp2StorageTiB,
  documentation: ebsPage,
  elsewhere: 'AWS004',
});

/** Storage on gp3 volumes: each new node brings its own. */
export const quotaEbsGp3 = quotaCheck({
  id: 'quota-ebs-gp3',
  code: 'L-7A658B76',
  service: 'ebs',
  what: 'gp3 storage',
  unit: 'TiB',
  used: ({ gp3StorageTiB }) => gp3StorageTiB,
  documentation: ebsPage,
  elsewhere: 'AWS005',
});

function quotaCheck(quota: AccountQuota) {
  return defineCheck({
    id: quota.id,
    title: `Quota of ${quota.what}`,
    scope: 'now',
    needs: ['servicequotas.quotas', 'ec2.usage'],
    explanation: {
      rule:
        `Quota ${quota.code} (${quota.what} of the account in the region) used to ${requiredPercent} % or more is required, to ${recommendedPercent} % or more recommended: ` +
        'new nodes need room beside the old ones. It does not apply where there is no positive limit; a limit or a usage that cannot be read is unknown.',
      sources: [quota.documentation, 'https://docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html'],
      elsewhere: quota.elsewhere,
    },
    documentation: quota.documentation,
    run: ({ identity, quotas, usage }) => judge(quota, quotas, usage, identity),
  });
}

function judge(quota: AccountQuota, quotas: readonly ServiceQuota[], usage: AccountUsage, identity: ClusterIdentity): CheckOutcome {
  const known = quotas.find(({ QuotaCode }) => QuotaCode === quota.code);
  if (!known) return unknown('servicequotas.quotas', 'NotFound', `Service Quotas lists no quota ${quota.code} (${quota.what})`);
  const limit = known.Value;
  if (limit == null) return unknown('servicequotas.quotas', 'InvalidResponse', `quota ${quota.code} (${quota.what}) has no value`);
  if (limit <= 0) return { findings: [], notApplicable: true };
  const used = quota.used(usage);
  if (used == null || used < 0) return unknown('ec2.usage', 'InvalidResponse', `it was not counted how much of ${quota.what} is used`);
  const severity = severityOf(used, limit);
  return { findings: severity ? [finding(quota, severity, { used, limit, adjustable: known.Adjustable ?? null }, identity)] : [] };
}

/** Products, not quotients: 63 of 70 is exactly 90 %. */
function severityOf(used: number, limit: number): 'required' | 'recommended' | undefined {
  if (used * 100 >= limit * requiredPercent) return 'required';
  return used * 100 >= limit * recommendedPercent ? 'recommended' : undefined;
}

function finding(
  quota: AccountQuota,
  severity: FindingDraft['severity'],
  { used, limit, adjustable }: { readonly used: number; readonly limit: number; readonly adjustable: boolean | null },
  { accountId, region }: ClusterIdentity,
): FindingDraft {
  const percent = roundedDown((used * 100) / limit, 10);
  const amounts = `${roundedDown(used, 100)} of ${roundedDown(limit, 100)} ${quota.unit}${quota.unit === 'vCPU' && limit !== 1 ? 's' : ''}`;
  return {
    severity,
    subject: { kind: 'Quota', name: quota.code },
    message: `Account ${accountId} uses ${amounts} (${percent} %) of its quota ${quota.code} of ${quota.what} in ${region}`,
    facts: { accountId, region, quotaCode: quota.code, serviceCode: quota.service, used, limit, percent, unit: quota.unit, adjustable },
    remediation:
      adjustable === false
        ? `This quota cannot be raised: free some of it. aws service-quotas get-service-quota --region ${region} --service-code ${quota.service} --quota-code ${quota.code}`
        : `aws service-quotas request-service-quota-increase --region ${region} --service-code ${quota.service} --quota-code ${quota.code} ` +
          `--desired-value ${Math.ceil(used * headroom)}`,
  };
}

/** Down, so that less than a threshold never looks like it. */
function roundedDown(value: number, steps: number): number {
  return Math.floor(value * steps) / steps;
}

function unknown(evidence: 'servicequotas.quotas' | 'ec2.usage', code: 'NotFound' | 'InvalidResponse', message: string): CheckOutcome {
  return { findings: [], unknown: [{ evidence, code, message }] };
}
