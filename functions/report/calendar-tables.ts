import { stringify } from 'csv-stringify/sync';
import type { SupportOutlook } from '../fleet/support-outlook.ts';
import { text } from './markdown.ts';
import { sentence } from './text/calendar.ts';

const header = ['version', 'support_status', 'end_of_standard_support', 'end_of_extended_support', 'days_to_end_of_standard_support'];
const columns = [...header, 'days_to_end_of_extended_support', 'clusters', 'monthly_surcharge_usd'];

const cellsOf = (row: SupportOutlook['versions'][number]) => [
  row.version,
  row.status,
  row.endOfStandardSupport ?? '',
  row.endOfExtendedSupport ?? '',
  row.daysToEndOfStandardSupport ?? '',
  row.daysToEndOfExtendedSupport ?? '',
  row.clusters.length,
  row.monthlySurchargeUsd,
];

/** The versions as CSV (RFC 4180), one a line. */
export function calendarCsv({ versions }: SupportOutlook): string {
  return stringify([columns, ...versions.map(cellsOf)], { record_delimiter: 'windows' });
}

/** The versions and what is ahead, as Markdown. */
export function calendarMarkdown({ versions, ahead, asOf, monthlySurchargeUsd }: SupportOutlook): string {
  const titles = ['Version', 'Support', 'Standard until', 'Extended until', 'Days', 'Days of extended', 'Clusters', 'USD a month'];
  const rows = [titles, titles.map(() => '---'), ...versions.map(cellsOf)].map((cells) => `| ${cells.map(String).join(' | ')} |`);
  const events = ahead.map(
    (event) =>
      `- **${event.date}** (in ${event.days} days): ${text(sentence(event))}: ${event.clusters.map(({ name }) => text(name)).join(', ')}; ` +
      `from then on ${event.monthlySurchargeUsd} USD a month`,
  );
  return `${[
    '# Support calendar',
    `As of ${asOf}. Extended support costs ${monthlySurchargeUsd} USD a month.`,
    rows.join('\n'),
    ...(events.length > 0 ? ['## The next 12 months, if nobody upgrades', events.join('\n')] : []),
  ].join('\n\n')}\n`;
}
