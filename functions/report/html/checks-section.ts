import type { StoredRun } from '../../fleet/run-report.ts';
import { titleOf } from './cluster-view.ts';
import { section, table } from './components.ts';
import { type Html, html } from './html.ts';
import { grouped, severityLook, severityOrder, someOf } from './words.ts';

/** What fails most: one campaign over many clusters is cheaper than the same fix found many times. */
export function checksSection({ clusters }: StoredRun): Html {
  const all = clusters.flatMap((report) =>
    'findings' in report ? report.findings.map((finding) => ({ finding, name: report.cluster.name })) : [],
  );
  if (all.length === 0 || clusters.length < 2) return html``;
  const rows = [...Map.groupBy(all, ({ finding: { check, severity } }) => `${severityOrder.indexOf(severity)} ${check}`)].flatMap(
    ([, group]) => {
      const [first] = group;
      return first ? [{ ...first.finding, findings: group.length, names: [...new Set(group.map(({ name }) => name))] }] : [];
    },
  );
  const order = (row: (typeof rows)[number]) => severityOrder.indexOf(row.severity);
  const sorted = rows.toSorted((a, b) => order(a) - order(b) || b.names.length - a.names.length || (a.check < b.check ? -1 : 1));
  return section(
    'checks',
    'Findings by check',
    html`<details><summary>${grouped(sorted.length)} kinds of findings across the fleet</summary>${table(
      'What was found, by check: what blocks first, then what concerns most clusters',
      [
        { title: 'Check', kind: 'text', of: ({ check }) => html`${titleOf(check)}<span class="sub"><code>${check}</code></span>` },
        { title: 'Severity', of: ({ severity }) => severityLook[severity].heading },
        { title: 'Findings', kind: 'number', of: ({ findings }) => grouped(findings) },
        { title: 'Clusters', kind: 'text', of: ({ names }) => html`${grouped(names.length)}<span class="sub">${someOf(names)}</span>` },
      ],
      sorted,
    )}</details>`,
  );
}
