import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { nodeGroupOf, sharedLabels } from '../workloads/node-groups.ts';
import { controllerOf } from '../workloads/owners.ts';
import { isTerminal } from '../workloads/pods.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html';

/** Pods on Fargate nodes of an older version than the control plane. Such a node lives as long as its pod, and nobody replaces it.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
export const fargatePodsOutdated = defineCheck({
  id: 'fargate-pods-outdated',
  title: 'Pods on outdated Fargate nodes',
  scope: 'now',
  needs: ['kubernetes.nodes', 'kubernetes.pods'],
  explanation: {
    rule:
      'A pod on a Fargate node whose kubelet is a minor or more older than the control plane is recommended to be re-created: each Fargate node runs one pod, ' +
      'and a new pod gets a node of the version of the control plane. One finding a workload, those that EKS manages too: re-creating their pods is the business of the owner of the cluster. ' +
      'How far a kubelet may be behind is the business of kubelet-version-skew, which needs no pods.',
    sources: [documentation, 'https://docs.aws.amazon.com/eks/latest/userguide/fargate.html'],
  },
  documentation,
  run: ({ nodes, pods, controlPlane }) => {
    const fargate = nodes.filter((node) => nodeGroupOf(node).kind === 'FargateNodes');
    const read = fargate.map((node) => ({ node, kubelet: parseVersion(node.status?.nodeInfo?.kubeletVersion ?? '') }));
    const outdated = new Map(
      read.flatMap(({ node, kubelet }) =>
        kubelet && compareVersions(kubelet, controlPlane) < 0 ? [[node.metadata.name, kubelet] as const] : [],
      ),
    );
    const theirs = pods.flatMap((pod) => {
      const kubelet = outdated.get(pod.spec?.nodeName ?? '');
      return kubelet ? [{ pod, kubelet }] : [];
    });
    const living = theirs.filter(({ pod }) => !isTerminal(pod));
    const byWorkload = Map.groupBy(living, ({ pod }) => JSON.stringify(workloadOf(pod)));
    const seen = new Set(theirs.map(({ pod }) => pod.spec?.nodeName));
    return {
      findings: [...byWorkload.values()].map((members) => finding(members, controlPlane)),
      unknown: [
        ...namedDoubt(
          read.flatMap(({ node, kubelet }) => (kubelet ? [] : [node])),
          'kubernetes.nodes',
          'InvalidResponse',
          (names) => `no kubelet version can be read of Fargate nodes ${names}`,
        ),
        ...namedDoubt(
          fargate.filter(({ metadata }) => outdated.has(metadata.name) && !seen.has(metadata.name)),
          'kubernetes.pods',
          'NotFound',
          (names) => `no pod was seen on outdated Fargate nodes ${names}`,
        ),
      ],
      notApplicable: fargate.length === 0,
    };
  },
});

function namedDoubt(nodes: readonly Node[], evidence: Doubt['evidence'], code: Doubt['code'], text: (names: string) => string): Doubt[] {
  const names = nodes.map(({ metadata }) => metadata.name).sort();
  return names.length > 0 ? [{ evidence, code, message: text(someOf(names)) }] : [];
}

interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What creates the pod again. A ReplicaSet of a Deployment is named after it and the hash that its pods carry. */
function workloadOf(pod: Pod): Workload {
  const { namespace, name, labels } = pod.metadata;
  const at = namespace ?? 'default';
  const controller = controllerOf(pod);
  if (!controller) return { kind: 'Pod', namespace: at, name };
  const suffix = `-${labels?.['pod-template-hash'] ?? ''}`;
  if (controller.kind === 'ReplicaSet' && suffix !== '-' && controller.name.endsWith(suffix))
    return { kind: 'Deployment', namespace: at, name: controller.name.slice(0, -suffix.length) };
  return { kind: controller.kind, namespace: at, name: controller.name };
}

interface OutdatedPod {
  readonly pod: Pod;
  readonly kubelet: KubernetesVersion;
}

function finding(members: readonly OutdatedPod[], controlPlane: KubernetesVersion): FindingDraft {
  const [first] = members;
  if (!first) throw new Error('a workload without pods');
  const workload = workloadOf(first.pod);
  const pods = members.map(({ pod }) => pod.metadata.name).sort();
  const kubelets = [...new Map(members.map(({ kubelet }) => [formatVersion(kubelet), kubelet])).values()]
    .sort(compareVersions)
    .map(formatVersion);
  const who =
    workload.kind === 'Pod'
      ? `Pod ${workload.namespace}/${workload.name} runs`
      : `${count(pods.length, 'pod')} of ${workload.kind} ${workload.namespace}/${workload.name} (${someOf(pods)}) ${pods.length === 1 ? 'runs' : 'run'}`;
  return {
    severity: 'recommended',
    subject: workload,
    message: `${who} on Fargate with kubelet ${kubelets.join(', ')} until re-created: the control plane is on ${formatVersion(controlPlane)}`,
    facts: {
      count: pods.length,
      pods,
      nodes: members.map(({ pod }) => pod.spec?.nodeName ?? null).sort(),
      kubelets,
      controlPlane: formatVersion(controlPlane),
    },
    remediation: remediationOf(workload, pods),
    labels: sharedLabels(members.map(({ pod }) => pod)),
  };
}

function remediationOf({ kind, namespace, name }: Workload, [pod = '']: readonly string[]): string {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
      return `kubectl rollout restart ${kind.toLowerCase()} ${name} --namespace ${namespace}`;
    case 'Job':
      return `Wait for it to end: kubectl wait --for=condition=complete job/${name} --namespace ${namespace} --timeout=1h`;
    case 'Pod':
      return `Nothing creates it again: keep its manifest, then delete and create it. kubectl get pod ${name} --namespace ${namespace} -o yaml`;
    default:
      return `Delete its pods one by one, ${kind} ${name} creates them again: kubectl delete pod ${pod} --namespace ${namespace}`;
  }
}
