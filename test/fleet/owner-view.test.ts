import { describe, expect, it } from 'vitest';
import { forOwner, ownersIn } from '../../functions/fleet/owner-view.ts';
import { createFinding } from '../analysis/builders.ts';
import { createReport, createRun } from '../report/text/builders.ts';

const hers = createFinding({ owner: 'team-a', severity: 'required' });
const theirs = createFinding({ owner: 'team-b', check: 'other-check' });
const nobodys = createFinding({ owner: null });
const result = { status: 'failed', missing: [] } as const;
const run = createRun([
  createReport({
    verdict: 'NOT_READY',
    findings: [hers, theirs, nobodys],
    checks: [
      { ...result, check: hers.check, findings: 2, missing: [] },
      { ...result, check: 'other-check', findings: 1, missing: [] },
    ],
  }),
  createReport({ findings: [theirs] }, { name: 'not-hers' }),
]);

describe('a run for one owner', () => {
  it('has the findings that are hers, of the clusters that have any, and counts those', () => {
    const seen = forOwner(run, 'team-a');
    expect(seen.clusters.map(({ cluster, findings }) => [cluster.name, findings])).toEqual([['payments', [hers]]]);
    expect(seen.clusters[0]?.checks.map(({ findings }) => findings)).toEqual([1, 0]);
    expect(seen.totals).toMatchObject({ clusters: 1, findings: { required: 1, recommended: 0 }, verdicts: { NOT_READY: 1 } });
    expect(seen).toMatchObject({ owner: 'team-a', coverage: run.coverage });
  });

  it('keeps a suppressed finding of hers, and her changes', () => {
    const suppression = { reason: 'x', owner: null, expires: '2027-01-01' };
    const change = { kind: 'appeared', clusterArn: 'a', from: null, to: null, since: 'r', base: 'q' } as const;
    const changed = {
      ...createRun([createReport({ suppressed: [{ ...hers, suppression }] })]),
      changes: [
        { ...change, finding: hers, owner: 'team-a' },
        { ...change, finding: theirs, owner: 'team-b' },
      ],
    };
    const seen = forOwner(changed, 'team-a');
    expect(seen.clusters).toHaveLength(1);
    expect(seen.changes.map(({ owner }) => owner)).toEqual(['team-a']);
  });

  it('names the owners that there are', () => {
    expect(ownersIn(run)).toEqual(['team-a', 'team-b']);
  });
});
