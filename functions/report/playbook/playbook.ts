import type { Finding } from '../../checks/finding.ts';
import { eksOperations } from '../../versions/eks-operations.ts';
import { describeNodeGroup } from '../../workloads/node-groups.ts';
import { code, text } from '../markdown.ts';
import { count } from '../text/layout.ts';
import { verdictLook } from '../text/style.ts';
import type { AddonStep } from './plan-addons.ts';
import type { NodeStep } from './plan-nodes.ts';
import type { Hop, UpgradePlan } from './upgrade-plan.ts';

/** The upgrade of one cluster as a document to work through (Markdown): what to fix first, then hop by hop what to run and what to look at.
 *  Only sections that apply. */
export function playbook(plan: UpgradePlan): string {
  const { report, hops } = plan;
  const { cluster } = report;
  const title = hops.length === 0 ? `${cluster.version ?? 'unknown version'}` : [cluster.version, ...cluster.hops].join(' → ');
  const numbered = [preparation(plan), ...hops.map((hop, index) => hopSection(plan, hop, index === hops.length - 1))].filter(
    (section) => section !== undefined,
  );
  const blocks = [
    `# Upgrade playbook: ${text(cluster.name)}, ${title}`,
    introduction(plan),
    ...(hops.length > 0 ? [overview(plan)] : []),
    ...numbered.flatMap(({ heading, parts }, index) => [`## ${index + 1}. ${heading}`, ...parts]),
    ...notSeen(plan),
  ];
  return `${blocks.join('\n\n')}\n`;
}

interface Section {
  readonly heading: string;
  readonly parts: readonly string[];
}

function introduction({ report, hops }: UpgradePlan): string {
  const { cluster, verdict, analyzedAt, support } = report;
  const { words } = verdictLook[verdict];
  const until = support.status === 'standard' ? support.endOfStandardSupport : support.endOfExtendedSupport;
  const lines = [
    `- Cluster: ${text(cluster.name)}, account ${text(cluster.accountName ?? cluster.accountId)} (${cluster.accountId}), ${cluster.region}`,
    `- Verdict: **${words}**, as of ${analyzedAt}`,
    ...(until === null ? [] : [`- ${support.status === 'standard' ? 'Standard' : 'Extended'} support ends on ${until}`]),
    ...(support.monthlySurchargeUsd > 0 ? [`- Extended support costs ${support.monthlySurchargeUsd} USD a month`] : []),
    ...(hops.length === 0 ? ['- No newer version is offered: there is nothing to upgrade to'] : []),
    ...(hops.length > 1 ? [`- EKS updates one minor at a time: ${count(hops.length, 'update')} of the control plane`] : []),
  ];
  return lines.join('\n');
}

function overview({ hops, autoMode }: UpgradePlan): string {
  const { expected, max } = eksOperations.controlPlaneUpdateMinutes;
  const rows = hops.flatMap((hop) => [
    ...nodeRows(hop.nodes.before, `before ${hop.to}`),
    [`Control plane to ${hop.to}`, `${expected} to ${max} min`],
    ...(hop.addons.before.length + hop.addons.after.length === 0
      ? []
      : [[`${count(hop.addons.before.length + hop.addons.after.length, 'add-on update')} around it`, 'minutes each']]),
    ...(autoMode ? [['Nodes of EKS Auto Mode', 'by themselves']] : []),
    ...nodeRows(hop.nodes.after, `to ${hop.to}`),
  ]);
  return [['Step', 'Expected'], ['---', '---'], ...rows].map((cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`).join('\n');
}

const nodeRows = (steps: readonly NodeStep[], when: string) =>
  steps.map((step) => [
    `${text(sentenceCase(describeNodeGroup(step.group)))} ${when} (${count(step.nodes, 'node')})`,
    step.minutes === null ? 'depends on the pods' : `${step.minutes} min`,
  ]);

/** What counts already, whatever comes next. */
function preparation({ now, report }: UpgradePlan): Section | undefined {
  const required = now.filter(({ severity }) => severity === 'required');
  const recommended = now.filter(({ severity }) => severity === 'recommended');
  const unknown = report.checks.filter(({ status }) => status === 'unknown');
  if (required.length + recommended.length + unknown.length === 0) return undefined;
  return {
    heading: 'Before anything else',
    parts: [
      ...(required.length > 0
        ? ['**Must be done first.** The upgrade fails otherwise, or support, data or service is lost.', tasks(required)]
        : []),
      ...(unknown.length > 0
        ? [
            '**Find out.** Nobody could see these; do not start before they are known.',
            unknown
              .map(
                ({ check, missing }) =>
                  `- [ ] ${code(check)}: ${text(missing.map(({ evidence, code: why, message }) => `${evidence} (${why}): ${message}`).join('; '))}`,
              )
              .join('\n'),
          ]
        : []),
      ...(recommended.length > 0 ? ['**Better done first.**', briefTasks(recommended)] : []),
    ],
  };
}

function hopSection({ report, autoMode }: UpgradePlan, hop: Hop, isLast: boolean): Section {
  const { region, name } = report.cluster;
  const { findings, addons, nodes } = hop;
  const required = findings.filter(({ severity }) => severity === 'required');
  const others = findings.filter(({ severity }) => severity === 'recommended');
  const at = `--region ${region} --name ${name}`;
  const { expected, max } = eksOperations.controlPlaneUpdateMinutes;
  return {
    heading: `${hop.from} → ${hop.to}`,
    parts: [
      ...(required.length > 0 ? [`### Fix first: ${hop.to} does not work without it`, tasks(required)] : []),
      ...(others.length > 0 ? ['### Look at', briefTasks(others)] : []),
      ...(nodes.before.length > 0
        ? [
            `### Nodes that ${hop.to} would leave behind`,
            `Their kubelet would be older than Kubernetes supports beside ${hop.to}.`,
            ...nodes.before.map(nodeTask),
          ]
        : []),
      ...(addons.before.length > 0 ? ['### Add-ons, before the control plane', addonTasks(addons.before, region, name)] : []),
      '### Control plane',
      `Takes ${expected} to ${max} minutes; nodes and pods go on meanwhile.`,
      fenced([
        `aws eks update-cluster-version ${at} --kubernetes-version ${hop.to}`,
        `aws eks wait cluster-active ${at}`,
        `aws eks describe-cluster ${at} --query cluster.version --output text`,
      ]),
      ...(addons.after.length > 0 ? ['### Add-ons', addonTasks(addons.after, region, name)] : []),
      ...(addons.notPlanned.length > 0
        ? [
            `No version is known for ${text(addons.notPlanned.join(', '))} on ${hop.to}: ask ${code('aws eks describe-addon-versions')} or the vendor.`,
          ]
        : []),
      ...(autoMode
        ? ['### Nodes of EKS Auto Mode', 'EKS replaces them by itself, within the disruption budgets of their node pools and of the pods.']
        : []),
      ...(nodes.after.length > 0 ? ['### Nodes', ...nodes.after.map(nodeTask)] : []),
      ...(nodes.waiting.length > 0 ? [waitingText(nodes.waiting)] : []),
      '### Verify',
      fenced(verification(region, name)),
      '### Way back',
      wayBack(hop, report.cluster, isLast),
    ],
  };
}

function verification(region: string, name: string): string[] {
  return [
    `kubectl get --raw '/readyz?verbose'`,
    'kubectl get nodes --output wide',
    'kubectl get pods --all-namespaces --field-selector status.phase!=Running,status.phase!=Succeeded',
    `aws eks list-insights --region ${region} --cluster-name ${name} --filter categories=UPGRADE_READINESS`,
    `greenlight scan --region ${region} --cluster ${name}`,
  ];
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html */
function wayBack({ from, to, nodes }: Hop, { region, name }: { readonly region: string; readonly name: string }, isLast: boolean): string {
  const newer = nodes.after.map(({ group }) => describeNodeGroup(group));
  return [
    `Until ${eksOperations.controlPlaneRollbackDays} days after the update, the control plane can go back to ${from}: one minor, objects and workloads stay, add-ons and nodes do not follow.`,
    ...(newer.length > 0
      ? [
          ` No node may be newer than ${from} then: ${text(newer.join(', '))} would have to go back first, so leave them on ${from} until you trust ${to}.`,
        ]
      : []),
    ...(isLast ? [] : [' The next hop ends this: only its own step can be undone.']),
    `\n\n${fenced([
      `aws eks list-insights --region ${region} --cluster-name ${name} --filter categories=ROLLBACK_READINESS`,
      `aws eks update-cluster-version --region ${region} --name ${name} --kubernetes-version ${from}`,
    ])}`,
  ].join('');
}

/** The whole of a finding, with its command. */
function tasks(findings: readonly Finding[]): string {
  return findings
    .map(
      (finding) => `- [ ] ${text(finding.message)} [${finding.check}](<${finding.documentation}>)\n\n${indented(finding.remediation, '')}`,
    )
    .join('\n\n');
}

/** Of one check the first few, and how many more: the report has all of them. */
function briefTasks(findings: readonly Finding[]): string {
  const shown = 3;
  const byCheck = Map.groupBy(findings, ({ check }) => check);
  return [...byCheck.values()]
    .flatMap((same) => [
      ...same.slice(0, shown).map(({ message, check, documentation }) => `- [ ] ${text(message)} [${check}](<${documentation}>)`),
      ...(same.length > shown ? [`- and ${same.length - shown} more of ${code(same[0]?.check ?? '')}`] : []),
    ])
    .join('\n');
}

function addonTasks(steps: readonly AddonStep[], region: string, name: string): string {
  return steps
    .map(
      (step) =>
        `- [ ] ${text(step.name)} ${text(step.from)} → ${text(step.to)}\n\n${indented(`${step.command}\naws eks wait addon-active --region ${region} --cluster-name ${name} --addon-name ${step.name}`)}`,
    )
    .join('\n\n');
}

function nodeTask({ group, from, to, nodes, minutes, how, commands }: NodeStep): string {
  const time = minutes === null ? '' : `, about ${minutes} min`;
  return `- [ ] ${text(sentenceCase(describeNodeGroup(group)))}: ${from} → ${to}, ${count(nodes, 'node')}${time}. ${text(how)}\n\n${indented(commands.join('\n'))}`;
}

function waitingText(waiting: Hop['nodes']['waiting']): string {
  const listed = waiting.map(({ group, version }) => `${describeNodeGroup(group)} (${version})`);
  return `Nodes may stay as they are until a later hop: ${text(listed.join(', '))}.`;
}

function notSeen({ notSeen: missing }: UpgradePlan): string[] {
  if (missing.length === 0) return [];
  return [
    '## What this plan leaves out',
    missing.map(({ evidence, code: why }) => `- ${code(evidence)} was not seen (${why}): its part of the plan is missing.`).join('\n'),
  ];
}

function fenced(lines: readonly string[]): string {
  return ['```shell', ...lines, '```'].join('\n');
}

/** A block of code below an item of a list. */
function indented(commands: string, language = 'shell'): string {
  const fence = '`'.repeat(Math.max(3, ...[...commands.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [`${fence}${language}`, ...commands.split('\n'), fence].map((line) => `  ${line}`).join('\n');
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
