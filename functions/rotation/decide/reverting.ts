import { isRevertPhase } from '../phases.ts';
import type { RotationRecord } from '../record.ts';

/** Whether a rotation is on its way back. One that was taken over after blue had been lowered goes forward, although it has a cause to revert. */
export function isReverting({
  phase,
  revert,
  committed,
  notes,
}: Pick<RotationRecord, 'phase' | 'revert' | 'committed' | 'notes'>): boolean {
  return isRevertPhase(phase) || (revert !== null && (!committed || notes.rotateBack === true));
}
