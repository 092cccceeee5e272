import type { Batch } from '../../functions/rotation/record.ts';

/** A batch of one node of blue that is being drained. */
export function createBatch(overrides: Partial<Batch> = {}): Batch {
  return {
    index: 0,
    nodes: ['ip-10-0-1-1'],
    side: 'blue',
    state: 'draining',
    startedAt: '2026-11-21T12:20:00.000Z',
    excludedAt: null,
    emptySince: {},
    drainedAt: null,
    settledAt: null,
    endedAt: null,
    blockers: [],
    evictions: {},
    moved: [],
    evicted: 0,
    quarantined: [],
    ...overrides,
  };
}

/** One that took five minutes. */
export function createDoneBatch(index: number, overrides: Partial<Batch> = {}): Batch {
  const at = (minutes: number) => new Date(Date.parse('2026-11-21T12:10:00.000Z') + (index * 5 + minutes) * 60_000).toISOString();
  return createBatch({
    index,
    nodes: [`ip-10-0-2-${index}`],
    state: 'done',
    startedAt: at(0),
    drainedAt: at(2),
    settledAt: at(3),
    endedAt: at(5),
    evicted: 12,
    ...overrides,
  });
}
