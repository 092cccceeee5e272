import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { AmiReleaseVersion } from '../inventory/evidence/ssm-ami-release-versions.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { type AmiRelease, compareAmiReleases, parseAmiRelease } from '../versions/ami-release.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html';

/** Managed node groups whose AMI is not the newest that EKS has for their type and Kubernetes version.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html */
export const nodegroupUpdateAvailable = defineCheck({
  id: 'nodegroup-update-available',
  title: 'Newer AMI release for a node group',
  scope: 'now',
  needs: ['eks.nodegroups', 'ssm.amiReleaseVersions'],
  explanation: {
    rule:
      'A managed node group whose AMI release is older than the newest for its AMI type and its Kubernetes version is recommended to update. ' +
      'Releases are compared by their day, Bottlerocket by its version. Groups with a custom AMI are not judged: what is newest there only their owner knows.',
    sources: [documentation, 'https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html'],
  },
  documentation,
  run: ({ identity, nodegroups, amiReleaseVersions }) => {
    const judged = nodegroups.filter(({ amiType }) => amiType !== 'CUSTOM');
    const outcomes = judged.map((group) => judge(group, amiReleaseVersions, identity));
    return {
      findings: outcomes.flatMap((outcome) => outcome?.finding ?? []),
      unknown: outcomes.flatMap((outcome) => outcome?.doubt ?? []),
      notApplicable: judged.length === 0,
    };
  },
});

type Outcome = { readonly finding?: FindingDraft; readonly doubt?: Doubt } | undefined;

function judge(group: Nodegroup, offered: readonly AmiReleaseVersion[], identity: ClusterIdentity): Outcome {
  const { nodegroupName, amiType, version, releaseVersion } = group;
  if (!amiType || !version || !releaseVersion)
    return doubt('eks.nodegroups', 'InvalidResponse', `EKS gives no AMI type, version or release version of node group ${nodegroupName}`);
  const installed = parseAmiRelease(amiType, releaseVersion);
  if (!installed) return doubt('eks.nodegroups', 'InvalidResponse', unreadable(nodegroupName, releaseVersion, amiType));

  const candidates = offered.filter((one) => one.amiType === amiType && one.kubernetesVersion === version);
  if (candidates.length === 0)
    return doubt(
      'ssm.amiReleaseVersions',
      'NotFound',
      `no AMI release of ${amiType} for Kubernetes ${version} is known, to compare node group ${nodegroupName} with`,
    );
  const releases = candidates.map((one) => ({ ...one, release: parseAmiRelease(amiType, one.releaseVersion) }));
  const bad = releases.find(({ release }) => !release);
  if (bad) return doubt('ssm.amiReleaseVersions', 'InvalidResponse', unreadable(nodegroupName, bad.releaseVersion, amiType));
  const newer = releases.filter(({ release }) => release && isOlder(installed, release));
  const newest = newer.reduce<(typeof newer)[number] | undefined>(
    (best, one) => (best?.release && one.release && !isOlder(best.release, one.release) ? best : one),
    undefined,
  );
  return newest && { finding: behind(group, newest, identity) };
}

function isOlder(a: AmiRelease, b: AmiRelease): boolean {
  return (compareAmiReleases(a, b) ?? 0) < 0;
}

function behind(group: Nodegroup, newest: AmiReleaseVersion, { region, name }: ClusterIdentity): FindingDraft {
  const { nodegroupName, amiType = null, version = null, releaseVersion = null } = group;
  return {
    severity: 'recommended',
    subject: { kind: 'Nodegroup', name: nodegroupName, arn: group.nodegroupArn ?? null },
    message:
      `Node group ${nodegroupName} runs AMI release ${releaseVersion}: the newest of ${newest.amiType} for Kubernetes ` +
      `${newest.kubernetesVersion} is ${newest.releaseVersion}`,
    facts: { amiType, version, releaseVersion, newestReleaseVersion: newest.releaseVersion },
    remediation:
      `aws eks update-nodegroup-version --region ${region} --cluster-name ${name} --nodegroup-name ${nodegroupName} ` +
      `--kubernetes-version ${newest.kubernetesVersion} --release-version ${newest.releaseVersion}`,
    labels: group.labels,
    tags: group.tags,
  };
}

function unreadable(nodegroupName: string, releaseVersion: string, amiType: string): string {
  return `release ${releaseVersion} of node group ${nodegroupName} is no release of ${amiType} that can be ordered`;
}

function doubt(evidence: Doubt['evidence'], code: Doubt['code'], message: string): Outcome {
  return { doubt: { evidence, code, message } };
}
