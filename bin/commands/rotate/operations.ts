import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Operation } from '../../../functions/rotation/decide/operations.ts';
import { operate } from '../../../functions/rotation/operate.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import type { Terminal } from '../terminal.ts';
import { type OperatorOptions, operatorOf } from './operator.ts';
import { rotationStore } from './options.ts';

/** Asks one thing of a rotation, with who and why, and answers with its record as it is then.
 *  @throws NoSuchRotation, OperationRefused, CollectionError */
export async function ask(
  rotationId: string,
  operation: Operation,
  options: OperatorOptions,
  terminal: Terminal,
  nonce?: string,
): Promise<RotationRecord> {
  const { store, location } = await rotationStore(options, terminal);
  const operator = await operatorOf(options, location, terminal);
  return operate({ store, clock: () => new Date(), randomId: randomUUID }, rotationId, operation, operator, nonce);
}

/** The argument that all commands of one rotation have. */
export function withRotation(command: Command): Command {
  return command.argument('<rotation>', 'id of the rotation, as "rotate status" lists it');
}
