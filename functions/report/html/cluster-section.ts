import { type ErrorCodeMeaning, errorCodeMeanings } from '../../inventory/error-code-meanings.ts';
import type { CheckView, ClusterView } from './cluster-view.ts';
import { remedy, table, time, withCode } from './components.ts';
import { drainForecast } from './drain-forecast.ts';
import { findingGroups, type TitleOf } from './findings.ts';
import { type Html, html } from './html.ts';
import { badge, count, grouped, severityOrder, verdictLook } from './words.ts';

/** Everything that is said of one cluster. The same in the file of the cluster, and in the browser for the one that is open. */
export function clusterSection(view: ClusterView, titleOf: TitleOf): Html {
  const { cluster, verdict, findings, preview, page } = view;
  const unknown = view.checks.filter(({ status }) => status === 'unknown');
  return html`<article class="cluster" aria-labelledby="cluster-name" data-verdict="${verdict}">
<header><h2 id="cluster-name" tabindex="-1">${cluster.name} <span class="muted">${view.path}</span></h2>
<p>${badge(verdict)} <span class="lead">${leadOf(view, unknown)}</span></p>${suppressionEffect(view)}${facts(view)}</header>
${preview && findings.length + unknown.length > 0 ? previewPanel(view) : null}
${page === null ? null : html`<p class="note">The drain forecast, all names and numbers, and what the verdict rests on are on <a href="${page}">the page of this cluster</a>.</p>`}
${findings.length === 0 ? html`<p>No finding.</p>` : findingGroups(findings, { titleOf, tick: preview, level: 3 })}
${unknownChecks(unknown, preview, titleOf)}
${drainForecast(findings)}
${suppressedFindings(view, titleOf)}
${page === null ? behind(view, titleOf) : null}
</article>`;
}

/** `6 block, 11 warnings, 4 checks unknown` */
function leadOf({ findings }: ClusterView, unknown: readonly CheckView[]): string {
  const counted = severityOrder.map((severity) => findings.filter((finding) => finding.severity === severity).length);
  const [blocks = 0, warnings = 0, infos = 0] = counted;
  const words = [
    ...(blocks > 0 ? [`${grouped(blocks)} ${blocks === 1 ? 'blocks' : 'block'}`] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(infos > 0 ? [`${grouped(infos)} good to know`] : []),
    ...(unknown.length > 0 ? [`${count(unknown.length, 'check')} unknown`] : []),
  ];
  return words.join(', ');
}

function suppressionEffect({ verdictWithoutSuppressions }: ClusterView): Html | null {
  return verdictWithoutSuppressions ? html`<p>Without suppressions it would be ${badge(verdictWithoutSuppressions)}.</p>` : null;
}

function facts({ cluster, support, supportText, costText, collectedAt, analyzedAt, staleFacts }: ClusterView): Html {
  const account = cluster.accountName === null ? cluster.accountId : `${cluster.accountName} (${cluster.accountId})`;
  const tags = Object.entries(cluster.tags);
  const bundled = support.source === 'bundled' ? ' (dates from the bundled calendar, EKS was not asked)' : '';
  return html`<dl class="facts">
<dt>Account, region</dt><dd>${account}, ${cluster.region}</dd>
<dt>Support</dt><dd>${supportText}${bundled}${support.supportType === null ? null : html`<br><span class="muted">Upgrade policy ${support.supportType}: ${policyWords[support.supportType]}</span>`}</dd>
<dt>Cost of extended support</dt><dd>${costText}</dd>
<dt>Seen</dt><dd>${time(collectedAt)} UTC${analyzedAt === collectedAt ? null : html`, judged as of ${time(analyzedAt)} UTC`}</dd>
<dt>ARN</dt><dd>${cluster.arn}</dd>
${tags.length === 0 ? null : html`<dt>Tags</dt><dd>${tags.map(([key, value]) => `${key}=${value}`).join(', ')}</dd>`}
${staleFacts.length === 0 ? null : html`<dt>Old facts</dt><dd>${staleFacts.map(({ table: name, asOf, days }) => `${name} is of ${asOf}, ${count(days, 'day')} old`).join('; ')}: upgrade eks-greenlight to judge by newer ones</dd>`}
</dl>`;
}

const policyWords = {
  STANDARD: 'at the end of standard support EKS upgrades the control plane by itself.',
  EXTENDED: 'at the end of standard support it goes on, billed; at the end of extended support EKS upgrades the control plane by itself.',
} as const;

/** Ticks are made in the findings; the script says what the verdict would be. */
function previewPanel({ verdict }: ClusterView): Html {
  return html`<section class="preview js" aria-label="Verdict preview">
<p><strong>What if?</strong> Tick what you would fix. <span role="status" data-preview-result>Nothing is ticked: ${verdictLook[verdict].words}.</span></p>
<p class="buttons"><button type="button" data-tick="required">Tick all that blocks</button> <button type="button" data-tick="all">Tick all</button> <button type="button" data-tick="none">Clear</button></p>
</section>`;
}

/** What is not known, by reason: all checks that miss the same evidence for the same reason stand together. */
function unknownChecks(unknown: readonly CheckView[], tick: boolean, titleOf: TitleOf): Html {
  if (unknown.length === 0) return html``;
  const byReason = Map.groupBy(unknown, ({ missing }) => {
    // What was not asked for is the lesser reason.
    const first = missing.find(({ code }) => code !== 'NotRequested') ?? missing[0];
    return first ? `${first.code}: ${first.message}` : 'No reason was given';
  });
  const groups = [...byReason].map(([reason, ofReason]) => {
    const code = ofReason[0]?.missing.find((one) => reason.startsWith(`${one.code}: `))?.code;
    const meaning: ErrorCodeMeaning | undefined = code && errorCodeMeanings[code];
    const items = ofReason.map((check) => unknownItem(check, tick, titleOf(check.check)));
    return html`<article class="check"><h4>${reason.replace(/: $/, '')}</h4>${meaning ? html`<p class="muted">${withCode(meaning.meaning)} ${withCode(meaning.advice)}</p>` : null}<ul class="findings">${items}</ul></article>`;
  });
  return html`<section class="unknown"><h3><span class="odd" aria-hidden="true">?</span> Not known <span class="muted">(${count(unknown.length, 'check')})</span></h3><p class="muted">Missing evidence is never a pass.</p>${groups}</section>`;
}

function unknownItem({ check, essential, missing }: CheckView, tick: boolean, title: string): Html {
  const box = tick
    ? html`<input type="checkbox" class="js" data-unknown data-essential="${String(essential)}" aria-label="Count as passed: ${title}">`
    : null;
  const without = [...new Set(missing.map(({ evidence, code }) => `${evidence} (${code})`))];
  return html`<li>${box}<div><p class="message">${title}${essential ? html` <span class="tag">decides the verdict</span>` : null}</p><p class="meta"><code>${check}</code> · without ${without.join(', ')}</p></div></li>`;
}

const wouldBe = { required: 'would block', recommended: 'would be a warning', info: 'would be good to know' } as const;

function suppressedFindings({ suppressed }: ClusterView, titleOf: TitleOf): Html {
  if (suppressed.length === 0) return html``;
  const items = suppressed.map(
    ({ check, severity, message, remediation, suppression: { reason, owner, expires } }) =>
      html`<li><div><p class="message">${message}</p><p class="meta">${titleOf(check)} · ${wouldBe[severity]}</p><p>Suppressed until <strong>${expires}</strong>: ${reason}${owner === null ? null : ` (ask ${owner})`}</p><details><summary>What to do about it</summary>${remedy(remediation)}</details></div></li>`,
  );
  return html`<section><h3>Suppressed <span class="muted">(${grouped(suppressed.length)})</span></h3><p class="muted">These do not count. Each counts again from 00:00 UTC of its day.</p><ul class="findings">${items}</ul></section>`;
}

const statusWords = {
  failed: 'found something',
  unknown: 'unknown',
  passed: 'passed',
  skipped: 'skipped: its evidence was not asked for',
  'not-applicable': 'does not apply',
} as const;

/** What the verdict rests on: every check with how it ended, every kind of evidence, and what the scan cost. */
function behind({ checks, evidence, collection }: ClusterView, titleOf: TitleOf): Html {
  const seen = Object.entries(evidence);
  const collected = seen.filter(([, { status }]) => status === 'collected').length;
  const passed = checks.filter(({ status }) => status === 'passed').length;
  return html`<section><h3>Behind the verdict</h3>
<details><summary>${grouped(checks.length)} checks, ${grouped(passed)} passed</summary>${table(
    'Every check and how it ended',
    [
      { title: 'Check', kind: 'text', of: ({ check }) => html`${titleOf(check)}<span class="sub"><code>${check}</code></span>` },
      { title: 'Ended', kind: 'text', of: ({ status }) => statusWords[status] },
      { title: 'Findings', kind: 'number', of: ({ findings }) => findings },
      { title: 'Not seen', kind: 'text', of: ({ missing }) => missing.map(({ evidence: key, code }) => `${key} (${code})`).join(', ') },
    ],
    checks,
  )}</details>
<details><summary>${grouped(collected)} of ${count(seen.length, 'kind')} of evidence collected</summary>${table(
    'Evidence, and why what is missing is missing',
    [
      { title: 'Evidence', of: ([key]) => html`<code>${key}</code>` },
      { title: 'Objects', kind: 'number', of: ([, { items }]) => items ?? '–' },
      {
        title: 'State',
        kind: 'text',
        of: ([, one]) =>
          one.status === 'collected' ? 'collected' : `${one.code ?? 'unavailable'}${one.message ? `: ${one.message}` : ''}`,
      },
      { title: 'Seen', of: ([, { collectedAt }]) => (collectedAt ? time(collectedAt) : 'with the rest') },
    ],
    seen,
  )}</details>
${collection === null ? null : html`<p class="muted">The scan took ${(collection.durationMs / 1000).toFixed(1)} s. Requests: ${amounts(collection.requests)}. Bytes: ${amounts(collection.bytes)}.</p>`}
</section>`;
}

function amounts(byApi: Readonly<Record<string, number>>): string {
  return (
    Object.entries(byApi)
      .map(([api, number]) => `${api} ${grouped(number)}`)
      .join(', ') || 'none'
  );
}
