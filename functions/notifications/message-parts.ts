import { isChange, type MessageItem } from './item.ts';
import { type ItemText, itemText, type TextSection } from './item-text.ts';
import { count, cut, oneLine } from './words.ts';

/** One message before it takes the form of a channel. */
export interface Told {
  readonly runId: string;
  /** End of the scan, ISO. */
  readonly scannedAt: string;
  /** Null: the default route. */
  readonly owner: string | null;
  /** Most urgent first, none left out. */
  readonly items: readonly MessageItem[];
  /** Where the report of the run can be read; null when there is no such place. */
  readonly link: string | null;
  /** A sample: nothing of it is true. */
  readonly simulated: boolean;
}

/** Items that a message spells out; the rest is counted, and the report lists it. The digest is not counted. */
export const itemCap = 25;

export interface MessageParts {
  /** What the first item says, and how many others there are. */
  readonly title: string;
  readonly shown: readonly { readonly item: MessageItem; readonly text: ItemText }[];
  /** How many items are not shown. */
  readonly more: number;
  /** The digest, behind everything else. */
  readonly digest: ItemText | null;
}

/** What is said apart from the digest. On the day on which a milestone makes the check of support required, the milestone says it all. */
function spokenOf(items: readonly MessageItem[]): MessageItem[] {
  const reached = new Set(items.filter(isChange).flatMap(({ kind, change }) => (kind === 'milestone' ? [change.clusterArn] : [])));
  return items.filter(
    (item) =>
      item.kind !== 'digest' && !(isChange(item) && item.change.finding?.check === 'support-ending' && reached.has(item.change.clusterArn)),
  );
}

/** @param convert what the channel does to the title; it may make it longer */
export function messageParts(
  { items, simulated }: Told,
  titleLength: number,
  convert: (text: string) => string = (text) => text,
): MessageParts {
  const digest = items.find(({ kind }) => kind === 'digest');
  const others = spokenOf(items);
  const shown = others.slice(0, itemCap).map((item) => ({ item, text: limited(itemText(item)) }));
  const digestWords = digest === undefined ? null : limited(itemText(digest));
  const first = shown[0]?.text.headline ?? digestWords?.headline ?? 'Nothing changed';
  const rest = others.length - 1;
  const tail = rest > 0 ? `, and ${rest} more` : shown.length > 0 && digest !== undefined ? ', and the weekly digest' : '';
  const lead = simulated ? 'TEST ' : '';
  return {
    title: `${lead}${cut(convert(first), titleLength - lead.length - tail.length)}${tail}`,
    shown,
    more: others.length - shown.length,
    digest: digestWords,
  };
}

/** Characters of one text; nothing that we say is longer, but names and messages of others may be. */
const textLimit = 500;

function limited(text: ItemText): ItemText {
  return {
    ...text,
    headline: cut(text.headline, textLimit),
    place: text.place === null ? null : cut(text.place, textLimit),
    documentation: text.documentation !== null && text.documentation.length > textLimit ? null : text.documentation,
    notes: text.notes.map((note) => cut(note, textLimit)),
    advice: text.advice === null ? null : cut(text.advice, textLimit),
    // A command that is cut off does something else: it is left out, and the report has it.
    command: text.command !== null && text.command.length > 2 * textLimit ? null : text.command,
    sections: text.sections.map(({ title, lines }) => ({ title, lines: lines.map((line) => cut(line, textLimit)) })),
  };
}

/** `5 changes in the EKS clusters of team-payments, found by the scan of 2026-11-25 05:05 UTC.` */
export function introduction({ owner, items, scannedAt, simulated }: Told): string {
  if (simulated) return 'This is a test of the notifications: the cluster below does not exist, and nothing happened.';
  const changes = spokenOf(items).length;
  const whose = owner === null ? 'your EKS clusters' : `the EKS clusters of ${oneLine(owner)}`;
  const scan = `the scan of ${scannedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return changes === 0 ? `The state of ${whose}, as of ${scan}.` : `${count(changes, 'change')} in ${whose}, found by ${scan}.`;
}

/** As many whole blocks as fit: half a command would be worse than none. What is left is counted with what was left out before.
 *  @param size of a text, in the unit of the limit */
export function fitting(
  blocks: readonly string[],
  more: number,
  limit: number,
  size: (text: string) => number,
): { readonly blocks: readonly string[]; readonly left: number } {
  let used = 0;
  const fits = blocks.findIndex((block) => {
    used += size(`${block}\n\n`);
    return used > limit;
  });
  return fits === -1 ? { blocks, left: more } : { blocks: blocks.slice(0, fits), left: blocks.length - fits + more };
}

/** Lists under headings, as one block each. */
export function sectionBlocks(digest: ItemText | null, lines: (section: TextSection) => readonly string[]): string[] {
  return (digest?.sections ?? []).map((section) => lines(section).join('\n'));
}

/** Keys of the reports of the clusters that are spoken of, each once. */
export function evidenceKeys(shown: MessageParts['shown']): string[] {
  return [...new Set(shown.flatMap(({ item }) => (isChange(item) && item.cluster.reportKey !== null ? [item.cluster.reportKey] : [])))];
}

/** Whether a suppression could silence any of it. */
export function hasFindings(shown: MessageParts['shown']): boolean {
  return shown.some(({ item }) => isChange(item) && item.change.finding !== null);
}
