import type { ItemText } from './item-text.ts';
import {
  evidenceKeys,
  fitting,
  hasFindings,
  introduction,
  type MessageParts,
  messageParts,
  sectionBlocks,
  type Told,
} from './message-parts.ts';
import { ascii, bytesOf, hanging } from './words.ts';

/** Mail readers show plain text without breaking it up to here. */
export const columns = 78;

/** SNS takes fewer than 100 characters.
 *  @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (Subject) */
export const subjectLength = 99;

/** `[EKS] payments: standard support ends in 7 days (2026-12-02), and 2 more`. */
export function mailSubject(told: Told): string {
  const lead = told.simulated ? '[TEST] [EKS] ' : '[EKS] ';
  return lead + messageParts({ ...told, simulated: false }, subjectLength - lead.length, ascii).title;
}

/** SNS takes 256 KB in all; as text within JSON this must leave room for the event. */
const textBytes = 60_000;

/** Plain text: what happened, what it means, what to do, where the evidence is. */
export function mailText(told: Told): string {
  const { shown, more, digest } = messageParts(told, columns);
  const numbered = shown.length > 1;
  const items = shown.map(({ text }, index) => itemLines(text, numbered ? `${index + 1}. ` : '').join('\n'));
  const headline = digest === null || shown.length === 0 ? [] : [hanging('', digest.headline, columns).join('\n')];
  const sections = sectionBlocks(digest, ({ title, lines }) => [
    ...hanging('', title, columns),
    ...lines.flatMap((line) => hanging('  - ', line, columns)),
  ]);
  const { blocks, left } = fitting([...items, ...headline, ...sections], more, textBytes, (text) => bytesOf(JSON.stringify(text)));
  return `${[
    hanging('', introduction(told), columns).join('\n'),
    ...blocks,
    ...(left > 0 ? [`And ${left} more, which the report lists.`] : []),
    footer(told, shown).join('\n'),
  ]
    .filter((block) => block !== '')
    .join('\n\n')}\n`;
}

function itemLines({ headline, place, notes, advice, command, documentation }: ItemText, lead: string): string[] {
  const indent = ' '.repeat(Math.max(lead.length, 2));
  return [
    ...hanging(lead, headline, columns),
    ...(place === null ? [] : hanging(indent, place.charAt(0).toUpperCase() + place.slice(1), columns)),
    ...notes.flatMap((note) => hanging(indent, note, columns)),
    ...(advice === null ? [] : hanging(`${indent}To do: `, advice, columns)),
    ...(command === null ? [] : [...(advice === null ? [`${indent}To do:`] : []), ...commandLines(command, `${indent}  `)]),
    ...(documentation === null ? [] : hanging(`${indent}Background: `, documentation, columns)),
  ];
}

/** A single command goes on behind backslashes, so that it can be copied; what is more than that is just broken. */
export function commandLines(command: string, indent: string): string[] {
  if (/[,;] /.test(command)) return hanging(indent, command, columns);
  const continuation = ' \\';
  const lines = hanging(indent, command, columns - 2 - continuation.length);
  return lines.map((line, index) => (index === 0 ? '' : '  ') + line + (index < lines.length - 1 ? continuation : ''));
}

function footer({ link }: Told, shown: MessageParts['shown']): string[] {
  const evidence = evidenceKeys(shown);
  return [
    ...(link === null ? [] : [`Report: ${link}`]),
    ...(evidence.length === 0 ? [] : ['Evidence, in the bucket of findings:', ...evidence.map((key) => `  ${key}`)]),
    ...(hasFindings(shown)
      ? hanging(
          '',
          'To accept a finding for a while, add it to suppressions in greenlight.yaml, with a reason and an expiry date.',
          columns,
        )
      : []),
  ];
}
