import * as z from 'zod';
import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { daysUntil } from '../versions/days.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { describeNodeGroup, groupNodes, type NodeGroup, nodeGroupOf, sharedLabels } from '../workloads/node-groups.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import amazonLinux2Facts from './facts/amazon-linux-2.json' with { type: 'json' };
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

const facts = z
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
  .parse(amazonLinux2Facts);

/** The day on which the facts about Amazon Linux 2 were last read from their source. */
export const amazonLinux2AsOf: string = facts.asOf;

const lastVersion = formatVersion(facts.lastKubernetesVersionWithAmi);

/** One node group, node pool, or kind of compute on Amazon Linux 2. */
interface Affected {
  readonly group: NodeGroup;
  /** Absent unless it is a managed node group that EKS lists. */
  readonly nodegroup?: Nodegroup;
  /** Nodes seen on Amazon Linux 2; null when nodes were not read. */
  readonly nodes: readonly Node[] | null;
}

/** Nodes on Amazon Linux 2, for which EKS builds no images beyond Kubernetes 1.32.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html */
export const amazonLinux2 = defineCheck({
  id: 'amazon-linux-2',
  title: 'Nodes on Amazon Linux 2',
  scope: 'now',
  against: 'each-hop',
  needs: ['eks.nodegroups'],
  uses: ['kubernetes.nodes'],
  explanation: {
    rule:
      `Node groups with an Amazon Linux 2 AMI type, and nodes whose operating system or kernel says so, are recommended to leave when the target is ${lastVersion}, the last version ` +
      `with an AMI, and required beyond it. Whatever the target, the end of life of the operating system on ${facts.operatingSystemEndOfLife} is info. One finding a node group, ` +
      'node pool or kind of compute. Fargate nodes are left out: their operating system is the business of AWS.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html',
      'https://aws.amazon.com/amazon-linux-2/faqs/',
    ],
    elsewhere: 'EKS008',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html',
  run: ({ identity, nodegroups, nodes, target, now }): CheckOutcome => {
    const candidates = nodes?.filter((node) => nodeGroupOf(node).kind !== 'FargateNodes');
    const byName = new Map(nodegroups.map((nodegroup) => [nodegroup.nodegroupName, nodegroup]));
    const byType = affectedByAmiType(nodegroups, candidates);
    // Their nodes are theirs: only the others have to speak for themselves.
    const others = candidates?.filter((node) => !byType.some(({ group }) => isIn(group, node))) ?? [];
    const affected = [...byType, ...affectedByNodes(byName, others)];
    const typeUnknown = nodegroups.some(
      ({ nodegroupName, amiType }) => !amiType && !others.some((node) => isIn({ kind: 'Nodegroup', name: nodegroupName }, node)),
    );
    return {
      findings: affected.flatMap((one) => [...hopFindings(one, target, identity), endOfLifeFinding(one, now, identity)]),
      unknown: [
        ...(typeUnknown
          ? [
              {
                evidence: 'eks.nodegroups',
                code: 'InvalidResponse',
                message: 'a node group has no amiType, and no node of it was seen',
              } as const,
            ]
          : []),
        ...(others.every(describesItself)
          ? []
          : [
              {
                evidence: 'kubernetes.nodes',
                code: 'InvalidResponse',
                message: 'a node says neither its OS image nor its kernel',
              } as const,
            ]),
      ],
    };
  },
});

function isAmazonLinux2Type(amiType: string | null | undefined): amiType is string {
  return typeof amiType === 'string' && Object.hasOwn(facts.replacements, amiType);
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
function affectedByAmiType(nodegroups: readonly Nodegroup[], nodes: readonly Node[] | undefined): Affected[] {
  return nodegroups
    .filter(({ amiType }) => isAmazonLinux2Type(amiType))
    .map((nodegroup) => {
      const group: NodeGroup = { kind: 'Nodegroup', name: nodegroup.nodegroupName };
      return { group, nodegroup, nodes: nodes?.filter((node) => isIn(group, node) && isOnAmazonLinux2(node)) ?? null };
    });
}

/** Everything else is found by its nodes: custom AMIs of managed groups, Karpenter, self-managed. */
function affectedByNodes(nodegroups: ReadonlyMap<string, Nodegroup>, nodes: readonly Node[]): Affected[] {
  return groupNodes(nodes.filter(isOnAmazonLinux2)).map((grouped) => {
    const nodegroup = grouped.group.kind === 'Nodegroup' ? nodegroups.get(grouped.group.name) : undefined;
    return nodegroup ? { ...grouped, nodegroup } : grouped;
  });
}

function isIn(group: NodeGroup, node: Node): boolean {
  const { kind, name } = nodeGroupOf(node);
  return kind === group.kind && name === group.name;
}

function hopFindings(affected: Affected, target: KubernetesVersion | null, identity: ClusterIdentity): FindingDraft[] {
  const distance = target ? compareVersions(target, facts.lastKubernetesVersionWithAmi) : -1;
  if (!target || distance < 0) return [];
  const hop = formatVersion(target);
  const why =
    distance === 0
      ? `Kubernetes ${lastVersion} is the last version with an Amazon Linux 2 AMI of EKS, and that has had no fixes since ${facts.amiSupportEnded}`
      : `EKS has no Amazon Linux 2 AMI for Kubernetes ${hop}, the last was for ${lastVersion}`;
  return [
    {
      ...about(affected),
      severity: distance === 0 ? 'recommended' : 'required',
      hop,
      message: `${sentenceStart(affected)} on Amazon Linux 2: ${why}`,
      facts: { ...factsOf(affected), lastKubernetesVersionWithAmi: lastVersion, amiSupportEnded: facts.amiSupportEnded },
      remediation: remediationOf(affected, identity, hop),
    },
  ];
}

function endOfLifeFinding(affected: Affected, now: Date, identity: ClusterIdentity): FindingDraft {
  const day = facts.operatingSystemEndOfLife;
  const days = daysUntil(now, day);
  const when =
    days > 0 ? `which reaches its end of life on ${day}, in ${count(days, 'day')}` : `which is past its end of life since ${day}`;
  return {
    ...about(affected),
    severity: 'info',
    discriminator: 'end-of-life',
    message: `${sentenceStart(affected)} on Amazon Linux 2, ${when}`,
    facts: { ...factsOf(affected), operatingSystemEndOfLife: day, daysToEndOfLife: days },
    remediation: remediationOf(affected, identity),
    documentation: 'https://aws.amazon.com/amazon-linux-2/faqs/',
  };
}

function about({ group, nodegroup, nodes }: Affected): Pick<FindingDraft, 'subject' | 'labels' | 'tags'> {
  return {
    subject: { kind: group.kind, name: group.name, arn: nodegroup?.nodegroupArn ?? null },
    labels: nodegroup?.labels ?? sharedLabels(nodes ?? []),
    tags: nodegroup?.tags,
  };
}

/** A managed group of an AL2 type is on AL2 as a whole; of others only the nodes that were seen. */
function sentenceStart({ group, nodegroup, nodes }: Affected): string {
  const described = describeNodeGroup(group);
  if (nodegroup && isAmazonLinux2Type(nodegroup.amiType)) return `Node group ${group.name} (${nodegroup.amiType}) is`;
  const names = namesOf(nodes ?? []);
  return `${count(names.length, 'node')} of ${described} (${someOf(names)}) ${names.length === 1 ? 'is' : 'are'}`;
}

function factsOf({ nodegroup, nodes }: Affected): FindingDraft['facts'] {
  return { amiType: nodegroup?.amiType ?? null, count: nodes?.length ?? null, nodes: nodes && namesOf(nodes) };
}

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ metadata }) => metadata.name).sort();
}

/** @param version minor whose AMI is wanted; left open where no hop is meant */
function remediationOf({ group, nodegroup, nodes }: Affected, identity: ClusterIdentity, version = 'KUBERNETES_VERSION'): string {
  const at = `--region ${identity.region}`;
  const replacement = nodegroup?.amiType ? facts.replacements[nodegroup.amiType] : undefined;
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
