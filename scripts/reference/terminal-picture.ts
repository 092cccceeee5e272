/** Pixels of one character cell. */
const cell = { width: 8.4, height: 18 };
const margin = 20;
const background = '#0d1117';
const foreground = '#d0d7de';

/** Colours of the SGR parameters 31 to 35, readable on the dark background. */
const colours: Readonly<Record<string, string>> = { '31': '#ff7b72', '32': '#56d364', '33': '#e3b341', '34': '#79c0ff', '35': '#d2a8ff' };

interface Style {
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
}
const plain: Style = { colour: foreground, bold: false, dim: false };

/** An SVG of text as a terminal of that width shows it. Each piece is fitted to its cells, so that any monospaced font lines up. */
export function terminalPicture(lines: readonly string[], columns: number): string {
  const width = Math.round(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>Output of npm start: the demo fleet with a verdict for each cluster</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">',
    ...drawn(lines),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function drawn(lines: readonly string[]): string[] {
  let style = plain;
  return lines.flatMap((line, row) => {
    let column = 0;
    return line.split(ansi).flatMap((part, index) => {
      if (index % 2 === 1) {
        style = applied(style, part);
        return [];
      }
      const start = column;
      column += part.length;
      return Array.from(part.matchAll(phrase), (match) => piece(match[0], start + match.index, row, style));
    });
  });
}

/** Words with one space between them. More spaces are where a table has its columns: what follows is placed anew. */
const phrase = /\S+(?: \S+)*/g;

/** Splits at SGR sequences; their parameters are the odd parts. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape is what an ANSI sequence begins with
const ansi = /\u001b\[([\d;]*)m/;

function applied(before: Style, parameters: string): Style {
  let style = before;
  for (const parameter of parameters.split(';')) style = changed(style, parameter);
  return style;
}

/** @see https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
function changed(style: Style, parameter: string): Style {
  switch (parameter) {
    case '':
    case '0':
      return plain;
    case '1':
      return { ...style, bold: true };
    case '2':
      return { ...style, dim: true };
    case '22':
      return { ...style, bold: false, dim: false };
    case '39':
      return { ...style, colour: foreground };
    default:
      return { ...style, colour: colours[parameter] ?? style.colour };
  }
}

function piece(text: string, column: number, row: number, { colour, bold, dim }: Style): string {
  const x = pixels(margin + column * cell.width);
  const y = pixels(margin + (row + 0.75) * cell.height);
  const look = `fill="${colour}"${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.65"' : ''}`;
  return `<text x="${x}" y="${y}" textLength="${pixels(text.length * cell.width)}" lengthAdjust="spacingAndGlyphs" ${look}>${escaped(text)}</text>`;
}

function pixels(length: number): string {
  return String(Math.round(length * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
