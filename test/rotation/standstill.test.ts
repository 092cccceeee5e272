import { describe, expect, it } from 'vitest';
import { leaseMs } from '../../functions/rotation/lease.ts';
import { stoodStill, withoutStandstill } from '../../functions/rotation/standstill.ts';
import { wait } from '../../functions/rotation/step.ts';
import { afterStep } from '../../functions/rotation/transitions.ts';
import { createRotationRecord } from './records.ts';

const begun = '2026-11-21T12:00:00.000Z';
const last = '2026-11-21T12:04:00.000Z';
const later = (minutes: number) => new Date(Date.parse(last) + minutes * 60_000);
const record = createRotationRecord({
  phase: 'freeze',
  phaseStartedAt: { 'create-green': begun, freeze: begun },
  lastStepAt: last,
  troubleSince: { api: begun },
});

describe('a standstill', () => {
  it('is that no step has ended for as long as a lease holds', () => {
    expect(stoodStill(record, new Date(Date.parse(last) + leaseMs - 1))).toBe(false);
    expect(stoodStill(record, new Date(Date.parse(last) + leaseMs))).toBe(true);
  });

  it('counts for no deadline of what had begun, and gives what was in trouble its time again', () => {
    const now = later(600);
    const resumed = withoutStandstill(record, now);
    expect(resumed.notes).toEqual({ 'held create-green': { ms: 36_000_000, since: null }, 'held freeze': { ms: 36_000_000, since: null } });
    expect(resumed.troubleSince).toEqual({});
    const step = { phase: 'freeze', part: 'plan-batch' } as const;
    const late = (of: typeof record, at: Date) => afterStep(of, step, wait('UPDATING'), { now: at, deadlineMs: 300_000 }).outcome.status;
    expect(late(record, now)).toBe('failed');
    expect(late(resumed, now)).toBe('wait');
    expect(late(resumed, later(601))).toBe('failed');
  });

  it('adds to what was held before, and is not counted twice where a hold goes on', () => {
    const held = { ...record, notes: { 'held freeze': { ms: 1000, since: null }, 'held create-green': { ms: 5, since: last } } };
    expect(withoutStandstill(held, later(20)).notes).toEqual({
      'held freeze': { ms: 1_201_000, since: null },
      'held create-green': { ms: 5, since: last },
    });
  });

  it('that was none changes nothing', () => {
    expect(withoutStandstill(record, later(14))).toBe(record);
  });
});
