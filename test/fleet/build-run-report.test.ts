import { describe, expect, it } from 'vitest';
import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import type { Severity } from '../../functions/checks/finding.ts';
import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import { coverageOfReport, failedCluster, skippedCluster } from '../../functions/fleet/cluster-coverage.ts';
import type { ClusterCoverage, TargetCoverage } from '../../functions/fleet/coverage.ts';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { createCheck, createConfiguration, createDraft, inventoryOf } from '../analysis/builders.ts';
import { createCluster, createInventory, type EvidenceInput, unavailable } from '../checks/builders.ts';

const target = (overrides: Partial<TargetCoverage> = {}): TargetCoverage => ({
  accountId: '111111111111',
  region: 'eu-west-1',
  status: 'scanned',
  code: null,
  message: null,
  reason: null,
  ...overrides,
});

function reportOf(name: string, version: string, ...found: Severity[]) {
  const inventory = inventoryOf({ name });
  const described = { status: 'collected' as const, data: createCluster({ name, version }) };
  const check = createCheck({ run: () => found.map((severity, index) => createDraft({ severity, discriminator: String(index) })) });
  return analyzeInventory(
    { ...inventory, evidence: { ...inventory.evidence, 'eks.cluster': described } },
    { now: new Date('2026-11-21T06:00:04Z'), target: 'next', configuration: createConfiguration(), checks: [check] },
  );
}

const build = (parts: Partial<Parameters<typeof buildRunReport>[0]> = {}) => {
  const run = buildRunReport({
    runId: 'id',
    startedAt: new Date('2026-11-21T06:00:00.999Z'),
    finishedAt: new Date('2026-11-21T06:05:00Z'),
    configurationHash: 'abc',
    targets: [target()],
    clusters: [],
    reports: [],
    ...parts,
  });
  expect(runReportSchema.parse(run)).toEqual(run);
  return run;
};

describe('totals', () => {
  it('count verdicts, support, findings and the surcharge, zeros included', () => {
    const reports = [reportOf('a', '1.33', 'required', 'required', 'info'), reportOf('b', '1.33', 'recommended'), reportOf('c', '1.35')];
    expect(build({ reports }).totals).toEqual({
      clusters: 3,
      verdicts: { READY: 1, READY_WITH_WARNINGS: 1, NOT_READY: 1, CANNOT_DETERMINE: 0 },
      support: { standard: 1, extended: 2, unsupported: 0, unknown: 0 },
      findings: { required: 2, recommended: 1, info: 1 },
      suppressed: 0,
      monthlySurchargeUsd: 730,
    });
    expect(build().totals).toMatchObject({ clusters: 0, verdicts: { READY: 0 }, monthlySurchargeUsd: 0 });
  });
});

describe('coverage', () => {
  const cluster = (overrides: Partial<ClusterCoverage> = {}): ClusterCoverage => ({
    ...target(),
    name: 'a',
    unavailable: {},
    ...overrides,
  });
  const place = { accountId: '111111111111', region: 'eu-west-1', name: 'b' };

  it.each([
    ['all was scanned', {}, true],
    ['something was skipped', { clusters: [cluster(), skippedCluster(place, 'excluded by name b')] }, true],
    ['a target was skipped', { targets: [target(), target({ status: 'skipped', reason: 'suspended' })] }, true],
    ['a target failed', { targets: [target({ status: 'failed', code: 'AssumeRoleDenied', message: 'no' })] }, false],
    ['a cluster failed', { clusters: [cluster(), failedCluster(place, new CollectionError('Throttled', 'slow down'))] }, false],
    ['something was missing', { clusters: [cluster({ unavailable: { Forbidden: 1 } })] }, false],
  ])('when %s', (_, parts, complete) => {
    expect(build(parts).coverage.complete).toBe(complete);
  });

  const coverageOf = (evidence: EvidenceInput) =>
    coverageOfReport(
      analyzeInventory(createInventory(evidence), { now: new Date(0), target: 'next', configuration: createConfiguration(), checks: [] }),
    );

  it('counts what was missing by code, except what was not asked for', () => {
    const evidence = {
      'eks.cluster': createCluster(),
      'eks.addons': unavailable('Forbidden'),
      'kubernetes.nodes': unavailable('EndpointUnreachable'),
      'kubernetes.pods': unavailable('EndpointUnreachable'),
      'kubernetes.deployments': unavailable('NotRequested'),
      'eks.nodegroups': [{ nodegroupName: 7 }],
    };
    expect(coverageOf(evidence)).toEqual({
      ...place,
      name: 'payments',
      status: 'scanned',
      code: null,
      message: null,
      reason: null,
      unavailable: { Forbidden: 1, EndpointUnreachable: 2, InvalidResponse: 1 },
    });
  });

  it('is scanned only once the cluster was described', () => {
    expect(coverageOf({ 'eks.cluster': unavailable('AccessDenied') })).toMatchObject({ status: 'failed', code: 'AccessDenied' });
    expect(coverageOf({})).toMatchObject({ status: 'failed', code: 'NotRequested', message: 'eks.cluster is not in the inventory' });
    expect(coverageOf({ 'eks.cluster': null })).toMatchObject({ status: 'failed', code: 'InvalidResponse' });
  });
});

describe('buildRunReport', () => {
  it('orders targets and clusters whatever order they were done in', () => {
    const targets = [target({ accountId: '222222222222' }), target({ region: 'us-east-1' }), target()];
    const clusters = ['b', 'a'].map((name) => skippedCluster({ accountId: '111111111111', region: 'eu-west-1', name }, 'why'));
    const { coverage } = build({ targets, clusters, reports: [] });
    expect(coverage.targets).toEqual(targets.toReversed());
    expect(coverage.clusters).toEqual(clusters.toReversed());
  });

  it('writes times in whole seconds of UTC', () => {
    expect(build()).toMatchObject({ startedAt: '2026-11-21T06:00:00Z', finishedAt: '2026-11-21T06:05:00Z' });
  });
});
