import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import { type RotationPlan, rotationPlanSchema } from '../../../functions/rotation/decide/plan.ts';
import type { RotationInput } from '../../../functions/rotation/input.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { publishConfiguration } from '../../../functions/store/configuration.ts';
import { isBucketUrl } from '../../../functions/store/location.ts';
import type { RotationDeployment } from '../../../functions/wiring/rotation-console.ts';
import { openStore } from '../../../functions/wiring/stores.ts';
import { configurationFor } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodeOfOutcome } from './follow.ts';
import { inputsFor, readInput } from './inputs.ts';
import { deploymentOf, type PlaceOptions, type SelectorOptions, withPlaceOptions, withSelectorOptions } from './options.ts';
import { clusterPlace } from './place.ts';
import { startAndFollow } from './run-rotation.ts';
import { planText, problemsText } from './text/plan.ts';
import { parseSeconds } from './watch.ts';

export interface PlanOptions extends PlaceOptions, SelectorOptions {
  readonly input?: string;
  readonly every: number;
  readonly local?: boolean;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** `greenlight rotate plan`: what a rotation would do; nothing is changed. */
export function planCommand(rotate: Command, terminal: Terminal): void {
  withPlaceOptions(
    withSelectorOptions(
      rotate
        .command('plan')
        .summary('what a rotation would do, and what is in its way; changes nothing')
        .description(
          'what a rotation would do: groups, batches, order of evictions, pods that would wait or block, quota, addresses, duration; changes nothing. ' +
            'The deployed machine makes it; without a deployment, or with --local, your own credentials do. Exits with 2 when it would be refused',
        ),
    ),
  )
    .option('--input <file>', 'input of the rotation as JSON, or - for standard input, instead of the options that name groups')
    .option('--every <seconds>', 'seconds between two looks at the machine', parseSeconds, 2)
    .option('--local', 'make the plan here, with your own credentials, even if there is a deployment')
    .option('--role-arn <arn>', 'with --local: role of the account of the cluster to read it through')
    .option('--external-id <id>', 'with --local: external id that the trust policy of the role asks for')
    .option('--config <file>', 'with --local: configuration file (default: greenlight.yaml, if there is one)')
    .addOption(new Option('--format <format>', 'form of the plan').choices(['text', 'json']).default('text'))
    .action(async (options: PlanOptions) => {
      const input = await inputOf(options, terminal);
      const deployment = await deploymentIfAny(options, input, terminal);
      const record = deployment
        ? await startAndFollow({ ...input, dryRun: true }, deployment, { ...options, quiet: true }, terminal)
        : await planHere(input, options, terminal);
      terminal.progress('');
      await print(record, options, terminal);
      process.exitCode = exitCodeOfOutcome(record.outcome?.name);
    });
}

async function inputOf(options: PlanOptions, terminal: Terminal): Promise<RotationInput> {
  if (options.input !== undefined) return readInput(options.input);
  const [input, ...others] = inputsFor(options, await clusterPlace(options, terminal));
  if (input === undefined || others.length > 0) throw new CommandFailure('plan one rotation at a time: give --nodegroup once');
  return input;
}

/** Where nothing is deployed, or nobody may say so, the plan is made here. Who named a bucket meant the deployment. */
async function deploymentIfAny(options: PlanOptions, input: RotationInput, terminal: Terminal): Promise<RotationDeployment | undefined> {
  if (options.local) return undefined;
  try {
    const deployment = await deploymentOf(options, terminal, input.region);
    if (deployment.machineArn !== undefined) return deployment;
    terminal.note(`rotations are not enabled in stack ${options.stack}: the plan is made here, with your own credentials`);
  } catch (error) {
    const isAbsent = error instanceof CollectionError && (error.code === 'NotFound' || error.code === 'AccessDenied');
    if (!isAbsent || (options.store !== undefined && isBucketUrl(options.store))) throw error;
    terminal.note(`no deployment was found by stack ${options.stack}: the plan is made here, with your own credentials`);
  }
  return undefined;
}

/** Over a folder that is there for this plan alone. */
async function planHere(input: RotationInput, options: PlanOptions, terminal: Terminal): Promise<RotationRecord> {
  const { openRotationOutside } = await import('../../../functions/wiring/rotation.ts');
  const { planInProcess } = await import('../../../functions/rotation/plan-in-process.ts');
  const { configuration } = await configurationFor(options.config);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-plan-'));
  try {
    const store = openStore(folder);
    await publishConfiguration(store, configuration);
    const { profile, roleArn, externalId } = options;
    const outside = openRotationOutside({ store, session: terminal.environment.user, region: input.region, profile, roleArn, externalId });
    terminal.progress(`looking at ${input.clusterName}`);
    return await planInProcess(outside, input, randomBytes(4).toString('hex'), (why) => terminal.progress(why));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function print(record: RotationRecord, { format }: PlanOptions, terminal: Terminal): Promise<void> {
  const { rotationId, problems, outcome } = record;
  const plan: RotationPlan | null = rotationPlanSchema.safeParse(record.notes.plan).data ?? null;
  if (format === 'json') return terminal.print(`${JSON.stringify({ schemaVersion: '1', rotationId, outcome, plan, problems }, null, 2)}\n`);
  const { environment } = terminal;
  const lines = [...problemsText(problems, environment), ...(plan ? [...planText(plan, environment), ''] : [])];
  await terminal.print(`${[...lines, `${outcome?.name ?? 'no outcome'}: ${outcome?.cause ?? 'unknown'}`].join('\n')}\n`);
}
