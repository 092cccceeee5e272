import type { Severity } from '../../checks/finding.ts';
import type { FindingView } from './cluster-view.ts';
import { remedy } from './components.ts';
import { type Html, html } from './html.ts';
import { count, grouped, severityLook, severityOrder } from './words.ts';

/** Findings of one check that are shown at once; the others are behind a click. */
const shownAtOnce = 8;

/** The title of a check, or its id where it has none. */
export type TitleOf = (check: string) => string;

export interface FindingOptions {
  readonly titleOf: TitleOf;
  /** Whether a finding can be ticked as fixed. */
  readonly tick: boolean;
  /** Level of the headings of a severity; checks are one below. */
  readonly level: 3 | 4;
}

/** Findings by what to do with them, then by check. */
export function findingGroups(findings: readonly FindingView[], options: FindingOptions): Html {
  return html`${severityOrder.map((severity) => severityGroup(severity, findings, options))}`;
}

function severityGroup(severity: Severity, findings: readonly FindingView[], options: FindingOptions): Html {
  const these = findings.filter((finding) => finding.severity === severity);
  if (these.length === 0) return html``;
  const { sign, heading: title, hint, tone } = severityLook[severity];
  const byCheck = Map.groupBy(these, ({ check }) => check);
  const summary = html`<span class="${tone}" aria-hidden="true">${sign}</span> ${title} <span class="muted">(${grouped(these.length)})</span>`;
  return html`<section class="severity ${severity}">${heading(options.level, summary)}<p class="muted">${hint}</p>${[...byCheck].map(([check, ofCheck]) => checkGroup(check, ofCheck, options))}</section>`;
}

function checkGroup(check: string, findings: readonly FindingView[], options: FindingOptions): Html {
  const pages = [...new Set(findings.map(({ documentation }) => documentation))].filter((page) => /^https?:\/\//.test(page));
  const remedies = new Set(findings.map(({ remediation }) => remediation));
  const shared = findings.length > 1 && remedies.size === 1 ? [...remedies][0] : undefined;
  const item = (finding: FindingView) => findingItem(finding, options, shared === undefined);
  const [first, rest] = [findings.slice(0, shownAtOnce), findings.slice(shownAtOnce)];
  const links = pages
    .slice(0, 3)
    .map(
      (page, index) =>
        html` · <a href="${page}" rel="noreferrer">${pages.length === 1 ? 'Documentation' : `Documentation ${index + 1}`}<span class="hidden"> of ${options.titleOf(check)}</span></a>`,
    );
  return html`<article class="check">${heading(options.level + 1, html`${options.titleOf(check)}`)}<p class="meta"><code>${check}</code> · ${count(findings.length, 'finding')}${links}</p>${shared === undefined ? null : remedy(shared)}<ul class="findings">${first.map(item)}</ul>${rest.length === 0 ? null : html`<details class="more"><summary>${grouped(rest.length)} more of ${options.titleOf(check)}</summary><ul class="findings">${rest.map(item)}</ul></details>`}</article>`;
}

function findingItem(finding: FindingView, { tick }: FindingOptions, withRemedy: boolean): Html {
  const { id, severity, message, remediation } = finding;
  const box = tick ? html`<input type="checkbox" class="js" data-severity="${severity}" aria-label="Count as fixed: ${message}">` : null;
  return html`<li id="f-${id}" tabindex="-1">${box}<div><p class="message">${message}</p><p class="meta">${aboutText(finding)}</p>${withRemedy ? remedy(remediation) : null}${factsOf(finding)}</div></li>`;
}

/** `Deployment storefront/sitemap-generator · owner team-shop · counts from 1.35` */
function aboutText({ subject, owner, hop }: FindingView): string {
  const name = subject.namespace === null ? subject.name : `${subject.namespace}/${subject.name}`;
  return [`${subject.kind} ${name}`, ...(owner === null ? [] : [`owner ${owner}`]), ...(hop === null ? [] : [`counts from ${hop}`])].join(
    ' · ',
  );
}

/** Names and numbers that the message has no room for: it lists three and counts the rest. The drain forecast has a section of its own. */
function factsOf({ check, facts }: FindingView): Html | null {
  if (facts === undefined || check === 'drain-forecast' || !Object.values(facts).some(isLong)) return null;
  const entries = Object.entries(facts).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return html`<details class="facts"><summary>All names and numbers</summary><dl>${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${factText(value)}</dd>`)}</dl></details>`;
}

function isLong(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length > 3 || value.some((one) => typeof one === 'object')
    : typeof value === 'object' && value !== null;
}

function factText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isPlain = (one: unknown) => one === null || typeof one !== 'object';
  if (Array.isArray(value) && value.every(isPlain)) return value.join(', ');
  return JSON.stringify(value);
}

function heading(level: number, content: Html): Html {
  const tag = { html: `h${level}` };
  return html`<${tag}>${content}</${tag}>`;
}
