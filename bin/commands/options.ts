import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Check } from '../../functions/checks/define-check.ts';
import { checks } from '../../functions/checks/list.ts';
import { didYouMean } from '../../functions/config/suggestions.ts';
import { bucketPlace, isBucketUrl } from '../../functions/store/location.ts';
import { instantOf } from '../../functions/versions/days.ts';
import { parseVersion } from '../../functions/versions/kubernetes-version.ts';
import { CommandFailure } from './failure.ts';

/** Forms of a report. */
export const reportFormats = ['text', 'json', 'csv', 'markdown', 'html', 'sarif'] as const;
type ReportFormat = (typeof reportFormats)[number];

export const failOnLevels = ['required', 'recommended', 'unknown', 'never'] as const;
export type FailOn = (typeof failOnLevels)[number];

/** Options of every command that ends in a report. */
export interface ReportOptions {
  readonly format: ReportFormat;
  readonly output?: string;
  readonly owner?: string;
  readonly config?: string;
  readonly target?: string;
  readonly asOf?: Date;
  readonly only?: readonly Check[];
  readonly failOn: FailOn;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Of commands that talk to AWS: they reach a bucket of `--output` and `--store` in the same way. */
  readonly profile?: string;
  readonly region?: string;
}

export function withReportOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'form of the report on standard output').choices(reportFormats).default('text'))
    .option('--output <path>', 'write the report to a file or s3://BUCKET/KEY instead of standard output', parseOutput)
    .option('--owner <name>', 'show the findings of this owner only')
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .option('--target <version>', 'Kubernetes version to upgrade to: "next" or a minor such as 1.35', parseTarget)
    .option('--as-of <date>', 'judge as of this UTC date or time instead of now', parseInstant)
    .option('--only <check>', 'run this check only (repeatable)', addCheck)
    .addOption(
      new Option('--fail-on <level>', 'exit with code 2 when a finding or verdict is at least this bad')
        .choices(failOnLevels)
        .default('never'),
    )
    .option('--quiet', 'no progress and no notes on standard error')
    .option('--verbose', 'say more on standard error, with stack traces of failures');
}

/** Evidence that is read when it is asked for, by its name here and in the configuration: `kubernetes.helmReleases`, `kubernetes.metrics`. */
export const extraEvidence = { helm: 'helmReleases', metrics: 'metrics' } as const;
export type ExtraEvidence = keyof typeof extraEvidence;

/** Of commands that collect. */
export interface CollectingOptions {
  readonly with?: readonly ExtraEvidence[];
}

/** Asks for evidence that the configuration leaves out; what the configuration asks for is read anyway. */
export const withOption = (): Option =>
  new Option('--with <evidence>', 'also read helm (releases, needs Secrets), metrics (/metrics), or helm,metrics').argParser(parseExtras);

function parseExtras(text: string, before: readonly ExtraEvidence[] = []): readonly ExtraEvidence[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !Object.hasOwn(extraEvidence, name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`expected ${Object.keys(extraEvidence).join(', ')}, or both with a comma between.`);
  return extras.filter((name) => names.includes(name) || before.includes(name));
}

const extras: readonly ExtraEvidence[] = ['helm', 'metrics'];

/** Options of every command that talks to one live cluster. */
export interface ClusterOptions {
  readonly cluster?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
}

export function withClusterOptions(command: Command): Command {
  return command
    .option('--cluster <name>', 'name of the EKS cluster')
    .option('--region <region>', 'AWS region of the cluster (default: AWS_REGION)')
    .option('--profile <profile>', 'profile of the AWS configuration')
    .option('--role-arn <arn>', 'role to assume before reading the cluster')
    .option('--external-id <id>', 'external id that the trust policy of the role asks for');
}

/** A fleet has a role in each account; one that is named would be of one of them. */
export function refuseRoleOfOneAccount({ roleArn, externalId }: ClusterOptions): void {
  if (roleArn === undefined && externalId === undefined) return;
  const option = roleArn === undefined ? '--external-id' : '--role-arn';
  throw new CommandFailure(`${option} enters one account: give --cluster NAME too; a fleet is entered through scanRole of greenlight.yaml`);
}

export const storeOption = (): Option =>
  new Option('--store <location>', 'folder or s3://BUCKET[/PREFIX] for the run, its findings and inventories')
    .argParser(parseStore)
    .default('./greenlight-out');

/** A date means 00:00:00Z of that day; a time needs its offset. */
export function parseInstant(text: string): Date {
  const at = instantOf(text);
  if (at) return at;
  throw new InvalidArgumentError('expected a UTC date such as 2026-11-21, or a time such as 2026-11-21T06:00:00Z.');
}

/** The check of that id, or the sentence that says which was meant. */
export function checkById(id: string): Check {
  const found = checks.find((check) => check.id === id);
  if (found) return found;
  const ids = checks.map((check) => check.id);
  throw new InvalidArgumentError(`there is no check "${id}"${didYouMean(id, ids)}; "greenlight checks" lists them.`);
}

/** In the order of the list and each once, however they are named: the report is the same. */
function addCheck(id: string, before: readonly Check[] = []): readonly Check[] {
  const wanted = checkById(id);
  return checks.filter((check) => check === wanted || before.includes(check));
}

export function parseTarget(text: string): string {
  if (text === 'next' || parseVersion(text)) return text;
  throw new InvalidArgumentError('expected "next" or a minor such as 1.35.');
}

/** Where a run is kept: a folder of this machine, or a bucket with the same keys. */
export function parseStore(text: string): string {
  if (!isBucketUrl(text)) return text;
  if (bucketPlace(text)) return text.replace(/\/$/, '');
  throw new InvalidArgumentError('expected a folder, or s3://BUCKET or s3://BUCKET/PREFIX.');
}

/** Where one document goes: a file, or one object of a bucket. */
export function parseOutput(text: string): string {
  if (!isBucketUrl(text)) return text;
  if (bucketPlace(text)?.key && !text.endsWith('/')) return text;
  throw new InvalidArgumentError('expected a path, or s3://BUCKET/KEY.');
}
