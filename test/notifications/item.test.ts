import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../functions/fleet/change.ts';
import { identityOfChange, identityOfDigest, identityOfFailures, identityOfRun } from '../../functions/notifications/item.ts';
import { appeared, arnOf, base, createChange, milestone, runId, verdictChanged } from './builders.ts';

const other = '2026-12-01T05-00-00Z-ffffffff';
const idOf = (change: Change, run = runId) => identityOfChange(change, run).id;

describe('the id of a change', () => {
  it('is the same for every run that compares with the same base', () => {
    for (const change of [appeared(), verdictChanged('READY', 'NOT_READY'), milestone(7)])
      expect(identityOfChange({ ...change, since: other }, other)).toEqual(identityOfChange(change, runId));
  });

  it('is another one when it happens again, beside another base', () => {
    expect(idOf(appeared({ base: other }))).not.toBe(idOf(appeared()));
    expect(idOf(createChange({ kind: 'discovered', base: null }))).toBe(idOf(createChange({ kind: 'discovered', base: null }), other));
  });

  it('of a milestone is end, date and days: whatever the base and the days left', () => {
    const reached = milestone(7);
    expect(idOf(milestone(7, { base: other, to: 'x' }, { daysLeft: 5 }))).toBe(idOf(reached));
    for (const changed of [
      milestone(7, {}, { end: 'extended' }),
      milestone(7, {}, { endDate: '2026-12-03' }),
      milestone(7, {}, { days: 3 }),
      milestone(7, { clusterArn: arnOf('other') }),
    ])
      expect(idOf(changed)).not.toBe(idOf(reached));
  });

  it('tells apart what is not the same', () => {
    const changes = [
      appeared(),
      appeared({ clusterArn: arnOf('other') }),
      appeared({}, { discriminator: 'x' }),
      appeared({ kind: 'resolved' }),
      appeared({ kind: 'worsened' }),
      appeared({ kind: 'worsened' }, { severity: 'recommended' }),
      verdictChanged('READY', 'NOT_READY'),
      verdictChanged('READY', 'CANNOT_DETERMINE'),
      createChange({ kind: 'version-changed', to: '1.35' }),
      createChange({ kind: 'stale', from: '2026-11-21T05:00:00Z' }),
      createChange({ kind: 'stale', from: '2026-11-22T05:00:00Z' }),
      createChange({ kind: 'vanished' }),
    ];
    const ids = changes.map((change) => idOf(change));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the month of the record', () => {
  it('is that of the end date, of the base, or without one of the run', () => {
    expect(identityOfChange(milestone(7), runId).month).toBe('2026-12');
    expect(identityOfChange(appeared({ base }), other).month).toBe('2026-11');
    expect(identityOfChange(appeared({ base: null }), other).month).toBe('2026-12');
    expect(identityOfDigest('2026-11-30').month).toBe('2026-11');
    expect(identityOfRun(other).month).toBe('2026-12');
    expect(identityOfFailures([], base, other).month).toBe('2026-11');
  });
});

describe('the id of an incomplete run', () => {
  const failure = (key: string) => ({ key, text: key });

  it('is the set of its new failures beside the last run', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.gen(), (keys, g) => {
        const shuffled = g(fc.shuffledSubarray, keys, { minLength: keys.length });
        expect(identityOfFailures(shuffled.map(failure), base, other)).toEqual(identityOfFailures(keys.map(failure), base, runId));
        expect(identityOfFailures(keys.map(failure), other, runId).id).not.toBe(identityOfFailures(keys.map(failure), base, runId).id);
        expect(identityOfFailures([...keys.map(failure), failure(`${keys.join()} more`)], base, runId).id).not.toBe(
          identityOfFailures(keys.map(failure), base, runId).id,
        );
      }),
    );
  });
});
