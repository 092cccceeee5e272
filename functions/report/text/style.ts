import { styleText } from 'node:util';
import type { Verdict } from '../../analysis/cluster-report.ts';
import type { Severity } from '../../checks/finding.ts';

/** How a terminal shows text: its width in columns, and whether it may be coloured. */
export interface TextOptions {
  readonly columns: number;
  readonly color: boolean;
}

type Format = Parameters<typeof styleText>[0];

/** Colours text, or leaves it as it is where colour is off. */
export function paint(options: TextOptions, format: Format, text: string): string {
  return options.color ? styleText(format, text, { validateStream: false }) : text;
}

/** Sign, words and colour of a verdict. The sign and the words say it without colour too. */
export const verdictLook: Readonly<Record<Verdict, { readonly sign: string; readonly words: string; readonly format: Format }>> = {
  NOT_READY: { sign: '✗', words: 'NOT READY', format: ['red', 'bold'] },
  CANNOT_DETERMINE: { sign: '?', words: 'CANNOT DETERMINE', format: ['magenta', 'bold'] },
  READY_WITH_WARNINGS: { sign: '!', words: 'READY, WITH WARNINGS', format: ['yellow', 'bold'] },
  READY: { sign: '✓', words: 'READY', format: ['green', 'bold'] },
};

export const severityLook: Readonly<Record<Severity, { readonly sign: string; readonly heading: string; readonly format: Format }>> = {
  required: { sign: '✗', heading: 'Blocks', format: 'red' },
  recommended: { sign: '!', heading: 'Warnings', format: 'yellow' },
  info: { sign: '·', heading: 'Good to know', format: 'blue' },
};
