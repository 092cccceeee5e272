import { type Command, Option } from 'commander';
import { readInventory } from '../../functions/wiring/local.ts';
import { exitCodeOfOutcome } from './rotate/follow.ts';
import { addOption } from './rotate/options.ts';
import { rehearsalText } from './rotate/text/rehearsal.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly nodegroup?: string;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly fault?: readonly string[];
  readonly revert?: boolean;
  readonly format: 'text' | 'json';
}

/** `greenlight rehearse FILE`: the machines of a rotation on a copy of a cluster. */
export function rehearseCommand(program: Command, terminal: Terminal): void {
  program
    .command('rehearse')
    .summary('rotate a node group of a saved inventory in the simulator')
    .description(
      'rotate a node group of a saved inventory in the simulator: what would block, how long it would take, what a revert would be like; ' +
        'never talks to AWS. Exits with 0 when the rotation would succeed, 2 when it would not',
    )
    .argument('<file>', 'inventory (.json or .json.gz) that "greenlight collect" wrote, or - for standard input')
    .option('--nodegroup <name>', 'managed node group that is rotated (default: the only one)')
    .option('--option <key=value>', 'an option of the rotation, such as poolSoakMinutes=30 (repeatable)', addOption)
    .option(
      '--fault <name>',
      'what goes wrong meanwhile (repeatable); an unknown name lists those there are',
      (name, before: readonly string[] = []) => [...before, name],
    )
    .option('--revert', 'go back after the last batch, to see what that takes')
    .addOption(new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'))
    .action(async (file: string, { nodegroup, option = {}, fault = [], revert = false, format }: Options) => {
      const { rehearse } = await import('../../functions/wiring/rehearsal.ts');
      const { inventory } = await readInventory(file);
      terminal.progress(`rehearsing on a copy of ${inventory.cluster.name}`);
      const result = await rehearse({ inventory, nodegroup, options: option, faults: fault, revert });
      terminal.progress('');
      await terminal.print(
        format === 'json'
          ? `${JSON.stringify({ schemaVersion: '1', ...result }, null, 2)}\n`
          : `${rehearsalText(result, terminal.environment).join('\n')}\n`,
      );
      process.exitCode = exitCodeOfOutcome(result.outcome.name);
    });
}
