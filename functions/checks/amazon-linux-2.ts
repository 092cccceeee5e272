import type { ClusterIdentity } from '../inventory/inventory.ts';
import { daysUntil } from '../versions/days.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import {
  aboutGroup,
  amazonLinux2Facts as facts,
  findAmazonLinux2,
  howToLeave,
  nodeFacts,
  type OnAmazonLinux2,
  sentenceStart,
} from './amazon-linux-2-nodes.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count } from './phrases.ts';

/** The day on which the facts about Amazon Linux 2 were last read from their source. */
export const amazonLinux2AsOf: string = facts.asOf;

const lastVersion = formatVersion(facts.lastKubernetesVersionWithAmi);

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
    const { affected, unknown } = findAmazonLinux2(nodegroups, nodes);
    return { findings: affected.flatMap((one) => [...hopFindings(one, target, identity), endOfLifeFinding(one, now, identity)]), unknown };
  },
});

function hopFindings(affected: OnAmazonLinux2, target: KubernetesVersion | null, identity: ClusterIdentity): FindingDraft[] {
  const distance = target ? compareVersions(target, facts.lastKubernetesVersionWithAmi) : -1;
  if (!target || distance < 0) return [];
  const hop = formatVersion(target);
  const why =
    distance === 0
      ? `Kubernetes ${lastVersion} is the last version with an Amazon Linux 2 AMI of EKS, and that has had no fixes since ${facts.amiSupportEnded}`
      : `EKS has no Amazon Linux 2 AMI for Kubernetes ${hop}, the last was for ${lastVersion}`;
  return [
    {
      ...aboutGroup(affected),
      severity: distance === 0 ? 'recommended' : 'required',
      hop,
      message: `${sentenceStart(affected)} on Amazon Linux 2: ${why}`,
      facts: { ...nodeFacts(affected), lastKubernetesVersionWithAmi: lastVersion, amiSupportEnded: facts.amiSupportEnded },
      remediation: howToLeave(affected, identity, hop),
    },
  ];
}

function endOfLifeFinding(affected: OnAmazonLinux2, now: Date, identity: ClusterIdentity): FindingDraft {
  const day = facts.operatingSystemEndOfLife;
  const days = daysUntil(now, day);
  const when = days > 0 ? `which reaches its end of life on ${day}, in ${count(days, 'day')}` : `which reached its end of life on ${day}`;
  return {
    ...aboutGroup(affected),
    severity: 'info',
    discriminator: 'end-of-life',
    message: `${sentenceStart(affected)} on Amazon Linux 2, ${when}`,
    facts: { ...nodeFacts(affected), operatingSystemEndOfLife: day, daysToEndOfLife: days },
    remediation: howToLeave(affected, identity),
    documentation: 'https://aws.amazon.com/amazon-linux-2/faqs/',
  };
}
