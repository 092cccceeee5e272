import { describe, expect, it } from 'vitest';
import { failedCluster, skippedCluster } from '../../../functions/fleet/cluster-coverage.ts';
import type { RunReport } from '../../../functions/fleet/run-report.ts';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import { runText } from '../../../functions/report/text/run.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport, createRun } from './builders.ts';

const lines = (run: RunReport, columns = 120, color = false) => runText(run, { columns, color }).split('\n');

const healthy = createReport({}, { name: 'healthy' });
const blocked = createReport({ verdict: 'NOT_READY', findings: [createFinding()] }, { name: 'blocked' });
const warned = createReport({ verdict: 'READY_WITH_WARNINGS', findings: [createFinding({ severity: 'recommended' })] }, { name: 'warned' });
const unknown = createReport({ verdict: 'CANNOT_DETERMINE' }, { name: 'unknown', accountName: 'shop' });
const surcharged = { ...healthy.support, status: 'extended' as const, monthlySurchargeUsd: 365 };
const expensive = createReport({ support: surcharged }, { name: 'expensive', accountId: '222222222222' });
const fleet = createRun([healthy, blocked, warned, unknown, expensive]);

describe('a fleet', () => {
  it('is a line, a table with the worst first, and each cluster that is not simply fine', () => {
    const text = lines(fleet);
    expect(text.slice(0, 3)).toEqual([
      '5 clusters in 2 accounts: 1 NOT READY, 1 CANNOT DETERMINE, 1 READY, WITH WARNINGS, 2 READY',
      '  (extended support costs 365 USD a month)',
      '',
    ]);
    const rows = text.filter((line) => /^[✗?!✓] .*days/.test(line));
    expect(rows.map((row) => /(blocked|unknown|warned|healthy|expensive)/.exec(row)?.[0])).toEqual([
      'blocked',
      'unknown',
      'warned',
      'healthy',
      'expensive',
    ]);
    const headlines = text.filter((line) => /^[✗?!✓] /.test(line) && !line.includes('days'));
    expect(headlines).toHaveLength(3);
    expect(text.join('\n')).toContain('+365');
  });

  it.each([60, 80, 120])('fits into %i columns', (columns) => {
    for (const line of lines(fleet, columns)) if (line.length > columns) expect(line.trim()).not.toContain(' ');
    expect(lines(fleet, columns).join('\n')).toContain('BLOCKS');
  });

  it('has no colour unless it may', () => {
    expect(lines(fleet).join('\n')).not.toContain('\u001b');
    expect(lines(fleet, 120, true).join('\n')).toContain('\u001b');
  });
});

describe('one cluster', () => {
  it('is not a table; a healthy one is a line', () => {
    expect(lines(createRun([healthy]))).toEqual([expect.stringMatching(/^✓ READY {2}healthy/), '']);
    expect(lines(createRun([blocked]))[0]).toMatch(/^✗ NOT READY {2}blocked/);
  });
});

describe('what was not scanned', () => {
  const place = { accountId: '111111111111', region: 'eu-west-1' };
  const target = {
    ...place,
    accountId: '333333333333',
    reason: null,
    code: 'AssumeRoleDenied' as const,
    message: 'not trusted',
    status: 'failed' as const,
  };

  it('stands last with place and reason, also when nothing else is known', () => {
    const run = createRun([], {
      targets: [target],
      clusters: [
        failedCluster({ ...place, name: 'gone' }, new CollectionError('NotFound', 'no such cluster')),
        failedCluster({ ...place, name: 'mute' }, new CollectionError('Timeout', '')),
        skippedCluster({ ...place, name: 'sandbox' }, 'excluded by name sandbox-*'),
      ],
    });
    expect(lines(run)).toEqual([
      'Not scanned',
      '  ? 333333333333 eu-west-1: AssumeRoleDenied: not trusted',
      '  ? 111111111111 eu-west-1 gone: NotFound: no such cluster',
      '  ? 111111111111 eu-west-1 mute: Timeout',
      '  - 111111111111 eu-west-1 sandbox: excluded by name sandbox-*',
      '',
    ]);
  });

  it('is nothing where there was no cluster, which is said', () => {
    expect(lines(createRun([]))).toEqual(['There was no cluster to scan.', '']);
  });
});

describe('facts that have aged', () => {
  it('are named once', () => {
    const staleFacts = [{ table: 'support-calendar', asOf: '2026-01-01', days: 324 }];
    const text = lines(createRun([createReport({ staleFacts }), createReport({ staleFacts }, { name: 'b' })]));
    expect(text.filter((line) => line.includes('support-calendar'))).toHaveLength(1);
    expect(text.join('\n')).toContain('324 days old');
  });
});
