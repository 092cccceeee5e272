import type { AutoScalingGroup } from '../inventory/evidence/autoscaling-groups.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { type GroupedNodes, groupNodes, nodeGroupOf, sharedLabels } from '../workloads/node-groups.ts';
import { isMaintainedByAws } from './aws-maintained-nodes.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, countNodes, someOf } from './phrases.ts';
import { aboutAutoScalingGroup, isSelfManaged } from './self-managed-groups.ts';

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/update-workers.html';

/** Nodes that neither EKS nor Karpenter replaces: an upgrade leaves them behind until their owner acts. */
export const selfManagedNodes = defineCheck({
  id: 'self-managed-nodes',
  title: 'Self-managed nodes',
  scope: 'now',
  needs: ['autoscaling.groups'],
  completedBy: ['kubernetes.nodes'],
  explanation: {
    rule:
      'Auto Scaling groups of the cluster without tag eks:nodegroup-name that have nodes or may get some, and nodes that belong to no Auto Scaling group, managed node group, ' +
      'Karpenter, Fargate or EKS Auto Mode, hybrid nodes among them, are good to know: EKS will not upgrade them. One finding a group.',
    sources: [documentation, 'https://docs.aws.amazon.com/eks/latest/userguide/worker.html'],
  },
  documentation,
  run: ({ identity, groups, nodes = [] }) => {
    const groupByInstance = new Map(
      groups.flatMap((group) => (group.Instances ?? []).map(({ InstanceId }) => [InstanceId, group] as const)),
    );
    const candidates = nodes
      .filter((node) => ['SelfManagedNodes', 'HybridNodes'].includes(nodeGroupOf(node).kind) && !isMaintainedByAws(node))
      .map((node) => ({ node, owner: groupByInstance.get(instanceOf(node)) }));
    const byOwner = Map.groupBy(candidates, ({ owner }) => owner?.AutoScalingGroupName);
    const nodesOf = (name: string | undefined) => (byOwner.get(name) ?? []).map(({ node }) => node);
    const ofGroups = groups
      .filter(isSelfManaged)
      .filter((group) => mayHaveNodes(group) || nodesOf(group.AutoScalingGroupName).length > 0)
      .map((group) => groupFinding(group, nodesOf(group.AutoScalingGroupName), identity));
    return [...ofGroups, ...groupNodes(nodesOf(undefined)).map(nodesFinding)];
  },
});

/** `i-0abc` of `aws:///eu-west-1a/i-0abc`. */
function instanceOf({ spec }: Node): string {
  return spec?.providerID?.split('/').at(-1) ?? '';
}

/** A group that says nothing of its size may have some. */
function mayHaveNodes({ Instances, MaxSize, DesiredCapacity }: AutoScalingGroup): boolean {
  return (Instances?.length ?? 0) > 0 || (DesiredCapacity ?? 0) > 0 || (MaxSize ?? 1) > 0;
}

function groupFinding(group: AutoScalingGroup, nodes: readonly Node[], { region }: ClusterIdentity): FindingDraft {
  const name = group.AutoScalingGroupName;
  const names = namesOf(nodes);
  const size =
    names.length > 0
      ? `${count(names.length, 'node')}: ${someOf(names)}`
      : `${count(group.Instances?.length ?? 0, 'instance')}, no node seen`;
  return {
    ...aboutAutoScalingGroup(group),
    severity: 'info',
    message: `Auto Scaling group ${name} (${size}) is self-managed: EKS will not upgrade its nodes`,
    facts: {
      nodes: names,
      count: names.length,
      instances: (group.Instances ?? []).map(({ InstanceId }) => InstanceId).sort(),
      minSize: group.MinSize ?? null,
      maxSize: group.MaxSize ?? null,
      desiredCapacity: group.DesiredCapacity ?? null,
    },
    remediation:
      'After the upgrade put an AMI of the new version into its launch template, then replace the nodes: ' +
      `aws autoscaling start-instance-refresh --region ${region} --auto-scaling-group-name ${name}`,
    labels: sharedLabels(nodes),
  };
}

function nodesFinding({ group, nodes }: GroupedNodes<Node>): FindingDraft {
  const names = namesOf(nodes);
  const [first = ''] = names;
  return {
    severity: 'info',
    subject: { kind: group.kind, name: group.name },
    message: `${countNodes(names.length, group)} (${someOf(names)}) ${names.length === 1 ? 'belongs' : 'belong'} to no group that EKS knows: EKS will not upgrade ${names.length === 1 ? 'it' : 'them'}`,
    facts: { nodes: names, count: names.length },
    remediation:
      group.kind === 'HybridNodes'
        ? `After the upgrade, node by node: kubectl drain ${first} --ignore-daemonsets, then nodeadm upgrade with the new version`
        : `After the upgrade replace them by nodes of the new version, one by one after: kubectl drain ${first} --ignore-daemonsets`,
    labels: sharedLabels(nodes),
  };
}

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ metadata }) => metadata.name).sort();
}
