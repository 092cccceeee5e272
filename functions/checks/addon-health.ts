import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { type CheckOutcome, type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { type DistinctIssue, distinctIssues, issueText } from './health-issues.ts';

/** Of an add-on that works, or is on its way. */
const goodStatuses: readonly string[] = ['ACTIVE', 'CREATING', 'UPDATING', 'DELETING'];

/** What EKS itself says is wrong with an add-on: one that does not run well now is not updated well either.
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html (status) */
export const addonHealth = defineCheck({
  id: 'addon-health',
  title: 'Add-on health',
  essential: true,
  scope: 'now',
  needs: ['eks.addons'],
  explanation: {
    rule:
      'Each health issue that EKS reports of an add-on is a required finding, and so is status DEGRADED, CREATE_FAILED, UPDATE_FAILED ' +
      'or DELETE_FAILED. DEGRADED only says that there are issues: it is told apart from them ' +
      'if none is given. CREATING, UPDATING and DELETING are on their way and no finding; any other status is unknown.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html',
    ],
    elsewhere: 'EKS004',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html',
  run: ({ identity, addons }): CheckOutcome => ({
    notApplicable: addons.length === 0,
    findings: addons.flatMap((addon) => {
      const issues = distinctIssues(addon.health?.issues);
      return [...statusFindings(addon, issues, identity), ...issues.map((issue) => issueFinding(addon, issue, identity))];
    }),
    unknown: addons.flatMap(statusDoubt),
  }),
});

function isFailed(status: string | null | undefined): boolean {
  return status === 'DEGRADED' || (status?.endsWith('_FAILED') ?? false);
}

function statusDoubt({ addonName, status }: Addon): Doubt[] {
  if (isFailed(status) || goodStatuses.includes(status ?? '')) return [];
  const message = status ? `add-on ${addonName} has status ${status}, which is not known` : `add-on ${addonName} has no status`;
  return [{ evidence: 'eks.addons', code: 'InvalidResponse', message }];
}

function issueFinding(addon: Addon, issue: DistinctIssue, identity: ClusterIdentity): FindingDraft {
  return {
    ...aboutAddon(addon),
    discriminator: issue.discriminator,
    message: `Add-on ${addon.addonName} has a health issue: ${issueText(issue)}`,
    facts: { status: addon.status ?? null, code: issue.code, message: issue.message, resourceIds: [...issue.resourceIds] },
    remediation: `aws eks describe-addon ${named(addon, identity)} --query addon.health`,
  };
}

function statusFindings(addon: Addon, issues: readonly DistinctIssue[], identity: ClusterIdentity): FindingDraft[] {
  const { addonName, status } = addon;
  if (!status || !isFailed(status) || (status === 'DEGRADED' && issues.length > 0)) return [];
  const because = issues.length > 0 ? ` (${issues.map(({ discriminator }) => discriminator).join(', ')})` : '';
  return [
    {
      ...aboutAddon(addon),
      discriminator: status,
      message: `Add-on ${addonName} is ${status}, not ACTIVE${because}`,
      facts: { status, issues: issues.map(({ code }) => code) },
      remediation: remedyOf(status, addon, identity),
    },
  ];
}

function remedyOf(status: string, addon: Addon, identity: ClusterIdentity): string {
  switch (status) {
    case 'CREATE_FAILED':
    case 'DELETE_FAILED':
      return `Solve its health issues, then: aws eks delete-addon ${named(addon, identity)} --preserve`;
    case 'UPDATE_FAILED':
      return (
        `Solve its health issues, then: aws eks update-addon ${named(addon, identity)} ` +
        `--addon-version ${addon.addonVersion ?? 'VERSION'} --resolve-conflicts PRESERVE`
      );
    default:
      return `aws eks describe-addon ${named(addon, identity)} --query 'addon.{status:status,health:health}'`;
  }
}

function aboutAddon({ addonName, addonArn, tags }: Addon): Pick<FindingDraft, 'severity' | 'subject' | 'tags'> {
  return { severity: 'required', subject: { kind: 'Addon', name: addonName, arn: addonArn ?? null }, tags };
}

function named({ addonName }: Addon, { region, name }: ClusterIdentity): string {
  return `--region ${region} --cluster-name ${name} --addon-name ${addonName}`;
}
