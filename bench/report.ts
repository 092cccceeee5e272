/** One figure of a benchmark beside what it must be. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** As the table shows it, e.g. `≤ 35`. */
  readonly goal?: string;
  /** Absent: the figure is told, not judged. */
  readonly met?: boolean;
  /** Whether the benchmark fails. @default when the goal is not met */
  readonly fails?: boolean;
}

export interface Section {
  readonly title: string;
  /** How it was measured, and on what. */
  readonly notes: readonly string[];
  readonly figures: readonly Figure[];
  /** Further tables, as Markdown. */
  readonly tables?: readonly string[];
}

export function atMost(what: string, value: number, unit: string, limit: number): Figure {
  return { what, value, unit, goal: `≤ ${limit} ${unit}`.trim(), met: value <= limit };
}

export function atLeast(what: string, value: number, unit: string, limit: number): Figure {
  return { what, value, unit, goal: `≥ ${limit} ${unit}`.trim(), met: value >= limit };
}

/** A Markdown table; the first row is the head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Two digits that mean something. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function sectionMarkdown({ title, notes, figures, tables = [] }: Section): string {
  const rows = figures.map(({ what, value, unit, goal, met }) => [
    what,
    `${rounded(value)} ${unit}`.trim(),
    goal ?? '',
    met === undefined ? '' : met ? 'yes' : '**no**',
  ]);
  return [`## ${title}`, ...notes, markdownTable([['figure', 'measured', 'goal', 'met'], ...rows]), ...tables].join('\n\n');
}
