/** First lines of a generated document. */
export function heading(title: string, source: string): string[] {
  return [`<!-- Made from ${source} by "npm run generate": change it there. -->`, '', `# ${title}`, ''];
}

/** A table; texts may hold anything but are one line each afterwards. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---|').join('')}`, ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** `a`, `b` — or a dash where there is nothing. */
export function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ') || '–';
}

export function fence(language: string, text: string): string[] {
  return [`\`\`\`${language}`, text.trimEnd(), '```'];
}

/** Lines as a file. */
export function document(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
