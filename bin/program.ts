import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { accessCommand } from './commands/access.ts';
import { analyzeCommand } from './commands/analyze.ts';
import { calendarCommand } from './commands/calendar.ts';
import { checksCommand } from './commands/checks.ts';
import { collectCommand } from './commands/collect.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { notifyCommand } from './commands/notify.ts';
import { playbookCommand } from './commands/playbook.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { reportCommand } from './commands/report.ts';
import { rotateCommand } from './commands/rotate.ts';
import { scanCommand } from './commands/scan.ts';
import type { Terminal } from './commands/terminal.ts';

/** The command line with all its commands: what bin/greenlight.ts runs, and what the reference describes. Errors are thrown, not exits. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('greenlight')
    .description('Scans Amazon EKS clusters: what would break at the next upgrade, what is running out, and what nobody can know.')
    .version(packageJson.version)
    .showHelpAfterError('(run with --help for the options)')
    .exitOverride()
    .configureOutput({ writeErr: (text) => terminal.note(text.trimEnd()) });
  demoCommand(program, terminal);
  scanCommand(program, terminal);
  collectCommand(program, terminal);
  analyzeCommand(program, terminal);
  playbookCommand(program, terminal);
  reportCommand(program, terminal);
  calendarCommand(program, terminal);
  checksCommand(program, terminal);
  accessCommand(program, terminal);
  notifyCommand(program, terminal);
  configCommand(program, terminal);
  rotateCommand(program, terminal);
  rehearseCommand(program, terminal);
  return program;
}
