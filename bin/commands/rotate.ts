import type { Command } from 'commander';
import { abortCommand } from './rotate/abort.ts';
import { acknowledgeCommand } from './rotate/acknowledge.ts';
import { approveCommand } from './rotate/approve.ts';
import { pauseCommand } from './rotate/pause.ts';
import { planCommand } from './rotate/plan.ts';
import { resumeCommand } from './rotate/resume.ts';
import { startCommand } from './rotate/start.ts';
import { statusCommand } from './rotate/status.ts';
import { watchCommand } from './rotate/watch.ts';
import type { Terminal } from './terminal.ts';

/** `greenlight rotate …`: blue/green rotation of node groups. */
export function rotateCommand(program: Command, terminal: Terminal): void {
  const rotate = program
    .command('rotate')
    .description('replace the nodes of a node group by those of another, blue/green, with a way back at every step');
  planCommand(rotate, terminal);
  startCommand(rotate, terminal);
  statusCommand(rotate, terminal);
  watchCommand(rotate, terminal);
  pauseCommand(rotate, terminal);
  resumeCommand(rotate, terminal);
  approveCommand(rotate, terminal);
  abortCommand(rotate, terminal);
  acknowledgeCommand(rotate, terminal);
}
