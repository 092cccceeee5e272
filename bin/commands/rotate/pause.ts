import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { ask, withRotation } from './operations.ts';
import { type OperatorOptions, withOperatorOptions } from './operator.ts';

/** `greenlight rotate pause ID`: holds a rotation as it is, for as long as it takes. */
export function pauseCommand(rotate: Command, terminal: Terminal): void {
  withOperatorOptions(
    withRotation(
      rotate
        .command('pause')
        .description('hold a rotation as it is: no further step is taken, nothing is taken back; no deadline runs meanwhile'),
    ),
  ).action(async (rotationId: string, options: OperatorOptions) => {
    const { committed, blue } = await ask(rotationId, 'pause', options, terminal);
    const note = committed ? `; the size of ${blue?.name ?? 'blue'} has been lowered already, and stays as it is now` : '';
    terminal.note(`${rotationId} is held from its next step on${note}. Go on with: greenlight rotate resume ${rotationId}`);
  });
}
