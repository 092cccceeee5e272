import type { Command } from 'commander';
import { acknowledge, readNeedsHuman } from '../../../functions/rotation/needs-human.ts';
import { rotationNamed } from '../../../functions/rotation/operate.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { withRotation } from './operations.ts';
import { type OperatorOptions, operatorOf, withOperatorOptions } from './operator.ts';
import { rotationStore } from './options.ts';

/** `greenlight rotate acknowledge ID`: somebody has looked, and the cluster may be rotated again. */
export function acknowledgeCommand(rotate: Command, terminal: Terminal): void {
  withOperatorOptions(
    withRotation(
      rotate
        .command('acknowledge')
        .description('say that you have looked at a rotation that needed somebody: its cluster may be rotated again; changes nothing else'),
    ),
  ).action(async (rotationId: string, options: OperatorOptions) => {
    if (options.reason === undefined) throw new CommandFailure('--reason: say what was found and done; it is kept with the flag');
    const { store, location } = await rotationStore(options, terminal);
    const { cluster } = await rotationNamed(store, rotationId);
    const flag = await readNeedsHuman(store, cluster);
    if (!flag) throw new CommandFailure(`nothing to acknowledge: no rotation of ${cluster.name} has needed anybody`);
    if (flag.rotationId !== rotationId)
      throw new CommandFailure(
        `the flag of ${cluster.name} is of rotation ${flag.rotationId}, which ended ${flag.outcome}: acknowledge that one`,
      );
    if (flag.acknowledged) {
      terminal.note(`${rotationId} was acknowledged by ${flag.acknowledged.by} at ${flag.acknowledged.at} already`);
      return;
    }
    const { by, reason } = await operatorOf(options, location, terminal);
    const now = await acknowledge(store, cluster, `${reason} (${by})`, new Date());
    terminal.note(`acknowledged by ${now?.acknowledged?.by}: ${cluster.name} may be rotated again`);
  });
}
