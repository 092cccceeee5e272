import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { configurationSchema } from '../functions/config/schema.ts';
import { startRotation } from '../functions/rotation/acquire.ts';
import { operate } from '../functions/rotation/operate.ts';
import type { ClusterPorts, RotationOutside } from '../functions/rotation/ports.ts';
import { readOutcome } from '../functions/rotation/read-outcome.ts';
import type { RotationRecord } from '../functions/rotation/record.ts';
import { findRotation, readRecord } from '../functions/rotation/record-store.ts';
import { runStep, stepEventSchema } from '../functions/rotation/run-step.ts';
import { takeOver } from '../functions/rotation/take-over.ts';
import { publishConfiguration } from '../functions/store/configuration.ts';
import type { ObjectStore } from '../functions/store/object-store.ts';
import { openRotationCluster } from '../functions/wiring/rotation-ports.ts';
import { memoryStore } from '../simulator/memory-store.ts';
import { type Execution, startExecution } from '../simulator/step-functions/run-asl.ts';
import { aslText } from '../test/machines/asl-texts.ts';
import { asWanted, type TracedStep } from './rotation-trace.ts';
import type { Witness } from './rotation-witness.ts';
import { EXTERNAL_ID, LOGISTICS_ACCOUNT, REGION } from './rotation-world.ts';

export interface Rotated {
  readonly execution: Execution;
  readonly steps: readonly TracedStep[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly record: RotationRecord;
  /** Requests to the store: reads, writes. */
  readonly store: { readonly reads: number; readonly writes: number };
  /** When the operator asked for the way back; when the last node of blue could take pods again. */
  readonly abortedAt: number | undefined;
  readonly uncordonedAt: number | undefined;
}

export interface RotateOptions {
  readonly cluster: string;
  readonly witness: Witness;
  readonly options: Readonly<Record<string, unknown>>;
  /** The operator aborts once so many batches are done. */
  readonly abortAfter?: number;
  readonly progress: (text: string) => void;
}

/** Rotates blue to green: the machines from their files, the functions and adapters as they are deployed, waits by the clock on the wall. */
export async function rotateForReal({ cluster, witness, options, abortAfter, progress }: RotateOptions): Promise<Rotated> {
  const { store, requests } = countedStore();
  const configuration = {
    accounts: { explicit: [{ id: LOGISTICS_ACCOUNT }] },
    scanRole: { externalId: EXTERNAL_ID },
    rotation: { enabled: true },
  };
  await publishConfiguration(store, configurationSchema.parse(configuration));
  const wanted = new Map<string, number>();
  let calls = new Map<string, number>();
  const note = (call: string, given: unknown) => {
    const name = call === 'kubernetes.list' ? `${call} ${String(given)}` : call;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const { nodegroupName, scalingConfig } = sizesSchema.safeParse(given).data ?? {};
    if (nodegroupName !== undefined && scalingConfig?.desiredSize !== undefined) wanted.set(nodegroupName, scalingConfig.desiredSize);
  };
  const open = openRotationCluster({ region: REGION, configuration: async () => ({ scanRole: { externalId: EXTERNAL_ID } }) });
  const outside: RotationOutside = {
    store,
    openCluster: async (name) => countedPorts(await open(name), note),
    gates: { invoke: async () => ({ verdict: 'pass' }) },
    tell: async () => {},
    clock: () => new Date(),
    pause: async (milliseconds) => void (await sleep(milliseconds)),
    randomId: () => randomUUID(),
    random: Math.random,
  };

  const steps: TracedStep[] = [];
  let due = 0;
  let abortedAt: number | undefined;
  let uncordonedAt: number | undefined;
  const lookAtCordons = () => {
    const cordoned = [...witness.nodes.values()].some((node) => node.group === 'blue' && node.cordoned);
    if (abortedAt !== undefined && uncordonedAt === undefined && !cordoned) uncordonedAt = Date.now();
  };
  const stopLooking = witness.onChange(lookAtCordons);
  let stopWatching = () => {};
  const step = async (payload: unknown) => {
    await sleep(Math.max(0, due - Date.now()));
    stopWatching();
    const event = stepEventSchema.parse(payload);
    calls = new Map();
    const [from, cpu] = [Date.now(), process.cpuUsage()];
    const answer = await runStep(outside, event);
    const { user, system } = process.cpuUsage(cpu);
    const record = await recordOf(store, event.rotationId);
    const traced: TracedStep = { ...event, from, to: Date.now(), cpuMs: (user + system) / 1000, answer, record, calls };
    steps.push(traced);
    progress(
      `${cluster} ${event.phase} ${event.phase === 'drain' ? event.part : ''} ${answer.status}: ${answer.progress.waitingFor ?? ''}`.slice(
        0,
        160,
      ),
    );
    const batchesDone = record.batches.filter(({ state }) => state === 'done').length;
    if (abortAfter !== undefined && abortedAt === undefined && batchesDone >= abortAfter) {
      await operate(outside, event.rotationId, 'abort', { by: 'bench', reason: null });
      abortedAt = Date.now();
    }
    stopWatching = watchFor(traced);
    return answer;
  };
  const watchFor = (traced: TracedStep) => {
    const look = () => {
      if (traced.wantedAt === undefined && asWanted(traced, witness, wanted) !== false) traced.wantedAt = Date.now();
    };
    look();
    return traced.wantedAt === undefined ? witness.onChange(look) : () => {};
  };
  const handlers = {
    StartRotationFunction: (event: unknown) => startRotation(outside, startEvent.parse(event)),
    RotationStepFunction: step,
    ReadOutcomeFunction: (event: unknown) => readOutcome(outside, event),
    TakeOverFunction: (event: unknown) => takeOver(outside, event),
  };
  const machines = {
    DrainBatchStateMachine: aslText('drain-batch'),
    WaitWindowStateMachine: aslText('wait-window'),
    RevertRotationStateMachine: aslText('revert-rotation'),
  };
  const clock = {
    now: () => new Date(),
    // A Wait state is over at once; the task after it begins when it is due.
    advance: (milliseconds: number) => {
      due = Date.now() + milliseconds;
    },
  };
  const rotationId = `rot-bench-${cluster}`;
  const startedAt = Date.now();
  const execution = await startExecution(
    aslText('node-rotation'),
    { store, handlers, machines, clock },
    {
      name: `node-rotation:${rotationId}`,
      startTime: new Date(startedAt).toISOString(),
      input: {
        ...{ accountId: LOGISTICS_ACCOUNT, region: REGION, clusterName: cluster },
        ...{ blue: { nodegroup: 'blue' }, green: { nodegroup: 'green' } },
        options: z.json().parse(options),
      },
    },
  );
  const endedAt = Date.now();
  stopWatching();
  stopLooking();
  return {
    execution,
    steps,
    startedAt,
    endedAt,
    record: await recordOf(store, rotationId),
    store: { ...requests },
    abortedAt,
    uncordonedAt,
  };
}

const sizesSchema = z.object({ nodegroupName: z.string(), scalingConfig: z.object({ desiredSize: z.number().optional() }) });
const startEvent = z.object({ input: z.unknown(), executionName: z.string(), executionArn: z.string() });

async function recordOf(store: ObjectStore, rotationId: string): Promise<RotationRecord> {
  const cluster = await findRotation(store, rotationId);
  const stored = cluster && (await readRecord(store, cluster, rotationId));
  if (!stored) throw new Error(`rotation ${rotationId} has no record`);
  return stored.record;
}

/** A store in memory that counts; what the benchmark itself reads is among it, one read a step. */
function countedStore() {
  const { store } = memoryStore();
  const requests = { reads: 0, writes: 0 };
  const counted = noted(store, 'store', (call) => {
    requests[call === 'store.get' || call === 'store.list' ? 'reads' : 'writes'] += 1;
  });
  return { store: counted, requests };
}

function countedPorts({ reads, writes }: ClusterPorts, note: (call: string, given: unknown) => void): ClusterPorts {
  return {
    reads: {
      eks: noted(reads.eks, 'eks', note),
      autoScaling: noted(reads.autoScaling, 'autoScaling', note),
      ec2: noted(reads.ec2, 'ec2', note),
      serviceQuotas: noted(reads.serviceQuotas, 'serviceQuotas', note),
      loadBalancing: noted(reads.loadBalancing, 'loadBalancing', note),
      cloudWatch: noted(reads.cloudWatch, 'cloudWatch', note),
      kubernetes: noted(reads.kubernetes, 'kubernetes', note),
    },
    writes: {
      eks: noted(writes.eks, 'eks', note),
      autoScaling: noted(writes.autoScaling, 'autoScaling', note),
      kubernetes: noted(writes.kubernetes, 'kubernetes', note),
    },
  };
}

/** The same port, each call of which is noted with its first argument. */
function noted<T extends object>(port: T, name: string, note: (call: string, given: unknown) => void): T {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]) => {
        note(`${name}.${String(key)}`, given[0]);
        return Reflect.apply(member, target, given);
      };
    },
  });
}
