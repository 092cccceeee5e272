import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveOptions } from '../../../functions/config/rotation-options.ts';
import { batchSize, nextBlueBatch } from '../../../functions/rotation/decide/batches.ts';
import { batchesLeft, drainProgress, revertMinutes, timeLeftMs } from '../../../functions/rotation/decide/time-left.ts';
import { forwardPhases } from '../../../functions/rotation/phases.ts';
import { createBatch, createDoneBatch } from '../batches-of.ts';
import { createRotationRecord } from '../records.ts';

const minute = 60_000;
const at = (text: string) => new Date(`2026-11-21T${text}Z`);

describe('batches that are left', () => {
  it('are as many as the drain will plan', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 5 }),
        (size, percent, canary) => {
          const options = effectiveOptions({ batchPercent: percent, canaryNodes: canary });
          let nodes = Array.from({ length: size }, (_, index) => ({ name: `n-${index}`, zone: 'a', blockers: 0, evictable: 1 }));
          for (let planned = 0; nodes.length > 0; planned += 1) {
            expect(batchesLeft(size, nodes.length, options) + planned).toBe(batchesLeft(size, size, options));
            const batch = nextBlueBatch(nodes, options, size, planned === 0);
            nodes = nodes.filter((node) => !batch.includes(node));
          }
          expect(batchesLeft(size, 0, options)).toBe(0);
          expect(batchSize(options, size)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the progress of a drain', () => {
  it('counts nodes of batches that are done, and batches to come', () => {
    const batches = [createDoneBatch(0), createDoneBatch(1), createBatch({ index: 2 })];
    expect(drainProgress(createRotationRecord({ size: 4, batches }))).toEqual({ nodes: 4, nodesDone: 2, batchesDone: 2, batches: 4 });
  });

  it('does not count what a revert drains', () => {
    const batches = [createDoneBatch(0), createDoneBatch(1, { side: 'green' })];
    expect(drainProgress(createRotationRecord({ size: 4, batches }))).toMatchObject({ nodesDone: 1, batchesDone: 1 });
  });
});

describe('the time that is left', () => {
  it('of a drain is that of its batches so far, then the soak, retire and finish', () => {
    const batches = [createDoneBatch(0), createDoneBatch(1), createBatch({ index: 2, startedAt: '2026-11-21T12:20:00.000Z' })];
    const record = createRotationRecord({ size: 4, batches, phase: 'drain', phaseStartedAt: { drain: '2026-11-21T12:10:00.000Z' } });
    // Two batches of 5 min, 2 min of them over; 60 min soak; 6 and 1 min.
    expect(timeLeftMs(record, at('12:22:00'))).toBe((2 * 5 - 2 + 60 + 6 + 1) * minute);
    // A batch that lasts is not more than done.
    expect(timeLeftMs(record, at('18:00:00'))).toBe((5 + 60 + 6 + 1) * minute);
  });

  it('goes by the plan where the preflight made one', () => {
    const span = (phase: string, expected: number) => ({ phase, min: 0, expected, max: 100 });
    const total = { min: 0, expected: 0, max: 0 };
    const plan = { duration: { phases: [span('drain', 80), span('retire-blue', 20)], total } };
    const record = createRotationRecord({
      size: 4,
      phase: 'drain',
      phaseStartedAt: { drain: '2026-11-21T12:10:00.000Z' },
      notes: { plan },
    });
    expect(timeLeftMs(record, at('12:10:00'))).toBe((80 + 60 + 20 + 1) * minute);
  });

  it('of a soak is what its option says', () => {
    const record = createRotationRecord({ phase: 'soak', phaseStartedAt: { soak: '2026-11-21T12:00:00.000Z' } });
    expect(timeLeftMs(record, at('12:45:00'))).toBe((15 + 6 + 1) * minute);
  });

  it('is that of the preflight for a dry run', () => {
    const record = createRotationRecord({ dryRun: true, phase: 'snapshot', phaseStartedAt: { snapshot: '2026-11-21T12:00:00.000Z' } });
    expect(timeLeftMs(record, at('12:00:00'))).toBe(1 * minute);
  });

  it('nobody knows of what is paused or has ended', () => {
    expect(timeLeftMs(createRotationRecord({ desiredState: 'pause' }), at('12:00:00'))).toBeNull();
    const outcome = { name: 'succeeded' as const, cause: '', at: '' };
    expect(timeLeftMs(createRotationRecord({ outcome }), at('12:00:00'))).toBeNull();
  });

  it('never grows while a phase goes on, and never is below nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...forwardPhases), fc.nat(100), fc.nat(2000), (phase, size, passed) => {
        const record = createRotationRecord({ phase, size, phaseStartedAt: { [phase]: '2026-11-21T12:00:00.000Z' } });
        const before = timeLeftMs(record, at('12:00:00')) ?? 0;
        const after = timeLeftMs(record, new Date(at('12:00:00').getTime() + passed * minute)) ?? 0;
        expect(after).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(before);
      }),
    );
  });
});

describe('the time of a revert', () => {
  it('grows with what was moved', () => {
    const phaseStartedAt = { freeze: '2026-11-21T12:00:00.000Z', 'scale-green': '2026-11-21T12:01:00.000Z' };
    const nothing = revertMinutes(createRotationRecord());
    const grown = revertMinutes(createRotationRecord({ phaseStartedAt }));
    const moved = revertMinutes(createRotationRecord({ phaseStartedAt, batches: [createDoneBatch(0), createDoneBatch(1)] }));
    expect([nothing, grown, moved]).toEqual([1, 11, 21]);
  });

  it('runs from the moment in which it began', () => {
    const since = '2026-11-21T12:00:00.000Z';
    const revert = { cause: 'c', from: 'drain' as const, since, starts: 1, notBefore: since, left: [] };
    const record = createRotationRecord({ phase: 'r0-stop', revert, phaseStartedAt: { freeze: since, 'r0-stop': since } });
    expect(timeLeftMs(record, at('12:01:00'))).toBe((revertMinutes(record) - 1) * minute);
    expect(timeLeftMs(record, at('18:00:00'))).toBe(0);
  });
});
