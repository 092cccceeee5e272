import { describe, expect, test } from 'vitest';
import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import { supportEnding } from '../../functions/checks/support-ending.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { createCluster, createClusterVersion, createInventory, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

// 1.34: standard support ends on 2026-12-02, extended support on 2027-12-02.
const evidence = { 'eks.cluster': createCluster(), 'eks.clusterVersions': [createClusterVersion()] };
const at = (now: string, supportType: RunOptions['supportType'] = 'EXTENDED') => runCheckOn(supportEnding, evidence, { now, supportType });
const severityAt = (now: string, supportType?: RunOptions['supportType']) =>
  at(now, supportType).findings[0]?.severity ?? at(now, supportType).status;

describe('support-ending', () => {
  test.each([
    ['2026-06-04T23:59:59Z', 181, 'passed', 'passed'],
    ['2026-06-05T00:00:00Z', 180, 'recommended', 'recommended'],
    ['2026-11-01T23:59:59Z', 31, 'recommended', 'recommended'],
    ['2026-11-02T00:00:00Z', 30, 'required', 'required'],
    ['2026-12-01T23:59:59Z', 1, 'required', 'required'],
    ['2026-12-02T00:00:00Z', 0, 'recommended', 'required'],
    ['2027-10-02T23:59:59Z', -304, 'recommended', 'required'],
    ['2027-10-03T00:00:00Z', -305, 'required', 'required'],
    ['2027-12-01T23:59:59Z', -364, 'required', 'required'],
    ['2027-12-02T00:00:00Z', -365, 'required', 'required'],
    ['2030-01-01T00:00:00Z', -1126, 'required', 'required'],
  ])('at %s, %i days before the end of standard support', (now, days, extended, standard) => {
    expect(severityAt(now, 'EXTENDED')).toBe(extended);
    expect(severityAt(now, 'STANDARD')).toBe(standard);
    for (const finding of at(now).findings) expect(finding.facts.daysToEndOfStandardSupport).toBe(days);
  });

  test('60 and 61 days before the end of extended support', () => {
    expect(at('2027-10-02T23:59:59Z').findings[0]?.facts.daysToEndOfExtendedSupport).toBe(61);
    expect(at('2027-10-03T00:00:00Z').findings[0]?.facts.daysToEndOfExtendedSupport).toBe(60);
  });

  test('one finding about the cluster, with the facts and the next command', () => {
    const outcome = at('2026-11-21T06:00:04Z');
    expect(outcome).toMatchObject({ status: 'failed', essential: true, missing: [] });
    expect(outcome.findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        message:
          'Standard support of Kubernetes 1.34 ends on 2026-12-02, in 11 days: from 00:00 UTC of that day extended support is billed, ' +
          'a surcharge of 0.50 USD per cluster-hour (365 USD per month)',
        facts: {
          version: '1.34',
          status: 'standard',
          supportType: 'EXTENDED',
          endOfStandardSupport: '2026-12-02',
          endOfExtendedSupport: '2027-12-02',
          daysToEndOfStandardSupport: 11,
          daysToEndOfExtendedSupport: 376,
          monthlySurchargeUsd: 0,
          source: 'DescribeClusterVersions',
        },
        remediation: 'aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.35',
        tags: { team: 'payments' },
      },
    ]);
  });

  const automatic = 'EKS upgrades the control plane by itself and leaves nodes and add-ons behind';
  test.each([
    [
      '2026-12-01T12:00:00Z',
      'STANDARD',
      `Standard support of Kubernetes 1.34 ends on 2026-12-02, in 1 day: from 00:00 UTC of that day ${automatic}`,
    ],
    [
      '2026-12-02T00:00:00Z',
      'STANDARD',
      `Standard support of Kubernetes 1.34 ended on 2026-12-02, today, and the upgrade policy is STANDARD: ${automatic}, any day from now`,
    ],
    [
      '2026-12-03T00:00:00Z',
      'EXTENDED',
      'Standard support of Kubernetes 1.34 ended on 2026-12-02, 1 day ago, and extended support is billed, a surcharge of 0.50 USD per cluster-hour ' +
        `(365 USD per month); it ends on 2027-12-02, in 364 days: from that day ${automatic}`,
    ],
    [
      '2027-12-12T00:00:00Z',
      'EXTENDED',
      `Extended support of Kubernetes 1.34 ended on 2027-12-02, 10 days ago: ${automatic}, any day from now`,
    ],
  ] as const)('says at %s under %s what happens', (now, supportType, message) => {
    expect(at(now, supportType).findings.map((finding) => finding.message)).toEqual([message]);
  });

  test('without an upgrade policy EKS goes into extended support', () => {
    const inventory = createInventory({ ...evidence, 'eks.cluster': createCluster({ upgradePolicy: null }) });
    const options = { now: new Date('2026-12-05T00:00:00Z'), target: 'next', configuration: defaultConfiguration, checks: [supportEnding] };
    expect(analyzeInventory(inventory, options).findings).toMatchObject([{ severity: 'recommended', facts: { supportType: 'EXTENDED' } }]);
    const standard = createInventory({ ...evidence, 'eks.cluster': createCluster({ upgradePolicy: { supportType: 'STANDARD' } }) });
    expect(analyzeInventory(standard, options).findings).toMatchObject([{ severity: 'required', facts: { supportType: 'STANDARD' } }]);
  });

  test('with nothing newer to go to, the command lists what there is', () => {
    const outcome = runCheckOn(supportEnding, evidence, { target: null });
    expect(outcome.findings[0]?.remediation).toBe('aws eks describe-cluster-versions --region eu-west-1');
  });

  test('without the cluster nothing can be said', () => {
    const outcome = runCheckOn(supportEnding, { ...evidence, 'eks.cluster': unavailable('AccessDenied') });
    expect(outcome).toMatchObject({ status: 'unknown', findings: [], missing: [{ evidence: 'eks.cluster', code: 'AccessDenied' }] });
    expect(runCheckOn(supportEnding, {})).toMatchObject({ status: 'unknown', findings: [] });
  });

  test('a cluster of an unexpected shape is unknown, with the path', () => {
    const outcome = runCheckOn(supportEnding, { ...evidence, 'eks.cluster': { name: 'payments', status: 'ACTIVE', version: 1.34 } });
    expect(outcome).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.cluster', code: 'InvalidResponse' }] });
    expect(outcome.missing[0]?.message).toContain('version');
  });

  test('a version that nobody can read is unknown', () => {
    expect(runCheckOn(supportEnding, evidence, { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });

  test.each(['Forbidden', 'NotRequested'] as const)(
    'the bundled table gives findings but no pass when the versions of EKS are %s',
    (code) => {
      const bundled = { 'eks.cluster': createCluster(), 'eks.clusterVersions': unavailable(code) };
      const ending = runCheckOn(supportEnding, bundled, { now: '2026-11-21' });
      expect(ending.status).toBe(code === 'Forbidden' ? 'unknown' : 'failed');
      expect(ending.findings).toMatchObject([{ severity: 'required', facts: { source: 'bundled', daysToEndOfStandardSupport: 11 } }]);
      expect(runCheckOn(supportEnding, bundled, { now: '2026-01-01' })).toMatchObject({
        status: 'unknown',
        findings: [],
        missing: [{ evidence: 'eks.clusterVersions', code }],
      });
    },
  );

  test('a version that no table knows is unknown', () => {
    expect(runCheckOn(supportEnding, evidence, { controlPlane: '1.99' })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'eks.clusterVersions', code: 'NotFound' }],
    });
  });

  test.each([
    ['whose dates cannot be read', [createClusterVersion({ endOfStandardSupportDate: 'soon' })], 'InvalidResponse'],
    ['that is not in the answer', [createClusterVersion({ clusterVersion: '1.35' })], 'NotFound'],
    ['when the answer is empty', [], 'NotFound'],
  ])('a supported version %s does not pass on the bundled table', (_, clusterVersions, code) => {
    const outcome = (now: string) => runCheckOn(supportEnding, { ...evidence, 'eks.clusterVersions': clusterVersions }, { now });
    const missing = [{ evidence: 'eks.clusterVersions', code }];
    expect(outcome('2026-01-01')).toMatchObject({ status: 'unknown', findings: [], missing });
    expect(outcome('2026-11-21')).toMatchObject({ status: 'unknown', findings: [{ severity: 'required' }], missing });
  });

  test('EKS leaves unsupported versions out of its answer: the bundled table decides', () => {
    const outcome = runCheckOn(supportEnding, evidence, { controlPlane: '1.28' });
    expect(outcome).toMatchObject({
      status: 'failed',
      missing: [],
      findings: [{ severity: 'required', facts: { status: 'unsupported', source: 'bundled' } }],
    });
  });
});
