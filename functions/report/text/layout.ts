/** Text without what a terminal would obey: control characters and marks that turn the direction of writing. Names come from clusters. */
export function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}

/** Breaks text at spaces into lines of at most `width` characters. A word that is longer, such as an ARN, stays whole: it is there to be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of harmless(text)
    .split(/\s+/)
    .filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** The text wrapped, its first line behind `lead` and the others under it. */
export function hanging(lead: string, text: string, columns: number): string[] {
  const indent = ' '.repeat(lead.length);
  return wrap(text, Math.max(20, columns - lead.length)).map((line, index) => (index === 0 ? lead : indent) + line);
}

/** A part of a line that is not broken. */
export interface Piece {
  readonly text: string;
  /** Colours it; what is shown must have the width of the text. */
  readonly decorate?: (text: string) => string;
}

/** Pieces side by side, as many a line as fit, the others on further lines that are indented. */
export function flow(pieces: readonly Piece[], columns: number, gap: string): string[] {
  const lines: string[] = [];
  let used = 0;
  for (const { text, decorate = (plain: string) => plain } of pieces) {
    const plain = oneLine(text);
    if (lines.length > 0 && used + gap.length + plain.length <= columns) {
      lines.push(`${lines.pop()}${gap}${decorate(plain)}`);
      used += gap.length + plain.length;
    } else {
      const indent = lines.length === 0 ? '' : '  ';
      lines.push(indent + decorate(plain));
      used = indent.length + plain.length;
    }
  }
  return lines;
}

function oneLine(text: string): string {
  return harmless(text).replace(/\s+/g, ' ');
}

/** `1 cluster`, `2 clusters`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  readonly align?: 'right';
  /** Dropped first (highest number first) when the terminal is too narrow. */
  readonly priority: number;
}

const gap = '  ';

/** A table that fits: columns of the least priority are left out until it does. `decorate` may colour a padded cell. */
export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  width: number,
  decorate: (cell: string, row: T | undefined, column: Column<T>) => string,
): string[] {
  const sized = columns.map((column) => ({
    column,
    width: rows.reduce((widest, row) => Math.max(widest, oneLine(column.text(row)).length), column.title.length),
  }));
  const fitting = fit(sized, width);
  const line = (row: T | undefined): string =>
    fitting
      .map(({ column, width: cellWidth }, index) => {
        const text = row === undefined ? column.title : oneLine(column.text(row));
        const last = index === fitting.length - 1 && column.align !== 'right';
        return decorate(column.align === 'right' ? text.padStart(cellWidth) : last ? text : text.padEnd(cellWidth), row, column);
      })
      .join(gap);
  return [line(undefined), ...rows.map(line)];
}

function fit<T>(sized: readonly { readonly column: Column<T>; readonly width: number }[], width: number): typeof sized {
  const total = sized.reduce((sum, { width: cell }) => sum + cell + gap.length, -gap.length);
  if (total <= width || sized.length <= 1) return sized;
  const least = Math.max(...sized.map(({ column }) => column.priority));
  if (least === 0) return sized;
  return fit(
    sized.filter(({ column }) => column.priority !== least),
    width,
  );
}
