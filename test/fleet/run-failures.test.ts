import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../functions/fleet/change.ts';
import { type Latest, latestSchema } from '../../functions/fleet/cluster-state.ts';
import type { ClusterCoverage, Coverage, TargetCoverage } from '../../functions/fleet/coverage.ts';
import { advanceLatest, failuresOf, newFailures } from '../../functions/fleet/run-failures.ts';
import { runOf } from './builders.ts';

const target = (overrides: Partial<TargetCoverage> = {}): TargetCoverage => ({
  accountId: '111111111111',
  region: 'eu-west-1',
  status: 'scanned',
  code: null,
  message: null,
  reason: null,
  ...overrides,
});
const cluster = (overrides: Partial<ClusterCoverage> = {}): ClusterCoverage => ({
  ...target(),
  name: 'payments',
  unavailable: {},
  ...overrides,
});
const coverage = (overrides: Partial<Coverage> = {}): Coverage => ({
  complete: false,
  targets: [target()],
  clusters: [cluster()],
  ...overrides,
});

describe('failuresOf', () => {
  it('names accounts, regions, clusters and what is missing of them, once and in order', () => {
    const failures = failuresOf(
      coverage({
        targets: [
          target({ region: '*', status: 'failed', code: 'AssumeRoleDenied', message: 'not authorized, request 1234' }),
          target({ region: 'us-east-1', status: 'failed', code: 'RegionDisabled', message: 'opt in' }),
          target({ region: 'eu-central-1', status: 'skipped', reason: 'suspended' }),
        ],
        clusters: [
          cluster({ unavailable: { EndpointUnreachable: 21, Forbidden: 1 } }),
          cluster({ name: 'broken', status: 'failed', code: 'AccessDenied', message: 'no', unavailable: { AccessDenied: 30 } }),
          cluster({ name: 'off', status: 'skipped', reason: 'excluded' }),
        ],
      }),
    );
    expect(failures).toEqual([
      { key: '111111111111/* AssumeRoleDenied', text: 'account 111111111111: AssumeRoleDenied: not authorized, request 1234' },
      { key: '111111111111/eu-west-1/broken AccessDenied', text: 'cluster broken, account 111111111111, eu-west-1: AccessDenied: no' },
      {
        key: '111111111111/eu-west-1/payments EndpointUnreachable',
        text: 'cluster payments, account 111111111111, eu-west-1: EndpointUnreachable: 21 of the kinds of evidence missing',
      },
      {
        key: '111111111111/eu-west-1/payments Forbidden',
        text: 'cluster payments, account 111111111111, eu-west-1: Forbidden: 1 of the kinds of evidence missing',
      },
      { key: '111111111111/us-east-1 RegionDisabled', text: 'account 111111111111, us-east-1: RegionDisabled: opt in' },
    ]);
  });

  it('is empty for a complete run', () => {
    expect(failuresOf(coverage({ complete: true }))).toEqual([]);
  });
});

describe('newFailures', () => {
  const failing = coverage({ clusters: [cluster({ unavailable: { Forbidden: 2 } }), cluster({ name: 'b', unavailable: { Timeout: 1 } })] });

  it('leaves out what the last run could not read either, however much of it', () => {
    const latest = { failures: ['111111111111/eu-west-1/payments Forbidden'] };
    expect(newFailures(failing, latest).map(({ key }) => key)).toEqual(['111111111111/eu-west-1/b Timeout']);
  });

  it('is all of it where there was no run', () => {
    for (const none of [undefined, null]) expect(newFailures(failing, none)).toEqual(failuresOf(failing));
  });
});

const change = (kind: Change['kind'], clusterArn: string): Change => ({
  kind,
  clusterArn,
  finding: null,
  from: null,
  to: null,
  since: 'run',
  base: null,
  owner: null,
});
const run = (day: number, changes: readonly Change[] = [], of: Coverage = coverage({ complete: true })) => ({
  ...runOf(day),
  startedAt: `2026-11-0${day}T06:00:00Z`,
  finishedAt: `2026-11-0${day}T06:05:00Z`,
  coverage: of,
  changes: [...changes],
});
const advance = (latest: Latest | undefined, ...[of, update]: [ReturnType<typeof run>, { newChecks?: string[]; digestDay?: string }?]) =>
  advanceLatest(latest, of, { writeId: 'w', ...update });

describe('advanceLatest', () => {
  it('records a run: when, whether it was complete, and what it could not read', () => {
    const failing = coverage({ clusters: [cluster({ unavailable: { Forbidden: 2 } })] });
    const latest = advance(undefined, run(1, [], failing));
    expect(latestSchema.parse(latest)).toEqual({
      schemaVersion: '1',
      writeId: 'w',
      runId: runOf(1).runId,
      startedAt: '2026-11-01T06:00:00Z',
      finishedAt: '2026-11-01T06:05:00Z',
      complete: false,
      failures: ['111111111111/eu-west-1/payments Forbidden'],
      sinceDigest: { sentOn: null, sentIn: null, discovered: [], vanished: [], newChecks: [] },
    });
  });

  it('gathers what came and went until a digest tells of it', () => {
    const first = advance(undefined, run(1, [change('discovered', 'b'), change('appeared', 'x')]), { newChecks: ['pdb'] });
    const second = advance(first, run(2, [change('discovered', 'a'), change('vanished', 'b')]));
    expect(second?.sinceDigest).toEqual({ sentOn: null, sentIn: null, discovered: ['a', 'b'], vanished: ['b'], newChecks: ['pdb'] });
    const digest = advance(second, run(3, [change('discovered', 'c')]), { digestDay: '2026-11-03', newChecks: ['probe'] });
    expect(digest?.sinceDigest).toEqual({ sentOn: '2026-11-03', sentIn: runOf(3).runId, discovered: [], vanished: [], newChecks: [] });
    const after = advance(digest, run(4, [change('vanished', 'c')]));
    expect(after?.sinceDigest).toMatchObject({ sentOn: '2026-11-03', discovered: [], vanished: ['c'] });
  });

  it('stays as it is when a run that started later was faster, or the run is in it already', () => {
    const latest = advance(undefined, run(2));
    expect(advance(latest, run(1))).toBeUndefined();
    expect(advance(latest, run(2))).toBeUndefined();
    const digest = advance(latest, run(3, [change('discovered', 'c')]), { digestDay: '2026-11-03' });
    // Committed again nobody says that its digest was sent.
    expect(advance(digest, run(3, [change('discovered', 'c')]))).toBeUndefined();
  });

  it('takes over what a resumed run could read after all', () => {
    const failing = advance(undefined, run(2, [], coverage({ clusters: [cluster({ unavailable: { Forbidden: 2 } })] })));
    expect(advance(failing, run(2, [change('discovered', 'x')]))).toMatchObject({
      complete: true,
      failures: [],
      sinceDigest: { discovered: ['x'] },
    });
  });

  it('still knows what failed in a place that could not be looked at this time, and forgets it once it was read', () => {
    const timeout = cluster({ unavailable: { Timeout: 3 } });
    const disabled = target({ region: 'us-east-1', status: 'failed', code: 'RegionDisabled' });
    const elsewhere = cluster({ accountId: '222222222222', unavailable: { Forbidden: 1 } });
    const before = coverage({ targets: [target(), disabled], clusters: [timeout, elsewhere] });
    const first = advance(undefined, run(1, [], before));
    const known = ['111111111111/eu-west-1/payments Timeout', '111111111111/us-east-1 RegionDisabled'];
    const entry = (region: string) => target({ region, status: 'failed', code: 'AssumeRoleDenied' });
    const second = advance(first, run(2, [], coverage({ targets: [entry('*')], clusters: [] })));
    expect(second?.failures).toEqual(['111111111111/* AssumeRoleDenied', ...known]);
    expect(newFailures(before, second).map(({ key }) => key)).toEqual(['222222222222/eu-west-1/payments Forbidden']);
    const region = advance(first, run(2, [], coverage({ targets: [entry('eu-west-1')], clusters: [] })));
    expect(region?.failures).toEqual(['111111111111/eu-west-1 AssumeRoleDenied', known[0]]);
    const killed = advance(first, run(2, [], coverage({ clusters: [cluster({ status: 'failed', code: 'Internal' })] })));
    expect(killed?.failures).toEqual(['111111111111/eu-west-1/payments Internal', known[0]]);
    expect(advance(second, run(3))?.failures).toEqual([]);
  });

  it('loses nothing between two digests, whatever order runs come in and however often each is committed', () => {
    const steps = fc.array(
      fc.record({ day: fc.integer({ min: 1, max: 9 }), times: fc.integer({ min: 1, max: 3 }), digest: fc.boolean() }),
      {
        maxLength: 15,
      },
    );
    fc.assert(
      fc.property(steps, (history) => {
        let latest: Latest | undefined;
        let pending = new Set<string>();
        for (const { day, times, digest } of history) {
          const isNewest = latest === undefined || runOf(day).runId > latest.runId;
          const arn = `arn-${day}`;
          for (let time = 0; time < times; time += 1) {
            const update = digest && time === 0 ? { digestDay: `2026-11-0${day}` } : {};
            if (isNewest || time > 0 || !digest) latest = advance(latest, run(day, [change('discovered', arn)]), update) ?? latest;
          }
          if (isNewest) pending = digest ? new Set() : new Set([...pending, arn]);
          expect(new Set(latest?.sinceDigest.discovered)).toEqual(pending);
        }
      }),
    );
  });
});
