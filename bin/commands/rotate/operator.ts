import type { Command } from 'commander';
import type { Operator } from '../../../functions/rotation/operate.ts';
import { isBucketUrl } from '../../../functions/store/location.ts';
import type { Terminal } from '../terminal.ts';
import { type PlaceOptions, withPlaceOptions } from './options.ts';

export interface OperatorOptions extends PlaceOptions {
  readonly by?: string;
  readonly reason?: string;
}

/** Options of every command that a person gives to a rotation. */
export function withOperatorOptions(command: Command): Command {
  return withPlaceOptions(
    command
      .option('--reason <text>', 'why: it is kept with the rotation, and told to those who ask')
      .option('--by <name>', 'who asks (default: the identity of your credentials)'),
  );
}

/** Who asks: as given, or whose the credentials are; of a folder the user of this machine.
 *  @throws CollectionError Unauthorized */
export async function operatorOf(options: OperatorOptions, location: string, terminal: Terminal): Promise<Operator> {
  const reason = options.reason ?? null;
  if (options.by !== undefined) return { by: options.by, reason };
  if (!isBucketUrl(location)) return { by: terminal.environment.user, reason };
  const { callerOf } = await import('../../../functions/wiring/rotation-console.ts');
  const { arn } = await callerOf(options.profile, options.stackRegion ?? terminal.environment.region);
  return { by: arn, reason };
}
