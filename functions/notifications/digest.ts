import { byCodeUnit } from '../analysis/order.ts';
import type { Configuration } from '../config/schema.ts';
import type { Latest } from '../fleet/cluster-state.ts';
import type { Coverage } from '../fleet/coverage.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import { extendedSupportSurchargeUsdPerMonth } from '../versions/extended-support-price.ts';

/** Ends of support that are this near, in whole days, stand in the digest. */
export const digestHorizonDays = 180;

export interface SupportEnd {
  readonly cluster: string;
  readonly accountId: string;
  readonly accountName: string | null;
  readonly region: string;
  readonly version: string;
  readonly end: 'standard' | 'extended';
  readonly endDate: string;
  readonly daysLeft: number;
  /** What extended support adds to the bill from that day, USD per month. */
  readonly surchargeUsd: number;
}

/** The fleet once a week: the state of the day, and what came and went since the last digest. */
export interface Digest {
  /** Its day, YYYY-MM-DD. */
  readonly day: string;
  /** Day of the one before, null for the first. */
  readonly since: string | null;
  readonly totals: StoredRun['totals'];
  /** Nearest first. */
  readonly supportEnds: readonly SupportEnd[];
  /** ARNs. */
  readonly discovered: readonly string[];
  readonly vanished: readonly string[];
  readonly newChecks: readonly string[];
  readonly expiredSuppressions: readonly string[];
  readonly unmatchedSuppressions: readonly string[];
  /** What could not be read, one sentence each. */
  readonly gaps: readonly string[];
}

export function digestOf(run: StoredRun, latest: Latest | null, day: string, newChecks: readonly string[] = []): Digest {
  const since = latest?.sinceDigest;
  const seen = (kind: 'discovered' | 'vanished') =>
    run.changes.filter((change) => change.kind === kind).map(({ clusterArn }) => clusterArn);
  return {
    day,
    since: since?.sentOn ?? null,
    totals: run.totals,
    supportEnds: supportEndsOf(run),
    discovered: union(since?.discovered, seen('discovered')),
    vanished: union(since?.vanished, seen('vanished')),
    newChecks: union(since?.newChecks, newChecks),
    expiredSuppressions: run.suppressions.expired.map(
      ({ suppression, findings }) =>
        `${conditionsOf(suppression)}: expired on ${suppression.expires}, ${findings === 1 ? '1 finding counts' : `${findings} findings count`} again${askOf(suppression)}`,
    ),
    unmatchedSuppressions: run.suppressions.unmatched.map((suppression) => `${conditionsOf(suppression)}${askOf(suppression)}`),
    gaps: gapsOf(run.coverage),
  };
}

function supportEndsOf({ clusters }: StoredRun): SupportEnd[] {
  return clusters
    .flatMap(({ cluster, support }) => {
      const { name, accountId, accountName, region, version } = cluster;
      const place = { cluster: name, accountId, accountName, region, version: version ?? 'unknown' };
      // A cluster whose upgrade policy is STANDARD is upgraded instead of billed.
      const surchargeUsd = support.supportType === 'STANDARD' ? 0 : extendedSupportSurchargeUsdPerMonth;
      return [
        { ...place, end: 'standard' as const, surchargeUsd, ...ending(support.endOfStandardSupport, support.daysToEndOfStandardSupport) },
        {
          ...place,
          end: 'extended' as const,
          surchargeUsd: 0,
          ...ending(support.endOfExtendedSupport, support.daysToEndOfExtendedSupport),
        },
      ];
    })
    .filter(({ endDate, daysLeft }) => endDate !== '' && daysLeft >= 0 && daysLeft <= digestHorizonDays)
    .toSorted((a, b) => a.daysLeft - b.daysLeft);
}

function ending(endDate: string | null, daysLeft: number | null): Pick<SupportEnd, 'endDate' | 'daysLeft'> {
  return { endDate: endDate ?? '', daysLeft: daysLeft ?? -1 };
}

function union(before: readonly string[] = [], now: readonly string[] = []): string[] {
  return [...new Set([...before, ...now])].toSorted(byCodeUnit);
}

type Suppression = Configuration['suppressions'][number];

/** `check pdb-missing, cluster dev-*`. */
function conditionsOf({ reason: _, owner: __, expires: ___, ...conditions }: Suppression): string {
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function askOf({ owner }: Suppression): string {
  return owner === undefined ? '' : `; ask ${owner}`;
}

function gapsOf({ targets, clusters }: Coverage): string[] {
  const failed = [...targets, ...clusters].filter(({ status }) => status === 'failed');
  const blind = clusters.filter(({ status, unavailable }) => status === 'scanned' && Object.keys(unavailable).length > 0);
  return [
    ...failed.map((entry) => `${placeOf(entry)}: not scanned (${[entry.code, entry.message].filter(Boolean).join(': ')})`),
    ...blind.map((entry) => `${placeOf(entry)}: part of the evidence is missing (${codesOf(entry.unavailable)})`),
  ];
}

function placeOf(entry: { readonly accountId: string; readonly region: string; readonly name?: string }): string {
  const region = entry.region === '*' ? 'all regions' : entry.region;
  return [...(entry.name === undefined ? [] : [`cluster ${entry.name}`]), `account ${entry.accountId}`, region].join(', ');
}

function codesOf(unavailable: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(unavailable)
    .map(([code, number]) => `${code} ${number}`)
    .join(', ');
}
