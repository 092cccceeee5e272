import { byCodeUnit } from '../../analysis/order.ts';
import type { StoredRun } from '../../fleet/run-report.ts';
import { type SupportOutlook, supportOutlook } from '../../fleet/support-outlook.ts';
import { supportCalendar } from '../../versions/calendar.ts';
import { addDays, daysUntil, utcDay } from '../../versions/days.ts';
import { list, section, table } from './components.ts';
import { type Html, html } from './html.ts';
import { count, fromNow, grouped, someOf } from './words.ts';

/** What support looks like if nobody upgrades, by the dates that the reports of the run were judged with. */
export function outlookOf({ clusters, startedAt }: StoredRun): SupportOutlook {
  const now = new Date(clusters[0]?.analyzedAt ?? startedAt);
  const answered = clusters.flatMap(({ cluster, support }) =>
    support.source === 'DescribeClusterVersions'
      ? [
          {
            clusterVersion: cluster.version,
            endOfStandardSupportDate: support.endOfStandardSupport,
            endOfExtendedSupportDate: support.endOfExtendedSupport,
          },
        ]
      : [],
  );
  const fleet = clusters.map(({ cluster: { accountId, region, name, version }, support: { supportType } }) => ({
    accountId,
    region,
    name,
    version,
    supportType,
  }));
  return supportOutlook(fleet, supportCalendar(answered, now), now);
}

type Version = SupportOutlook['versions'][number];

/** Versions with their support as bars on one axis, and every date of the next year with what happens then and what it costs. */
export function supportSection(outlook: SupportOutlook): Html {
  const versions = outlook.versions.filter(({ clusters }) => clusters.length > 0);
  const { unknown } = outlook;
  return section(
    'support',
    'Support: versions, dates, cost',
    versions.length === 0 ? html`<p>No version is known.</p>` : timeline(versions, outlook.asOf),
    unknown.length === 0
      ? null
      : html`<p>${count(unknown.length, 'cluster')} with an unknown version: ${someOf(unknown.map(({ name }) => name))}.</p>`,
    ahead(outlook),
  );
}

function timeline(versions: readonly Version[], asOf: string): Html {
  const today = utcDay(asOf);
  const ends = versions.flatMap(({ endOfExtendedSupport }) => endOfExtendedSupport ?? []);
  const first = addDays(today, -120);
  const last = addDays([today, ...ends].toSorted(byCodeUnit).at(-1) ?? today, 30);
  const span = daysUntil(new Date(`${first}T00:00:00Z`), last);
  const place = (day: string) => Math.min(100, Math.max(0, (daysUntil(new Date(`${first}T00:00:00Z`), day) / span) * 100)).toFixed(2);
  const rows = versions.map((one) => versionRow(one, place));
  const years = yearsBetween(first, last).map((year) => html`<span class="year" style="left:${place(`${year}-01-01`)}%">${year}</span>`);
  return html`<div class="timeline"><p class="legend" aria-hidden="true"><span class="key standard"></span> standard support <span class="key extended"></span> extended support, billed <span class="key now"></span> today</p><ul>${rows}</ul><div class="axis" aria-hidden="true">${years}<span class="now" style="left:${place(today)}%"></span></div></div>`;

  function versionRow({ version, status, clusters, endOfStandardSupport, endOfExtendedSupport }: Version, at: typeof place): Html {
    const known = endOfStandardSupport !== null && endOfExtendedSupport !== null;
    const bars = known
      ? html`<span class="bars" aria-hidden="true"><span class="standard" style="left:0;width:${at(endOfStandardSupport)}%"></span><span class="extended" style="left:${at(endOfStandardSupport)}%;width:${(Number(at(endOfExtendedSupport)) - Number(at(endOfStandardSupport))).toFixed(2)}%"></span><span class="now" style="left:${at(today)}%"></span></span>`
      : null;
    return html`<li><span class="version"><strong>${version}</strong> ${status}, ${count(clusters.length, 'cluster')}</span>${bars}<span class="dates">${known ? datesText(endOfStandardSupport, endOfExtendedSupport) : 'dates unknown'}</span></li>`;
  }

  function datesText(standard: string, extended: string): string {
    const now = new Date(asOf);
    const end = (day: string) => `${daysUntil(now, day) > 0 ? 'ends' : 'ended'} ${day}, ${fromNow(daysUntil(now, day))}`;
    return `standard ${end(standard)}; extended ${end(extended)}`;
  }
}

function yearsBetween(first: string, last: string): string[] {
  const [from, to] = [Number(first.slice(0, 4)), Number(last.slice(0, 4))];
  return Array.from({ length: to - from }, (_, index) => String(from + index + 1));
}

function ahead({ monthlySurchargeUsd, versions, ahead: events }: SupportOutlook): Html {
  const extended = versions.filter(({ status }) => status === 'extended').reduce((sum, { clusters }) => sum + clusters.length, 0);
  const now = html`<p>Extended support costs <strong>${grouped(monthlySurchargeUsd)} USD a month</strong> now, for ${count(extended, 'cluster')}.</p>`;
  if (events.length === 0) return html`<h3>The next 12 months</h3>${now}<p>No version of this fleet changes its support.</p>`;
  return html`<h3>The next 12 months, if nobody upgrades</h3>${now}${table(
    'What happens on each date, and what extended support costs from then on',
    [
      { title: 'Date', of: ({ date, days }) => html`<time>${date}</time><span class="sub">${fromNow(days)}</span>` },
      { title: 'What happens', kind: 'text', of: eventWords },
      { title: 'USD a month then', kind: 'number', of: (event) => grouped(event.monthlySurchargeUsd) },
      {
        title: 'Clusters',
        kind: 'text',
        of: ({ clusters }) => html`${grouped(clusters.length)}<span class="sub">${someOf(clusters.map(({ name }) => name))}</span>`,
      },
    ],
    events,
  )}`;
}

function eventWords({ event, version, to }: SupportOutlook['ahead'][number]): string {
  if (event === 'extended-support-begins') return `${version}: standard support ends, extended support is billed`;
  return `${version}: EKS upgrades the control plane by itself${to === null ? '' : ` to ${to}`}; nodes and add-ons stay behind`;
}

/** The names of what is next, for the summary. */
export function nextEvents({ ahead: events }: SupportOutlook): Html {
  const [next] = events;
  if (!next) return html`<p>No support ends in the next 12 months.</p>`;
  const same = events.filter(({ date }) => date === next.date);
  return html`<p><strong>${next.date}</strong>, ${fromNow(next.days)}</p>${list(same.map((event) => html`${eventWords(event)} (${count(event.clusters.length, 'cluster')})`))}`;
}
