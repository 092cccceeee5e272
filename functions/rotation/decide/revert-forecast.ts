import type { RotationRecord } from '../record.ts';
import { revertMinutes } from './time-left.ts';

export interface RevertForecast {
  /** What it will do, one sentence each, in order. */
  readonly steps: readonly string[];
  /** About how long it should take. */
  readonly minutes: number;
}

/** Pure. What a revert from here does, and how long that should take, for who is about to ask for it (rotation.md §4.2). */
export function revertForecast(record: RotationRecord): RevertForecast {
  const { phaseStartedAt, batches, stamps, snapshot, size, greenCreated } = record;
  const blue = record.blue?.name ?? 'blue';
  const green = record.green?.name ?? 'green';
  const frozen = phaseStartedAt.freeze !== undefined;
  const moved = new Set(
    batches.filter(({ side, evicted, drainedAt }) => side === 'blue' && (evicted > 0 || drainedAt !== null)).flatMap(({ nodes }) => nodes),
  ).size;
  const bounds = snapshot?.green?.bounds;
  const steps = [
    ...(phaseStartedAt['cordon-blue'] === undefined
      ? []
      : [`uncordon the nodes of ${blue} that this rotation cordoned; nodes that somebody else cordoned stay so`]),
    ...(frozen ? [`see that ${blue} has its ${count(size, 'node')}, and replace any that were lost`] : []),
    ...(moved === 0
      ? []
      : [
          `cordon ${green} once ${blue} is whole, and move the pods of ${count(moved, 'node')} back, batch by batch, with the same respect for disruption budgets`,
        ]),
    ...(Object.keys(stamps.surged).length === 0
      ? []
      : [`put the replicas of ${count(Object.keys(stamps.surged).length, 'workload')} back as they were`]),
    ...(greenCreated ? [`delete ${green}, which this rotation created`] : []),
    ...(!greenCreated && phaseStartedAt['scale-green'] !== undefined && bounds
      ? [`bring ${green} back to min ${bounds.min}, desired ${bounds.desired}, max ${bounds.max}`]
      : []),
    ...(frozen ? [`restore the bounds, processes, tags and annotations of ${blue}`] : []),
  ];
  return { steps: steps.length === 0 ? ['end it as refused: nothing was changed yet'] : steps, minutes: revertMinutes(record) };
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
