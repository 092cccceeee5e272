import { describe, expect, it } from 'vitest';
import { runId } from '../../functions/fleet/run-id.ts';

describe('runId', () => {
  it('sorts by time and is a valid part of a file name', () => {
    expect(runId(new Date('2026-11-21T06:00:00.999Z'), '0a1b2c3d')).toBe('2026-11-21T06-00-00Z-0a1b2c3d');
    const ids = ['2026-11-21T06:00:00Z', '2026-11-21T06:00:01Z', '2026-12-01T00:00:00Z'].map((at) => runId(new Date(at), 'ffffffff'));
    expect(ids.toSorted()).toEqual(ids);
  });
});
