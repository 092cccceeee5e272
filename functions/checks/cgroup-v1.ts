import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { aboutGroup, findAmazonLinux2, howToLeave, nodeFacts, sentenceStart } from './amazon-linux-2-nodes.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';

/** The first version whose kubelet does not start on cgroup v1 unless it is told to (`failCgroupV1`).
 *  @see https://kubernetes.io/docs/concepts/architecture/cgroups/#deprecation-of-cgroup-v1 */
const refusedSince: KubernetesVersion = { major: 1, minor: 35 };

const documentation = 'https://kubernetes.io/docs/concepts/architecture/cgroups/';

/** Nodes on cgroup v1. Of what EKS runs on only Amazon Linux 2 boots with it: Amazon Linux 2023 and Bottlerocket boot with cgroup v2.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html (1.35) */
export const cgroupV1 = defineCheck({
  id: 'cgroup-v1',
  title: 'Nodes on cgroup v1',
  scope: 'upgrade',
  needs: ['eks.nodegroups'],
  completedBy: ['kubernetes.nodes'],
  explanation: {
    rule:
      `From Kubernetes ${formatVersion(refusedSince)} the kubelet refuses to start on cgroup v1. Node groups with an Amazon Linux 2 AMI type, and nodes whose operating system or kernel ` +
      'says so, are required to leave it: Amazon Linux 2 boots with cgroup v1. One finding a node group, node pool or kind of compute. Fargate and Bottlerocket are exempt.',
    sources: [documentation, 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html'],
  },
  documentation,
  run: ({ identity, nodegroups, nodes, target }): CheckOutcome => {
    if (!target || compareVersions(target, refusedSince) < 0) return { findings: [] };
    const { affected, unknown } = findAmazonLinux2(nodegroups, nodes);
    const hop = formatVersion(target);
    return {
      findings: affected.map((one) => ({
        ...aboutGroup(one),
        severity: 'required',
        hop,
        message: `${sentenceStart(one)} on Amazon Linux 2, so on cgroup v1: the kubelet of Kubernetes ${hop} refuses to start there`,
        facts: { ...nodeFacts(one), target: hop, refusedSince: formatVersion(refusedSince) },
        remediation: howToLeave(one, identity, hop),
      })),
      unknown,
    };
  },
});
