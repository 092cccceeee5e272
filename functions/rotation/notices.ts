import type { RotationNotice } from './ports.ts';
import type { RotationRecord } from './record.ts';

/** Objects that a notice names; the report has all. */
const named = 10;

/** What a record gives anybody to tell, told already or not. */
export function noticeOf(record: RotationRecord, kind: RotationNotice['kind'], id: string, at: Date): RotationNotice {
  const { rotationId, cluster, blue, green, phase, outcome, approval, batches, problems, revert } = record;
  const blocking = problems
    .filter(({ severity, waived }) => severity === 'block' && !waived)
    .map(({ object, message }) => `${object}: ${message}`);
  const blocked = batches.flatMap(({ blockers }) => blockers).filter(({ verdict }) => verdict === 'block');
  return {
    kind,
    id: `${rotationId}/${id}`,
    at: at.toISOString(),
    rotationId,
    dryRun: record.dryRun,
    cluster,
    blue: blue?.name ?? null,
    green: green?.name ?? null,
    phase,
    outcome: outcome?.name ?? null,
    cause: outcome?.cause ?? revert?.cause ?? record.waitingFor,
    blockers: [...blocking, ...blocked.map(({ pod, message }) => `${pod}: ${message}`), ...(revert?.left ?? [])].slice(0, named),
    approval: approval && { deadline: approval.deadline, nonce: approval.nonce },
    reportKey: null,
  };
}

/** What is to be told now and was not: the phase, an approval that is waited for. */
export function dueNotices(record: RotationRecord, now: Date): RotationNotice[] {
  if (record.dryRun) return [];
  const due = [noticeOf(record, 'phase-changed', record.phase, now)];
  if (record.approval?.state === 'pending') due.push(noticeOf(record, 'approval-requested', `approval ${record.approval.nonce}`, now));
  return due.filter(({ id }) => !record.told.includes(id));
}
