/** A piece of a remediation: words, or a command as it can be pasted. */
export interface RemedyPart {
  readonly kind: 'words' | 'command';
  readonly text: string;
}

const program = /(?:aws|kubectl|eksctl|helm|greenlight|npx) /y;

/** The commands in a remediation, apart from the words around them. All parts together are the text as it was.
 *
 *  A command begins at the start, or behind punctuation, `then` or `and`; it ends where the sentence goes on: at a comma, semicolon,
 *  colon or full stop outside of quotes that is followed by a space and a word. */
export function remedyParts(remediation: string): RemedyPart[] {
  const parts: RemedyPart[] = [];
  let words = '';
  let at = 0;
  while (at < remediation.length) {
    const end = mayBegin(remediation.slice(0, at)) ? endOfCommand(remediation, at) : at;
    if (end > at) {
      if (words !== '') parts.push({ kind: 'words', text: words });
      words = '';
      parts.push({ kind: 'command', text: remediation.slice(at, end) });
      at = end;
    } else words += remediation[at++];
  }
  if (words !== '') parts.push({ kind: 'words', text: words });
  return parts;
}

function mayBegin(before: string): boolean {
  return before === '' || /(?:[:;,.(]|\b(?:then|and|or|with|run|of)) $/i.test(before) || /[\n(]$/.test(before);
}

/** Where the command that begins at `start` ends; `start` itself where none begins. */
function endOfCommand(text: string, start: number): number {
  program.lastIndex = start;
  if (!program.test(text)) return start;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '\n' || /^(?:[,;.:] |[.;]$)/.test(text.slice(at, at + 2))) return at;
  }
  return text.length;
}
