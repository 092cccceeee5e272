import * as z from 'zod';
import { startRotation } from '../../functions/rotation/acquire.ts';
import type { RotationNotice, RotationOutside } from '../../functions/rotation/ports.ts';
import { readOutcome } from '../../functions/rotation/read-outcome.ts';
import { runStep, stepEventSchema } from '../../functions/rotation/run-step.ts';
import { takeOver } from '../../functions/rotation/take-over.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import drainBatch from '../../state-machines/drain-batch.asl.json' with { type: 'json' };
import nodeRotation from '../../state-machines/node-rotation.asl.json' with { type: 'json' };
import revertRotation from '../../state-machines/revert-rotation.asl.json' with { type: 'json' };
import waitWindow from '../../state-machines/wait-window.asl.json' with { type: 'json' };
import type { Handler, MachineWorld } from '../step-functions/integrations.ts';
import { type Execution, type ExecutionOptions, startExecution } from '../step-functions/run-asl.ts';
import { livePorts } from './ports.ts';
import type { LiveWorld } from './world.ts';

/** Imported rather than read: they travel with the bundled command line. */
const nestedMachines = {
  DrainBatchStateMachine: JSON.stringify(drainBatch),
  WaitWindowStateMachine: JSON.stringify(waitWindow),
  RevertRotationStateMachine: JSON.stringify(revertRotation),
} as const;

export interface SimulatedRotationOptions {
  readonly store: ObjectStore;
  readonly tell?: (notice: RotationNotice) => Promise<void>;
  /** Who makes the calls, for the audit. @default rotation */
  readonly principal?: string;
}

export interface StartedMachine extends ExecutionOptions {
  /** Of the execution. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The outside of a rotation in a live world. */
export function simulatedOutside(world: LiveWorld, { store, tell = async () => {}, principal }: SimulatedRotationOptions): RotationOutside {
  let ids = 0;
  return {
    store,
    openCluster: async ({ name }) => livePorts(world, name, principal),
    gates: { invoke: async () => ({ verdict: 'pass' }) },
    tell,
    clock: () => world.clock.date(),
    pause: async (milliseconds) => world.clock.advance(milliseconds),
    randomId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    random: world.random,
  };
}

const startEvent = z.object({ input: z.unknown(), executionName: z.string(), executionArn: z.string() });

/** The functions behind the machines, by their substitutions. */
export function rotationHandlers(outside: RotationOutside): Record<string, Handler> {
  return {
    StartRotationFunction: (event) => startRotation(outside, startEvent.parse(event)),
    RotationStepFunction: (event) => runStep(outside, stepEventSchema.parse(event)),
    ReadOutcomeFunction: (event) => readOutcome(outside, event),
    TakeOverFunction: (event) => takeOver(outside, event),
  };
}

/** The state machines of a rotation, from their files, in virtual time. Handlers may be replaced between two tasks.
 *  @returns starters of node-rotation and revert-rotation, each of which waits for the end */
export function rotationMachines(world: LiveWorld, store: ObjectStore, handlers: Record<string, Handler>) {
  const machines: MachineWorld = {
    store,
    handlers,
    machines: nestedMachines,
    clock: { now: () => world.clock.date(), advance: (milliseconds) => world.clock.advance(milliseconds) },
  };
  const start =
    (file: string, definition: object) =>
    ({ name, input, ...options }: StartedMachine): Promise<Execution> =>
      startExecution(JSON.stringify(definition), machines, {
        name: `${file}:${name}`,
        startTime: world.clock.date().toISOString(),
        input: z.json().parse(JSON.parse(JSON.stringify(input))),
        ...options,
      });
  return { rotate: start('node-rotation', nodeRotation), revert: start('revert-rotation', revertRotation) };
}
