import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekdays } from '../../functions/config/cron.ts';
import type { Latest } from '../../functions/fleet/cluster-state.ts';
import { type Digest, digestOf } from '../../functions/notifications/digest.ts';
import { dueDigest } from '../../functions/notifications/digest-day.ts';
import { digestText, digestTitle } from '../../functions/notifications/digest-text.ts';
import { addDays } from '../../functions/versions/days.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { createReport } from '../report/text/builders.ts';
import { appeared, arnOf, createChange, createLatest, createRun } from './builders.ts';

describe('the day of the digest', () => {
  const due = (at: string, sentOn: string | null, { day = 'MON', timezone = 'Europe/Berlin' } = {}) =>
    dueDigest(createConfiguration({ notifications: { digest: { day } }, schedule: { timezone } }), createLatest({ sentOn }), new Date(at));

  it.each([
    ['on its day', '2026-11-23T06:00:00Z', '2026-11-16', '2026-11-23'],
    ['on its day for the first time', '2026-11-23T06:00:00Z', null, '2026-11-23'],
    ['on its day, when it was sent', '2026-11-23T18:00:00Z', '2026-11-23', null],
    ['on another day', '2026-11-24T06:00:00Z', '2026-11-23', null],
    ['on another day for the first time', '2026-11-24T06:00:00Z', null, null],
    ['on the day after one that was missed', '2026-11-24T06:00:00Z', '2026-11-16', '2026-11-23'],
    ['when it is Monday in Berlin, not yet in UTC', '2026-11-22T23:30:00Z', '2026-11-16', '2026-11-23'],
    ['when it is Monday in UTC, no longer in Berlin', '2026-11-23T23:30:00Z', '2026-11-23', null],
  ])('%s', (_, at, sentOn, expected) => {
    expect(due(at, sentOn)).toBe(expected);
  });

  it('is none where no digest is configured', () => {
    expect(dueDigest(createConfiguration(), createLatest(), new Date('2026-11-23T06:00:00Z'))).toBeNull();
  });

  it('comes once in seven days, whichever day and however often the fleet is scanned', () => {
    fc.assert(
      fc.property(fc.constantFrom(...weekdays), fc.integer({ min: 1, max: 4 }), (day, scansADay) => {
        let sentOn: string | null = null;
        const sent: string[] = [];
        for (let scan = 0; scan < 35 * scansADay; scan += 1) {
          const at = new Date(Date.parse('2026-11-01T01:00:00Z') + (scan * 86_400_000) / scansADay);
          const found = due(at.toISOString(), sentOn, { day, timezone: 'UTC' });
          if (found !== null) {
            sent.push(found);
            sentOn = found;
          }
        }
        expect(sent).toHaveLength(5);
        expect(sent.slice(1)).toEqual(sent.slice(0, -1).map((before) => addDays(before, 7)));
      }),
    );
  });
});

describe('the digest', () => {
  const support = (overrides: object) => ({ ...createReport().support, ...overrides });
  const run = createRun(
    [
      { name: 'near', support: support({ endOfStandardSupport: '2026-12-02', daysToEndOfStandardSupport: 7 }) },
      { name: 'same-day', support: support({ endOfStandardSupport: '2026-12-02', daysToEndOfStandardSupport: 7 }) },
      {
        name: 'upgraded-by-eks',
        support: support({ endOfStandardSupport: '2027-05-24', daysToEndOfStandardSupport: 180, supportType: 'STANDARD' }),
      },
      { name: 'far', support: support({ endOfStandardSupport: '2027-05-25', daysToEndOfStandardSupport: 181 }) },
      {
        name: 'extended',
        support: support({
          status: 'extended',
          endOfStandardSupport: '2025-12-02',
          daysToEndOfStandardSupport: -358,
          endOfExtendedSupport: '2026-11-30',
          daysToEndOfExtendedSupport: 5,
        }),
      },
    ],
    [
      createChange({ kind: 'discovered', clusterArn: arnOf('new'), base: null }),
      createChange({ kind: 'vanished', clusterArn: arnOf('gone') }),
      appeared(),
    ],
  );
  const latest: Latest = createLatest({ sentOn: '2026-11-18', discovered: [arnOf('earlier'), arnOf('new')], newChecks: ['some-check'] });
  const digest = digestOf(run, latest, '2026-11-25', ['another-check']);
  const sections = (of: Digest) => Object.fromEntries(digestText(of).map(({ title, lines }) => [title, lines]));

  it('names the ends of support within 180 days, nearest first', () => {
    expect(digest.supportEnds.map(({ cluster, end, daysLeft, surchargeUsd }) => [cluster, end, daysLeft, surchargeUsd])).toEqual([
      ['extended', 'extended', 5, 0],
      ['near', 'standard', 7, 365],
      ['same-day', 'standard', 7, 365],
      ['upgraded-by-eks', 'standard', 180, 0],
    ]);
  });

  it('gathers what came and went since the last one, with this run', () => {
    expect(digest).toMatchObject({
      day: '2026-11-25',
      since: '2026-11-18',
      discovered: [arnOf('earlier'), arnOf('new')],
      vanished: [arnOf('gone')],
      newChecks: ['another-check', 'some-check'],
    });
  });

  it('says it in lists; clusters that lose support on one day share a line', () => {
    expect(sections(digest)).toEqual({
      Fleet: [
        '5 clusters: 5 ready',
        'Support: 4 standard, 1 extended',
        'Findings: 0 required, 0 recommended, 0 suppressed',
        'No extended support is billed',
      ],
      'Support that ends within 180 days': [
        '2026-11-30, in 5 days: extended support of Kubernetes 1.34, extended (shop eu-west-1)',
        '2026-12-02, in 7 days: standard support of Kubernetes 1.34, near (shop eu-west-1) and same-day (shop eu-west-1); extended support then costs 730 USD a month',
        '2027-05-24, in 180 days: standard support of Kubernetes 1.34, upgraded-by-eks (shop eu-west-1)',
      ],
      'New clusters since 2026-11-18': ['earlier, account 111111111111, eu-west-1', 'new, account 111111111111, eu-west-1'],
      'Clusters that are gone since 2026-11-18': ['gone, account 111111111111, eu-west-1'],
      'New checks since 2026-11-18 (their first findings are not announced one by one)': ['another-check', 'some-check'],
    });
    expect(digestTitle(digest)).toBe('Weekly digest: 5 clusters, next end of support in 5 days');
  });

  it('names suppressions that expired or match nothing, and what was not seen', () => {
    const place = { accountId: '111111111111', region: 'eu-west-1', reason: null };
    const more = digestOf(
      {
        ...run,
        suppressions: {
          expired: [
            {
              suppression: { check: 'pdb-missing', cluster: 'dev-*', reason: 'dev', owner: 'platform', expires: '2026-11-20' },
              findings: 1,
            },
          ],
          unmatched: [{ name: 'x', reason: 'r', expires: '2027-11-20' }],
        },
        coverage: {
          complete: false,
          targets: [{ ...place, region: '*', status: 'failed', code: 'AssumeRoleDenied', message: 'no' }],
          clusters: [
            { ...place, name: 'blind', status: 'scanned', code: null, message: null, unavailable: { Forbidden: 2 } },
            { ...place, name: 'fine', status: 'scanned', code: null, message: null, unavailable: {} },
          ],
        },
      },
      null,
      '2026-11-25',
    );
    expect(sections(more)).toMatchObject({
      'New clusters': ['new, account 111111111111, eu-west-1'],
      'Suppressions that expired': ['check pdb-missing, cluster dev-*: expired on 2026-11-20, 1 finding counts again; ask platform'],
      'Suppressions that match nothing: remove them': ['name x'],
      'Not seen by the scan': [
        'account 111111111111, all regions: not scanned (AssumeRoleDenied: no)',
        'cluster blind, account 111111111111, eu-west-1: part of the evidence is missing (Forbidden 2)',
      ],
    });
  });

  it('counts what a long list leaves out', () => {
    const many = { ...digest, discovered: Array.from({ length: 30 }, (_, index) => arnOf(`c-${index}`)) };
    const lines = sections(many)['New clusters since 2026-11-18'];
    expect(lines).toHaveLength(21);
    expect(lines?.at(-1)).toBe('and 10 more');
  });
});
