/** One thing that is wrong with a configuration file. */
export interface ConfigurationProblem {
  readonly file: string;
  /** Counted from 1; where something is missing, the line of what it is missing from. */
  readonly line: number;
  /** `notifications.milestones[2]`; empty for the file as a whole. */
  readonly path: string;
  /** What stands there, short and as the file has it; null when nothing does or when the path says it already. */
  readonly value: string | null;
  /** What is wrong or what is expected, as a part of a sentence. */
  readonly expectation: string;
}

/** A configuration file that cannot be used, with everything that is wrong with it, in the order of its lines. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const ordered = [...problems].sort((a, b) => a.line - b.line);
    super(ordered.map(problemLine).join('\n'));
    this.problems = ordered;
  }
}

function problemLine({ file, line, path, value, expectation }: ConfigurationProblem): string {
  return `${file}:${line} ${path === '' ? '' : `${path}: `}${expectation}${value === null ? '' : `, found ${value}`}`;
}
