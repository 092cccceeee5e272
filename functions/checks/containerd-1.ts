import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { type GroupedNodes, groupNodes, sharedLabels } from '../workloads/node-groups.ts';
import { howToLeave, isAmazonLinux2Type } from './amazon-linux-2-nodes.ts';
import { isMaintainedByAws } from './aws-maintained-nodes.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, countNodes, someOf } from './phrases.ts';

/** The last Kubernetes version whose kubelet works with containerd 1.x.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html (1.35) */
const lastVersion: KubernetesVersion = { major: 1, minor: 35 };

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html';

/** Nodes on containerd 1.x, which the kubelet of 1.36 does not work with.
 *  @see https://kubernetes.io/blog/2025/12/17/kubernetes-v1-35-release/ */
export const containerd1 = defineCheck({
  id: 'containerd-1',
  title: 'Nodes on containerd 1.x',
  scope: 'upgrade',
  needs: ['kubernetes.nodes'],
  uses: ['eks.nodegroups'],
  explanation: {
    rule:
      `Nodes whose container runtime is containerd 1.x are recommended to leave it when the target is ${formatVersion(lastVersion)}, the last version that works with it, ` +
      'and required beyond. One finding a node group, node pool or kind of compute. Fargate and EKS Auto Mode nodes are left out: AWS replaces their runtime. ' +
      'A containerd that does not say its version is unknown.',
    sources: [documentation, 'https://kubernetes.io/blog/2025/12/17/kubernetes-v1-35-release/'],
  },
  documentation,
  run: ({ identity, nodes, nodegroups, target }): CheckOutcome => {
    if (!target || compareVersions(target, lastVersion) < 0) return { findings: [] };
    const judged = nodes.filter((node) => !isMaintainedByAws(node));
    const affected = judged.filter((node) => runtimeOf(node) === 'containerd-1');
    const unread = judged.filter((node) => runtimeOf(node) === 'unreadable');
    return {
      findings: groupNodes(affected).map((grouped) => finding(grouped, target, identity, nodegroups)),
      unknown:
        unread.length > 0
          ? [
              {
                evidence: 'kubernetes.nodes',
                code: 'InvalidResponse',
                message: `no version of the container runtime can be read of ${count(unread.length, 'node')} (${someOf(namesOf(unread))})`,
              },
            ]
          : [],
    };
  },
});

/** `containerd://1.7.27`; a runtime of another name is no containerd. */
function runtimeOf({ status }: Node): 'containerd-1' | 'other' | 'unreadable' {
  const [, runtime, version = ''] = /^([a-z][a-z0-9-]*):\/\/(.*)$/.exec(status?.nodeInfo?.containerRuntimeVersion ?? '') ?? [];
  if (!runtime) return 'unreadable';
  if (runtime !== 'containerd') return 'other';
  const major = /^v?(\d{1,4})\.\d/.exec(version)?.[1];
  if (major === undefined) return 'unreadable';
  return Number(major) < 2 ? 'containerd-1' : 'other';
}

function finding(
  { group, nodes }: GroupedNodes<Node>,
  target: KubernetesVersion,
  identity: ClusterIdentity,
  nodegroups: readonly Nodegroup[] | undefined,
): FindingDraft {
  const nodegroup = group.kind === 'Nodegroup' ? nodegroups?.find(({ nodegroupName }) => nodegroupName === group.name) : undefined;
  const hop = formatVersion(target);
  const isLast = compareVersions(target, lastVersion) === 0;
  const names = namesOf(nodes);
  const runtimes = [...new Set(nodes.map(({ status }) => status?.nodeInfo?.containerRuntimeVersion ?? ''))].sort();
  return {
    severity: isLast ? 'recommended' : 'required',
    subject: { kind: group.kind, name: group.name, arn: nodegroup?.nodegroupArn ?? null },
    hop,
    message:
      `${countNodes(names.length, group)} (${someOf(names)}) ${names.length === 1 ? 'runs' : 'run'} ` +
      `${someOf(runtimes.map((runtime) => runtime.replace('://', ' ')))}: ` +
      (isLast
        ? `Kubernetes ${hop} is the last version that works with containerd 1.x`
        : `the kubelet of Kubernetes ${hop} needs containerd 2.0 or newer`),
    facts: { count: names.length, nodes: names, runtimes, lastKubernetesVersion: formatVersion(lastVersion), target: hop },
    remediation: remediationOf({ group, nodes }, identity, nodegroup, hop),
    labels: nodegroup?.labels ?? sharedLabels(nodes),
    tags: nodegroup?.tags,
  };
}

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ metadata }) => metadata.name).sort();
}

function remediationOf(
  { group, nodes }: GroupedNodes<Node>,
  identity: ClusterIdentity,
  nodegroup: Nodegroup | undefined,
  hop: string,
): string {
  // No AMI of Amazon Linux 2 has containerd 2.
  if (nodegroup && isAmazonLinux2Type(nodegroup.amiType)) return howToLeave({ group, nodegroup, nodes }, identity, hop);
  const { region, name } = identity;
  const [first = ''] = namesOf(nodes);
  const update = `aws eks update-nodegroup-version --region ${region} --cluster-name ${name} --nodegroup-name ${group.name}`;
  switch (group.kind) {
    case 'Nodegroup':
      return nodegroup?.amiType === 'CUSTOM'
        ? `Put an AMI with containerd 2 into a new version of the launch template, then: ${update} --launch-template id=${nodegroup.launchTemplate?.id ?? 'LAUNCH_TEMPLATE_ID'},version=NEW_VERSION`
        : `Update to an AMI with containerd 2 before the control plane goes beyond ${formatVersion(lastVersion)}: ${update}`;
    case 'NodePool':
      return `Let its node class select an AMI with containerd 2: kubectl get nodepools.karpenter.sh ${group.name} -o jsonpath='{.spec.template.spec.nodeClassRef.name}'`;
    case 'Provisioner':
      return `Move to the v1 API of Karpenter and select an AMI with containerd 2: kubectl get provisioners.karpenter.sh ${group.name} -o yaml`;
    default:
      return `Replace them by nodes with containerd 2, one by one after: kubectl drain ${first} --ignore-daemonsets`;
  }
}
