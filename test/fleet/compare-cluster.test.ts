import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../functions/analysis/cluster-report.ts';
import { checks as allChecks } from '../../functions/checks/list.ts';
import { changeSchema } from '../../functions/fleet/change.ts';
import { type ClusterState, clusterStateSchema } from '../../functions/fleet/cluster-state.ts';
import { type ClusterOutcome, compareCluster } from '../../functions/fleet/compare-cluster.ts';
import { arn, configuration, findingOn, type ReportInput, reportOf, runOf, scanned, stateOf } from './builders.ts';

function compare(state: ClusterState | undefined, outcome: ClusterOutcome, day: number) {
  const comparison = compareCluster({ state, outcome, run: runOf(day), configuration, writeId: `day ${day}` });
  for (const change of comparison.changes) expect(changeSchema.parse(change)).toEqual(change);
  if (comparison.next) expect(clusterStateSchema.parse(comparison.next)).toEqual(comparison.next);
  return comparison;
}

/** What a second scan, a day later, tells of a first one; and what is known then. */
function second(first: ReportInput, then: ReportInput) {
  return compare(stateOf({ day: 1, ...first }), scanned({ day: 2, ...then }), 2);
}

const kindsOf = ({ changes }: { readonly changes: readonly { readonly kind: string }[] }) => changes.map(({ kind }) => kind);
const cni = findingOn('vpc-cni');
const dns = findingOn('coredns');

describe('a cluster seen for the first time', () => {
  it('is discovered; its findings are a baseline', () => {
    const { changes, next } = compare(undefined, scanned({ findings: [cni], suppressed: [dns], verdict: 'NOT_READY' }), 1);
    expect(changes).toEqual([
      { kind: 'discovered', clusterArn: arn, finding: null, from: null, to: null, since: runOf(1).runId, base: null, owner: null },
    ]);
    expect(next).toMatchObject({
      writeId: 'day 1',
      discoveredIn: runOf(1).runId,
      runId: runOf(1).runId,
      verdict: 'NOT_READY',
      checks: ['sample-check'],
      failedRuns: 0,
      vanishedIn: null,
    });
    expect(next?.findings.map(({ finding, since, suppressed }) => [finding.id, since, suppressed])).toEqual(
      expect.arrayContaining([
        [cni.id, runOf(1).runId, false],
        [dns.id, runOf(1).runId, true],
      ]),
    );
  });

  it.each([
    ['required', 'unsupported', ['discovered', 'appeared']],
    ['required', 'extended', ['discovered', 'appeared']],
    ['required', 'standard', ['discovered']],
    ['recommended', 'extended', ['discovered']],
  ] as const)('tells of support that is %s and %s: %j', (severity, status, kinds) => {
    const finding = findingOn('payments', { check: 'support-ending', severity, facts: { status } });
    const outcome = scanned({ findings: [finding], checks: { 'support-ending': 'failed' } });
    expect(kindsOf(compare(undefined, outcome, 1))).toEqual(kinds);
  });

  it('tells of the milestone that it has reached', () => {
    const { changes } = compare(undefined, scanned({ support: { endOfStandardSupport: '2026-12-02', daysToEndOfStandardSupport: 11 } }), 1);
    expect(changes[1]).toMatchObject({
      kind: 'milestone',
      to: '14',
      from: null,
      milestone: { end: 'standard', endDate: '2026-12-02', days: 14, daysLeft: 11 },
    });
    expect(changes).toHaveLength(2);
  });

  it('is nothing when it could not be scanned, or was left out', () => {
    for (const kind of ['failed', 'vanished', 'untouched'] as const)
      expect(compare(undefined, { kind }, 1)).toEqual({ changes: [], next: undefined });
  });
});

describe('a finding', () => {
  it('appears when its check had looked before', () => {
    const { changes, next } = second({}, { findings: [cni] });
    expect(changes).toEqual([
      { kind: 'appeared', clusterArn: arn, finding: cni, from: null, to: null, since: runOf(2).runId, base: runOf(1).runId, owner: null },
    ]);
    expect(next?.findings).toEqual([{ finding: cni, since: runOf(2).runId, suppressed: false }]);
  });

  it('is told once', () => {
    expect(second({ findings: [cni] }, { findings: [cni] }).changes).toEqual([]);
  });

  it.each([
    ['a check that never gave a result', {}],
    ['a check that could only say unknown', { 'new-check': 'unknown' }],
    ['a check that was skipped', { 'new-check': 'skipped' }],
  ] as const)('is a baseline under %s', (_, before) => {
    const found = findingOn('x', { check: 'new-check' });
    const { changes, next } = second(
      { checks: { 'sample-check': 'passed', ...before } },
      { checks: { 'sample-check': 'passed', 'new-check': 'failed' }, findings: [found] },
    );
    expect(changes).toEqual([]);
    expect(next?.checks).toEqual(['new-check', 'sample-check']);
    expect(next?.findings).toHaveLength(1);
  });

  it('worsens when its severity rises, and keeps quiet when it falls', () => {
    const mild = { ...cni, severity: 'recommended' as const };
    const { changes, next } = second({ findings: [mild] }, { findings: [cni] });
    expect(changes).toMatchObject([{ kind: 'worsened', from: 'recommended', to: 'required', since: runOf(2).runId, finding: cni }]);
    expect(next?.findings).toEqual([{ finding: cni, since: runOf(1).runId, suppressed: false }]);
    const fallen = second({ findings: [cni] }, { findings: [mild] });
    expect(fallen.changes).toEqual([]);
    expect(fallen.next?.findings[0]?.finding.severity).toBe('recommended');
  });

  it.each([
    ['passed', true],
    ['failed', true],
    ['not-applicable', true],
    ['unknown', false],
    ['skipped', false],
  ] as const)('that is gone while its check is %s: resolved %s', (status, resolved) => {
    const { changes, next } = second({ findings: [cni] }, { checks: { 'sample-check': status } });
    expect(changes).toMatchObject(resolved ? [{ kind: 'resolved', finding: cni, since: runOf(1).runId, base: runOf(1).runId }] : []);
    expect(next?.findings).toEqual(resolved ? [] : [{ finding: cni, since: runOf(1).runId, suppressed: false }]);
    expect(next?.checks).toEqual(['sample-check']);
  });

  it('that is carried resolves when its check looks again', () => {
    const blind = second({ findings: [cni] }, { checks: { 'sample-check': 'unknown' } });
    const { changes } = compare(blind.next, scanned({ day: 3, checks: { 'sample-check': 'passed' } }), 3);
    expect(changes).toMatchObject([{ kind: 'resolved', since: runOf(1).runId, base: runOf(2).runId }]);
  });

  it('that becomes suppressed is neither resolved nor new, and gone it is not told', () => {
    const { changes, next } = second({ findings: [cni] }, { suppressed: [cni] });
    expect(changes).toEqual([]);
    expect(next?.findings).toEqual([{ finding: cni, since: runOf(1).runId, suppressed: true }]);
    const gone = compare(next, scanned({ day: 3 }), 3);
    expect(gone.changes).toEqual([]);
    expect(gone.next?.findings).toEqual([]);
  });

  it('appears from suppression when that ends', () => {
    const { changes, next } = second({ suppressed: [cni] }, { findings: [cni] });
    expect(changes).toMatchObject([{ kind: 'appeared', from: 'suppressed', since: runOf(2).runId }]);
    expect(next?.findings).toEqual([{ finding: cni, since: runOf(2).runId, suppressed: false }]);
  });

  it('new and suppressed at once is not told', () => {
    expect(second({}, { suppressed: [cni] }).changes).toEqual([]);
  });

  it('of a check that is turned off is forgotten, and turned on again it is a baseline', () => {
    const off = second({ findings: [cni] }, { checks: { other: 'passed' } });
    expect(off.changes).toEqual([]);
    expect(off.next).toMatchObject({ findings: [], checks: ['other'] });
    const on = compare(off.next, scanned({ day: 3, findings: [cni] }), 3);
    expect(on.changes).toEqual([]);
  });

  it('belongs to its owner, else to that of the cluster', () => {
    const cluster = { tags: { team: 'platform' } };
    const owned = findingOn('owned', { owner: 'team-payments' });
    expect(second({}, { findings: [owned, cni], cluster }).changes.map(({ finding, owner }) => [finding?.subject.name, owner])).toEqual([
      ['owned', 'team-payments'],
      ['vpc-cni', 'platform'],
    ]);
  });

  it('stands in the order of reports, whatever became of it', () => {
    const mild = { ...dns, severity: 'info' as const };
    const { changes } = second(
      { findings: [mild, findingOn('gone')] },
      { findings: [dns, findingOn('b'), findingOn('a')], cluster: { version: '1.35' } },
    );
    expect(changes.map(({ kind, finding }) => [kind, finding?.subject.name])).toEqual([
      ['version-changed', undefined],
      ['appeared', 'a'],
      ['appeared', 'b'],
      ['worsened', 'coredns'],
      ['resolved', 'gone'],
    ]);
  });
});

describe('the cluster as a whole', () => {
  it('changes its version, and is told so across a time in which nobody saw it', () => {
    expect(second({}, { cluster: { version: '1.35' } }).changes).toMatchObject([{ kind: 'version-changed', from: '1.34', to: '1.35' }]);
    const blind = second({}, { cluster: { version: null } });
    expect(blind).toMatchObject({ changes: [], next: { cluster: { version: '1.34' } } });
    expect(compare(blind.next, scanned({ day: 3, cluster: { version: '1.35' } }), 3).changes).toMatchObject([{ from: '1.34', to: '1.35' }]);
  });

  it('changes its verdict', () => {
    expect(second({ verdict: 'READY' }, { verdict: 'NOT_READY', findings: [cni] }).changes).toMatchObject([
      { kind: 'verdict-changed', from: 'READY', to: 'NOT_READY', finding: null },
      { kind: 'appeared' },
    ]);
  });

  it('keeps its verdict as far as people hear, when only a check that is new has another opinion', () => {
    const found = findingOn('x', { check: 'new-check' });
    const checks = { 'sample-check': 'passed', 'new-check': 'failed' } as const;
    const { changes, next } = second({ checks: { 'sample-check': 'passed' } }, { checks, findings: [found], verdict: 'NOT_READY' });
    expect(changes).toEqual([]);
    expect(next?.verdict).toBe('NOT_READY');
    const essential = allChecks.find((check) => check.essential === 'always')?.id ?? '';
    const unknown: Record<string, CheckResult['status']> = { 'sample-check': 'passed', [essential]: 'unknown' };
    expect(second({ checks: { 'sample-check': 'passed' } }, { checks: unknown, verdict: 'CANNOT_DETERMINE' }).changes).toEqual([]);
    const lost = second({ checks: { 'sample-check': 'passed', [essential]: 'passed' } }, { checks: unknown, verdict: 'CANNOT_DETERMINE' });
    expect(lost.changes).toMatchObject([{ kind: 'verdict-changed', from: 'READY', to: 'CANNOT_DETERMINE' }]);
  });

  it('keeps the tags, the verdict and the time of the newest scan', () => {
    const { next } = second({}, { cluster: { tags: { team: 'b' } }, verdict: 'READY_WITH_WARNINGS' });
    expect(next).toMatchObject({
      tags: { team: 'b' },
      collectedAt: '2026-11-02T06:00:04Z',
      runId: runOf(2).runId,
      discoveredIn: runOf(1).runId,
    });
  });

  it('vanishes once, and is new when it is there again', () => {
    const gone = compare(stateOf({ cluster: { tags: { team: 'a' } } }), { kind: 'vanished' }, 2);
    expect(gone.changes).toEqual([
      {
        kind: 'vanished',
        clusterArn: arn,
        finding: null,
        from: '2026-11-01T06:00:04Z',
        to: null,
        since: runOf(2).runId,
        base: runOf(1).runId,
        owner: 'a',
      },
    ]);
    for (const kind of ['vanished', 'failed'] as const) expect(compare(gone.next, { kind }, 3)).toEqual({ changes: [], next: undefined });
    const back = compare(gone.next, scanned({ day: 4, findings: [cni] }), 4);
    expect(back.changes).toMatchObject([{ kind: 'discovered', since: runOf(4).runId, base: runOf(1).runId }]);
    expect(back.next).toMatchObject({ discoveredIn: runOf(4).runId, vanishedIn: null, findings: [{ since: runOf(4).runId }] });
  });

  it('is stale after three runs in a row that could not scan it, told once, until a scan', () => {
    let state = stateOf();
    const told: unknown[] = [];
    for (const day of [2, 3, 4, 5]) {
      const { changes, next } = compare(state, { kind: 'failed' }, day);
      told.push(...changes.map(({ kind, from, since }) => ({ kind, from, since })));
      // The same run resumed counts once.
      expect(compare(next, { kind: 'failed' }, day)).toEqual({ changes: [], next: undefined });
      state = next ?? state;
    }
    expect(told).toEqual([{ kind: 'stale', from: '2026-11-01T06:00:04Z', since: runOf(4).runId }]);
    expect(state.failedRuns).toBe(4);
    const seen = compare(state, scanned({ day: 6 }), 6);
    expect(seen).toMatchObject({ changes: [], next: { failedRuns: 0, failedIn: null } });
  });
});

describe('two runs', () => {
  const newer = stateOf({ day: 3 });
  const nothing = { changes: [], next: undefined };

  it('at once: the newer evidence wins', () => {
    expect(compare(newer, scanned({ day: 2, findings: [cni] }), 2)).toEqual(nothing);
    // Started earlier, collected later.
    expect(kindsOf(compare(newer, scanned({ day: 4, findings: [cni] }), 2))).toEqual(['appeared']);
  });

  it('at once: what an earlier one could not see says nothing against a later one that could', () => {
    expect(compare(newer, { kind: 'failed' }, 2)).toEqual(nothing);
    expect(compare(newer, { kind: 'vanished' }, 2)).toEqual(nothing);
    const gone = compare(newer, { kind: 'vanished' }, 4).next;
    expect(compare(gone, scanned({ day: 3 }), 3)).toEqual(nothing);
  });

  it('that are one, committed again, change nothing', () => {
    expect(compare(newer, scanned({ day: 3, findings: [cni] }), 3)).toEqual(nothing);
    expect(compare(newer, { kind: 'untouched' }, 4)).toEqual(nothing);
  });
});

describe('any history', () => {
  const names = ['a', 'b', 'c'];
  const statuses = ['passed', 'failed', 'unknown', 'skipped', 'not-applicable'] as const;
  const scan = fc.record({
    severities: fc.array(fc.constantFrom('required' as const, 'recommended' as const, 'info' as const, 'suppressed' as const, null), {
      minLength: names.length,
      maxLength: names.length,
    }),
    status: fc.constantFrom(...statuses),
  });
  const step = fc.oneof({ weight: 4, arbitrary: scan }, { weight: 1, arbitrary: fc.constantFrom('failed' as const, 'untouched' as const) });

  it('tells of each finding in turn: it appears, may worsen, and resolves; what is told last is what is known', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        // Nothing is a baseline after this.
        let state = stateOf({ day: 1, checks: { 'sample-check': 'passed' } });
        const open = new Set<string>();
        for (const [index, one] of steps.entries()) {
          const day = index + 2;
          const report = typeof one === 'string' ? undefined : reportFrom(one, day);
          const outcome: ClusterOutcome = report ? { kind: 'scanned', report } : { kind: one as 'failed' };
          const { changes, next } = compare(state, outcome, day);
          for (const { kind, finding } of changes) {
            if (!finding) continue;
            if (kind === 'resolved') expect(open.delete(finding.id)).toBe(true);
            else if (kind === 'worsened') expect(open.has(finding.id)).toBe(true);
            else expect(open.has(finding.id)).toBe(false);
            if (kind === 'appeared') open.add(finding.id);
          }
          state = next ?? state;
          const known = state.findings.filter(({ suppressed }) => !suppressed).map(({ finding }) => finding.id);
          // Suppressed ones leave the open ones without a word.
          for (const { finding, suppressed } of state.findings) if (suppressed) open.delete(finding.id);
          expect(new Set(known)).toEqual(open);
          expect(compare(state, outcome, day).changes).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  function reportFrom({ severities, status }: { severities: readonly (string | null)[]; status: CheckResult['status'] }, day: number) {
    const found = names.flatMap((name, index) => {
      const severity = severities[index];
      return severity === null || severity === undefined ? [] : [{ severity, name }];
    });
    return reportOf({
      day,
      checks: { 'sample-check': status },
      findings: found
        .filter(({ severity }) => severity !== 'suppressed')
        .map(({ name, severity }) =>
          findingOn(name, { severity: severity === 'required' || severity === 'recommended' ? severity : 'info' }),
        ),
      suppressed: found.filter(({ severity }) => severity === 'suppressed').map(({ name }) => findingOn(name)),
    });
  }
});
