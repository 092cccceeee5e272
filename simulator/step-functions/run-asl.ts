import { setImmediate } from 'node:timers/promises';
import validate from 'asl-validator';
import { StateMachine } from 'aws-local-stepfunctions';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { type AslMachine, type AslState, filled, isDistributed, type Json, parseAsl } from './asl.ts';
import { type MapRun, runDistributedMap } from './distributed-map.ts';
import { engineMachine, localStates, recordedAs } from './engine-machine.ts';
import { type Fault, type FaultTable, faultTable } from './faults.ts';
import { history } from './history.ts';
import { integrate, type MachineWorld, type VirtualClock, verifyServed } from './integrations.ts';
import { Defect, Stopped } from './step-errors.ts';

export interface ExecutionOptions {
  readonly faults?: readonly Fault[];
  /** StopExecution is called when the nth task is about to begin, or the first one of a state of this name. A map is a task, and so is each
   *  try of each task of its children. */
  readonly stopAt?: number | string;
}

export interface StartOptions extends ExecutionOptions {
  readonly input?: Json;
  /** `<machine>:<execution>`, the end of the execution's ARN. */
  readonly name?: string;
  /** ISO. */
  readonly startTime?: string;
}

/** How one execution ended. */
export interface Execution {
  /** Its ARN. */
  readonly id: string;
  readonly startTime: string;
  readonly input: Json;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** Estimated events in its history; children have their own. */
  readonly events: number;
  /** Bytes of the largest input or output of a state, those of children included. */
  readonly largestPayload: number;
  /** Names of the states entered, in order. */
  readonly visited: readonly string[];
  /** Of its Distributed Maps, and the executions it started. */
  readonly children: readonly Execution[];
  /** By the name of the state. */
  readonly maps: Readonly<Record<string, MapRun>>;
  readonly nested: readonly Execution[];
  /** The last state that was entered, which RedriveExecution enters again with the same input. */
  readonly last: { readonly state: string; readonly input: Json };
}

/** What the executions of one start have in common. */
interface Shared {
  readonly world: MachineWorld;
  readonly meet: FaultTable;
  /** @throws Stopped when the execution is stopped before this task, or was before */
  step(state: string): void;
}

function shared(world: MachineWorld, { faults = [], stopAt }: ExecutionOptions): Shared {
  let steps = 0;
  let stopped = false;
  const step = (state: string) => {
    steps += 1;
    stopped ||= stopAt === steps || stopAt === state;
    if (stopped) throw new Stopped(`stopped at task ${stopAt}`);
  };
  return { world, meet: faultTable(faults), step };
}

const arn = (name: string): string => `arn:aws:states:eu-west-1:999999999999:execution:${name}`;
const morning = '2026-11-21T06:00:00.000Z';

/** Starts a workflow and waits for its end. Waits and the pauses before retries take no time by the clock, and timeouts happen only as faults.
 *  @param text the file; its substitutions stand for what `world` has under the same name
 *  @throws Defect when the file is not valid, names what `world` does not have, or goes beyond 20,000 events or 262,144 bytes */
export async function startExecution(text: string, world: MachineWorld, options: StartOptions = {}): Promise<Execution> {
  const { input = {}, name = 'machine:execution', startTime = morning } = options;
  return execute(loaded(text, world), { id: arn(name), startTime, input }, shared(world, options));
}

/** Goes on with an execution that failed or was stopped, as RedriveExecution does: the state that was entered and not left is entered again
 *  with the same input. A Fail state has been entered, too: an execution whose error was caught and led there fails again at once. Of the
 *  children of a Distributed Map only those that did not succeed run again.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html */
export async function redriveExecution(
  text: string,
  world: MachineWorld,
  failed: Execution,
  options: ExecutionOptions = {},
): Promise<Execution> {
  if (failed.status === 'SUCCEEDED') throw new Defect('ExecutionNotRedrivable: the execution succeeded');
  return execute(loaded(text, world), failed, shared(world, options), failed);
}

const machines = new Map<string, AslMachine>();

/** Parses and validates a file, and sees that all it names is there. The engine sets `$$.Execution.StartTime` by the clock on the wall: the
 *  context of an execution is therefore given under another name. */
function loaded(text: string, world: MachineWorld): AslMachine {
  let asl = machines.get(text);
  if (!asl) {
    asl = parseAsl(filled(text).replaceAll(/\$\$\.Execution\b/g, () => '$$.Supplied'));
    const { isValid, errorsText } = validate(structuredClone(asl));
    if (!isValid) throw new Defect(`the workflow is not valid: ${errorsText('; ')}`);
    machines.set(text, asl);
  }
  verifyServed(asl, world);
  return asl;
}

type Place = Pick<Execution, 'id' | 'startTime' | 'input'>;

async function execute(asl: AslMachine, { id, startTime, input }: Place, run: Shared, before?: Execution): Promise<Execution> {
  const local = new Map(localStates(asl));
  const maps: Record<string, MapRun> = { ...before?.maps };
  const nested: Execution[] = [...(before?.nested ?? [])];
  const context = { Supplied: { Id: id, Name: id.split(':').at(-1), StartTime: startTime, Input: input } };
  const { seen, weigh, follow } = history((name) => recordedAs(local.get(name)));

  const startNested = async (machine: string, name: string | undefined, given: Json) => {
    const startedAt = run.world.clock?.now().toISOString() ?? morning;
    const place = { id: arn(`${machine}:${name ?? `${context.Supplied.Name}-${nested.length + 1}`}`), startTime: startedAt, input: given };
    const ended = await execute(loaded(run.world.machines?.[machine] ?? '', run.world), place, run);
    nested.push(ended);
    return ended;
  };
  const distribute = (name: string, state: AslState, given: Json): Promise<Json> => {
    const { ItemProcessor, Label = name } = state;
    if (!ItemProcessor) throw new Defect(`${name} has no ItemProcessor`);
    const standard = ItemProcessor.ProcessorConfig?.ExecutionType === 'STANDARD';
    const runChild = (index: number, selected: Json, previous: Execution | undefined) => {
      const child = { id: id.replace(/:([^:]*)$/, `/${Label}:$1-${index}`), startTime, input: selected };
      // An EXPRESS execution has no history to go on from: it is started anew.
      return execute(ItemProcessor, child, run, standard ? previous : undefined);
    };
    const previous = before?.last.state === name ? before.maps[name] : undefined;
    return runDistributedMap({ store: run.world.store, name, state, input: given, context, previous, runChild }, (map) => {
      maps[name] = map;
      if (map.children.some((child) => child?.status === 'ABORTED')) throw new Stopped(`stopped while ${name} was running`);
    });
  };
  const failed = new Set<string>();
  const perform = async (name: string, state: AslState, given: Json): Promise<Json> => {
    if (state.Type === 'Wait') return waitFor(name, state, given, run.world.clock);
    run.step(name);
    if (failed.delete(name)) {
      run.world.clock?.advance(1000 * Math.max(0, ...(state.Retry ?? []).map(({ IntervalSeconds }) => numberOf(IntervalSeconds))));
      await othersGetOn();
    }
    weigh(name, 'what it asks for', given);
    try {
      const answer = await (isDistributed(state) ? distribute(name, state, given) : integrate(state, given, { ...run, startNested }));
      weigh(name, 'what it is answered', answer);
      return answer;
    } catch (error) {
      failed.add(name);
      throw error;
    }
  };

  const tasks = [...local].filter(([, state]) => state.Type === 'Task' || state.Type === 'Wait' || isDistributed(state));
  const noTime = Object.fromEntries([...local.keys()].map((name) => [name, 0]));
  const definition = engineMachine(asl, before?.last.state ?? asl.StartAt);
  const engine = new StateMachine(definition, { validationOptions: { noValidate: true } }).run(before ? before.last.input : input, {
    context,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(tasks.map(([name, state]) => [name, (given) => perform(name, state, given)])),
      waitTimeOverrides: noTime,
      retryIntervalOverrides: noTime,
    },
  });
  const following = follow(engine.eventLogs, (name) => name in asl.States, engine.abort);
  const outcome = await engine.result.then((output) => ({ status: 'SUCCEEDED' as const, output }), failureOf);
  const beyond = await following;
  if (beyond !== undefined) throw beyond;
  const children = [...Object.values(maps).flatMap((map) => map.children.filter((child) => child !== undefined)), ...nested];
  return {
    ...{ id, startTime, input, ...outcome },
    events: seen.events + (before?.events ?? 0),
    largestPayload: Math.max(seen.largest, ...children.map((child) => child.largestPayload)),
    visited: [...(before?.visited ?? []), ...seen.visited],
    ...{ children, maps, nested },
    last: seen.last ?? { state: asl.StartAt, input },
  };
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Seconds of a Wait state, by the clock of the world. Only paths of one field are modelled. */
function waitFor(name: string, { Seconds, SecondsPath }: AslState, given: Json, clock: VirtualClock | undefined): Json {
  const field = /^\$\.(\w+)$/.exec(SecondsPath ?? '')?.[1];
  const asked: unknown = field !== undefined && typeof given === 'object' && given !== null ? Reflect.get(given, field) : Seconds;
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 1)
    throw new Defect(`${name} waits for ${JSON.stringify(asked)} seconds`);
  clock?.advance(asked * 1000);
  return {};
}

/** The pause before a retry takes no time, but what else is under way gets on meanwhile: another execution, another child. */
async function othersGetOn(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await setImmediate();
}

/** @throws what is no failure of the workflow */
function failureOf(thrown: Error): Pick<Execution, 'status' | 'error' | 'cause'> {
  const reason = thrown.cause;
  if (reason instanceof Defect) throw reason;
  if (reason instanceof Stopped || thrown.name === 'ExecutionAbortedError') return { status: 'ABORTED' };
  return { status: 'FAILED', error: reason instanceof Error ? reason.name : thrown.name, cause: messageOf(reason) };
}
