import { CollectionError, messageOf } from '../../../functions/inventory/error-codes.ts';
import { type RotationStatus, statusOf } from '../../../functions/rotation/decide/status.ts';
import { type Outcome, successes } from '../../../functions/rotation/phases.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { findRotation, readRecord } from '../../../functions/rotation/record-store.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Screen } from './screen.ts';
import { changeLines } from './text/changes.ts';
import { statusText } from './text/status.ts';

export interface Following {
  readonly store: ObjectStore;
  readonly rotationId: string;
  readonly screen: Screen;
  readonly terminal: Pick<Terminal, 'environment' | 'note'>;
  readonly clock: () => Date;
  /** Waits until the next look. */
  readonly pause: () => Promise<void>;
  /** Asked while there is no record yet: why there will be none; undefined while there may be one. */
  readonly whyNone: () => Promise<string | undefined>;
}

/** Looks that may fail in a row before watching is given up; the rotation goes on without it. */
const mostFailures = 10;
const passing: readonly string[] = ['Throttled', 'Timeout', 'EndpointUnreachable'];

/** Shows a rotation until it has ended.
 *  @returns its record at the end
 *  @throws CommandFailure when there is no such rotation, or the store cannot be read any more */
export async function follow(following: Following): Promise<RotationRecord> {
  const { store, rotationId, screen, terminal, clock, pause, whyNone } = following;
  let before: RotationStatus | undefined;
  let failures = 0;
  for (;;) {
    const record = await look(store, rotationId).catch((error: unknown) => {
      failures += 1;
      if (!(error instanceof CollectionError) || !passing.includes(error.code) || failures >= mostFailures)
        throw new CommandFailure(`cannot watch ${rotationId} any more, which goes on without it: ${messageOf(error)}`);
      terminal.note(`cannot read ${rotationId} now, and tries again: ${messageOf(error)}`);
      return null;
    });
    if (record) {
      failures = 0;
      const status = statusOf(record, clock());
      await screen.show(statusText(status, terminal.environment), changeLines(before, status));
      before = status;
      if (record.outcome) return record;
    } else if (record === undefined) {
      const why = await whyNone();
      if (why !== undefined) throw new CommandFailure(why);
    }
    await pause();
  }
}

async function look(store: ObjectStore, rotationId: string): Promise<RotationRecord | undefined> {
  const cluster = await findRotation(store, rotationId);
  return cluster && (await readRecord(store, cluster, rotationId))?.record;
}

/** 0 for succeeded, noop and planned, 2 for every other end. */
export function exitCodeOfOutcome(outcome: Outcome | undefined): 0 | 2 {
  return outcome !== undefined && successes.includes(outcome) ? 0 : 2;
}
