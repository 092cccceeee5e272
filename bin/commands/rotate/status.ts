import { type Command, InvalidArgumentError, Option } from 'commander';
import { statusOf } from '../../../functions/rotation/decide/status.ts';
import { listRotations } from '../../../functions/rotation/list-rotations.ts';
import { rotationNamed } from '../../../functions/rotation/operate.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import type { Terminal } from '../terminal.ts';
import { type PlaceOptions, rotationStore, withPlaceOptions } from './options.ts';
import { listText } from './text/list.ts';
import { statusText } from './text/status.ts';

interface Options extends PlaceOptions {
  readonly format: 'text' | 'json';
  readonly limit: number;
}

/** `greenlight rotate status [ID]`: one rotation, or those that are under way and the newest ones. */
export function statusCommand(rotate: Command, terminal: Terminal): void {
  withPlaceOptions(
    rotate
      .command('status')
      .description('how a rotation stands; without an id: the rotations under way, then the newest ones')
      .argument('[rotation]', 'id of a rotation')
      .option('--limit <number>', 'rotations that are listed', parseLimit, 20)
      .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']).default('text')),
  ).action(async (rotationId: string | undefined, options: Options) => {
    const { store, location } = await rotationStore(options, terminal);
    if (rotationId === undefined) return list(store, location, options, terminal);
    const status = statusOf((await rotationNamed(store, rotationId)).record, new Date());
    await terminal.print(
      options.format === 'json' ? `${JSON.stringify(status, null, 2)}\n` : `${statusText(status, terminal.environment).join('\n')}\n`,
    );
  });
}

async function list(store: ObjectStore, location: string, { format, limit }: Options, terminal: Terminal): Promise<void> {
  const now = new Date();
  const all = await listRotations(store);
  const shown = all.slice(0, limit);
  if (format === 'json') {
    const statuses = shown.map((one) => ('problem' in one ? one : statusOf(one.record, now)));
    return terminal.print(`${JSON.stringify(statuses, null, 2)}\n`);
  }
  if (all.length === 0) return terminal.note(`there is no rotation in ${location}: "greenlight rotate plan" says what one would do`);
  await terminal.print(`${listText(shown, now, terminal.environment).join('\n')}\n`);
  if (all.length > shown.length) terminal.note(`${all.length - shown.length} older ones are not shown: --limit ${all.length}`);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('expected a whole number above 0.');
}
