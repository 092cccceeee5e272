import './node-version.ts';
import { CommanderError } from 'commander';
import { messageOf } from '../functions/inventory/error-codes.ts';
import { openTerminal } from './commands/terminal.ts';
import { readEnvironment } from './environment.ts';
import { createProgram } from './program.ts';
import { keepCompiledCode, keepHeapSmall } from './start-up.ts';

keepCompiledCode();
keepHeapSmall();
const terminal = openTerminal(readEnvironment());

try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  terminal.progress('');
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 1;
  else {
    process.exitCode = 1;
    terminal.problem(messageOf(error));
    if (process.argv.includes('--verbose') && error instanceof Error) terminal.note(error.stack ?? '');
  }
}
