import type { Cluster } from '../inventory/evidence/eks-cluster.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { type DistinctIssue, distinctIssues, issueText } from './health-issues.ts';

/** From this version on EKS puts all Kubernetes API data into envelopes, with a key that AWS owns unless the cluster brings its own. */
const encryptedByDefaultSince: KubernetesVersion = { major: 1, minor: 28 };
const since = formatVersion(encryptedByDefaultSince);

/** What to do about each health code of the key; `aws kms` takes the ARN of the key as its id. */
const remedies: Readonly<Record<string, (key: string, at: string) => string>> = {
  KmsKeyDisabled: (key, at) => `aws kms enable-key ${at} --key-id ${key}`,
  KmsKeyMarkedForDeletion: (key, at) => `aws kms cancel-key-deletion ${at} --key-id ${key}, then: aws kms enable-key ${at} --key-id ${key}`,
  KmsGrantRevoked: (key, at) => `aws kms list-grants ${at} --key-id ${key}`,
};

/** The key with which the control plane encrypts what it stores: whether there is one of one's own, and whether EKS can still use it.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterIssue.html */
export const secretsEncryption = defineCheck({
  id: 'secrets-encryption',
  title: 'Encryption of secrets',
  scope: 'now',
  needs: ['eks.cluster'],
  explanation: {
    rule:
      'Info when `encryptionConfig` of the cluster names no KMS key. From Kubernetes ' +
      `${since} on EKS then encrypts all API data in envelopes with a key that AWS owns; before ${since} secrets are encrypted on the disks of etcd only. ` +
      'Each KMS health code of the cluster (KmsKeyDisabled, KmsKeyMarkedForDeletion, KmsKeyNotFound, KmsGrantRevoked) is required: ' +
      'without its key the API server can neither read nor write, and a deleted key cannot be brought back.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterIssue.html',
    ],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html',
  run: ({ identity, cluster }) => {
    const keys = keysOf(cluster);
    const issues = distinctIssues(cluster.health?.issues).filter(({ code }) => code.startsWith('Kms'));
    return [
      ...(keys.length === 0 ? [ownKeyFinding(cluster, identity)] : []),
      ...issues.map((issue) => keyFinding(issue, keys, cluster, identity)),
    ];
  },
});

function keysOf({ encryptionConfig }: Cluster): string[] {
  return (encryptionConfig ?? []).flatMap(({ provider }) => (provider?.keyArn ? [provider.keyArn] : []));
}

function ownKeyFinding(cluster: Cluster, identity: ClusterIdentity): FindingDraft {
  const version = parseVersion(cluster.version ?? '');
  const byDefault = version ? compareVersions(version, encryptedByDefaultSince) >= 0 : null;
  return {
    ...about(cluster, identity),
    severity: 'info',
    message: `Cluster ${identity.name} names no KMS key of its own: ${withoutOwnKey(byDefault)}`,
    facts: {
      version: cluster.version ?? null,
      keyArn: null,
      envelopeEncryption: byDefault,
      key: byDefault ? 'AWS owned key' : null,
    },
    remediation:
      'Cannot be undone. With a symmetric key in the same region: ' +
      `aws eks associate-encryption-config --region ${identity.region} --cluster-name ${identity.name} ` +
      `--encryption-config '[{"resources":["secrets"],"provider":{"keyArn":"KMS_KEY_ARN"}}]'`,
  };
}

/** @param byDefault whether EKS encrypts by itself; null where the version cannot be read */
function withoutOwnKey(byDefault: boolean | null): string {
  if (byDefault === true)
    return 'EKS encrypts all Kubernetes API data in envelopes with a key that AWS owns, so nobody here can audit or revoke it';
  const before = `before Kubernetes ${since} secrets have no envelope encryption then, only that of the disks of etcd`;
  return byDefault === false ? before : `from Kubernetes ${since} on EKS encrypts all API data with a key that AWS owns, ${before}`;
}

function keyFinding(issue: DistinctIssue, keys: readonly string[], cluster: Cluster, identity: ClusterIdentity): FindingDraft {
  const key = keys[0] ?? 'KMS_KEY_ARN';
  const at = `--region ${identity.region}`;
  const remedy = Object.hasOwn(remedies, issue.code) ? remedies[issue.code] : undefined;
  return {
    ...about(cluster, identity),
    severity: 'required',
    discriminator: issue.discriminator,
    message: `EKS cannot rely on the KMS key of cluster ${identity.name}, without which the API server neither reads nor writes what it stores: ${issueText(issue)}`,
    facts: { code: issue.code, message: issue.message, resourceIds: [...issue.resourceIds], keyArn: keys[0] ?? null },
    remediation: remedy ? remedy(key, at) : `aws kms describe-key ${at} --key-id ${key}`,
  };
}

function about(cluster: Cluster, { name, arn }: ClusterIdentity): Pick<FindingDraft, 'subject' | 'tags'> {
  return { subject: { kind: 'Cluster', name, arn }, tags: cluster.tags };
}
