import { createHash } from 'node:crypto';
import { configurationHash } from '../config/hash.ts';
import { InvalidInput, parseInput } from '../config/invalid-input.ts';
import type { Configuration } from '../config/schema.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { instantOf, isoSeconds } from '../versions/days.ts';
import { discoverAccounts } from './discover-accounts.ts';
import { jsonLines, readJson, readJsonLines } from './json-lines.ts';
import type { OrganizationPort } from './ports.ts';
import { runId } from './run-id.ts';
import { movesState, type RunContext, type RunInput, runContextSchema, runInputSchema } from './run-input.ts';
import { type AccountItem, accountItemSchema, regionListingSchema } from './work-items.ts';

export interface BeginRunOptions {
  readonly store: ObjectStore;
  /** What the operator or the schedule gave. */
  readonly input: unknown;
  /** ARN of the execution: the same execution begins the same run. */
  readonly executionId: string;
  readonly startTime: Date;
  readonly organization: OrganizationPort;
  /** The configuration in force. */
  readonly configuration: () => Promise<Configuration>;
}

/** What the state machine needs to know of a run. */
export interface BegunRun {
  readonly runId: string;
  /** Tells this execution's work lists from those of the execution that it resumes. */
  readonly attempt: string;
  readonly notify: boolean;
  readonly simulate?: 'milestone';
  /** How many accounts are to be entered. */
  readonly accounts: number;
  readonly targetsKey: string;
  readonly accountConcurrency: number;
  readonly clusterConcurrency: number;
}

type WorkList = Pick<BegunRun, 'accounts' | 'targetsKey'>;

/** Checks the input, writes the context of the run and the accounts to enter. Repeated for one execution it gives the same answer.
 *  @throws InvalidInput that names field, value and expectation
 *  @throws CollectionError when the organization cannot be read */
export async function beginRun(options: BeginRunOptions): Promise<BegunRun> {
  const { store, startTime } = options;
  const input = parseInput(runInputSchema, options.input);
  const attempt = createHash('sha256').update(options.executionId).digest('hex').slice(0, 8);
  const context = input.resumeRunId
    ? await contextToResume(store, input)
    : await contextOf(input, runId(startTime, attempt), startTime, await options.configuration());
  const { configuration } = context;
  const begun = {
    runId: context.runId,
    attempt,
    notify: movesState(context.input),
    accountConcurrency: configuration.concurrency.accounts,
    clusterConcurrency: configuration.concurrency.clusters,
  };
  if (!input.resumeRunId) await store.put(keys.runContext(context.runId), json(context));
  if (input.simulate) return { ...begun, simulate: input.simulate, accounts: 0, targetsKey: keys.targetItems(context.runId) };
  return { ...begun, ...((await remainingAccounts(store, context.runId, attempt)) ?? (await allAccounts(context, options))) };
}

/** Discovers the accounts and writes the work list of the first map; those that are not entered are in the lists at once. */
async function allAccounts({ runId: id, configuration, input }: RunContext, { store, organization }: BeginRunOptions): Promise<WorkList> {
  const { accounts, skipped } = await discoverAccounts(configuration, input, organization);
  for (const { accountName, ...target } of skipped)
    await store.put(keys.listing(id, target.accountId), jsonLines([{ target, accountName, clusters: [] }]));
  const targetsKey = keys.targetItems(id);
  await store.put(targetsKey, jsonLines(accounts));
  return { accounts: accounts.length, targetsKey };
}

async function contextOf(input: RunInput, id: string, startTime: Date, configuration: Configuration): Promise<RunContext> {
  const now = (input.asOf === undefined ? undefined : instantOf(input.asOf)) ?? startTime;
  const hash = configurationHash(configuration);
  return {
    schemaVersion: '1',
    runId: id,
    startedAt: isoSeconds(startTime),
    now: isoSeconds(now),
    input,
    configurationHash: hash,
    configuration,
  };
}

/** The run keeps what it was begun with: a resumption names nothing but the run. */
async function contextToResume(store: ObjectStore, { resumeRunId = '', ...others }: RunInput): Promise<RunContext> {
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new InvalidInput(`${other}: expected resumeRunId alone, because a resumed run keeps the input that it was started with`);
  const context = await readRunContext(store, resumeRunId);
  if (context) return context;
  throw new InvalidInput(`resumeRunId: expected the id of a run in the store, found "${resumeRunId}" (no ${keys.runContext(resumeRunId)})`);
}

/** @returns undefined when there is no such run */
export function readRunContext(store: ObjectStore, id: string): Promise<RunContext | undefined> {
  return readJson(store, keys.runContext(id), runContextSchema);
}

/** The accounts of a run that is resumed that have no list yet, or one with a failure.
 *  @returns undefined when its accounts were never discovered: it broke off before, or has only just begun */
async function remainingAccounts(store: ObjectStore, id: string, attempt: string): Promise<WorkList | undefined> {
  const accounts = await readJsonLines(store, keys.targetItems(id), accountItemSchema);
  if (!accounts || id.endsWith(attempt)) return undefined;
  const remaining: AccountItem[] = [];
  for (const account of accounts) {
    const listing = await readJsonLines(store, keys.listing(id, account.accountId), regionListingSchema);
    if (!listing || listing.some(({ target }) => target.status === 'failed')) remaining.push(account);
  }
  const targetsKey = keys.remainingTargetItems(id, attempt);
  await store.put(targetsKey, jsonLines(remaining));
  return { accounts: remaining.length, targetsKey };
}

const json = (value: unknown): string => `${JSON.stringify(value)}\n`;
