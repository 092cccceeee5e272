import { isChange } from './item.ts';
import type { ItemText } from './item-text.ts';
import { escaped } from './markup.ts';
import { fitting, introduction, messageParts, sectionBlocks, type Told } from './message-parts.ts';
import type { ChatMessage } from './messages.ts';
import { cut, oneLine } from './words.ts';

/** Amazon's guide names no limits. The notification becomes one section in Slack (3,000 characters) and one card in Teams, so these keep
 *  within both. */
const titleLength = 140;
const descriptionLength = 2_600;
const steps = 5;
const stepLength = 300;

/** A custom notification of Amazon Q Developer in chat applications: one thread per cluster, one per run for what concerns several. */
export function chatMessage(told: Told): ChatMessage {
  const { title, shown, more, digest } = messageParts(told, titleLength);
  const arns = [...new Set(told.items.map((item) => (isChange(item) ? item.change.clusterArn : null)))];
  const [only] = arns;
  // With one item its headline is the title already.
  const headed = shown.length > 1 || digest !== null || title !== shown[0]?.text.headline;
  const blocks = [
    ...shown.map(({ text }, index) => itemLines(text, shown.length > 1 ? `${index + 1}. ` : '', headed).join('\n')),
    ...sectionBlocks(digest, (section) => [`*${escaped(section.title)}*`, ...section.lines.map((line) => `- ${escaped(line)}`)]),
  ];
  const nextSteps = shown.flatMap(({ item, text }) => stepOf(isChange(item) ? item.cluster.name : 'Fleet', text)).slice(0, steps);
  const keywords = [...new Set(['EKS', ...(told.simulated ? ['TEST'] : []), ...told.items.map(({ kind }) => kind)])].slice(0, 5);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: escaped(title),
      description: description(told, blocks, more),
      ...(nextSteps.length > 0 ? { nextSteps } : {}),
      keywords,
    },
    metadata: {
      threadId: arns.length === 1 && only ? only : `eks-greenlight/${told.runId}`,
      summary: title,
      eventType: told.items[0]?.kind ?? 'none',
      additionalContext: {
        runId: told.runId,
        ...(told.owner === null ? {} : { owner: oneLine(told.owner) }),
        ...(told.link === null ? {} : { report: told.link }),
        ...(told.simulated ? { simulated: 'true' } : {}),
      },
    },
  };
}

function description(told: Told, blocks: readonly string[], more: number): string {
  const fit = fitting(blocks, more, descriptionLength, (text) => text.length);
  return [
    escaped(introduction(told)),
    ...fit.blocks,
    ...(fit.left > 0 ? [`And ${fit.left} more, which the report lists.`] : []),
    ...(told.link === null ? [] : [`Report: ${told.link}`]),
  ].join('\n\n');
}

function itemLines({ headline, place, notes }: ItemText, lead: string, headed: boolean): string[] {
  return [...(headed ? [`*${lead}${escaped(headline)}*`] : []), ...(place === null ? [] : [escaped(place)]), ...notes.map(escaped)];
}

function stepOf(subject: string, { advice, command }: ItemText): string[] {
  if (advice === null && command === null) return [];
  const words = advice === null ? [] : [escaped(cut(advice, stepLength))];
  const code = command === null ? [] : [`\`${escaped(command).replaceAll('`', "'")}\``];
  return [`${escaped(oneLine(subject))}: ${[...words, ...code].join(' ')}`];
}
