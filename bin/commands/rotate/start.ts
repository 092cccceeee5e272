import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RotationInput } from '../../../functions/rotation/input.ts';
import type { Outcome } from '../../../functions/rotation/phases.ts';
import type { RotationDeployment, StartedRotation } from '../../../functions/wiring/rotation-console.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodeOfOutcome } from './follow.ts';
import { inputsFor, readInput } from './inputs.ts';
import { deploymentOf, type PlaceOptions, type SelectorOptions, withPlaceOptions, withSelectorOptions } from './options.ts';
import { clusterPlace } from './place.ts';
import { followStarted, start } from './run-rotation.ts';
import { parseSeconds } from './watch.ts';

interface Options extends PlaceOptions, SelectorOptions {
  readonly input?: string;
  readonly all?: boolean;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
  readonly every: number;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly format: 'text' | 'json';
}

type Row = StartedRotation & { readonly nodegroup: string | null; readonly outcome: Outcome | null };

/** `greenlight rotate start`: one rotation, or several one after the other. */
export function startCommand(rotate: Command, terminal: Terminal): void {
  withPlaceOptions(
    withSelectorOptions(
      rotate
        .command('start')
        .summary('rotate a node group, or several one after the other')
        .description(
          'rotate a node group: green is made whole and proven, the pods of blue are moved batch by batch, blue goes to zero. ' +
            'With --wait it looks on, and exits with 0 for succeeded, noop and planned, 2 for any other end. ' +
            'Several --nodegroup, or --all, are rotated one after the other: each must have succeeded before the next begins',
        ),
    ),
  )
    .option('--all', 'every managed node group of the cluster that has nodes, in the order of their names; needs --wait')
    .option('--input <file>', 'input of the rotation as JSON, or - for standard input, instead of the options that name groups')
    .option('--request-id <id>', 'names this request: started again with the same one, it is the same rotation', parseRequestId)
    .option('--dry-run', 'only plan: snapshot and preflight, nothing is changed')
    .option('--wait', 'look on until it has ended')
    .option('--every <seconds>', 'with --wait: seconds between two looks', parseSeconds, 5)
    .option('--role-arn <arn>', 'role of the account of the cluster, through which --all lists its node groups')
    .option('--external-id <id>', 'external id that the trust policy of that role asks for')
    .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']).default('text'))
    .action(async (options: Options) => {
      const inputs = await inputsOf(options, terminal);
      if (inputs.length > 1 && !options.wait)
        throw new CommandFailure(`${inputs.length} node groups are rotated one after the other: give --wait, so that somebody looks on`);
      const [first] = inputs;
      const deployment = await deploymentOf(options, terminal, first?.region);
      const rows: Row[] = [];
      for (const input of inputs) {
        const row = await rotateOne(options.dryRun ? { ...input, dryRun: true } : input, deployment, options, terminal);
        rows.push(row);
        if (options.wait && exitCodeOfOutcome(row.outcome ?? undefined) !== 0) break;
      }
      if (options.format === 'json') await terminal.print(`${JSON.stringify(rows, null, 2)}\n`);
      noteSkipped(inputs.slice(rows.length), terminal);
      if (options.wait) process.exitCode = exitCodeOfOutcome(rows.at(-1)?.outcome ?? undefined);
    });
}

async function inputsOf(options: Options, terminal: Terminal): Promise<RotationInput[]> {
  if (options.input !== undefined) {
    const named = options.cluster ?? options.nodegroup ?? options.asg ?? options.green ?? options.pair ?? options.all;
    if (named !== undefined)
      throw new CommandFailure('--input says everything: give it without --cluster and the options that name groups');
    return [await readInput(options.input)];
  }
  const place = await clusterPlace(options, terminal);
  if (!options.all) return inputsFor(options, place);
  if (options.cluster === undefined) throw new CommandFailure('--all of which cluster? Give --cluster NAME');
  if (options.nodegroup ?? options.asg ?? options.green ?? options.pair ?? options.requestId)
    throw new CommandFailure('--all: give it without --nodegroup, --asg, --green, --pair and --request-id');
  const { nodegroupsThatServe } = await import('../../../functions/wiring/rotation-console.ts');
  const nodegroup = await nodegroupsThatServe({ ...place, name: options.cluster }, { ...options, session: terminal.environment.user });
  if (nodegroup.length === 0) throw new CommandFailure(`no managed node group of ${options.cluster} has nodes: there is nothing to rotate`);
  return inputsFor({ ...options, nodegroup }, place);
}

async function rotateOne(input: RotationInput, deployment: RotationDeployment, options: Options, terminal: Terminal): Promise<Row> {
  const started = await start(input, deployment);
  const nodegroup = input.blue && 'nodegroup' in input.blue ? input.blue.nodegroup : null;
  const { rotationId, link, existed } = started;
  if (existed)
    terminal.note(`there is a rotation of this request already, and nothing was started: greenlight rotate status ${rotationId}`);
  if (options.format === 'text') await terminal.print(`${rotationId}\n${link}\n`);
  if (!options.wait) {
    if (!existed) terminal.note(`started; look on with: greenlight rotate watch ${rotationId}`);
    return { ...started, nodegroup, outcome: null };
  }
  const record = await followStarted(started, deployment, options, terminal);
  return { ...started, nodegroup, outcome: record.outcome?.name ?? null };
}

function noteSkipped(left: readonly RotationInput[], terminal: Terminal): void {
  const names = left.flatMap(({ blue }) => (blue && 'nodegroup' in blue ? [blue.nodegroup] : []));
  if (names.length > 0) terminal.note(`not started, because the one before did not succeed: ${names.join(', ')}`);
}

function parseRequestId(text: string): string {
  if (/^[a-z0-9-]{1,16}$/.test(text)) return text;
  throw new InvalidArgumentError('expected at most 16 of a-z, 0-9 and -.');
}
