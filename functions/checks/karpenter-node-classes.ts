import type { Ec2NodeClass, NodePool } from '../inventory/evidence/kubernetes-karpenter.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { datedFacts, kubernetesMinor } from './dated-facts.ts';
import { type CheckOutcome, type Doubt, defineCheck } from './define-check.ts';
import amazonLinux2Facts from './facts/amazon-linux-2.json' with { type: 'json' };
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

const { lastKubernetesVersionWithAmi } = datedFacts.extend({ lastKubernetesVersionWithAmi: kubernetesMinor }).parse(amazonLinux2Facts);

/** Karpenter follows an upgrade by drift: its nodes are replaced once the AMI that their node class selects is another. These node classes
 *  and node pools keep it from that.
 *  @see https://karpenter.sh/docs/concepts/nodeclasses/#specamiselectorterms
 *  @see https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets */
export const karpenterNodeClasses = defineCheck({
  id: 'karpenter-node-classes',
  title: 'Karpenter node classes',
  scope: 'upgrade',
  needs: ['kubernetes.ec2NodeClasses', 'kubernetes.nodePools'],
  explanation: {
    rule:
      `Required: an EC2NodeClass whose AMI is pinned by id (every term of its selector), and one on Amazon Linux 2 (alias \`al2@…\`, ` +
      `or family AL2 without terms) when the target is beyond ${formatVersion(lastKubernetesVersionWithAmi)}. ` +
      'Recommended: an alias with a pinned version (`al2023@v20250101`), and a node pool with a disruption budget of 0 or 0% nodes ' +
      'that has no schedule and no list of reasons without Drifted: its nodes will never drift. ' +
      'A node class that no node pool uses gives info. A selector of ids and other terms, of names, tags or parameters says nothing ' +
      'by itself and is not judged.',
    sources: ['https://karpenter.sh/docs/concepts/nodeclasses/', 'https://karpenter.sh/docs/concepts/disruption/'],
    elsewhere: 'AX',
  },
  documentation: 'https://karpenter.sh/docs/concepts/nodeclasses/#specamiselectorterms',
  run: ({ ec2NodeClasses, nodePools, target }): CheckOutcome => {
    if (!target || ec2NodeClasses.length + nodePools.length === 0) return { findings: [], notApplicable: true };
    const judged = ec2NodeClasses.map((nodeClass) => judge(nodeClass, target));
    return {
      findings: [
        ...judged.flatMap((one) => ('problem' in one ? [classFinding(one, poolsUsing(one.nodeClass, nodePools), target)] : [])),
        ...nodePools.flatMap((pool) => budgetFinding(pool, target)),
      ],
      unknown: judged.flatMap((one) => ('doubt' in one ? [one.doubt] : [])),
    };
  },
});

interface Judged {
  readonly nodeClass: Ec2NodeClass;
  readonly problem: 'ami-id' | 'amazon-linux-2' | 'alias-version';
  /** The ids or the alias. */
  readonly selected: readonly string[];
}

function judge(nodeClass: Ec2NodeClass, target: KubernetesVersion): Judged | { readonly doubt: Doubt } | { readonly fine: true } {
  const { amiFamily, amiSelectorTerms } = nodeClass.spec ?? {};
  const terms = amiSelectorTerms ?? [];
  if (terms.length === 0 && !amiFamily) {
    const message = `EC2NodeClass ${nodeClass.metadata.name} says neither which AMI it selects nor a family`;
    return { doubt: { evidence: 'kubernetes.ec2NodeClasses', code: 'InvalidResponse', message } };
  }
  const ids = terms.flatMap(({ id }) => id ?? []);
  if (ids.length > 0 && ids.length === terms.length) return { nodeClass, problem: 'ami-id', selected: ids.toSorted() };
  // The API before v1 took the newest AMI of the family where no term was given.
  const aliases = terms.length === 0 && amiFamily === 'AL2' ? ['al2@latest'] : terms.flatMap(({ alias }) => alias ?? []);
  const beyondAl2 = compareVersions(target, lastKubernetesVersionWithAmi) > 0;
  const onAl2 = aliases.filter((alias) => /^al2@/i.test(alias));
  if (onAl2.length > 0 && beyondAl2) return { nodeClass, problem: 'amazon-linux-2', selected: onAl2 };
  const pinned = aliases.filter((alias) => !/^[^@]+@latest$/i.test(alias));
  return pinned.length > 0 ? { nodeClass, problem: 'alias-version', selected: pinned } : { fine: true };
}

/** Names of the node pools that make nodes of the class; one that says no class may. */
function poolsUsing({ metadata }: Ec2NodeClass, nodePools: readonly NodePool[]): string[] {
  return nodePools
    .filter(({ spec }) => {
      const { name, kind } = spec?.template?.spec?.nodeClassRef ?? {};
      return !name || (name === metadata.name && (!kind || kind === 'EC2NodeClass'));
    })
    .map((pool) => pool.metadata.name)
    .sort();
}

function classFinding({ nodeClass, problem, selected }: Judged, pools: readonly string[], target: KubernetesVersion): FindingDraft {
  const { name, labels } = nodeClass.metadata;
  const hop = formatVersion(target);
  const used = pools.length > 0 ? `, used by node pool${pools.length === 1 ? '' : 's'} ${someOf(pools)}` : ', used by no node pool';
  const what = {
    'ami-id': `AMI ${someOf(selected)}`,
    'amazon-linux-2': `alias ${someOf(selected)}`,
    'alias-version': `alias ${someOf(selected)}`,
  }[problem];
  const family = /^[^@]+/.exec(selected[0] ?? '')?.[0] ?? 'al2023';
  const [effect, alias] = {
    'ami-id': [`new nodes keep its kubelet after the upgrade to ${hop}`, 'al2023@latest'],
    'amazon-linux-2': [
      `EKS has no Amazon Linux 2 AMI for Kubernetes ${hop}, the last was for ${formatVersion(lastKubernetesVersionWithAmi)}`,
      'al2023@latest',
    ],
    'alias-version': ['patches reach its nodes only when somebody changes the version', `${family}@latest`],
  }[problem];
  return {
    severity: pools.length === 0 ? 'info' : problem === 'alias-version' ? 'recommended' : 'required',
    subject: { kind: 'EC2NodeClass', name },
    discriminator: problem,
    hop,
    message: `EC2NodeClass ${name}${used}, is pinned to ${what}: ${effect}`,
    facts: { problem, selected: [...selected], nodePools: [...pools] },
    remediation:
      `Try it on a node pool of its own, then: kubectl patch ec2nodeclasses.karpenter.k8s.aws ${name} --type merge ` +
      `-p '{"spec":{"amiSelectorTerms":[{"alias":"${alias}"}]}}'`,
    labels,
  };
}

/** All budgets of a node pool hold at once: one that is always 0 is enough. */
function budgetFinding({ metadata: { name, labels }, spec }: NodePool, target: KubernetesVersion): FindingDraft[] {
  const budgets = spec?.disruption?.budgets ?? [];
  const never = budgets.filter(
    ({ nodes, schedule, reasons }) => /^0+%?$/.test(nodes ?? '') && !schedule && (!reasons?.length || reasons.includes('Drifted')),
  );
  if (never.length === 0) return [];
  const expireAfter = spec?.template?.spec?.expireAfter ?? null;
  return [
    {
      severity: 'recommended',
      subject: { kind: 'NodePool', name },
      discriminator: 'drift-budget',
      hop: formatVersion(target),
      message:
        `NodePool ${name} allows the disruption of ${never.map(({ nodes }) => nodes).join(' and ')} nodes at any time ` +
        `(${count(never.length, 'budget')} of ${budgets.length}): ` +
        `drift will never roll its nodes to Kubernetes ${formatVersion(target)}`,
      facts: { budgets: never.map(({ nodes, reasons }) => ({ nodes: nodes ?? null, reasons: reasons ?? null })), expireAfter },
      remediation: `Allow some for drift, or give the budget a schedule: kubectl edit nodepools.karpenter.sh ${name}`,
      documentation: 'https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets',
      labels,
    },
  ];
}
