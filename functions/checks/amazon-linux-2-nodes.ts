import * as z from 'zod';
import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { parseVersion } from '../versions/kubernetes-version.ts';
import { groupNodes, type NodeGroup, nodeGroupOf, sharedLabels } from '../workloads/node-groups.ts';
import type { Doubt } from './define-check.ts';
import factsFile from './facts/amazon-linux-2.json' with { type: 'json' };
import type { FindingDraft } from './finding.ts';
import { countNodes, someOf } from './phrases.ts';

/** What is known of Amazon Linux 2 on EKS. */
export const amazonLinux2Facts = z
  .object({
    source: z.string().min(1),
    asOf: z.iso.date(),
    lastKubernetesVersionWithAmi: z.string().transform((text, context) => {
      const version = parseVersion(text);
      if (!version) context.addIssue('expected a version such as 1.32');
      return version ?? z.NEVER;
    }),
    amiSupportEnded: z.iso.date(),
    operatingSystemEndOfLife: z.iso.date(),
    replacements: z.record(z.string(), z.string()),
  })
  .parse(factsFile);

/** One node group, node pool, or kind of compute on Amazon Linux 2. */
export interface OnAmazonLinux2 {
  readonly group: NodeGroup;
  /** Absent unless it is a managed node group that EKS lists. */
  readonly nodegroup?: Nodegroup;
  /** Nodes seen on Amazon Linux 2; null when nodes were not read. */
  readonly nodes: readonly Node[] | null;
}

/** Who is on Amazon Linux 2, and what could not be told: node groups by their AMI type, with or without nodes, and everything else
 *  (custom AMIs, Karpenter, self-managed) by its nodes. Fargate is left out: its operating system is the business of AWS.
 *  @param nodes undefined when they were not read */
export function findAmazonLinux2(
  nodegroups: readonly Nodegroup[],
  nodes: readonly Node[] | undefined,
): { readonly affected: readonly OnAmazonLinux2[]; readonly unknown: readonly Doubt[] } {
  const candidates = nodes?.filter((node) => nodeGroupOf(node).kind !== 'FargateNodes');
  const byName = new Map(nodegroups.map((nodegroup) => [nodegroup.nodegroupName, nodegroup]));
  const byType = affectedByAmiType(nodegroups, candidates);
  // Their nodes are theirs: only the others have to speak for themselves.
  const others = candidates?.filter((node) => !byType.some(({ group }) => isIn(group, node))) ?? [];
  const typeUnknown = nodegroups.some(
    ({ nodegroupName, amiType }) => !amiType && !others.some((node) => isIn({ kind: 'Nodegroup', name: nodegroupName }, node)),
  );
  const unknown: Doubt[] = [];
  if (typeUnknown)
    unknown.push({
      evidence: 'eks.nodegroups',
      code: 'InvalidResponse',
      message: 'a node group has no amiType, and no node of it was seen',
    });
  if (!others.every(describesItself))
    unknown.push({
      evidence: 'kubernetes.nodes',
      code: 'InvalidResponse',
      message: 'a node says neither its OS image nor its kernel',
    });
  return { affected: [...byType, ...affectedByNodes(byName, others)], unknown };
}

/** `AL2_x86_64` and the like, not `AL2023_…`. */
export function isAmazonLinux2Type(amiType: string | null | undefined): amiType is string {
  return typeof amiType === 'string' && Object.hasOwn(amazonLinux2Facts.replacements, amiType);
}

/** `Amazon Linux 2`, not `Amazon Linux 2023`; a kernel of `amzn2`, not of `amzn2023`. */
function isOnAmazonLinux2(node: Node): boolean {
  const { osImage, kernelVersion } = node.status?.nodeInfo ?? {};
  return /\bAmazon Linux 2(?!\d)/.test(osImage ?? '') || /amzn2(?!\d)/.test(kernelVersion ?? '');
}

function describesItself({ status }: Node): boolean {
  return Boolean(status?.nodeInfo?.osImage || status?.nodeInfo?.kernelVersion);
}

/** Managed groups of an AL2 type, with or without nodes. */
function affectedByAmiType(nodegroups: readonly Nodegroup[], nodes: readonly Node[] | undefined): OnAmazonLinux2[] {
  return nodegroups
    .filter(({ amiType }) => isAmazonLinux2Type(amiType))
    .map((nodegroup) => {
      const group: NodeGroup = { kind: 'Nodegroup', name: nodegroup.nodegroupName };
      return { group, nodegroup, nodes: nodes?.filter((node) => isIn(group, node) && isOnAmazonLinux2(node)) ?? null };
    });
}

/** Everything else is found by its nodes: custom AMIs of managed groups, Karpenter, self-managed. */
function affectedByNodes(nodegroups: ReadonlyMap<string, Nodegroup>, nodes: readonly Node[]): OnAmazonLinux2[] {
  return groupNodes(nodes.filter(isOnAmazonLinux2)).map((grouped) => {
    const nodegroup = grouped.group.kind === 'Nodegroup' ? nodegroups.get(grouped.group.name) : undefined;
    return nodegroup ? { ...grouped, nodegroup } : grouped;
  });
}

function isIn(group: NodeGroup, node: Node): boolean {
  const { kind, name } = nodeGroupOf(node);
  return kind === group.kind && name === group.name;
}

/** Subject, labels and tags of a finding of it. */
export function aboutGroup({ group, nodegroup, nodes }: OnAmazonLinux2): Pick<FindingDraft, 'subject' | 'labels' | 'tags'> {
  return {
    subject: { kind: group.kind, name: group.name, arn: nodegroup?.nodegroupArn ?? null },
    labels: nodegroup?.labels ?? sharedLabels(nodes ?? []),
    tags: nodegroup?.tags,
  };
}

/** `Node group web (AL2_x86_64) is`, to be followed by `on Amazon Linux 2`. A managed group of an AL2 type is on it as a whole; of others
 *  only the nodes that were seen. */
export function sentenceStart({ group, nodegroup, nodes }: OnAmazonLinux2): string {
  if (nodegroup && isAmazonLinux2Type(nodegroup.amiType)) return `Node group ${group.name} (${nodegroup.amiType}) is`;
  const names = namesOf(nodes ?? []);
  return `${countNodes(names.length, group)} (${someOf(names)}) ${names.length === 1 ? 'is' : 'are'}`;
}

export function nodeFacts({ nodegroup, nodes }: OnAmazonLinux2): FindingDraft['facts'] {
  return { amiType: nodegroup?.amiType ?? null, count: nodes?.length ?? null, nodes: nodes && namesOf(nodes) };
}

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ metadata }) => metadata.name).sort();
}

/** How to leave Amazon Linux 2.
 *  @param version minor whose AMI is wanted; left open where no hop is meant */
export function howToLeave({ group, nodegroup, nodes }: OnAmazonLinux2, identity: ClusterIdentity, version = 'KUBERNETES_VERSION'): string {
  const at = `--region ${identity.region}`;
  const replacement = nodegroup?.amiType ? amazonLinux2Facts.replacements[nodegroup.amiType] : undefined;
  if (nodegroup && replacement)
    return (
      `Create a node group on Amazon Linux 2023 beside it, then drain and delete it: aws eks create-nodegroup ${at} --cluster-name ${identity.name} ` +
      `--nodegroup-name ${group.name}-al2023 --ami-type ${replacement} --node-role ${nodegroup.nodeRole ?? 'NODE_ROLE_ARN'} ` +
      `--subnets ${nodegroup.subnets?.join(' ') || 'SUBNET_IDS'}`
    );
  if (group.kind === 'NodePool')
    return (
      'Let its node class select an alias of al2023: ' +
      `kubectl get nodepools.karpenter.sh ${group.name} -o jsonpath='{.spec.template.spec.nodeClassRef.name}', then kubectl edit ec2nodeclasses.karpenter.k8s.aws`
    );
  if (group.kind === 'Provisioner')
    return `Move to the v1 API of Karpenter and select an alias of al2023: kubectl get provisioners.karpenter.sh ${group.name} -o yaml`;
  if (group.kind === 'HybridNodes')
    return `Reinstall it with a supported operating system: kubectl drain ${namesOf(nodes ?? [])[0] ?? 'NODE'} --ignore-daemonsets`;
  const architecture = nodes?.[0]?.status?.nodeInfo?.architecture === 'arm64' ? 'arm64' : 'x86_64';
  return (
    'Build its AMI from Amazon Linux 2023: ' +
    `aws ssm get-parameter ${at} --name /aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${architecture}/standard/recommended/image_id`
  );
}
