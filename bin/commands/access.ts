import type { Command } from 'commander';
import { applyCommand } from './access/apply.ts';
import { printCommand } from './access/print.ts';
import { verifyCommand } from './access/verify.ts';
import type { Terminal } from './terminal.ts';

/** `greenlight access print|verify|apply`: who may scan what. */
export function accessCommand(program: Command, terminal: Terminal): void {
  const access = program.command('access').description('who may scan what: print it, verify it, apply it to clusters');
  printCommand(access, terminal);
  verifyCommand(access, terminal);
  applyCommand(access, terminal);
}
