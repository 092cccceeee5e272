import { describe, expect, it } from 'vitest';
import { newBatch } from '../../functions/rotation/drain/batch-record.ts';
import type { Phase } from '../../functions/rotation/phases.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { done, failed, type StepOutcome, wait } from '../../functions/rotation/step.ts';
import { afterStep } from '../../functions/rotation/transitions.ts';
import { createRotationRecord } from './records.ts';

const begun = '2026-11-21T12:00:00.000Z';
const later = (seconds: number) => new Date(Date.parse(begun) + seconds * 1000);
const at = (phase: Phase, overrides: Partial<RotationRecord> = {}) =>
  createRotationRecord({ phase, phaseStartedAt: { [phase]: begun }, ...overrides });
const run = (
  record: RotationRecord,
  outcome: StepOutcome & { trouble?: string },
  seconds = 10,
  part: 'plan-batch' | 'drain-nodes' = 'plan-batch',
) => afterStep(record, { phase: record.phase, part }, outcome, { now: later(seconds), deadlineMs: 300_000 });

describe('a step that waits', () => {
  it('goes on waiting before the deadline of its phase, and has failed at it, with what it waited for', () => {
    expect(run(at('freeze'), wait('workers-a is UPDATING'), 299).outcome).toMatchObject({ status: 'wait' });
    expect(run(at('freeze'), wait('workers-a is UPDATING'), 300).outcome).toEqual({
      status: 'failed',
      cause: 'freeze was not done within 300 s: workers-a is UPDATING',
    });
  });

  it('for an operator or a window has no deadline, and the time does not count afterwards', () => {
    const paused = run(at('freeze'), wait('an operator paused it', { hold: true }), 1000);
    expect(paused.outcome.status).toBe('wait');
    const record = run(paused.change(at('freeze')), wait('still paused', { hold: true }), 2000).change(paused.change(at('freeze')));
    const resumed = run(record, wait('workers-a is UPDATING'), 2100);
    expect(resumed.outcome.status).toBe('failed');
    const counted = resumed.change(record);
    expect(run(at('freeze', { notes: counted.notes }), wait('workers-a is UPDATING'), 1399).outcome.status).toBe('wait');
  });

  it('right after a hold is not late by the time since the last look', () => {
    const paused = run(at('freeze'), wait('an operator paused it', { hold: true }), 100).change(at('freeze'));
    expect(run(paused, wait('workers-a is UPDATING'), 399).outcome.status).toBe('wait');
  });

  it('for an API that does not answer is patient for as long as the options say, from the first time on', () => {
    const record = at('scale-green', { troubleSince: { api: begun } });
    const trouble = { ...wait('connect ETIMEDOUT'), trouble: later(100).toISOString() };
    const patient = { now: later(899), deadlineMs: 10_000_000 };
    expect(afterStep(record, { phase: 'scale-green', part: 'plan-batch' }, trouble, patient).outcome.status).toBe('wait');
    expect(afterStep(record, { phase: 'scale-green', part: 'plan-batch' }, trouble, { ...patient, now: later(900) }).outcome).toEqual({
      status: 'failed',
      cause: 'for 15 min: connect ETIMEDOUT',
    });
    expect(run(record, done()).change(record).troubleSince).toEqual({});
  });

  it('with a planned batch is not late: its own execution has its own deadline', () => {
    expect(run(at('drain'), wait('batch 1', { batch: 1 }), 99_999).outcome.status).toBe('wait');
  });
});

describe('a step that has failed', () => {
  it('in the middle of a batch ends the batch, which is not taken up again; what was done before stays done', () => {
    const batch = (index: number, state: 'done' | 'draining') => ({ ...newBatch(index, 'green', ['node-b1'], begun), state });
    const record = at('r5-drain-green', { batches: [batch(1, 'done'), batch(2, 'draining')] });
    const { outcome, change } = run(record, failed('cannot list pods'), 10, 'drain-nodes');
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(change(record).batches.map(({ state, endedAt }) => [state, endedAt])).toEqual([
      ['done', null],
      ['failed', later(10).toISOString()],
    ]);
    expect(run(record, wait('pods are moving'), 10, 'drain-nodes').change(record).batches).toEqual(record.batches);
  });

  it.each(['acquire', 'snapshot', 'preflight'] as const)('in %s ends as refused: nothing was changed', (phase) => {
    expect(run(at(phase), failed('no')).end).toEqual({ outcome: 'refused', cause: 'no' });
  });

  it.each(['create-green', 'freeze', 'scale-green', 'validate-green', 'cordon-blue', 'drain', 'soak', 'approval'] as const)(
    'in %s leads to the revert, with its cause',
    (phase) => {
      const { end, outcome, change } = run(at(phase), failed('Pod shop/web-1: no'));
      expect([end, outcome.status]).toEqual([undefined, 'failed']);
      expect(change(at(phase)).revert).toMatchObject({ cause: 'Pod shop/web-1: no', from: phase, starts: 0, left: [] });
    },
  );

  it('in retire-blue holds both up before the commit point, and is a dirty finish after it', () => {
    expect(run(at('retire-blue'), failed('pod left')).end?.outcome).toBe('hold-both-up');
    expect(run(at('retire-blue', { committed: true }), failed('hook hangs')).end?.outcome).toBe('dirty-finish');
    expect(run(at('finish', { committed: true }), failed('tags')).end?.outcome).toBe('dirty-finish');
  });

  it('in retire-blue because the workloads fail is rotated back', () => {
    const { end, change } = run(at('retire-blue', { committed: true }), failed('web is down', { rotateBack: true }));
    expect(end).toBeUndefined();
    expect(change(at('retire-blue')).notes.rotateBack).toBe(true);
  });

  it('of the revert is left, and the next one begins; in the middle of a batch it ends the batch', () => {
    const revert = { cause: 'x', from: 'drain' as const, since: begun, starts: 1, notBefore: begun, left: [] };
    const record = at('r2-blue-whole', { revert });
    expect(run(record, failed('1 of 4 nodes Ready')).outcome.status).toBe('done');
    expect(run(record, failed('1 of 4 nodes Ready')).change(record).revert?.left).toEqual(['r2-blue-whole: 1 of 4 nodes Ready']);
    expect(run(at('r5-drain-green', { revert }), failed('stuck'), 10, 'drain-nodes').outcome.status).toBe('failed');
  });
});

describe('a rotation is at its end', () => {
  const revert = { cause: 'web is down', from: 'drain' as const, since: begun, starts: 1, notBefore: begun, left: [] as string[] };
  it.each<[string, RotationRecord, string]>([
    ['after the preflight of a dry run', at('preflight', { dryRun: true }), 'planned'],
    ['when there is nothing to do', at('preflight', { notes: { noop: 'green would be what blue is' } }), 'noop'],
    ['after finish', at('finish', { committed: true }), 'succeeded'],
    ['after the last step of a revert', at('r9-verify', { revert }), 'reverted'],
    [
      'after a revert that could not do all of it',
      at('r9-verify', { revert: { ...revert, left: ['r2-blue-whole: short'] } }),
      'hold-both-up',
    ],
  ])('%s', (_, record, outcome) => expect(run(record, done()).end?.outcome).toBe(outcome));

  it.each(['freeze', 'drain', 'soak', 'retire-blue', 'r8-restore-blue'] as const)('but not after %s', (phase) => {
    expect(run(at(phase), done()).end).toBeUndefined();
  });
});
