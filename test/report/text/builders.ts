import { analyzeInventory } from '../../../functions/analysis/analyze.ts';
import type { ClusterReport } from '../../../functions/analysis/cluster-report.ts';
import { buildRunReport } from '../../../functions/fleet/build-run-report.ts';
import { coverageOfReport } from '../../../functions/fleet/cluster-coverage.ts';
import type { ClusterCoverage, TargetCoverage } from '../../../functions/fleet/coverage.ts';
import type { RunReport } from '../../../functions/fleet/run-report.ts';
import { createCheck, createConfiguration, inventoryOf } from '../../analysis/builders.ts';

const healthy = analyzeInventory(inventoryOf({ name: 'payments' }), {
  now: new Date('2026-11-21T06:00:04Z'),
  target: 'next',
  configuration: createConfiguration(),
  checks: [createCheck(), createCheck({ id: 'other-check' })],
});

/** A report of a healthy cluster on 1.34, with what a test changes. */
export function createReport(overrides: Partial<ClusterReport> = {}, cluster: Partial<ClusterReport['cluster']> = {}): ClusterReport {
  return { ...healthy, staleFacts: [], ...overrides, cluster: { ...healthy.cluster, ...cluster } };
}

export function createRun(
  reports: readonly ClusterReport[],
  more: { readonly targets?: readonly TargetCoverage[]; readonly clusters?: readonly ClusterCoverage[] } = {},
): RunReport {
  const at = new Date('2026-11-21T06:00:04Z');
  return buildRunReport({
    runId: 'id',
    startedAt: at,
    finishedAt: at,
    configurationHash: 'abc',
    targets: more.targets ?? [
      { accountId: '111111111111', region: 'eu-west-1', status: 'scanned', code: null, message: null, reason: null },
    ],
    clusters: [...reports.map(coverageOfReport), ...(more.clusters ?? [])],
    reports,
  });
}
