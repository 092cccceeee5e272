import type { Command } from 'commander';
import { hanging } from '../../../functions/report/text/layout.ts';
import { refusalOf } from '../../../functions/rotation/decide/operations.ts';
import { revertForecast } from '../../../functions/rotation/decide/revert-forecast.ts';
import { OperationRefused, rotationNamed } from '../../../functions/rotation/operate.ts';
import type { Terminal } from '../terminal.ts';
import { ask, withRotation } from './operations.ts';
import { type OperatorOptions, withOperatorOptions } from './operator.ts';
import { rotationStore } from './options.ts';
import { durationText } from './text/words.ts';

interface Options extends OperatorOptions {
  readonly dryRun?: boolean;
}

/** `greenlight rotate abort ID`: the way back, and what it will do. */
export function abortCommand(rotate: Command, terminal: Terminal): void {
  withOperatorOptions(
    withRotation(
      rotate
        .command('abort')
        .description('revert a rotation: blue serves again and everything becomes as it was; says what that takes, and how long'),
    ).option('--dry-run', 'only say what the revert would do'),
  ).action(async (rotationId: string, options: Options) => {
    const record = options.dryRun ? await allowed(rotationId, options, terminal) : await ask(rotationId, 'abort', options, terminal);
    const { steps, minutes } = revertForecast(record);
    const { columns } = terminal.environment;
    const lines = [
      options.dryRun ? `A revert of ${rotationId} would` : `${rotationId} reverts from its next step on. The revert will`,
      ...steps.flatMap((step, index) => hanging(`  ${index + 1}. `, step, columns)),
      `This should take about ${durationText(minutes * 60_000)}.${options.dryRun ? '' : ` Look on with: greenlight rotate watch ${rotationId}`}`,
    ];
    await terminal.print(`${lines.join('\n')}\n`);
  });
}

async function allowed(rotationId: string, options: Options, terminal: Terminal) {
  const { store } = await rotationStore(options, terminal);
  const { record } = await rotationNamed(store, rotationId);
  const refusal = refusalOf(record, 'abort', new Date());
  if (refusal !== undefined) throw new OperationRefused(`rotation ${rotationId} does not take abort: ${refusal}`);
  return record;
}
