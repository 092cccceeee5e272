import { leaseMs } from './lease.ts';
import { phases } from './phases.ts';
import type { RotationRecord } from './record.ts';
import { heldKey, heldOf } from './transitions.ts';

/** Whether nobody has looked after a rotation for longer than a lease holds: its execution was paused, redriven, or killed. It is told by the end
 *  of the last step, so that a step that was killed in between does not hide it. */
export function stoodStill({ lastStepAt }: Pick<RotationRecord, 'lastStepAt'>, now: Date): boolean {
  return now.getTime() - Date.parse(lastStepAt) >= leaseMs;
}

/** Pure. A record as it is after a standstill: no deadline counts the time in which nobody could do anything, and what was in trouble before is
 *  given its time again. Without a standstill it is what it was. */
export function withoutStandstill(record: RotationRecord, now: Date): RotationRecord {
  if (!stoodStill(record, now)) return record;
  const passed = now.getTime() - Date.parse(record.lastStepAt);
  const held = phases.flatMap((phase) => {
    if (record.phaseStartedAt[phase] === undefined) return [];
    const { ms, since } = heldOf(record, phase);
    // A hold that was under way counts it already.
    return since === null ? [[heldKey(phase), { ms: ms + passed, since }] as const] : [];
  });
  return { ...record, troubleSince: {}, notes: { ...record.notes, ...Object.fromEntries(held) } };
}
