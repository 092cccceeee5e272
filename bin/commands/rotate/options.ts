import { type Command, InvalidArgumentError } from 'commander';
import { optionsSchema } from '../../../functions/config/rotation-options.ts';
import { didYouMean } from '../../../functions/config/suggestions.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import type { RotationDeployment } from '../../../functions/wiring/rotation-console.ts';
import { openStore } from '../../../functions/wiring/stores.ts';
import { parseAccountId } from '../access/arguments.ts';
import { parseStore } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Where the records of rotations are. */
export interface PlaceOptions {
  readonly store?: string;
  readonly stack: string;
  readonly stackRegion?: string;
  readonly profile?: string;
}

/** Options of every command that reads or writes rotations. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option(
      '--store <location>',
      'where rotations are kept: s3://BUCKET[/PREFIX], or a folder (default: the bucket of the deployment)',
      parseStore,
    )
    .option('--stack <name>', 'name of the stack in the tooling account, by which the deployment is found', 'EksGreenlight')
    .option('--stack-region <region>', 'region of that stack (default: AWS_REGION)')
    .option('--profile <profile>', 'profile of the AWS configuration, of the tooling account');
}

/** The deployed product that the options name.
 *  @param fallback a region where neither option nor environment say one
 *  @throws CollectionError */
export async function deploymentOf(options: PlaceOptions, terminal: Terminal, fallback?: string): Promise<RotationDeployment> {
  const { rotationDeployment } = await import('../../../functions/wiring/rotation-console.ts');
  const region = options.stackRegion ?? terminal.environment.region ?? fallback;
  return rotationDeployment({ stack: options.stack, profile: options.profile, region });
}

/** The store that was named, or the bucket of the deployment.
 *  @throws CollectionError */
export async function rotationStore(options: PlaceOptions, terminal: Terminal): Promise<{ store: ObjectStore; location: string }> {
  const location = options.store ?? `s3://${(await deploymentOf(options, terminal)).bucket}`;
  const region = options.stackRegion ?? terminal.environment.region;
  return { store: openStore(location, { profile: options.profile, region }), location };
}

/** Which groups of which cluster. */
export interface SelectorOptions {
  readonly cluster?: string;
  readonly region?: string;
  readonly account?: string;
  readonly nodegroup?: readonly string[];
  readonly asg?: string;
  readonly green?: string;
  readonly pair?: string;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function withSelectorOptions(command: Command): Command {
  return command
    .option('--cluster <name>', 'name of the EKS cluster')
    .option('--region <region>', 'AWS region of the cluster (default: AWS_REGION)')
    .option('--account <id>', 'account of the cluster (default: that of your credentials)', parseAccountId)
    .option('--nodegroup <name>', 'managed node group that is rotated: blue (default: the only one)', collect)
    .option('--asg <name>', 'Auto Scaling group of self-managed nodes that is rotated, instead of --nodegroup')
    .option('--green <name>', 'existing group of the same kind that takes over (default: one is made from blue)')
    .option('--pair <pair>', 'both groups by their tag eks-greenlight/pair, instead of names: the one with nodes is rotated')
    .option('--option <key=value>', 'an option of the rotation, such as poolSoakMinutes=30 (repeatable)', addOption);
}

/** `poolSoakMinutes=30`: the value is JSON where it reads as JSON, else text. A list may be written `a,b`, or named more than once.
 *  @throws InvalidArgumentError that names the option that was probably meant, or what it takes */
export function addOption(text: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { key, value } = /^(?<key>[^=]+)=(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (key === undefined || value === undefined) throw new InvalidArgumentError('expected KEY=VALUE such as poolSoakMinutes=30.');
  const known = Object.entries(optionsSchema.shape);
  const schema = known.find(([name]) => name === key)?.[1];
  if (!schema)
    throw new InvalidArgumentError(
      `there is no option "${key}"${didYouMean(
        key,
        known.map(([name]) => name),
      )}.`,
    );
  for (const candidate of [jsonOf(value), value, value.split(',')]) {
    const parsed = schema.safeParse(candidate);
    if (candidate === undefined || !parsed.success) continue;
    const earlier = before[key];
    return { ...before, [key]: Array.isArray(earlier) && Array.isArray(parsed.data) ? [...earlier, ...parsed.data] : parsed.data };
  }
  const reason = schema.safeParse(jsonOf(value) ?? value).error?.issues[0]?.message ?? 'not understood';
  throw new InvalidArgumentError(`${key}: ${reason}.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
