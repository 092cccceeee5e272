import type { SupportOutlook } from '../../fleet/support-outlook.ts';
import { type Column, count, hanging, table } from './layout.ts';
import { paint, type TextOptions } from './style.ts';

type Row = SupportOutlook['versions'][number];
type Event = SupportOutlook['ahead'][number];

/** Names that are listed before the rest is counted. */
const namesShown = 4;

const versionColumns: readonly Column<Row>[] = [
  { title: 'VERSION', priority: 0, text: ({ version }) => version },
  { title: 'SUPPORT', priority: 0, text: ({ status }) => status },
  { title: 'STANDARD UNTIL', priority: 1, text: (row) => until(row.endOfStandardSupport, row.daysToEndOfStandardSupport) },
  { title: 'EXTENDED UNTIL', priority: 1, text: (row) => until(row.endOfExtendedSupport, row.daysToEndOfExtendedSupport) },
];

const fleetColumns: readonly Column<Row>[] = [
  ...versionColumns,
  { title: 'CLUSTERS', priority: 0, align: 'right', text: ({ clusters }) => (clusters.length === 0 ? '' : String(clusters.length)) },
  {
    title: 'USD/MONTH',
    priority: 0,
    align: 'right',
    text: ({ monthlySurchargeUsd }) => (monthlySurchargeUsd > 0 ? `+${monthlySurchargeUsd}` : ''),
  },
];

/** The support of all versions, or of a fleet with what it costs and what is ahead. A date means 00:00 UTC of that day. */
export function calendarText(outlook: SupportOutlook, options: TextOptions): string {
  const running = outlook.versions.reduce((sum, { clusters }) => sum + clusters.length, 0) + outlook.unknown.length;
  const isFleet = running > 0;
  const lines = table(outlook.versions, isFleet ? fleetColumns : versionColumns, options.columns, (cell, row) =>
    row === undefined ? paint(options, 'dim', cell) : row.status === 'standard' ? cell : paint(options, 'bold', cell),
  );
  if (!isFleet) return `Support of Kubernetes versions on EKS, as of ${outlook.asOf}\n\n${lines.join('\n')}\n`;
  const unknown = outlook.unknown.map(({ name }) => name);
  return `${[
    `Support of ${count(running, 'cluster')}, as of ${outlook.asOf}`,
    '',
    ...lines,
    ...(unknown.length > 0 ? ['', ...hanging('? ', `version not known: ${listed(unknown)}`, options.columns)] : []),
    '',
    `Extended support costs ${outlook.monthlySurchargeUsd} USD a month now.`,
    '',
    paint(options, 'bold', 'The next 12 months, if nobody upgrades'),
    ...(outlook.ahead.length === 0 ? ['  nothing changes'] : outlook.ahead.flatMap((event) => eventText(event, options))),
  ].join('\n')}\n`;
}

function eventText(event: Event, options: TextOptions): string[] {
  const { date, days, clusters, monthlySurchargeUsd } = event;
  const lead = `  ${date}  in ${count(days, 'day')}`.padEnd(26);
  return hanging(
    lead,
    `${sentence(event)}: ${listed(clusters.map(({ name }) => name))}; from then on ${monthlySurchargeUsd} USD a month`,
    options.columns,
  );
}

/** What happens, without whom. */
export function sentence({ event, version, to, clusters }: Event): string {
  const who = count(clusters.length, 'cluster');
  if (event === 'extended-support-begins') return `standard support of ${version} ends, extended support is billed for ${who}`;
  return `EKS upgrades the control plane of ${who} from ${version}${to === null ? '' : ` to ${to}`} by itself`;
}

function until(date: string | null, days: number | null): string {
  if (date === null || days === null) return 'unknown';
  return days > 0 ? `${date} (${count(days, 'day')})` : `${date} (over)`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - namesShown;
  return names.slice(0, namesShown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
