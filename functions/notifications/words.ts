/** Text on one line, without what a terminal, a mail reader or a chat would obey: control characters, marks that turn the direction of
 *  writing, and halves of surrogate pairs. Names come from clusters. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}

/** The text, or as much of its beginning as fits into `length` characters, with three dots. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3).toWellFormed()}...`;
}

/** `1 cluster`, `2 clusters`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `in 7 days`, `today`, `3 days ago`. */
export function daysAhead(days: number): string {
  if (days === 0) return 'today';
  return days > 0 ? `in ${count(days, 'day')}` : `${count(-days, 'day')} ago`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Bytes of the UTF-8 of a text. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Printable ASCII: accents are dropped, the dashes and arrows that we write become signs, anything else a question mark. */
export function ascii(text: string): string {
  return oneLine(text)
    .replaceAll('→', '->')
    .replaceAll(/[–—]/g, '-')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, '?');
}

/** Lines of at most `width` characters, broken at spaces, the first behind `lead` and the others under it. A longer word stays whole: it is
 *  there to be copied. */
export function hanging(lead: string, text: string, width: number): string[] {
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  for (const word of oneLine(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push((lines.length === 0 ? lead : indent) + word);
  }
  return lines;
}
