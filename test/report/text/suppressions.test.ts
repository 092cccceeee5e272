import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../../functions/fleet/run-report.ts';
import { runText } from '../../../functions/report/text/run.ts';
import { suppressionsText } from '../../../functions/report/text/suppressions.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport, createRun } from './builders.ts';

const text = (suppressions: RunReport['suppressions'], columns = 120) => suppressionsText({ suppressions }, { columns, color: false });
const suppression = { check: 'pdb-missing', cluster: 'dev-*', reason: 'dev clusters', owner: 'platform', expires: '2026-11-01' };

describe('suppressions', () => {
  it('that no longer hold, and those without a finding, are named with whom to ask', () => {
    const { owner: _, ...nobody } = suppression;
    const expired = [
      { suppression, findings: 3 },
      { suppression, findings: 1 },
      { suppression: nobody, findings: 0 },
    ];
    expect(text({ expired, unmatched: [{ account: '111111111111', tag: 'env=dev', reason: 'moved', expires: '2027-01-01' }] })).toEqual([
      'Suppressions',
      '  ! check pdb-missing, cluster dev-*: expired on 2026-11-01, 3 findings count again (dev clusters; ask platform)',
      '  ! check pdb-missing, cluster dev-*: expired on 2026-11-01, 1 finding counts again (dev clusters; ask platform)',
      '  ! check pdb-missing, cluster dev-*: expired on 2026-11-01, and no finding counts again (dev clusters)',
      '  - account 111111111111, tag env=dev: matches no finding, and can go (moved)',
    ]);
  });

  it('in order are not spoken of', () => {
    expect(text({ expired: [], unmatched: [], matched: [suppression] })).toEqual([]);
  });

  it('stand in the report after the clusters', () => {
    const run = { ...createRun([createReport()]), suppressions: { expired: [], unmatched: [suppression] } };
    expect(runText(run, { columns: 80, color: false }).split('\n\n')[1]).toMatch(/^Suppressions\n {2}- check pdb-missing/);
  });
});

describe('suppressed findings', () => {
  const suppressed = [{ ...createFinding(), suppression: { reason: 'why', owner: null, expires: '2027-01-01' } }];
  const accepted = createReport({ suppressed }, { name: 'accepted' });
  const fleet = (...reports: Parameters<typeof createRun>[0]) => runText(createRun(reports), { columns: 160, color: false }).split('\n');

  it('are counted in the line of the fleet and beside their cluster', () => {
    const [line, , heading, ...rows] = fleet(accepted, createReport({}, { name: 'other' }));
    expect(line).toBe('2 clusters in 1 account: 2 READY (1 finding suppressed)');
    expect(heading).toMatch(/SUPPRESSED$/);
    expect(rows.find((row) => row.includes('accepted'))).toMatch(/ 1$/);
    expect(rows.find((row) => row.includes('other'))).not.toMatch(/ 1$/);
  });

  it('take no column where there are none', () => {
    expect(fleet(createReport(), createReport({}, { name: 'other' })).join('\n')).not.toMatch(/suppressed/i);
  });
});
