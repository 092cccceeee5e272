import { Command, CommanderError } from 'commander';
import type { Terminal } from '../../../bin/commands/terminal.ts';
import type { Environment } from '../../../bin/environment.ts';

export interface Ran {
  /** What went to standard output. */
  readonly out: string;
  /** Notes, problems and what commander says, a line each. */
  readonly err: readonly string[];
  readonly code: number;
}

/** Runs one command in this process, with a terminal that remembers. A failure that the entry would report becomes code 1 and a line. */
export async function runCommand(
  define: (program: Command, terminal: Terminal) => void,
  args: readonly string[],
  environment: Partial<Environment> = {},
): Promise<Ran> {
  let out = '';
  const err: string[] = [];
  const terminal: Terminal = {
    environment: { columns: 120, color: false, interactive: false, region: undefined, user: 'tester', ...environment },
    print: async (text) => {
      out += text;
    },
    note: (text) => err.push(text),
    problem: (text) => err.push(text),
    progress: () => {},
  };
  const program = new Command('greenlight').exitOverride().configureOutput({ writeErr: (text) => err.push(text.trimEnd()) });
  define(program, terminal);
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await program.parseAsync([...args], { from: 'user' });
    return { out, err, code: Number(process.exitCode) };
  } catch (error) {
    if (!(error instanceof CommanderError)) err.push(error instanceof Error ? error.message : String(error));
    return { out, err, code: 1 };
  } finally {
    process.exitCode = before;
  }
}
