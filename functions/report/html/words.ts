import type { Verdict } from '../../analysis/cluster-report.ts';
import type { Severity } from '../../checks/finding.ts';
import { type Html, html } from './html.ts';

interface VerdictLook {
  readonly sign: string;
  readonly words: string;
  readonly tone: 'bad' | 'odd' | 'warn' | 'good';
  readonly meaning: string;
}

/** What a tired person must see without scrolling comes first. Sign and words say it without colour too; they are those of the terminal. */
export const verdictLook: Readonly<Record<Verdict, VerdictLook>> = {
  NOT_READY: {
    sign: '✗',
    words: 'NOT READY',
    tone: 'bad',
    meaning: 'Something is left that breaks the upgrade, or loses support, data or service.',
  },
  CANNOT_DETERMINE: {
    sign: '?',
    words: 'CANNOT DETERMINE',
    tone: 'odd',
    meaning: 'Nothing is known to block, but evidence that decides is missing.',
  },
  READY_WITH_WARNINGS: {
    sign: '!',
    words: 'READY, WITH WARNINGS',
    tone: 'warn',
    meaning: 'Nothing blocks; something should be looked at.',
  },
  READY: { sign: '✓', words: 'READY', tone: 'good', meaning: 'Every check that applies passed.' },
};

/** Worst first. */
export const verdictOrder = ['NOT_READY', 'CANNOT_DETERMINE', 'READY_WITH_WARNINGS', 'READY'] as const satisfies readonly Verdict[];

export const severityOrder = ['required', 'recommended', 'info'] as const satisfies readonly Severity[];

/** Findings by what to do with them. */
export const severityLook: Readonly<
  Record<Severity, { readonly sign: string; readonly heading: string; readonly hint: string; readonly tone: string }>
> = {
  required: { sign: '✗', heading: 'Blocks', hint: 'Fix these first: the upgrade fails, or support, data or service is lost.', tone: 'bad' },
  recommended: { sign: '!', heading: 'Warnings', hint: 'The upgrade works without these; it is safer with them.', tone: 'warn' },
  info: { sign: '·', heading: 'Good to know', hint: 'Nothing has to be done.', tone: 'muted' },
};

export function badge(verdict: Verdict): Html {
  const { sign, words, tone } = verdictLook[verdict];
  return html`<span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

/** `1 cluster`, `2 clusters`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `1,460` */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `2026-03-01 12:00:05` in UTC; what is no date stays as it is. */
export function moment(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(iso) ? iso.slice(0, 19).replace('T', ' ') : iso;
}

/** `in 11 days`, `today`, `3 days ago` */
export function fromNow(days: number): string {
  if (days === 0) return 'today';
  return days > 0 ? `in ${count(days, 'day')}` : `${count(-days, 'day')} ago`;
}

/** The first few names; the others are counted. */
export function someOf(names: readonly string[], shown = 5): string {
  return names.length > shown ? `${names.slice(0, shown).join(', ')} and ${grouped(names.length - shown)} more` : names.join(', ');
}
