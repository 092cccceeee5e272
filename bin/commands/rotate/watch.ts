import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { NoSuchRotation } from '../../../functions/rotation/operate.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodeOfOutcome, follow } from './follow.ts';
import { withRotation } from './operations.ts';
import { type PlaceOptions, rotationStore, withPlaceOptions } from './options.ts';
import { openScreen } from './screen.ts';

interface Options extends PlaceOptions {
  readonly every: number;
}

/** `greenlight rotate watch ID`: until it has ended. */
export function watchCommand(rotate: Command, terminal: Terminal): void {
  withPlaceOptions(
    withRotation(
      rotate
        .command('watch')
        .summary('look on until a rotation has ended')
        .description(
          'look on until a rotation has ended: phases, batch, nodes and pods, what is in the way, time left; exits with 0 for succeeded, noop and planned, 2 for any other end; ending it does not end the rotation',
        ),
    ).option('--every <seconds>', 'seconds between two looks', parseSeconds, 5),
  ).action(async (rotationId: string, options: Options) => {
    const { store } = await rotationStore(options, terminal);
    const record = await follow({
      store,
      rotationId,
      terminal,
      screen: openScreen(terminal),
      clock: () => new Date(),
      pause: () => sleep(options.every * 1000),
      whyNone: async () => new NoSuchRotation(rotationId).message,
    });
    process.exitCode = exitCodeOfOutcome(record.outcome?.name);
  });
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError('expected a number of seconds from 0.1 to 3600.');
}
