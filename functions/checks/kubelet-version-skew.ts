import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { allowedKubeletSkew, allowedSkewOfOldKubelets, kubeletSkewLimit } from '../versions/kubelet-skew.ts';
import { compareVersions, formatVersion, type KubernetesVersion, minorsBetween, parseVersion } from '../versions/kubernetes-version.ts';
import { type GroupedNodes, groupNodes, sharedLabels } from '../workloads/node-groups.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft, Severity } from './finding.ts';
import { count, countNodes, someOf } from './phrases.ts';

/** Why a kubelet is reported, the most severe first. */
type Reason =
  | 'newer-than-control-plane'
  | 'beyond-limit'
  | 'beyond-limit-after-upgrade'
  | 'at-limit-after-upgrade'
  | 'behind-control-plane';

const severityOf: Readonly<Record<Reason, Severity>> = {
  'newer-than-control-plane': 'required',
  'beyond-limit': 'required',
  'beyond-limit-after-upgrade': 'required',
  'at-limit-after-upgrade': 'recommended',
  'behind-control-plane': 'recommended',
};

/** A node whose kubelet version could be read. */
type Judged = Node & { readonly kubelet: KubernetesVersion };

interface Versions {
  readonly controlPlane: KubernetesVersion;
  readonly target: KubernetesVersion | null;
}

/** Nodes whose kubelet is, or would be after the upgrade, outside of what Kubernetes supports, and those on their way there.
 *  @see https://kubernetes.io/releases/version-skew-policy/#kubelet */
export const kubeletVersionSkew = defineCheck({
  id: 'kubelet-version-skew',
  title: 'Kubelet version skew',
  essential: true,
  scope: 'now',
  needs: ['kubernetes.nodes'],
  uses: ['eks.nodegroups'],
  explanation: {
    rule:
      `A kubelet may be up to ${allowedKubeletSkew} minors older than the API server, ${allowedSkewOfOldKubelets} if it is older than 1.25, and never newer. ` +
      'Beyond that now, or after the upgrade to the target, is required; exactly at the limit after the upgrade, or behind the control plane at all, is recommended. ' +
      'Nodes of one node group, node pool or kind of compute that have one problem are one finding; each node is reported once, with its worst.',
    sources: [
      'https://kubernetes.io/releases/version-skew-policy/',
      'https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html',
    ],
    elsewhere: 'K8S001',
  },
  documentation: 'https://kubernetes.io/releases/version-skew-policy/',
  run: ({ identity, nodes, nodegroups, controlPlane, target }) => {
    if (nodes.length === 0) return { findings: [], notApplicable: true };
    const versions = { controlPlane, target };
    const judged = nodes.flatMap((node): Judged[] => {
      const kubelet = parseVersion(node.status?.nodeInfo?.kubeletVersion ?? '');
      return kubelet ? [{ ...node, kubelet }] : [];
    });
    const findings = groupNodes(judged).flatMap((grouped) => groupFindings(grouped, versions, identity, nodegroups ?? []));
    return {
      findings,
      unknown:
        judged.length < nodes.length
          ? [{ evidence: 'kubernetes.nodes', code: 'InvalidResponse', message: 'a node says no kubelet version that can be read' }]
          : [],
    };
  },
});

function reasonOf(kubelet: KubernetesVersion, { controlPlane, target }: Versions): Reason | undefined {
  const limit = kubeletSkewLimit(kubelet);
  const behind = minorsBetween(kubelet, controlPlane);
  if (behind < 0) return 'newer-than-control-plane';
  if (behind > limit) return 'beyond-limit';
  if (target) {
    const after = minorsBetween(kubelet, target);
    if (after > limit) return 'beyond-limit-after-upgrade';
    if (after === limit) return 'at-limit-after-upgrade';
  }
  return behind > 0 ? 'behind-control-plane' : undefined;
}

function groupFindings(
  { group, nodes }: GroupedNodes<Judged>,
  versions: Versions,
  identity: ClusterIdentity,
  nodegroups: readonly Nodegroup[],
): FindingDraft[] {
  const nodegroup = group.kind === 'Nodegroup' ? nodegroups.find(({ nodegroupName }) => nodegroupName === group.name) : undefined;
  const byReason = Map.groupBy(nodes, ({ kubelet }) => reasonOf(kubelet, versions));
  return [...byReason].flatMap(([reason, members]) => {
    if (!reason) return [];
    const afterUpgrade = reason.endsWith('-after-upgrade');
    return [
      {
        severity: severityOf[reason],
        subject: { kind: group.kind, name: group.name, arn: nodegroup?.nodegroupArn ?? null },
        discriminator: reason,
        hop: afterUpgrade && versions.target ? formatVersion(versions.target) : null,
        message: messageOf(reason, { group, nodes: members }, versions),
        facts: factsOf(reason, members, versions),
        remediation: remediationOf(reason, { group, nodes: members }, versions, identity, nodegroup),
        labels: sharedLabels(nodes),
        tags: nodegroup?.tags,
      },
    ];
  });
}

/** The one of a group that is furthest off. */
function extreme(reason: Reason, nodes: readonly Judged[]): KubernetesVersion {
  const ascending = nodes.map(({ kubelet }) => kubelet).sort(compareVersions);
  const worst = reason === 'newer-than-control-plane' ? ascending.at(-1) : ascending[0];
  if (!worst) throw new Error('a group without nodes');
  return worst;
}

function messageOf(reason: Reason, { group, nodes }: GroupedNodes<Judged>, { controlPlane, target }: Versions): string {
  const worst = extreme(reason, nodes);
  const limit = kubeletSkewLimit(worst);
  const now = formatVersion(controlPlane);
  const next = target ? formatVersion(target) : now;
  const who = `${countNodes(nodes.length, group)} (${someOf(namesOf(nodes))})`;
  const kubelets = kubeletsOf(nodes);
  const runs = `${who} ${nodes.length === 1 ? 'runs' : 'run'} kubelet ${Object.keys(kubelets).join(', ')}`;
  const behind = minorsBetween(worst, controlPlane);
  switch (reason) {
    case 'newer-than-control-plane':
      return `${runs}, newer than the control plane on ${now}, which Kubernetes never supports`;
    case 'beyond-limit':
      return `${runs}, up to ${count(behind, 'minor')} behind the control plane on ${now}: Kubernetes supports ${limit}`;
    case 'beyond-limit-after-upgrade':
      return `${runs}: after the upgrade to ${next} up to ${count(minorsBetween(worst, target ?? controlPlane), 'minor')} behind, and Kubernetes supports ${limit}`;
    case 'at-limit-after-upgrade':
      return `${runs}: at the limit of ${count(limit, 'minor')} after the upgrade to ${next}`;
    case 'behind-control-plane':
      return `${runs}, up to ${count(behind, 'minor')} behind the control plane on ${now}: Kubernetes supports ${limit}`;
  }
}

function factsOf(reason: Reason, nodes: readonly Judged[], { controlPlane, target }: Versions): FindingDraft['facts'] {
  const worst = extreme(reason, nodes);
  return {
    reason,
    count: nodes.length,
    nodes: namesOf(nodes),
    kubelets: kubeletsOf(nodes),
    controlPlane: formatVersion(controlPlane),
    target: target && formatVersion(target),
    allowedMinors: kubeletSkewLimit(worst),
    minorsBehindControlPlane: minorsBetween(worst, controlPlane),
    minorsBehindTarget: target && minorsBetween(worst, target),
  };
}

/** Nodes by kubelet minor, ascending. */
function kubeletsOf(nodes: readonly Judged[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { kubelet } of nodes.toSorted((a, b) => compareVersions(a.kubelet, b.kubelet)))
    counts.set(formatVersion(kubelet), (counts.get(formatVersion(kubelet)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ metadata }) => metadata.name).sort();
}

function remediationOf(
  reason: Reason,
  { group, nodes }: GroupedNodes<Judged>,
  { controlPlane }: Versions,
  identity: ClusterIdentity,
  nodegroup: Nodegroup | undefined,
): string {
  const version = formatVersion(controlPlane);
  const [first = ''] = namesOf(nodes);
  if (reason === 'newer-than-control-plane' && group.kind === 'Nodegroup')
    return (
      `A node group cannot go back: replace it by one of ${version}, or upgrade the control plane. ` +
      `aws eks describe-nodegroup --region ${identity.region} --cluster-name ${identity.name} --nodegroup-name ${group.name}`
    );
  switch (group.kind) {
    case 'Nodegroup': {
      const update = `aws eks update-nodegroup-version --region ${identity.region} --cluster-name ${identity.name} --nodegroup-name ${group.name}`;
      if (nodegroup?.amiType !== 'CUSTOM') return `${update} --kubernetes-version ${version}`;
      const id = nodegroup.launchTemplate?.id ?? 'LAUNCH_TEMPLATE_ID';
      return `Put an AMI of Kubernetes ${version} into a new version of the launch template, then: ${update} --launch-template id=${id},version=NEW_VERSION`;
    }
    case 'NodePool':
      return `Karpenter replaces nodes that drifted; see what keeps it from that: kubectl get nodeclaims -l karpenter.sh/nodepool=${group.name} -o wide`;
    case 'Provisioner':
      return `Karpenter replaces nodes that drifted; see what keeps it from that: kubectl get nodes -l karpenter.sh/provisioner-name=${group.name}`;
    case 'FargateNodes':
      return `Re-create the pods, each gets a new node of ${version}: kubectl get pods --all-namespaces --field-selector spec.nodeName=${first}`;
    case 'HybridNodes':
      return `Upgrade them one by one with nodeadm upgrade ${version}, after: kubectl drain ${first} --ignore-daemonsets`;
    case 'SelfManagedNodes':
      return `Replace them by nodes with an AMI of Kubernetes ${version}, one by one after: kubectl drain ${first} --ignore-daemonsets`;
  }
}
