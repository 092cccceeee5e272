import type { Configuration } from '../config/schema.ts';
import type { Phase } from './phases.ts';
import type { ClusterPorts, RotationOutside } from './ports.ts';
import type { GroupPlace, RotationRecord, Snapshot, TimelineEvent } from './record.ts';

/** What a phase has at hand for one step. It reads the world again, decides, does one bounded piece of work, and can be killed anywhere. */
export interface Step {
  /** As it was read when the step began. */
  readonly record: RotationRecord;
  /** When the step began. */
  readonly now: Date;
  readonly reads: ClusterPorts['reads'];
  /** Fenced: each call is refused once somebody else has taken the rotation over. */
  readonly writes: ClusterPorts['writes'];
  readonly outside: Pick<RotationOutside, 'store' | 'gates' | 'clock' | 'pause' | 'random' | 'randomId'>;
  readonly configuration: Configuration['rotation'];
  /** Changes the record, which an operator may change too, and answers with the record as it is then. Fenced. */
  update(change: (record: RotationRecord) => RotationRecord): Promise<RotationRecord>;
  /** Adds to the timeline. */
  note(event: Omit<TimelineEvent, 'at' | 'phase'>): void;
  /** What is left of the minute that a step may work. */
  timeLeftMs(): number;
}

/** Small things that people like to see: `{ ready: 3, wanted: 10 }`. */
export type Progress = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** How a step ended.
 *  - `done`: the phase is, as observed
 *  - `wait`: look again; `why` is a sentence that names the object
 *  - `failed`: it cannot become done; the revert begins, unless an outcome says that nothing was touched */
export type StepOutcome =
  | { readonly status: 'done'; readonly progress?: Progress }
  | {
      readonly status: 'wait';
      readonly why: string;
      readonly waitSeconds?: number;
      /** It may take hours: an execution of its own waits for it. */
      readonly hold?: boolean;
      /** A batch is planned, and an execution of its own is to drain it. */
      readonly batch?: number;
      readonly progress?: Progress;
    }
  | { readonly status: 'failed'; readonly cause: string; readonly progress?: Progress };

/** The parts of a phase that empties a group; the machines have a state for each. */
export const drainParts = ['plan-batch', 'drain-nodes', 'settle-batch', 'soak-batch'] as const;
export type DrainPart = (typeof drainParts)[number];

/** The group that is emptied: blue, or green by a revert. */
export type Side = 'blue' | 'green';

/** One step of a phase. Deadlines of phases, API errors, pause and stop switch are looked after by `runStep`. */
export type PhaseStep = (step: Step) => Promise<StepOutcome>;

export const done = (progress?: Progress): StepOutcome => ({ status: 'done', ...(progress && { progress }) });
export const failed = (cause: string, progress?: Progress): StepOutcome => ({ status: 'failed', cause, ...(progress && { progress }) });

/** @param more `waitSeconds` where the usual polls are not right; `hold` where it may take hours */
export const wait = (
  why: string,
  more: { waitSeconds?: number; hold?: boolean; batch?: number; progress?: Progress } = {},
): StepOutcome => ({
  status: 'wait',
  why,
  ...more,
});

/** @throws Error when the phases were run in a wrong order */
export function snapshotOf({ snapshot, rotationId }: RotationRecord): Snapshot {
  if (!snapshot) throw new Error(`rotation ${rotationId} has no snapshot yet`);
  return snapshot;
}

export function blueOf({ blue, rotationId }: RotationRecord): GroupPlace {
  if (!blue) throw new Error(`rotation ${rotationId} does not know its blue group yet`);
  return blue;
}

export function greenOf({ green, rotationId }: RotationRecord): GroupPlace {
  if (!green) throw new Error(`rotation ${rotationId} does not know its green group yet`);
  return green;
}

/** Minutes and seconds of the options in ms. */
export const minutes = (amount: number): number => amount * 60_000;
export const seconds = (amount: number): number => amount * 1000;

/** Milliseconds since a phase began, the first time. */
export function inPhaseMs({ phaseStartedAt }: RotationRecord, phase: Phase, now: Date): number {
  const startedAt = phaseStartedAt[phase];
  return startedAt === undefined ? 0 : now.getTime() - Date.parse(startedAt);
}
