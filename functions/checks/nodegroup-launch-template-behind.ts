import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { templateName, type VersionInUse, versionInUse } from './launch-template-versions.ts';

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html';

/** Managed node groups that do not use the newest version of their own launch template. What counts is the version of the group: the
 *  template's default version says nothing of it. */
export const nodegroupLaunchTemplateBehind = defineCheck({
  id: 'nodegroup-launch-template-behind',
  title: 'Node group behind its launch template',
  scope: 'now',
  needs: ['eks.nodegroups', 'ec2.launchTemplates'],
  explanation: {
    rule:
      'A managed node group that uses an older version of its launch template than the newest is recommended to update. The version is the one that the group uses, ' +
      "not the template's default. Groups without a launch template of their own are not judged: EKS makes theirs and keeps it.",
    sources: [documentation],
    elsewhere: 'EKS006',
  },
  documentation,
  run: ({ identity, nodegroups, launchTemplates }) => {
    const outcomes = nodegroups.flatMap((group) => {
      const { launchTemplate } = group;
      if (!launchTemplate) return [];
      // DescribeNodegroup answers a number. Without one nobody can tell what the group uses.
      const reference = { ...launchTemplate, version: launchTemplate.version ?? 'unknown' };
      const inUse = versionInUse(reference, launchTemplates, `node group ${group.nodegroupName}`);
      return [{ group, inUse }];
    });
    return {
      findings: outcomes.flatMap(({ group, inUse }) =>
        'doubt' in inUse || inUse.version >= inUse.latest ? [] : [behind(group, inUse, identity)],
      ),
      unknown: outcomes.flatMap(({ inUse }) => ('doubt' in inUse ? [inUse.doubt] : [])),
      notApplicable: outcomes.length === 0,
    };
  },
});

function behind(group: Nodegroup, inUse: VersionInUse, { region, name }: ClusterIdentity): FindingDraft {
  const by = inUse.id ? `id=${inUse.id}` : `name=${inUse.name}`;
  return {
    severity: 'recommended',
    subject: { kind: 'Nodegroup', name: group.nodegroupName, arn: group.nodegroupArn ?? null },
    message: `Node group ${group.nodegroupName} uses version ${inUse.version} of launch template ${templateName(inUse)}, the newest is ${inUse.latest}`,
    facts: { launchTemplateId: inUse.id, launchTemplateName: inUse.name, version: inUse.version, latestVersion: inUse.latest },
    remediation:
      `aws eks update-nodegroup-version --region ${region} --cluster-name ${name} --nodegroup-name ${group.nodegroupName} ` +
      `--launch-template ${by},version=${inUse.latest}`,
    labels: group.labels,
    tags: group.tags,
  };
}
