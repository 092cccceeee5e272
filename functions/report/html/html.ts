/** HTML that is safe to put into a document. Only this file makes it, on the way into the file and in the browser alike. */
export interface Html {
  readonly html: string;
}

export type Part = Html | string | number | null | undefined | readonly (Html | string | null | undefined)[];

/** Builds HTML from a template: whatever is put in is escaped, unless it is HTML that was built here. Nothing and null leave nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.reduce((text, string, index) => `${text}${index === 0 ? '' : textOf(parts[index - 1])}${string}`, '') };
}

function textOf(part: Part): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map(textOf).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters have no place in HTML, and some turn the direction of what follows: they are shown as their code. Half of a surrogate
 *  pair, which JSON can hold, has no form in UTF-8. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      character === '\n' || character === '\t' ? ' ' : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
