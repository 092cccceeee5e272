import { describe, expect, it } from 'vitest';
import type { Change } from '../../../functions/fleet/change.ts';
import type { RunReport } from '../../../functions/fleet/run-report.ts';
import { changesText } from '../../../functions/report/text/changes.ts';
import { runText } from '../../../functions/report/text/run.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport, createRun } from './builders.ts';

const arnOf = (name: string) => `arn:aws:eks:eu-west-1:111111111111:cluster/${name}`;
const change = (kind: Change['kind'], overrides: Partial<Change> = {}): Change => ({
  kind,
  clusterArn: arnOf('payments'),
  finding: null,
  from: null,
  to: null,
  since: 'now',
  base: 'before',
  owner: null,
  ...overrides,
});
const found = (kind: Change['kind'], message: string, overrides: Partial<Change> = {}, severity: 'required' | 'info' = 'required') =>
  change(kind, { finding: createFinding({ message, severity }), ...overrides });

const payments = createReport({}, { name: 'payments', arn: arnOf('payments'), accountName: 'shop' });
const runOf = (...changes: readonly Change[]): RunReport => ({ ...createRun([payments]), changes: [...changes] });
const text = (run: RunReport, columns = 120) => changesText(run, { columns, color: false });

const milestone = (daysLeft: number) =>
  change('milestone', { to: '14', milestone: { end: 'standard', endDate: '2026-12-02', days: 14, daysLeft } });

describe('what changed', () => {
  it.each([
    [found('appeared', 'vpc-cni is wrong'), '    ✗ new: vpc-cni is wrong'],
    [found('appeared', 'vpc-cni is wrong', { from: 'suppressed' }), '    ✗ its suppression ended: vpc-cni is wrong'],
    [found('worsened', 'worse', { from: 'info', to: 'required' }), '    ✗ was info, is required: worse'],
    [found('resolved', 'old', {}, 'info'), '    ✓ resolved: old'],
    [change('verdict-changed', { from: 'READY', to: 'NOT_READY' }), '    ✗ NOT READY, was READY'],
    [change('verdict-changed', { from: 'NOT_READY', to: 'READY' }), '    ✓ READY, was NOT READY'],
    [change('version-changed', { from: '1.34', to: '1.35' }), '    · Kubernetes 1.35, was 1.34'],
    [change('vanished', { from: '2026-11-20T06:00:04Z' }), '    - no longer there; last seen 2026-11-20T06:00:04Z'],
    [change('stale', { from: '2026-11-18T06:00:04Z' }), '    ? could not be scanned for several runs; last seen 2026-11-18T06:00:04Z'],
    [milestone(11), '    ! 11 days left: standard support ends on 2026-12-02'],
    [milestone(1), '    ! 1 day left: standard support ends on 2026-12-02'],
    [milestone(0), '    ! standard support ended on 2026-12-02, today'],
    [milestone(-2), '    ! standard support ended on 2026-12-02, 2 days ago'],
  ])('%# is a line under its cluster', (one, line) => {
    expect(text(runOf(one))).toEqual(['Since the last run', '  payments  shop eu-west-1', line]);
  });

  it('stands by cluster, the most urgent first, in both', () => {
    const other = { clusterArn: arnOf('gone') };
    const lines = text(
      runOf(
        found('resolved', 'c', other),
        change('version-changed', { from: '1.34', to: '1.35' }),
        found('appeared', 'b'),
        change('verdict-changed', { from: 'READY', to: 'NOT_READY' }),
        milestone(3),
      ),
    );
    expect(lines.slice(1)).toEqual([
      '  payments  shop eu-west-1',
      '    ! 3 days left: standard support ends on 2026-12-02',
      '    ✗ NOT READY, was READY',
      '    ✗ new: b',
      '    · Kubernetes 1.35, was 1.34',
      '  gone  111111111111 eu-west-1',
      '    ✓ resolved: c',
    ]);
  });

  it('is counted beyond the first few, unless it was asked for', () => {
    const many = Array.from({ length: 12 }, (_, cluster) =>
      Array.from({ length: 7 }, (_none, index) => found('appeared', `finding ${index}`, { clusterArn: arnOf(`cluster-${cluster}`) })),
    ).flat();
    const discovered = Array.from({ length: 12 }, (_, index) => change('discovered', { clusterArn: arnOf(`new-${index}`), base: null }));
    const lines = text(runOf(...many, ...discovered));
    expect(lines.filter((line) => line.includes('new: '))).toHaveLength(50);
    expect(lines.filter((line) => line === '      and 2 more')).toHaveLength(10);
    expect(lines.slice(-2)).toEqual(
      [
        '  and 2 more clusters',
        `  + seen for the first time: ${Array.from({ length: 10 }, (_, index) => `new-${index}`).join(', ')} and 2 more`.slice(0, 117),
      ].map((line) => expect.stringContaining(line.slice(0, 60))),
    );
    const asked = text({ ...runOf(...many), since: 'before' });
    expect(asked[0]).toBe('Since the run before');
    expect(asked.filter((line) => line.includes('new: '))).toHaveLength(84);
    expect(asked.join('\n')).not.toContain('more');
  });

  it('is silent where there was no run before, and where nothing changed', () => {
    expect(text(runOf(change('discovered', { base: null }), { ...milestone(3), base: null }))).toEqual([]);
    expect(text(runOf())).toEqual([]);
    expect(text({ ...runOf(), since: 'before' })).toEqual(['Since the run before: nothing changed']);
  });

  it('fits, and cannot be taken for a command of the terminal', () => {
    const long = found('appeared', `${'many words '.repeat(30)}\u001b[31m`);
    for (const columns of [40, 80]) {
      const lines = text(runOf(long, change('discovered', { clusterArn: 'no arn \u001b[2J', base: null })), columns);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      expect(lines.join('\n')).not.toContain('\u001b');
    }
  });
});

describe('a run for people', () => {
  const fleet = (changes: readonly Change[]): RunReport => ({
    ...createRun([
      payments,
      createReport({ verdict: 'NOT_READY', findings: [createFinding()] }, { name: 'blocked', arn: arnOf('blocked') }),
    ]),
    changes: [...changes],
  });
  const lines = (run: RunReport) => runText(run, { columns: 120, color: false }).split('\n');

  it('says what changed between the table and the clusters', () => {
    const all = lines(fleet([found('appeared', 'b')]));
    const since = all.indexOf('Since the last run');
    expect(since).toBeGreaterThan(all.findIndex((line) => line.startsWith('VERDICT')));
    expect(since).toBeLessThan(all.findIndex((line) => line.startsWith('✗ NOT READY  blocked  1.34')));
  });

  it('is what changed alone, to somebody who asked for that', () => {
    expect(lines({ ...fleet([found('appeared', 'b')]), since: 'before' })).toEqual([
      '2 clusters in 1 account: 1 NOT READY, 1 READY',
      '',
      'Since the run before',
      '  payments  shop eu-west-1',
      '    ✗ new: b',
      '',
    ]);
  });
});
