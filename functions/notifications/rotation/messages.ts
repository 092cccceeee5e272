import { columns, commandLines, subjectLength } from '../mail.ts';
import { encodedLink, escaped, mrkdwn } from '../markup.ts';
import type { AlertMessage, ChatMessage, MessageAttributes, SlackMessage } from '../messages.ts';
import { wholeLines } from '../slack.ts';
import { ascii, cut, hanging } from '../words.ts';
import { rotationEvent } from './event.ts';
import { newsKindOf, type RotationNews } from './news.ts';
import { type RotationText, rotationText } from './text.ts';

/** What subscribers of the alerts topic get. The owner is left out: news of rotations goes to the default route. */
export function rotationAlert(news: RotationNews): AlertMessage {
  return { subject: rotationSubject(news), text: rotationMail(news), event: rotationEvent(news), attributes: rotationAttributes(news) };
}

/** `[EKS] payments: workers-a rotated to workers-b` */
export function rotationSubject(news: RotationNews): string {
  const lead = '[EKS] ';
  return lead + cut(ascii(rotationText(news).headline), subjectLength - lead.length);
}

/** Plain text: what happened, what it means, what is in the way, what to do, where to look. */
export function rotationMail(news: RotationNews): string {
  const { headline, place, notes, blockers, advice, commands, links } = rotationText(news);
  const blocks = [
    [...hanging('', headline, columns), ...hanging('  ', place, columns)],
    notes.flatMap((note) => hanging('', note, columns)),
    blockers.length === 0 ? [] : ['In the way:', ...blockers.flatMap((blocker) => hanging('  - ', blocker, columns))],
    advice === null ? [] : [...hanging('To do: ', `${advice}.`, columns), ...commands.flatMap((command) => commandLines(command, '  '))],
    links.map(({ label, href }) => `${label}: ${href}`),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function rotationAttributes(news: RotationNews): MessageAttributes {
  const { accountId, region, name } = news.cluster;
  // Who filters by ends hears of those too that need somebody.
  const kind = news.kind === 'needs-human' ? ['needs-human', 'rotation-finished'] : [newsKindOf(news)];
  return { kind, accountId: [accountId], region: [region], cluster: [name] };
}

/** Amazon's guide names no limits; these keep within a section of Slack and a card of Teams. */
const titleLength = 140;
const descriptionLength = 2_600;

/** A custom notification of Amazon Q Developer in chat applications, in the thread of the cluster. */
export function rotationChat(news: RotationNews): ChatMessage {
  const text = rotationText(news);
  const title = cut(text.headline, titleLength);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: escaped(title),
      description: fittingLines(chatLines(text), descriptionLength),
      ...(text.advice === null ? {} : { nextSteps: nextSteps(text.advice, text.commands) }),
      keywords: ['EKS', newsKindOf(news), ...(news.outcome === null ? [] : [news.outcome])],
    },
    metadata: {
      threadId: news.cluster.arn,
      summary: title,
      eventType: newsKindOf(news),
      additionalContext: {
        rotationId: news.rotationId,
        phase: news.phase,
        ...(news.reportLink === null ? {} : { report: news.reportLink }),
        ...(news.consoleLink === null ? {} : { console: news.consoleLink }),
      },
    },
  };
}

function chatLines({ place, notes, blockers, links }: RotationText): string[] {
  return [
    escaped(place),
    notes.map(escaped).join(' '),
    ...(blockers.length === 0 ? [] : ['*In the way*', ...blockers.map((blocker) => `- ${escaped(blocker)}`)]),
    ...links.map(({ label, href }) => `${label}: ${href}`),
  ].filter((line) => line !== '');
}

function nextSteps(advice: string, commands: readonly string[]): string[] {
  return [`${escaped(advice)}.`, ...commands.map((command) => `\`${escaped(command).replaceAll('`', "'")}\``)];
}

/** Whole lines: an entity or a link that is cut in two would be worse than none. */
function fittingLines(lines: readonly string[], limit: number): string {
  let text = '';
  for (const line of lines) {
    const next = text === '' ? line : `${text}\n${line}`;
    if (next.length > limit) return `${text}\n…`;
    text = next;
  }
  return text;
}

/** Limit of Block Kit for a header.
 *  @see https://docs.slack.dev/reference/block-kit/blocks/header-block */
const headerLength = 150;

/** The body of an incoming webhook. */
export function rotationSlack(news: RotationNews): SlackMessage {
  const { headline, place, notes, blockers, advice, commands, links } = rotationText(news);
  const title = cut(headline, headerLength);
  const sections = [
    notes.map(escaped),
    blockers.length === 0 ? [] : ['*In the way*', ...blockers.map((blocker) => `• ${escaped(blocker)}`)],
    advice === null ? [] : [`${escaped(advice)}.`, ...commands.map((command) => `\`\`\`${escaped(command).replaceAll('`', "'")}\`\`\``)],
    links.map(({ label, href }) => `<${encodedLink(href)}|${label}>`),
  ].filter((lines) => lines.length > 0);
  return {
    text: escaped(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
      { type: 'context', elements: [mrkdwn(escaped(place))] },
      ...sections.map((lines) => ({ type: 'section', text: mrkdwn(wholeLines(lines)) })),
    ],
  };
}
