import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { type DistinctIssue, distinctIssues, issueText } from './health-issues.ts';

/** What EKS itself says is wrong with a managed node group, and whether it is busy with it: such a group cannot follow an upgrade.
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html (status) */
export const nodegroupHealth = defineCheck({
  id: 'nodegroup-health',
  title: 'Node group health',
  essential: true,
  scope: 'now',
  needs: ['eks.nodegroups'],
  explanation: {
    rule:
      'Each health issue that EKS reports of a managed node group is a required finding, and so is a status other than ACTIVE ' +
      '(CREATING, UPDATING, DELETING, CREATE_FAILED, DELETE_FAILED, DEGRADED). DEGRADED only says that there are issues: it is told apart from them if none is given.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html',
    ],
    elsewhere: 'EKS003',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html',
  run: ({ identity, nodegroups }) => ({
    findings: nodegroups.flatMap((group) => {
      const issues = distinctIssues(group.health?.issues);
      return [...statusFindings(group, issues, identity), ...issues.map((issue) => issueFinding(group, issue, identity))];
    }),
    notApplicable: nodegroups.length === 0,
    unknown: nodegroups.some(({ status }) => !status)
      ? [{ evidence: 'eks.nodegroups', code: 'InvalidResponse', message: 'a node group has no status' }]
      : [],
  }),
});

function issueFinding(group: Nodegroup, issue: DistinctIssue, identity: ClusterIdentity): FindingDraft {
  return {
    ...aboutGroup(group),
    discriminator: issue.discriminator,
    message: `Node group ${group.nodegroupName} has a health issue: ${issueText(issue)}`,
    facts: { status: group.status ?? null, code: issue.code, message: issue.message, resourceIds: [...issue.resourceIds] },
    remediation: `aws eks describe-nodegroup ${named(group, identity)} --query nodegroup.health`,
  };
}

function statusFindings(group: Nodegroup, issues: readonly DistinctIssue[], identity: ClusterIdentity): FindingDraft[] {
  const { status } = group;
  if (!status || status === 'ACTIVE' || (status === 'DEGRADED' && issues.length > 0)) return [];
  const because = issues.length > 0 ? ` (${issues.map(({ discriminator }) => discriminator).join(', ')})` : '';
  return [
    {
      ...aboutGroup(group),
      discriminator: status,
      message: `Node group ${group.nodegroupName} is ${status}, not ACTIVE${because}: it cannot be updated`,
      facts: { status, issues: issues.map(({ code }) => code) },
      remediation: remedyOf(status, group, identity),
    },
  ];
}

function remedyOf(status: string, group: Nodegroup, identity: ClusterIdentity): string {
  switch (status) {
    case 'CREATING':
    case 'UPDATING':
      return `aws eks wait nodegroup-active ${named(group, identity)}`;
    case 'DELETING':
      return `aws eks wait nodegroup-deleted ${named(group, identity)}`;
    case 'CREATE_FAILED':
    case 'DELETE_FAILED':
      return `Solve its health issues, then: aws eks delete-nodegroup ${named(group, identity)}`;
    default:
      return `aws eks describe-nodegroup ${named(group, identity)} --query 'nodegroup.{status:status,health:health}'`;
  }
}

function aboutGroup(group: Nodegroup): Pick<FindingDraft, 'severity' | 'subject' | 'labels' | 'tags'> {
  return {
    severity: 'required',
    subject: { kind: 'Nodegroup', name: group.nodegroupName, arn: group.nodegroupArn ?? null },
    labels: group.labels,
    tags: group.tags,
  };
}

function named(group: Nodegroup, { region, name }: ClusterIdentity): string {
  return `--region ${region} --cluster-name ${name} --nodegroup-name ${group.nodegroupName}`;
}
