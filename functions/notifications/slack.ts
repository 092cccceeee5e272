import type { ItemText } from './item-text.ts';
import { encodedLink, escaped, mrkdwn } from './markup.ts';
import { introduction, messageParts, type Told } from './message-parts.ts';
import type { SlackMessage } from './messages.ts';
import { cut } from './words.ts';

/** Limits of Block Kit: blocks of a message, characters of a header and of a section.
 *  @see https://docs.slack.dev/reference/block-kit/blocks */
const blockLimit = 50;
const headerLength = 150;
const sectionLength = 3_000;

/** The body of an incoming webhook. */
export function slackMessage(told: Told): SlackMessage {
  const { title, shown, more, digest } = messageParts(told, headerLength);
  const numbered = shown.length > 1;
  // With one item its headline is the header already.
  const headed = numbered || digest !== null || title !== shown[0]?.text.headline;
  const sections = [
    ...shown.map(({ text }, index) => itemSection(text, numbered ? `${index + 1}. ` : '', headed)),
    ...(more > 0 ? [`And ${more} more, which the report lists.`] : []),
    ...(digest?.sections ?? []).map(({ title: heading, lines }) => listSection(heading, lines)),
  ];
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
    { type: 'context', elements: [mrkdwn(escaped(introduction(told)))] },
    ...sections.map((text) => ({ type: 'section', text: mrkdwn(text) })),
    ...(told.link === null ? [] : [{ type: 'section', text: mrkdwn(`<${encodedLink(told.link)}|Open the report>`) }]),
  ];
  return { text: escaped(title), blocks: blocks.slice(0, blockLimit) };
}

function itemSection({ headline, place, notes, advice, command, documentation }: ItemText, lead: string, headed: boolean): string {
  const background = documentation === null ? [] : [`<${encodedLink(documentation)}|Background>`];
  const code = command === null ? [] : [`\`\`\`${escaped(command).replaceAll('`', "'")}\`\`\``];
  const lines = [
    ...(headed ? [`*${lead}${escaped(headline)}*`] : []),
    ...(place === null ? [] : [escaped(place)]),
    ...notes.map(escaped),
    ...(advice === null ? [] : [escaped(advice)]),
    ...code,
    ...background,
  ];
  // Whole lines: half a command, an entity or a link cut in two would be worse than none.
  return wholeLines(lines);
}

function listSection(heading: string, lines: readonly string[]): string {
  return wholeLines([`*${escaped(heading)}*`, ...lines.map((line) => `• ${escaped(line)}`)]);
}

/** As many whole lines as a section takes. */
export function wholeLines(lines: readonly string[]): string {
  const rest = '…';
  let text = '';
  for (const line of lines) {
    const next = text === '' ? line : `${text}\n${line}`;
    if (next.length > sectionLength - rest.length - 1) return text === '' ? cut(line, sectionLength) : `${text}\n${rest}`;
    text = next;
  }
  return text;
}
