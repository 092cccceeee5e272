import type { Command } from 'commander';
import { createProgram } from '../../bin/program.ts';

/** The command line to be looked at, not run. */
export function silentProgram(): Command {
  return createProgram({
    environment: { columns: 120, color: false, interactive: false, region: undefined, user: 'nobody' },
    print: async () => {},
    note: () => {},
    problem: () => {},
    progress: () => {},
  });
}
