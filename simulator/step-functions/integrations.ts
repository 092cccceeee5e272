import * as z from 'zod';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { type AslMachine, type AslState, integrationOf, type Json, statesIn } from './asl.ts';
import { type FaultTable, lambdaError } from './faults.ts';
import type { Execution } from './run-asl.ts';
import { asked, Defect, StepError, Stopped } from './step-errors.ts';

/** A Lambda function: what it is invoked with, and what it answers. */
export type Handler = (payload: unknown) => Promise<unknown>;

/** What a workflow runs in. */
export interface MachineWorld {
  /** The bucket that the file calls `FindingsBucket`. */
  readonly store: ObjectStore;
  /** By the substitution that names the function, e.g. `ScanClusterFunction`. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Texts of the workflows that it starts, by the substitution that names them. */
  readonly machines?: Readonly<Record<string, string>>;
  /** What a Wait state, and the pause before a retry, move. Without it they take no time at all. */
  readonly clock?: VirtualClock | undefined;
}

/** A clock that stands still until it is moved. */
export interface VirtualClock {
  now(): Date;
  advance(milliseconds: number): void;
}

export interface Integration {
  readonly world: MachineWorld;
  readonly meet: FaultTable;
  startNested(machine: string, name: string | undefined, input: Json): Promise<Execution>;
}

const invocation = z.object({ FunctionName: z.string(), Payload: z.json().optional() });
const nestedStart = z.object({ StateMachineArn: z.string(), Input: z.json().optional(), Name: z.string().optional() });
/** Step Functions writes an object or a list as JSON; how it writes a string is not modelled. */
const putObject = z.object({
  Bucket: z.literal('FindingsBucket'),
  Key: z.string(),
  Body: z.union([z.record(z.string(), z.json()), z.array(z.json())]),
});

const overTheWire = (value: unknown): Json => z.json().parse(JSON.parse(JSON.stringify(value ?? null)));

/** @throws Defect where a task of the workflow names what the world does not have */
export function verifyServed(asl: AslMachine, { handlers, machines = {} }: MachineWorld): void {
  const served: Readonly<Record<string, object>> = {
    'lambda:invoke': handlers,
    'states:startExecution.sync:2': machines,
    'aws-sdk:s3:putObject': { FindingsBucket: true },
  };
  for (const { name, state } of statesIn(asl)) {
    if (state.Type !== 'Task') continue;
    const { FunctionName, StateMachineArn, Bucket } = state.Parameters ?? {};
    const target = FunctionName ?? StateMachineArn ?? Bucket;
    const by = Object.keys(served[integrationOf(state.Resource)] ?? {});
    if (typeof target !== 'string' || !by.includes(target)) {
      throw new Defect(`${name}: nothing here answers ${state.Resource} of ${JSON.stringify(target)}`);
    }
  }
}

/** Does what a task of another service does. */
export async function integrate(state: AslState, given: Json, { world, meet, startNested }: Integration): Promise<Json> {
  const integration = integrationOf(state.Resource);
  if (integration === 'lambda:invoke') {
    const { FunctionName, Payload = {} } = asked(invocation, given);
    const answer = await meet(FunctionName, () => invoke(world.handlers[FunctionName], Payload));
    return { ExecutedVersion: '$LATEST', Payload: overTheWire(answer), StatusCode: 200 };
  }
  if (integration === 'aws-sdk:s3:putObject') {
    const { Key, Body } = asked(putObject, given);
    const put = () =>
      world.store.put(Key, JSON.stringify(Body)).catch((error: unknown) => {
        throw new StepError('S3.S3Exception', messageOf(error));
      });
    await meet(integration, put);
    return {};
  }
  const { StateMachineArn, Input = {}, Name } = asked(nestedStart, given);
  return meet(StateMachineArn, async () => {
    const ended = await startNested(StateMachineArn, Name, Input);
    const { status: Status, output: Output } = ended;
    if (Status === 'ABORTED') throw new Stopped('stopped while it waited for another execution');
    const description = { ExecutionArn: ended.id, StateMachineArn, Input, Status, Output, Error: ended.error, Cause: ended.cause };
    if (Status === 'FAILED') throw new StepError('States.TaskFailed', JSON.stringify(description));
    return overTheWire(description);
  });
}

async function invoke(handler: Handler | undefined, payload: Json): Promise<unknown> {
  try {
    return await handler?.(payload);
  } catch (error) {
    throw error instanceof Error ? lambdaError(error.name, error.message) : lambdaError('Error', String(error));
  }
}
