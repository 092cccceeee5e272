import * as z from 'zod';
import { supportStatuses } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import type { SupportCalendar } from '../versions/calendar.ts';
import { addDays, daysUntil, isoSeconds, utcDay } from '../versions/days.ts';
import { extendedSupportSurchargeUsdPerMonth } from '../versions/extended-support-price.ts';
import { compareVersions, formatVersion, type KubernetesVersion, nextMinor, parseVersion } from '../versions/kubernetes-version.ts';
import { supportOf } from '../versions/support.ts';

/** How far an outlook sees: what AWS announces changes after that. */
const monthsAhead = 12;

const clusterName = z.object({ accountId: z.string(), region: z.string(), name: z.string() });

/** What support looks like if nobody upgrades anything. */
export const supportOutlookSchema = z.object({
  schemaVersion: z.literal('1'),
  asOf: z.string(),
  /** Every version that some cluster runs or EKS offers, ascending. Days are whole UTC days, negative after the date. */
  versions: z.array(
    z.object({
      version: z.string(),
      status: z.enum(supportStatuses),
      endOfStandardSupport: z.string().nullable(),
      endOfExtendedSupport: z.string().nullable(),
      daysToEndOfStandardSupport: z.number().nullable(),
      daysToEndOfExtendedSupport: z.number().nullable(),
      source: z.enum(['DescribeClusterVersions', 'bundled']),
      clusters: z.array(clusterName),
      /** Of all its clusters, today. */
      monthlySurchargeUsd: z.number(),
    }),
  ),
  /** Clusters whose version nobody knows. */
  unknown: z.array(clusterName),
  monthlySurchargeUsd: z.number(),
  /** What happens to the clusters on each date of the next 12 months. */
  ahead: z.array(
    z.object({
      /** UTC day; it happens at 00:00. */
      date: z.string(),
      days: z.number(),
      event: z.enum(['extended-support-begins', 'automatic-upgrade']),
      version: z.string(),
      /** Of an automatic upgrade; null where no newer version is known. */
      to: z.string().nullable(),
      clusters: z.array(clusterName),
      /** Of the whole fleet from that day on. */
      monthlySurchargeUsd: z.number(),
    }),
  ),
});
export type SupportOutlook = z.output<typeof supportOutlookSchema>;

/** A cluster as far as support goes. */
export interface SupportedCluster extends z.output<typeof clusterName> {
  readonly version: string | null;
  readonly supportType: 'STANDARD' | 'EXTENDED' | null;
}

interface Running {
  readonly cluster: SupportedCluster;
  version: KubernetesVersion;
}

/** The support of a fleet, or of all versions when there is no cluster, now and over the next 12 months if nobody upgrades: EKS upgrades the
 *  control plane of a cluster by itself, to the next minor, when its support ends; with supportType STANDARD that is the end of standard support.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 *  @param now UTC; days count from its date */
export function supportOutlook(clusters: readonly SupportedCluster[], calendar: SupportCalendar, now: Date): SupportOutlook {
  const running = clusters.flatMap((cluster): Running[] => {
    const version = parseVersion(cluster.version ?? '');
    return version ? [{ cluster, version }] : [];
  });
  const known = new Set(running.map(({ cluster }) => cluster));
  return {
    schemaVersion: '1',
    asOf: isoSeconds(now),
    versions: versionsOf(running, calendar, now),
    unknown: clusters.filter((cluster) => !known.has(cluster)).map(nameOf),
    monthlySurchargeUsd: surchargeOf(running, calendar, now),
    ahead: eventsAhead(
      running.map((one) => ({ ...one })),
      calendar,
      now,
    ),
  };
}

function versionsOf(running: readonly Running[], calendar: SupportCalendar, now: Date): SupportOutlook['versions'] {
  const all = new Map([...running.map(({ version }) => version), ...calendar.offered].map((version) => [formatVersion(version), version]));
  return [...all.values()].sort(compareVersions).map((version) => {
    const { monthlySurchargeUsd, supportType: _, ...support } = supportOf(version, calendar, now, null);
    const on = running.filter((one) => compareVersions(one.version, version) === 0).map(({ cluster }) => nameOf(cluster));
    return { version: formatVersion(version), ...support, clusters: on, monthlySurchargeUsd: monthlySurchargeUsd * on.length };
  });
}

/** Day by day through the dates that matter; what EKS upgrades goes on from its new version. */
function eventsAhead(running: readonly Running[], calendar: SupportCalendar, now: Date): SupportOutlook['ahead'] {
  const end = oneYearAfter(utcDay(now));
  const events: SupportOutlook['ahead'] = [];
  const paidBefore = new Set(running.filter(({ version }) => isBilled(version, calendar, now)).map(({ cluster }) => cluster));
  for (let day = addDays(utcDay(now), 1); day <= end; ) {
    const before = events.length;
    for (const [version, same] of bySupport(running)) {
      const dates = calendar.datesOf(version)?.dates;
      const upgraded = same.filter(({ cluster }) => dates && day === lastDayOf(cluster, dates));
      const extended = same.filter((one) => dates && day === dates.endOfStandardSupport && !upgraded.includes(one));
      const to = successorOf(version, calendar);
      if (extended.length > 0) events.push(eventOf(day, 'extended-support-begins', version, null, extended));
      if (upgraded.length > 0) events.push(eventOf(day, 'automatic-upgrade', version, to, upgraded));
      for (const one of upgraded) one.version = to ?? one.version;
    }
    // Whoever is upgraded at the end of standard support does not get to pay for more; who pays already is overdue, and nobody knows until when.
    const paying = running.filter(({ cluster }) => cluster.supportType !== 'STANDARD' || paidBefore.has(cluster));
    const surcharge = surchargeOf(paying, calendar, new Date(`${day}T00:00:00Z`));
    for (const event of events.slice(before)) event.monthlySurchargeUsd = surcharge;
    day = nextDate(running, calendar, day) ?? addDays(end, 1);
  }
  return events;

  function eventOf(
    date: string,
    event: SupportOutlook['ahead'][number]['event'],
    version: KubernetesVersion,
    to: KubernetesVersion | null,
    affected: readonly Running[],
  ): SupportOutlook['ahead'][number] {
    const days = daysUntil(now, date);
    const names = affected.map(({ cluster }) => nameOf(cluster));
    return { date, days, event, version: formatVersion(version), to: to && formatVersion(to), clusters: names, monthlySurchargeUsd: 0 };
  }
}

/** The next day after `day` on which some version that runs changes its support. */
function nextDate(running: readonly Running[], calendar: SupportCalendar, day: string): string | undefined {
  const dates = running.flatMap(({ version }) => {
    const known = calendar.datesOf(version)?.dates;
    return known ? [known.endOfStandardSupport, known.endOfExtendedSupport] : [];
  });
  return [...new Set(dates)].filter((date) => date > day).sort(byCodeUnit)[0];
}

function lastDayOf({ supportType }: SupportedCluster, dates: { endOfStandardSupport: string; endOfExtendedSupport: string }): string {
  return supportType === 'STANDARD' ? dates.endOfStandardSupport : dates.endOfExtendedSupport;
}

/** EKS goes one minor at a time. */
function successorOf(version: KubernetesVersion, calendar: SupportCalendar): KubernetesVersion | null {
  const next = nextMinor(version);
  return calendar.datesOf(next) ? next : null;
}

function surchargeOf(running: readonly Running[], calendar: SupportCalendar, at: Date): number {
  return running.filter(({ version }) => isBilled(version, calendar, at)).length * extendedSupportSurchargeUsdPerMonth;
}

function isBilled(version: KubernetesVersion, calendar: SupportCalendar, at: Date): boolean {
  return supportOf(version, calendar, at, null).status === 'extended';
}

function bySupport(running: readonly Running[]): [KubernetesVersion, Running[]][] {
  const groups = new Map<string, [KubernetesVersion, Running[]]>();
  for (const one of running) {
    const key = formatVersion(one.version);
    const group = groups.get(key) ?? [one.version, []];
    group[1].push(one);
    groups.set(key, group);
  }
  return [...groups.values()].sort(([a], [b]) => compareVersions(a, b));
}

function nameOf({ accountId, region, name }: SupportedCluster): z.output<typeof clusterName> {
  return { accountId, region, name };
}

function oneYearAfter(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + monthsAhead);
  return utcDay(at);
}
