import { StateMachine } from 'aws-local-stepfunctions';
import * as z from 'zod';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { type AslState, integrationOf, type Json } from './asl.ts';
import type { Execution } from './run-asl.ts';
import { asked, Defect, StepError } from './step-errors.ts';

/** One run of a Distributed Map. */
export interface MapRun {
  readonly maxConcurrency: number;
  /** The most children that ran at one time. */
  readonly maxParallel: number;
  /** By item; undefined for those that were not begun. */
  readonly children: readonly (Execution | undefined)[];
}

type Context = Readonly<Record<string, unknown>>;

export interface MapScope {
  readonly store: ObjectStore;
  readonly name: string;
  readonly state: AslState;
  readonly input: Json;
  /** The context object, `$$`. */
  readonly context: Context;
  /** What it had done before it was redriven. */
  readonly previous: MapRun | undefined;
  runChild(index: number, input: Json, previous: Execution | undefined): Promise<Execution>;
}

/** Resolves a payload template as the engine does: paths, context object, intrinsic functions. */
async function resolved(template: Json, input: Json, context: Context): Promise<Json> {
  const pass = { Type: 'Pass' as const, Parameters: template, End: true as const };
  const machine = new StateMachine({ StartAt: 'Resolve', States: { Resolve: pass } }, { validationOptions: { noValidate: true } });
  return machine.run(input, { context }).result.catch((error: Error) => {
    throw error.cause;
  });
}

const located = z.object({ Bucket: z.literal('FindingsBucket'), Key: z.string().optional(), Prefix: z.string().optional() });

/** The items, one of each line. Whether Step Functions runs a map over no items is not documented: here it fails. */
async function itemsOf({ store, name, state: { ItemReader }, input, context }: MapScope): Promise<Json[]> {
  if (integrationOf(ItemReader?.Resource) !== 's3:getObject' || ItemReader?.ReaderConfig?.InputType !== 'JSONL') {
    throw new Defect(`${name}: only JSONL from s3:getObject can be read here, found ${JSON.stringify(ItemReader)}`);
  }
  const { Key = '' } = asked(located, await resolved(ItemReader.Parameters ?? {}, input, context));
  const body = (await store.get(Key))?.body;
  if (!body) throw new StepError('States.ItemReaderFailed', `There is no object ${Key}`);
  const lines = new TextDecoder().decode(body).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new StepError('States.ItemReaderFailed', `The object ${Key} has no items`);
  return lines.map((line) => itemIn(line, Key));
}

function itemIn(line: string, key: string): Json {
  try {
    return z.json().parse(JSON.parse(line));
  } catch {
    throw new StepError('States.ItemReaderFailed', `The object ${key} has a line that is no JSON: ${line}`);
  }
}

/** 0 stands for as many as Step Functions runs at a time. */
async function maxConcurrencyOf({ state: { MaxConcurrencyPath }, input, context }: MapScope): Promise<number> {
  if (MaxConcurrencyPath === undefined) return 0;
  const width = z.object({ width: z.int().min(0) }).safeParse(await resolved({ 'width.$': MaxConcurrencyPath }, input, context));
  if (!width.success) throw new StepError('States.Runtime', `${MaxConcurrencyPath} is no whole number of children`);
  return width.data.width;
}

const mostChildren = 10_000;

/** Runs the children of a Distributed Map, and writes down how they ended where its ResultWriter says.
 *  @param record is told what was done, before the map fails over it */
export async function runDistributedMap(scope: MapScope, record: (run: MapRun) => void): Promise<Json> {
  const { name, state, input, context, previous } = scope;
  const items = await itemsOf(scope);
  const maxConcurrency = await maxConcurrencyOf(scope);
  const children: (Execution | undefined)[] = items.map((_, index) => previous?.children[index]);
  const todo = [...items.entries()].filter(([index]) => children[index]?.status !== 'SUCCEEDED').values();
  let running = 0;
  let maxParallel = 0;
  const worker = async () => {
    for (const [Index, Value] of todo) {
      running += 1;
      maxParallel = Math.max(maxParallel, running);
      const selected = state.ItemSelector
        ? await resolved(state.ItemSelector, input, { ...context, Map: { Item: { Index, Value } } })
        : Value;
      const child = await scope.runChild(Index, selected, children[Index]);
      children[Index] = child;
      running -= 1;
      if (child.status === 'ABORTED') return;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(maxConcurrency || mostChildren, items.length) }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  record({ maxConcurrency, maxParallel, children });
  const ended = children.filter((child) => child !== undefined);
  const written = await writeResults(scope, ended);
  const failed = ended.filter(({ status }) => status === 'FAILED').length;
  if ((failed / items.length) * 100 > (state.ToleratedFailurePercentage ?? 0)) {
    throw new StepError('States.ExceedToleratedFailureThreshold', `${name}: ${failed} of ${items.length} children failed`);
  }
  return written ?? ended.map(({ output }) => output ?? null);
}

/** `SUCCEEDED_0.json`, `FAILED_0.json` and the manifest that names them.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
async function writeResults({ store, name, state, input, context }: MapScope, ended: readonly Execution[]): Promise<Json | undefined> {
  const { ResultWriter } = state;
  if (!ResultWriter) return undefined;
  if (integrationOf(ResultWriter.Resource) !== 's3:putObject') throw new Defect(`${name}: nothing here writes ${ResultWriter.Resource}`);
  const { Bucket, Prefix = '' } = asked(located, await resolved(ResultWriter.Parameters ?? {}, input, context));
  const folder = `${Prefix}/${name}`;
  const ResultFiles: Record<string, string[]> = { SUCCEEDED: [], FAILED: [] };
  for (const [kind, files] of Object.entries(ResultFiles)) {
    const results = ended.filter(({ status }) => status === kind).map(asResult);
    if (results.length === 0) continue;
    files.push(`${folder}/${kind}_0.json`);
    await store.put(`${folder}/${kind}_0.json`, JSON.stringify(results));
  }
  await store.put(`${folder}/manifest.json`, JSON.stringify({ DestinationBucket: Bucket, ResultFiles }));
  return { MapRunArn: `arn:aws:states:::mapRun:${name}`, ResultWriterDetails: { Bucket, Key: `${folder}/manifest.json` } };
}

const asResult = (child: Execution) => ({
  ExecutionArn: child.id,
  Input: JSON.stringify(child.input),
  Output: JSON.stringify(child.output),
  Error: child.error,
  Cause: child.cause,
  Status: child.status,
});
