import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { amiFamilyOf, hasVariant, isBottlerocketOrWindows } from './ami-variants.ts';
import { type CheckOutcome, type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** A managed node group of an operating system that has no AMI for the target cannot be brought there.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-versions-windows.html
 *  @see https://bottlerocket.dev/en/os/ */
export const bottlerocketWindowsVariants = defineCheck({
  id: 'bottlerocket-windows-variants',
  title: 'Bottlerocket and Windows AMIs',
  scope: 'upgrade',
  needs: ['eks.nodegroups'],
  explanation: {
    rule:
      'A required finding for each managed node group whose Bottlerocket or Windows AMI type has no AMI for a version on the way to ' +
      'the target. The bundled tables list, for each family, the versions that were ' +
      'confirmed to have one and those confirmed to have none; any other is unknown, and so is an AMI type that came after the ' +
      'tables. Other operating systems and custom AMIs are not judged here.',
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-versions-windows.html', 'https://bottlerocket.dev/en/os/'],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html',
  run: ({ identity, nodegroups, target }): CheckOutcome => {
    if (!target) return { findings: [], notApplicable: true };
    const judged = nodegroups
      .filter(({ amiType }) => !amiType || isBottlerocketOrWindows(amiType))
      .map((group) => judge(group, target, identity));
    return {
      notApplicable: judged.length === 0,
      findings: judged.flatMap((one) => ('severity' in one ? [one] : [])),
      unknown: judged.flatMap((one) => ('evidence' in one ? [one] : [])),
    };
  },
});

interface Fine {
  readonly fine: true;
}

function judge(group: Nodegroup, target: KubernetesVersion, identity: ClusterIdentity): FindingDraft | Doubt | Fine {
  const [name, amiType, hop] = [group.nodegroupName, group.amiType, formatVersion(target)];
  if (!amiType) return doubt('InvalidResponse', `node group ${name} has no AMI type`);
  const family = amiFamilyOf(amiType);
  if (!family) return doubt('NotYetAvailable', `AMI type ${amiType} of node group ${name} is not in the bundled table of variants`);
  const variant = hasVariant(family, target);
  if (variant === 'yes') return { fine: true };
  if (variant === 'unknown')
    return doubt(
      'NotYetAvailable',
      `whether ${amiType} of node group ${name} has an AMI for Kubernetes ${hop} is not in the bundled table of variants`,
    );
  const available = family.available.toSorted(compareVersions).map(formatVersion);
  return {
    severity: 'required',
    subject: { kind: 'Nodegroup', name, arn: group.nodegroupArn ?? null },
    hop,
    message: `Node group ${name} (${amiType}) cannot follow to Kubernetes ${hop}: EKS has no AMI of ${family.name} for it`,
    facts: { amiType, family: family.name, available },
    remediation:
      'Create a node group of another AMI type beside it, move its pods, then delete it: ' +
      `aws eks create-nodegroup --region ${identity.region} --cluster-name ${identity.name} --nodegroup-name ${name}-new --ami-type AMI_TYPE ` +
      `--node-role ${group.nodeRole ?? 'NODE_ROLE_ARN'} --subnets ${group.subnets?.join(' ') || 'SUBNET_IDS'}`,
    labels: group.labels,
    tags: group.tags,
  };
}

function doubt(code: Doubt['code'], message: string): Doubt {
  return { evidence: 'eks.nodegroups', code, message };
}
