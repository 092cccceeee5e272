import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { ask, withRotation } from './operations.ts';
import { type OperatorOptions, withOperatorOptions } from './operator.ts';

interface Options extends OperatorOptions {
  readonly nonce: string;
  readonly reject?: boolean;
}

/** `greenlight rotate approve ID --nonce N`: the answer to the request of a message. */
export function approveCommand(rotate: Command, terminal: Terminal): void {
  withOperatorOptions(
    withRotation(rotate.command('approve').description('answer the approval that a rotation asks for: go on, or with --reject go back'))
      .requiredOption('--nonce <nonce>', 'of the request that is answered: the message and "rotate status" have it')
      .option('--reject', 'refuse: the rotation reverts'),
  ).action(async (rotationId: string, options: Options) => {
    const { blue, green } = await ask(rotationId, options.reject ? 'reject' : 'approve', options, terminal, options.nonce);
    terminal.note(
      options.reject
        ? `rejected: ${rotationId} goes back to ${blue?.name ?? 'blue'} with its next step`
        : `approved: ${rotationId} goes on with ${green?.name ?? 'green'}, and takes ${blue?.name ?? 'blue'} to zero nodes`,
    );
  });
}
