import { describe, expect, it } from 'vitest';
import { dueNotices, noticeOf } from '../../functions/rotation/notices.ts';
import type { Problem } from '../../functions/rotation/record.ts';
import { createRotationRecord } from './records.ts';

const now = new Date('2026-11-21T12:30:00Z');
const problem = (object: string, more: Partial<Problem> = {}): Problem => ({
  ...{ id: 'pod-blocked', rule: 'D8', severity: 'block', object, message: 'has no controller', remedy: null, waived: false },
  ...more,
});

describe('what is to be told', () => {
  it('is each phase, once', () => {
    const record = createRotationRecord({ phase: 'drain' });
    expect(dueNotices(record, now).map(({ kind, id }) => [kind, id])).toEqual([['phase-changed', 'rot-payments-1/drain']]);
    expect(dueNotices({ ...record, told: ['rot-payments-1/drain'] }, now)).toEqual([]);
  });

  it('is an approval that is waited for, once for each request', () => {
    const approval = { state: 'pending', deadline: '2026-11-22T12:00:00Z', nonce: 'n1', by: null, at: null } as const;
    const record = createRotationRecord({ phase: 'approval', told: ['rot-payments-1/approval'], approval });
    expect(dueNotices(record, now)).toMatchObject([
      { kind: 'approval-requested', id: 'rot-payments-1/approval n1', approval: { nonce: 'n1', deadline: '2026-11-22T12:00:00Z' } },
    ]);
    expect(dueNotices({ ...record, approval: { ...approval, state: 'approved' } }, now)).toEqual([]);
  });

  it('is nothing of a dry run', () => {
    expect(dueNotices(createRotationRecord({ dryRun: true }), now)).toEqual([]);
  });
});

describe('a notice', () => {
  it('names what is in the way, and no more than ten', () => {
    const problems = Array.from({ length: 12 }, (_, index) => problem(`Pod shop/web-${index}`));
    const { blockers } = noticeOf(createRotationRecord({ problems }), 'finished', 'finished', now);
    expect(blockers).toEqual(problems.slice(0, 10).map(({ object }) => `${object}: has no controller`));
  });

  it('does not name what was waived, or is only a warning', () => {
    const problems = [problem('Pod a/b', { waived: true }), problem('Pod c/d', { severity: 'warn' })];
    expect(noticeOf(createRotationRecord({ problems }), 'finished', 'finished', now).blockers).toEqual([]);
  });

  it('says why: the end before the revert before what it waits for', () => {
    const revert = { cause: 'gates failed', from: 'drain', since: '', starts: 1, notBefore: '', left: ['r7: green is not empty'] } as const;
    const waiting = createRotationRecord({ waitingFor: 'a window' });
    expect(noticeOf(waiting, 'finished', 'x', now).cause).toBe('a window');
    const reverting = { ...waiting, revert: { ...revert, left: [...revert.left] } };
    expect(noticeOf(reverting, 'finished', 'x', now)).toMatchObject({ cause: 'gates failed', blockers: ['r7: green is not empty'] });
    const outcome = { name: 'hold-both-up', cause: 'green is not empty', at: '' } as const;
    expect(noticeOf({ ...reverting, outcome }, 'finished', 'x', now)).toMatchObject({
      cause: 'green is not empty',
      outcome: 'hold-both-up',
    });
  });
});
