import * as z from 'zod';
import { keeperOf } from './acquire.ts';
import { endRotation } from './endings.ts';
import { isRotationId } from './input.ts';
import { isExpired, readLease, takeLease } from './lease.ts';
import { bandOf, type Outcome } from './phases.ts';
import type { RotationDesk } from './ports.ts';
import type { RotationRecord } from './record.ts';
import { findRotation, readRecord, updateRecord } from './record-store.ts';

/** A start of machine `revert-rotation`: by the catch of the rotation, by an operator, by the sweep, or by the rule on executions that ended. */
const takeOverEventSchema = z.object({
  input: z.looseObject({
    rotationId: z.string({ error: 'expected the id of a rotation' }),
    /** The step before is known to have ended: nobody else can be writing. */
    settled: z.boolean().default(false),
    /** What the state machine caught. */
    error: z.looseObject({ Error: z.string().nullish(), Cause: z.string().nullish() }).nullish(),
    /** The execution that ended, `detail` of the event: the rotation's own, or that of an earlier revert. */
    ended: z.looseObject({ executionArn: z.string(), name: z.string(), input: z.string().nullish() }).nullish(),
    /** The execution that started this one, where a state machine did. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().nullish(),
  }),
  executionArn: z.string(),
});

/** What the machine goes on with: back, forward to the end, or nothing at all. */
export interface TakenOver {
  readonly rotationId: string;
  readonly fence: number;
  readonly route: 'revert' | 'finish' | 'nothing';
  readonly outcome: Outcome | null;
  /** It came to its end here. */
  readonly endedNow: boolean;
  readonly why: string;
}

/** After so many starts nobody tries any more: a human must look. */
const mostStarts = 3;

/** Decides what becomes of a rotation whose execution ended, or that is to be reverted, and takes its lease.
 *  A rotation that does not exist or is at its end, a lease of another rotation, or another execution that is at it: nothing to do. */
export async function takeOver(outside: RotationDesk, given: unknown): Promise<TakenOver> {
  const { input, executionArn } = takeOverEventSchema.parse(given);
  const rotationId = idOf(input);
  const nothing = (why: string, outcome: Outcome | null = null): TakenOver => ({
    rotationId,
    fence: 0,
    route: 'nothing',
    outcome,
    endedNow: false,
    why,
  });
  const cluster = isRotationId(rotationId) ? await findRotation(outside.store, rotationId) : undefined;
  const stored = cluster && (await readRecord(outside.store, cluster, rotationId));
  if (!cluster || !stored) return nothing(`there is no rotation "${rotationId}"`);
  const { record } = stored;
  const keeper = keeperOf(outside, cluster);
  const lease = await readLease(keeper);
  if (record.outcome) {
    const fence = lease?.owner === rotationId ? lease.fence : null;
    await endRotation(outside, record, { outcome: record.outcome.name, cause: record.outcome.cause, fence });
    return nothing('it is at its end', record.outcome.name);
  }
  const isHeld = lease?.owner != null && !isExpired(lease, outside.clock());
  if (isHeld && lease.owner !== rotationId) return nothing(`the cluster is leased to ${lease.owner}`);
  // An operator and the sweep speak for no execution; one that was superseded has no say any more.
  const spokenFor = input.ended?.executionArn ?? input.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID ?? null;
  if (isHeld && spokenFor !== null && lease.execution !== spokenFor && lease.execution !== executionArn)
    return nothing('another execution is at it');
  if (record.dryRun) return end(record, 'refused', 'the dry run was stopped', null);

  const taken = await takeLease(keeper, rotationId, executionArn);
  if (!taken) return nothing('the cluster was leased to another rotation meanwhile');
  const now = outside.clock().toISOString();
  const cause = record.revert?.cause ?? causeOf(record, input);
  const latest = await updateRecord(outside.store, record, outside.randomId, (one) => ({
    ...one,
    fence: Math.max(one.fence, taken.fence),
    revert: one.revert ?? { cause, from: one.phase, since: now, starts: 0, notBefore: now, left: [] },
    notes: { ...one.notes, settled: input.settled, starts: numberOf(one.notes.starts) + 1 },
  }));
  if (untouched(latest)) return end(latest, 'refused', `${cause}; nothing had been changed yet`, taken.fence);
  if (numberOf(latest.notes.starts) > mostStarts + 1)
    return end(latest, 'hold-both-up', `${cause}; ${mostStarts} starts of the revert did not come to an end`, taken.fence);
  const forward = latest.committed && latest.notes.rotateBack !== true && latest.revert?.starts === 0;
  return { rotationId, fence: taken.fence, route: forward ? 'finish' : 'revert', outcome: null, endedNow: false, why: cause };

  async function end(one: RotationRecord, outcome: Outcome, why: string, fence: number | null): Promise<TakenOver> {
    const ended = await endRotation(outside, one, { outcome, cause: why, fence });
    return { ...nothing(why, ended.outcome?.name ?? outcome), endedNow: true };
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Before the first change of anything outside the store. */
function untouched({ phase, revert }: RotationRecord): boolean {
  const at = revert?.from ?? phase;
  return bandOf(at) === 'Pre' && at !== 'create-green' && at !== 'freeze';
}

type Given = z.output<typeof takeOverEventSchema>['input'];

/** The name of the rotation's own execution is its id; an earlier revert had it in its input, or was started for one that had. */
function idOf({ rotationId, ended }: Given): string {
  if (ended?.input == null) return rotationId;
  try {
    const parsed = takeOverEventSchema.shape.input.safeParse(JSON.parse(ended.input));
    return parsed.success ? idOf(parsed.data) : rotationId;
  } catch {
    return rotationId;
  }
}

function causeOf({ desiredState, desiredReason }: RotationRecord, { error, ended }: Given): string {
  if (desiredState === 'revert') return `an operator asked for the revert${desiredReason === null ? '' : `: ${desiredReason}`}`;
  if (error?.Error != null)
    return `the state machine failed with ${error.Error}${error.Cause == null ? '' : `: ${error.Cause.slice(0, 300)}`}`;
  if (ended != null) return `execution ${ended.name} was stopped`;
  return 'the revert was started';
}
