import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { ask, withRotation } from './operations.ts';
import { type OperatorOptions, withOperatorOptions } from './operator.ts';

/** `greenlight rotate resume ID` */
export function resumeCommand(rotate: Command, terminal: Terminal): void {
  withOperatorOptions(withRotation(rotate.command('resume').description('let a paused rotation go on'))).action(
    async (rotationId: string, options: OperatorOptions) => {
      const { phase } = await ask(rotationId, 'resume', options, terminal);
      terminal.note(`${rotationId} goes on in ${phase} with its next look`);
    },
  );
}
