import * as z from 'zod';
import { keys } from '../store/layout.ts';
import { errorNameOf, type Outcome, successes } from './phases.ts';
import type { RotationOutside } from './ports.ts';
import { findRotation, readRecord } from './record-store.ts';
import { shortText } from './short-progress.ts';

const outcomeEventSchema = z.object({ rotationId: z.string() });

/** Of the cause: Step Functions takes no execution's that is longer than 32,768 characters, and people read no such sentence. */
const mostCharacters = 2000;

/** How a rotation ended, as the machines need it to end likewise. */
export interface RotationOutcome {
  readonly rotationId: string;
  readonly outcome: Outcome | null;
  readonly success: boolean;
  /** A revert that came to its end did what it was started for. */
  readonly reverted: boolean;
  /** Name of the error that the execution fails with. */
  readonly error: string;
  /** One sentence, and where the report is. */
  readonly cause: string;
  readonly reportKey: string | null;
}

/** Reads it from the record, which alone knows. */
export async function readOutcome({ store }: Pick<RotationOutside, 'store'>, event: unknown): Promise<RotationOutcome> {
  const { rotationId } = outcomeEventSchema.parse(event);
  const cluster = await findRotation(store, rotationId);
  const stored = cluster && (await readRecord(store, cluster, rotationId));
  const outcome = stored?.record.outcome;
  if (!stored || !outcome) {
    const cause = `rotation ${rotationId} is not at its end: the watchdog goes on with it`;
    return { rotationId, outcome: null, success: false, reverted: false, error: 'Internal', cause, reportKey: null };
  }
  const cause = shortText(outcome.cause, mostCharacters);
  const reportKey = outcome.name === 'busy' ? null : keys.rotationReport(stored.record.cluster, rotationId, 'json');
  return {
    rotationId,
    outcome: outcome.name,
    success: successes.includes(outcome.name),
    reverted: outcome.name === 'reverted' || outcome.name === 'refused',
    error: errorNameOf(outcome.name),
    cause: reportKey === null ? cause : `${cause} (report: ${reportKey})`,
    reportKey,
  };
}
