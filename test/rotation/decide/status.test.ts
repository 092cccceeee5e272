import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../functions/rotation/decide/status.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { createBatch, createDoneBatch } from '../batches-of.ts';
import { createRotationRecord } from '../records.ts';

const now = new Date('2026-11-21T12:22:00.000Z');
const at = (time: string) => `2026-11-21T${time}.000Z`;
const phaseStartedAt = {
  acquire: at('12:00:00'),
  snapshot: at('12:00:02'),
  preflight: at('12:00:10'),
  freeze: at('12:01:00'),
  drain: at('12:10:00'),
};
const revert = {
  cause: 'pod shop/web-1 is stuck',
  from: 'drain' as const,
  since: at('12:20:00'),
  starts: 1,
  notBefore: at('12:20:00'),
  left: [],
};

const status = (overrides: Partial<RotationRecord> = {}) =>
  statusOf(createRotationRecord({ phase: 'drain', phaseStartedAt, ...overrides }), now);
const phasesOf = (overrides: Partial<RotationRecord> = {}) => status(overrides).phases.map(({ phase, state }) => `${phase} ${state}`);

describe('the status of a rotation', () => {
  it('lists the phases that were with their times, and those to come', () => {
    const { phases } = status();
    expect(phases.slice(0, 2)).toEqual([
      { phase: 'acquire', state: 'done', startedAt: at('12:00:00'), durationMs: 2_000 },
      { phase: 'snapshot', state: 'done', startedAt: at('12:00:02'), durationMs: 8_000 },
    ]);
    expect(phases.find(({ phase }) => phase === 'drain')).toMatchObject({ state: 'current', durationMs: 12 * 60_000 });
    expect(phasesOf().slice(4)).toEqual(['drain current', 'soak ahead', 'retire-blue ahead', 'finish ahead']);
  });

  it('shows an approval and the creation of green where they are to come', () => {
    const { options } = createRotationRecord();
    expect(phasesOf({ options: { ...options, requireApproval: true } })).toContain('approval ahead');
    expect(phasesOf({ create: {}, phaseStartedAt: { acquire: at('12:00:00') }, phase: 'acquire' })).toContain('create-green ahead');
    expect(phasesOf({ dryRun: true, phaseStartedAt: { acquire: at('12:00:00') }, phase: 'acquire' })).toEqual([
      'acquire current',
      'snapshot ahead',
      'preflight ahead',
    ]);
  });

  it('puts the revert behind the phase that failed', () => {
    const reverting = {
      revert,
      phase: 'r1-uncordon-blue' as const,
      phaseStartedAt: { ...phaseStartedAt, 'r0-stop': at('12:20:00'), 'r1-uncordon-blue': at('12:21:00') },
    };
    expect(status(reverting).state).toBe('reverting');
    expect(phasesOf(reverting).slice(3, 8)).toEqual([
      'freeze done',
      'drain failed',
      'r0-stop done',
      'r1-uncordon-blue current',
      'r2-blue-whole ahead',
    ]);
    expect(phasesOf(reverting)).not.toContain('soak ahead');
    expect(status(reverting).phases.find(({ phase }) => phase === 'drain')?.durationMs).toBe(10 * 60_000);
  });

  it('knows the batch at work, its pods, and what is in the way', () => {
    const blockers = [
      {
        verdict: 'block' as const,
        reason: 'budget',
        pod: 'shop/web-1',
        node: 'ip-10-0-1-1',
        message: 'budget web allows none',
        since: at('12:20:30'),
      },
    ];
    const eviction = (code: number) => ({ pod: 'shop/web-1', firstAt: '', lastAt: '', dueAt: '', status: code, message: '' });
    const evictions = { a: eviction(429), b: eviction(201) };
    const {
      batch,
      blockers: shown,
      nodes,
      nodesDone,
    } = status({ batches: [createDoneBatch(0), createBatch({ index: 1, blockers, evictions, evicted: 3 })] });
    expect(batch).toEqual({ side: 'blue', number: 2, of: 4, state: 'draining', nodes: ['ip-10-0-1-1'], podsEvicted: 3, podsWaiting: 1 });
    expect({ shown, nodes, nodesDone }).toEqual({ shown: blockers, nodes: 4, nodesDone: 1 });
  });

  it('numbers the batches of the way back by themselves', () => {
    const batches = [createDoneBatch(0), createBatch({ index: 1, state: 'failed' }), createBatch({ index: 2, side: 'green' })];
    expect(status({ batches, revert, phase: 'r5-drain-green' }).batch).toMatchObject({ side: 'green', number: 1, of: null });
  });

  it.each<[string, Partial<RotationRecord>]>([
    ['running', {}],
    ['pausing', { desiredState: 'pause' }],
    ['aborting', { desiredState: 'revert' }],
    ['running', { desiredState: 'revert', committed: true }],
    ['reverting', { revert }],
    ['running', { revert, committed: true, phase: 'finish' }],
    ['ended', { outcome: { name: 'reverted', cause: 'c', at: at('12:21:00') }, revert }],
  ])('is %s', (state, overrides) => {
    expect(status(overrides).state).toBe(state);
  });

  it('of an end shows nothing to come, and the phase in which it ended badly', () => {
    const ended = {
      outcome: { name: 'refused' as const, cause: 'c', at: at('12:11:00') },
      waitingFor: 'something',
      phase: 'preflight' as const,
      phaseStartedAt: { acquire: at('12:00:00'), preflight: at('12:01:00') },
    };
    expect(phasesOf(ended)).toEqual(['acquire done', 'preflight failed']);
    expect(status(ended)).toMatchObject({ waitingFor: null, timeLeftMs: null });
    expect(status(ended).phases.at(-1)?.durationMs).toBe(10 * 60_000);
  });
});
