import { isOurUserAgent } from '../config/product.ts';
import type { Insight } from '../inventory/evidence/eks-insights.ts';
import { instantOf } from '../versions/days.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import type { CheckContext, CheckOutcome, Doubt } from './define-check.ts';
import type { FindingDraft, Severity } from './finding.ts';
import { count, someOf } from './phrases.ts';

const millisecondsPerHour = 3_600_000;

/** EKS refreshes an insight every 24 hours; what missed three of them says nothing of today. */
export const staleAfterHours = 72;

/** A client that was not seen for as long has probably been fixed, but EKS counts the requests of 30 days. */
export const quietAfterDays = 7;
export const remembersDays = 30;

export type InsightCategory = 'UPGRADE_READINESS' | 'MISCONFIGURATION';

/** A client of a deprecated API, over all the APIs of one insight. */
interface Client {
  readonly userAgent: string;
  readonly requestsLast30Days: number | null;
  /** The newest request; null if EKS does not say, or not readably. */
  readonly lastRequestTime: string | null;
}

type Context = CheckContext & { readonly insights: readonly Insight[] };

/** What EKS says itself in its insights of one category: a finding for each that is ERROR, WARNING or UNKNOWN. Stale insights give none,
 *  and keep the check from a pass, as does what cannot be read.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html */
export function judgeInsights(context: Context, category: InsightCategory): CheckOutcome & { readonly judged: number } {
  const readAt = context.collectedAt('eks.insights') ?? context.now;
  const all = [...new Map(context.insights.map((insight) => [insight.id, insight])).values()];
  const judged = all.filter((insight) => insight.category === category);
  const stale = judged.filter((insight) => ageOf(insight, readAt) > staleAfterHours);
  const fresh = judged.filter((insight) => !stale.includes(insight));
  return {
    findings: fresh.flatMap((insight) => insightFinding(insight, context, readAt)),
    unknown: [
      ...doubt('NotYetAvailable', `last refreshed by EKS more than ${staleAfterHours} hours before it was read`, stale),
      ...doubt(
        'InvalidResponse',
        'without a readable lastRefreshTime',
        judged.filter((insight) => Number.isNaN(ageOf(insight, readAt))),
      ),
      ...doubt(
        'InvalidResponse',
        'with a status that is not known',
        judged.filter((insight) => !statuses.has(statusOf(insight))),
      ),
      ...doubt('InvalidResponse', 'with a kubernetesVersion that cannot be read', judged.filter(hasOddVersion)),
      ...doubt(
        'InvalidResponse',
        'without a category',
        all.filter((insight) => !insight.category),
      ),
    ],
    judged: judged.length,
  };
}

const statuses: ReadonlySet<string> = new Set(['PASSING', 'WARNING', 'ERROR', 'UNKNOWN']);

function statusOf({ insightStatus }: Insight): string {
  return insightStatus?.status ?? '';
}

/** Hours; NaN without a readable time. */
function ageOf({ lastRefreshTime }: Insight, readAt: Date): number {
  const refreshed = instantOf(lastRefreshTime ?? '');
  return refreshed ? (readAt.getTime() - refreshed.getTime()) / millisecondsPerHour : Number.NaN;
}

function hasOddVersion({ kubernetesVersion }: Insight): boolean {
  return Boolean(kubernetesVersion) && !parseVersion(kubernetesVersion ?? '');
}

function doubt(code: Doubt['code'], what: string, insights: readonly Insight[]): Doubt[] {
  if (insights.length === 0) return [];
  const names = insights.map(({ id, name }) => name || id).sort();
  return [{ evidence: 'eks.insights', code, message: `${count(insights.length, 'insight')} ${what}: ${someOf(names)}` }];
}

function insightFinding(insight: Insight, context: Context, readAt: Date): FindingDraft[] {
  const { identity } = context;
  const status = statusOf(insight);
  if (!statuses.has(status) || status === 'PASSING') return [];
  const version = parseVersion(insight.kubernetesVersion ?? '') ?? null;
  const clients = clientsOf(insight);
  const staysRed = status === 'ERROR' && clients.length > 0 && clients.every((client) => isQuiet(client, readAt));
  return [
    {
      severity: severityOf(status, version, context),
      subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
      discriminator: insight.id,
      hop: version && compareVersions(version, context.controlPlane) > 0 ? formatVersion(version) : null,
      message: messageOf(insight, clients, staysRed),
      facts: factsOf(insight, clients, staysRed),
      remediation: remediationOf(insight, clients, context),
    },
  ];
}

function severityOf(status: string, version: KubernetesVersion | null, context: CheckContext): Severity {
  if (status === 'UNKNOWN') return 'recommended';
  if (version === null) return status === 'ERROR' ? 'required' : 'recommended';
  return compareVersions(version, context.target ?? context.controlPlane) <= 0 ? 'required' : 'recommended';
}

/** Clients by user agent, ascending; we are none of them. */
function clientsOf(insight: Insight): Client[] {
  const stats = (insight.categorySpecificSummary?.deprecationDetails ?? []).flatMap(({ clientStats }) => clientStats ?? []);
  const named = stats.flatMap((stat) =>
    stat.userAgent && !isOurUserAgent(stat.userAgent) ? [{ ...stat, userAgent: stat.userAgent }] : [],
  );
  return [...Map.groupBy(named, ({ userAgent }) => userAgent)]
    .map(([userAgent, entries]) => ({
      userAgent,
      requestsLast30Days: entries.some(({ numberOfRequestsLast30Days: requests }) => requests == null)
        ? null
        : entries.reduce((sum, { numberOfRequestsLast30Days: requests }) => sum + (requests ?? 0), 0),
      lastRequestTime: newest(entries.map(({ lastRequestTime }) => lastRequestTime)),
    }))
    .sort((a, b) => (a.userAgent < b.userAgent ? -1 : 1));
}

/** The newest of some times; null if one of them cannot be read, since it might be the newest. */
function newest(times: readonly (string | null | undefined)[]): string | null {
  const instants = times.map((time) => instantOf(time ?? '')?.getTime() ?? Number.NaN);
  const last = Math.max(...instants);
  return times[instants.indexOf(last)] ?? null;
}

function isQuiet({ lastRequestTime }: Client, readAt: Date): boolean {
  const last = instantOf(lastRequestTime ?? '');
  return last !== undefined && readAt.getTime() - last.getTime() > quietAfterDays * 24 * millisecondsPerHour;
}

function messageOf(insight: Insight, clients: readonly Client[], staysRed: boolean): string {
  const { id, name, kubernetesVersion, insightStatus } = insight;
  const reason = (insightStatus?.reason || 'EKS gives no reason').replace(/[.\s]+$/, '');
  return (
    `EKS insight "${name || id}" is ${statusOf(insight)}${kubernetesVersion ? ` for ${kubernetesVersion}` : ''}: ${reason}` +
    (clients.length > 0 ? `; used by ${someOf(clients.map(({ userAgent }) => userAgent))}` : '') +
    (staysRed ? `; may stay red for up to ${remembersDays} days after the fix` : '')
  );
}

function factsOf(insight: Insight, clients: readonly Client[], staysRed: boolean): FindingDraft['facts'] {
  const { deprecationDetails, addonCompatibilityDetails } = insight.categorySpecificSummary ?? {};
  return {
    insight: insight.name ?? null,
    category: insight.category ?? null,
    status: statusOf(insight),
    reason: insight.insightStatus?.reason ?? null,
    recommendation: insight.recommendation ?? null,
    kubernetesVersion: insight.kubernetesVersion ?? null,
    lastRefreshTime: insight.lastRefreshTime ?? null,
    clients: clients.map((client) => ({ ...client })),
    mayStayRedDays: staysRed ? remembersDays : null,
    resources: resourcesOf(insight),
    deprecations: (deprecationDetails ?? []).map((detail) => ({
      usage: detail.usage ?? null,
      replacedWith: detail.replacedWith ?? null,
      stopServingVersion: detail.stopServingVersion ?? null,
      startServingReplacementVersion: detail.startServingReplacementVersion ?? null,
    })),
    addons: (addonCompatibilityDetails ?? []).map(({ name, compatibleVersions }) => ({
      name: name ?? null,
      compatibleVersions: [...(compatibleVersions ?? [])],
    })),
  };
}

/** What the insight is about, as far as it does not pass: URIs of Kubernetes, ARNs of AWS. */
function resourcesOf({ resources }: Insight): string[] {
  return (resources ?? [])
    .filter(({ insightStatus }) => insightStatus?.status !== 'PASSING')
    .flatMap(({ kubernetesResourceUri, arn }) => kubernetesResourceUri || arn || [])
    .sort();
}

function remediationOf(insight: Insight, clients: readonly Client[], { identity }: CheckContext): string {
  const look = `aws eks describe-insight --region ${identity.region} --cluster-name ${identity.name} --id ${insight.id}`;
  const moves = (insight.categorySpecificSummary?.deprecationDetails ?? []).flatMap(({ usage, replacedWith }) =>
    usage && replacedWith ? [`${usage} to ${replacedWith}`] : [],
  );
  if (moves.length === 0) return look;
  const who = clients.length > 0 ? someOf(clients.map(({ userAgent }) => userAgent)) : 'its clients';
  return `Move ${who} from ${someOf(moves)}, then: ${look}`;
}
