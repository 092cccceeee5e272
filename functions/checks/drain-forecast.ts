import { type BlockedPod, type BlockingReason, type ForecastOfNode, forecastDrain } from '../workloads/drain-forecast.ts';
import { compareReasons } from '../workloads/drain-reasons.ts';
import { recordedVolume } from '../workloads/recorded-volume.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

/** What each reason means for a node, and what to do about its pods; `POD` stands for `NAME -n NAMESPACE` of the first. */
const blockers: Readonly<Record<BlockingReason, { readonly why: string; readonly remedy: string }>> = {
  'stuck-terminating': {
    why: 'pods there are being deleted and do not end',
    remedy: 'See what holds them, a finalizer or a volume: kubectl get pod POD -o yaml',
  },
  'daemonset-missing': { why: 'pods there belong to a DaemonSet that is gone', remedy: 'Delete them: kubectl delete pod POD' },
  'daemonset-unverifiable': {
    why: 'whether the DaemonSet of pods there still exists could not be read',
    remedy: 'Let the scan list DaemonSets: kubectl auth can-i list daemonsets.apps --all-namespaces',
  },
  unmanaged: {
    why: 'pods there have no controller and would be lost',
    remedy: 'Let a Deployment run them, or delete them: kubectl delete pod POD',
  },
  'owner-missing': {
    why: 'the controller of pods there is gone, and they would be lost',
    remedy: 'Let a Deployment run them, or delete them: kubectl delete pod POD',
  },
  'empty-dir-protected': { why: 'the emptyDir of pods there is protected', remedy: 'Save its data: kubectl describe pod POD' },
  'disruption-refused': {
    why: 'pods there are annotated not to be disrupted',
    remedy: 'When they may move: kubectl annotate pod POD karpenter.sh/do-not-disrupt- cluster-autoscaler.kubernetes.io/safe-to-evict-',
  },
  'job-overdue': { why: 'Jobs there do not end in time', remedy: 'Wait for them: kubectl describe pod POD' },
  'data-on-node': {
    why: 'pods there keep data on the disk of the node (hostPath or a local volume)',
    remedy: 'Move the data to a volume that follows the pod: kubectl describe pod POD',
  },
  'returns-to-cordoned-node': {
    why: 'pods there would come back to the cordoned node',
    remedy: 'Take the toleration of node.kubernetes.io/unschedulable, or the nodeName, out of the template: kubectl get pod POD -o yaml',
  },
  'no-destination': {
    why: 'pods there select this very node, or labels that no other has',
    remedy: 'Loosen their node selector or affinity: kubectl get pod POD -o yaml',
  },
  'volume-zone-not-covered': {
    why: 'pods there have a volume in a zone without a Ready node',
    remedy: 'Bring a node of that zone up: kubectl get nodes -L topology.kubernetes.io/zone; kubectl describe pod POD',
  },
  'two-budgets': {
    why: 'pods there are selected by two budgets, so that every eviction answers 500',
    remedy: 'Let one budget select each pod: kubectl describe pod POD',
  },
  'budget-never-allows': {
    why: 'pods there are kept by a budget that can never allow an eviction',
    remedy: 'Let the budget allow one disruption, or add a replica: kubectl describe pod POD',
  },
  'budget-keeps-crash-looping': {
    why: 'pods there are kept by a budget some of whose pods crash',
    remedy: 'Repair what crashes, or set unhealthyPodEvictionPolicy AlwaysAllow: kubectl describe pod POD',
  },
  'grace-exceeds-deadline': {
    why: 'pods there may take longer to end than the 30 minutes that a node is given',
    remedy: 'Shorten terminationGracePeriodSeconds, or plan for it: kubectl get pod POD -o yaml',
  },
};

/** What would stop the drain of each node, before anybody begins one, with the verdicts of a rotation.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html */
export const drainForecast = defineCheck({
  id: 'drain-forecast',
  title: 'Drain forecast',
  essential: ({ pods }) => pods !== undefined,
  scope: 'now',
  needs: ['kubernetes.pods', 'kubernetes.nodes', 'kubernetes.podDisruptionBudgets', 'kubernetes.daemonSets'],
  completedBy: [
    'kubernetes.deployments',
    'kubernetes.replicaSets',
    'kubernetes.statefulSets',
    'kubernetes.jobs',
    'kubernetes.persistentVolumes',
  ],
  explanation: {
    rule:
      'Every pod of every node gets the verdict that a rotation gives it (evict, skip, wait, block), with the safest settings and as ' +
      'if the node were replaced by one with the same labels. Nodes with a pod that blocks are recommended to be looked at: ' +
      'one finding for each reason, with all nodes and pods in its facts; a pod with several reasons stands under each. Nodes of ' +
      'Fargate are not drained and left out. Without one of the kinds of controllers, or the volumes, nothing passes.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html',
      'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
    ],
  },
  documentation: 'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
  run: (seen): CheckOutcome => {
    const { identity, now, persistentVolumes } = seen;
    const forecast = forecastDrain({
      now: now.getTime(),
      pods: seen.pods,
      nodes: seen.nodes,
      podDisruptionBudgets: seen.podDisruptionBudgets,
      daemonSets: seen.daemonSets,
      ...(seen.deployments && { deployments: seen.deployments }),
      ...(seen.replicaSets && { replicaSets: seen.replicaSets }),
      ...(seen.statefulSets && { statefulSets: seen.statefulSets }),
      ...(seen.jobs && { jobs: seen.jobs }),
      ...(persistentVolumes && { persistentVolumes: persistentVolumes.map(recordedVolume) }),
    });
    const byReason = Map.groupBy(
      forecast.flatMap((node) => node.blocked.map((blocked) => ({ node, blocked }))),
      ({ blocked }) => blocked.reason,
    );
    return {
      notApplicable: forecast.length === 0,
      findings: [...byReason]
        .sort(([a], [b]) => compareReasons(a, b))
        .map(([reason, members]) => finding(reason, members, { name: identity.name, arn: identity.arn })),
    };
  },
});

interface Member {
  readonly node: ForecastOfNode;
  readonly blocked: BlockedPod;
}

/** @param members by node, namespace and name */
function finding(
  reason: BlockingReason,
  members: readonly Member[],
  cluster: { readonly name: string; readonly arn: string },
): FindingDraft {
  const { why, remedy } = blockers[reason];
  const byNode = [...Map.groupBy(members, ({ node }) => node)];
  const first = members[0]?.blocked;
  const names = byNode.map(([{ node }, ofNode]) => `${node}: ${someOf(ofNode.map(nameOf))}`);
  return {
    severity: 'recommended',
    subject: { kind: 'Cluster', name: cluster.name, arn: cluster.arn },
    discriminator: reason,
    message: `${count(byNode.length, 'node')} cannot be drained, ${why} (${count(members.length, 'pod')}): ${someNodes(names)}`,
    facts: {
      reason,
      why,
      pods: members.length,
      nodes: byNode.map(([{ node, group }, ofNode]) => ({
        node,
        nodeGroup: group.name,
        pods: ofNode.map(nameOf),
      })),
    },
    remediation: first ? remedy.replace('POD', `${first.pod} -n ${first.namespace}`) : remedy,
  };
}

function nameOf({ blocked }: Member): string {
  return `${blocked.namespace}/${blocked.pod}`;
}

/** `a: shop/x; b: shop/y and 2 more nodes` */
function someNodes(names: readonly string[]): string {
  const rest = names.length - 3;
  return names.slice(0, 3).join('; ') + (rest > 0 ? ` and ${count(rest, 'more node')}` : '');
}
