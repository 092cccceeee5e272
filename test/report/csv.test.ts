import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCsv } from '../../functions/report/csv.ts';
import { createFinding } from '../analysis/builders.ts';
import { createReport, createRun } from './text/builders.ts';

const read = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

describe('a run as CSV', () => {
  it('has one finding a line, suppressed ones with their reason, and a line for a cluster without any', () => {
    const suppression = { reason: 'dev, "for now"', owner: null, expires: '2027-03-01' };
    const run = createRun([
      createReport({ findings: [createFinding({ owner: 'team-a' })], suppressed: [{ ...createFinding({ check: 'other' }), suppression }] }),
      createReport({ findings: [], suppressed: [] }, { name: 'quiet' }),
    ]);
    const rows = read(runCsv(run));
    expect(rows.map(({ cluster, check, owner, suppression_reason }) => [cluster, check, owner, suppression_reason])).toEqual([
      ['payments', createFinding().check, 'team-a', ''],
      ['payments', 'other', '', 'dev, "for now"'],
      ['quiet', '', '', ''],
    ]);
    expect(rows[1]).toMatchObject({ suppressed_until: '2027-03-01', verdict: 'READY', account_id: '111111111111' });
  });

  it('is read back as it was, whatever a finding says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (message) => {
        fc.pre(!/^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(message));
        const run = createRun([createReport({ findings: [createFinding({ message })] })]);
        expect(read(runCsv(run))[0]?.message).toBe(message);
      }),
    );
  });

  it.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)'])('does not let a spreadsheet compute %s', (message) => {
    const run = createRun([createReport({ findings: [createFinding({ message })] })]);
    expect(read(runCsv(run))[0]?.message).toBe(`'${message}`);
  });

  it('ends its lines as RFC 4180 says, and begins with the names of its columns', () => {
    const csv = runCsv(createRun([]));
    expect(csv).toMatch(/^account_id,account_name,region,cluster,.*,finding_id\r\n$/);
  });
});
