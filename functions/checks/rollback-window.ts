import * as z from 'zod';
import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { AddonInfo } from '../inventory/evidence/eks-catalogue.ts';
import type { Insight } from '../inventory/evidence/eks-insights.ts';
import type { Update } from '../inventory/evidence/eks-updates.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import { daysUntil, instantOf, isoSeconds } from '../versions/days.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { judgeAddons } from './addon-catalogue.ts';
import { type CheckContext, type CheckOutcome, type Doubt, defineCheck } from './define-check.ts';
import controlPlaneRollbackFacts from './facts/control-plane-rollback.json' with { type: 'json' };
import { count, someOf } from './phrases.ts';

const facts = z
  .object({
    source: z.string().min(1),
    asOf: z.iso.date(),
    /** UTC day from which on EKS can do it. */
    since: z.iso.date(),
    windowDays: z.number().positive(),
    minorsBack: z.number().int().positive(),
    insightCategory: z.string().min(1),
  })
  .parse(controlPlaneRollbackFacts);

/** The day on which the facts about the rollback were last read from their source. */
export const controlPlaneRollbackAsOf: string = facts.asOf;

const millisecondsPerHour = 3_600_000;

/** The last in-place upgrade, as long as it can be taken back. */
interface Upgrade {
  readonly id: string;
  readonly begun: Date;
  readonly closes: Date;
  readonly version: KubernetesVersion;
  readonly previous: KubernetesVersion;
}

/** What stands in the way back, and what was not there to look at. */
interface Obstacles {
  readonly nodes: readonly string[];
  /** `vpc-cni v1.21.1-eksbuild.3` */
  readonly addons: readonly string[];
  readonly insights: readonly string[];
  readonly others: readonly string[];
  /** The version before is one that EKS no longer runs. */
  readonly unsupported: boolean;
  readonly notSeen: readonly string[];
}

/** The days after an upgrade in which EKS takes the control plane back, and what blocks it.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html */
export const rollbackWindow = defineCheck({
  id: 'rollback-window',
  title: 'Rollback of the last upgrade',
  scope: 'now',
  needs: ['eks.updates'],
  uses: ['eks.insights', 'kubernetes.nodes', 'eks.addons', 'eks.addonVersions'],
  explanation: {
    rule:
      `Info for ${facts.windowDays} days after an in-place upgrade of the control plane, since ${facts.since}: when the window closes, counted from the begin of the update (EKS counts from its end, some minutes later), ` +
      `and what blocks the way back by ${count(facts.minorsBack, 'minor')}: nodes newer than the version before (not those of Auto Mode, which EKS takes back itself), add-on versions that EKS does not offer for it, ` +
      `${facts.insightCategory} insights that are ERROR, an update in progress, a version before that is no longer supported (an automatic upgrade at the end of extended support cannot be rolled back), ` +
      'or one in extended support while the upgrade policy is STANDARD.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html',
      'https://docs.aws.amazon.com/eks/latest/best-practices/rollback-cluster-upgrades.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_Update.html',
    ],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html',
  run: (context): CheckOutcome => {
    const { identity, now, updates } = context;
    if (daysUntil(now, facts.since) > 0) return { findings: [], notApplicable: true };
    const unreadable = updates.flatMap(unreadableUpdate);
    const upgrade = lastUpgrade(context);
    if (!upgrade) return { findings: [], unknown: unreadable };
    if ('evidence' in upgrade) return { findings: [], unknown: [...unreadable, upgrade] };
    const obstacles = obstaclesTo(upgrade, context);
    const [version, previous] = [formatVersion(upgrade.version), formatVersion(upgrade.previous)];
    return {
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
          message: messageOf(identity.name, upgrade, obstacles, now),
          facts: {
            version,
            previousVersion: previous,
            updateId: upgrade.id,
            upgradeBegan: isoSeconds(upgrade.begun),
            windowCloses: isoSeconds(upgrade.closes),
            hoursLeft: hoursLeft(upgrade, now),
            newerNodes: [...obstacles.nodes],
            incompatibleAddons: [...obstacles.addons],
            failingInsights: [...obstacles.insights],
            otherObstacles: [...obstacles.others],
            notSeen: [...obstacles.notSeen],
          },
          remediation: obstacles.unsupported
            ? `aws eks describe-update --region ${identity.region} --name ${identity.name} --update-id ${upgrade.id}`
            : `${blockersOf(obstacles, previous).length > 0 ? 'Clear what blocks it, then: ' : ''}` +
              `aws eks update-cluster-version --region ${identity.region} --name ${identity.name} --kubernetes-version ${previous}`,
        },
      ],
      unknown: unreadable,
    };
  },
});

type Context = CheckContext & {
  readonly updates: readonly Update[];
  readonly insights: readonly Insight[] | undefined;
  readonly nodes: readonly Node[] | undefined;
  readonly addons: readonly Addon[] | undefined;
  readonly addonVersions: readonly AddonInfo[] | undefined;
};

const statuses: ReadonlySet<string> = new Set(['InProgress', 'Failed', 'Cancelled', 'Successful']);

/** Both change the version of the control plane. */
function changesVersion({ type }: Update): boolean {
  return type === 'VersionUpdate' || type === 'VersionRollback';
}

function unreadableUpdate(update: Update): Doubt[] {
  const what = !update.type
    ? 'no type'
    : !changesVersion(update)
      ? undefined
      : !statuses.has(update.status ?? '')
        ? 'no status that is known'
        : !instantOf(update.createdAt ?? '')
          ? 'no readable createdAt'
          : undefined;
  return what ? [{ evidence: 'eks.updates', code: 'InvalidResponse', message: `update ${update.id} has ${what}` }] : [];
}

/** The newest change of the version, if that was an upgrade whose window is open; a doubt if it does not fit the control plane. */
function lastUpgrade({ updates, now, controlPlane }: Context): Upgrade | Doubt | undefined {
  const [last] = updates
    .filter((update) => changesVersion(update) && update.status === 'Successful')
    .flatMap((update) => {
      const begun = instantOf(update.createdAt ?? '');
      return begun ? [{ update, begun }] : [];
    })
    .sort((a, b) => b.begun.getTime() - a.begun.getTime());
  if (last?.update.type !== 'VersionUpdate') return undefined;
  const closes = new Date(last.begun.getTime() + facts.windowDays * 24 * millisecondsPerHour);
  if (now >= closes) return undefined;
  const value = last.update.params?.find(({ type }) => type === 'Version')?.value ?? '';
  const version = parseVersion(value);
  if (!version || compareVersions(version, controlPlane) !== 0) {
    const message = `update ${last.update.id} went to ${value || 'no version that it names'}, the control plane runs ${formatVersion(controlPlane)}`;
    return { evidence: 'eks.updates', code: 'InvalidResponse', message };
  }
  const previous = { ...version, minor: version.minor - facts.minorsBack };
  return { id: last.update.id, begun: last.begun, closes, version, previous };
}

function obstaclesTo({ previous }: Upgrade, context: Context): Obstacles {
  const nodes = newerNodes(context.nodes ?? [], previous);
  const addons = incompatibleAddons(context, previous);
  const rollbackInsights = context.insights?.filter(({ category }) => category === facts.insightCategory) ?? [];
  const before = supportObstacle(previous, context);
  return {
    nodes: nodes.newer,
    addons: addons.incompatible,
    insights: rollbackInsights.filter(({ insightStatus }) => insightStatus?.status === 'ERROR').map(({ id, name }) => name || id),
    others: [
      ...(context.updates.some(({ status }) => status === 'InProgress') ? ['an update in progress'] : []),
      ...(before ? [before.text] : []),
    ],
    unsupported: before?.final ?? false,
    notSeen: [
      ...(context.nodes && nodes.unreadable === 0 ? [] : ['nodes']),
      ...(addons.complete ? [] : ['add-ons']),
      ...(rollbackInsights.length > 0 ? [] : ['rollback insights']),
      ...(context.calendar.datesOf(previous) ? [] : [`the support dates of ${formatVersion(previous)}`]),
    ],
  };
}

/** Nodes that the API server of the version before would not support. EKS takes those of Auto Mode back itself. */
function newerNodes(nodes: readonly Node[], previous: KubernetesVersion): { newer: string[]; unreadable: number } {
  const others = nodes.filter(({ metadata }) => metadata.labels?.['eks.amazonaws.com/compute-type'] !== 'auto');
  const kubelets = others.map((node) => ({ node, kubelet: parseVersion(node.status?.nodeInfo?.kubeletVersion ?? '') }));
  return {
    newer: kubelets.flatMap(({ node, kubelet }) => (kubelet && compareVersions(kubelet, previous) > 0 ? [node.metadata.name] : [])).sort(),
    unreadable: kubelets.filter(({ kubelet }) => !kubelet).length,
  };
}

function incompatibleAddons(
  { addons, addonVersions }: Context,
  previous: KubernetesVersion,
): { incompatible: string[]; complete: boolean } {
  if (!addons || !addonVersions) return { incompatible: [], complete: false };
  const incompatible: string[] = [];
  const { unknown = [] } = judgeAddons(addons, addonVersions, ({ addon, installed, offer }) => {
    if (!offer.for(previous).some(({ addonVersion }) => addonVersion === installed)) incompatible.push(`${addon.addonName} ${installed}`);
    return [];
  });
  return { incompatible: incompatible.sort(), complete: unknown.length === 0 };
}

/** What the support of the version before has against it; final where nothing helps. */
function supportObstacle(previous: KubernetesVersion, { calendar, now, support }: Context): { text: string; final: boolean } | undefined {
  const dates = calendar.datesOf(previous)?.dates;
  const version = formatVersion(previous);
  if (!dates) return undefined;
  if (daysUntil(now, dates.endOfExtendedSupport) <= 0) return { text: `EKS no longer supports ${version}`, final: true };
  if (daysUntil(now, dates.endOfStandardSupport) <= 0 && support.supportType === 'STANDARD')
    return { text: `${version} is in extended support, so the upgrade policy must be EXTENDED first`, final: false };
  return undefined;
}

function blockersOf({ nodes, addons, insights, others }: Obstacles, previous: string): string[] {
  return [
    ...others,
    ...(nodes.length > 0 ? [`${count(nodes.length, 'node')} newer than ${previous} (${someOf(nodes)})`] : []),
    ...(addons.length > 0 ? [`${count(addons.length, 'add-on')} not offered for ${previous} (${someOf(addons)})`] : []),
    ...(insights.length > 0 ? [`${count(insights.length, 'failing rollback insight')} (${someOf(insights)})`] : []),
  ];
}

/** Whole hours that are left, at least. */
function hoursLeft({ closes }: Upgrade, now: Date): number {
  return Math.floor((closes.getTime() - now.getTime()) / millisecondsPerHour);
}

function messageOf(name: string, upgrade: Upgrade, obstacles: Obstacles, now: Date): string {
  const [version, previous] = [formatVersion(upgrade.version), formatVersion(upgrade.previous)];
  const blockers = blockersOf(obstacles, previous);
  const notSeen = obstacles.notSeen.length > 0 ? ` (not seen: ${obstacles.notSeen.join(', ')})` : '';
  const what = `The upgrade of cluster ${name} from ${previous} to ${version}`;
  if (obstacles.unsupported) return `${what} cannot be rolled back: ${blockers.join('; ')}${notSeen}`;
  return (
    `${what} can be rolled back until ${isoSeconds(upgrade.closes)}, for ${count(hoursLeft(upgrade, now), 'hour')}; ` +
    (blockers.length > 0 ? `blocked by: ${blockers.join('; ')}${notSeen}` : `nothing that was seen blocks it${notSeen}`)
  );
}
