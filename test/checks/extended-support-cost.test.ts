import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extendedSupportCost } from '../../functions/checks/extended-support-cost.ts';
import { createCluster, createClusterVersion, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

// 1.34: standard support ends on 2026-12-02, extended support on 2027-12-02.
const versions = [
  createClusterVersion(),
  createClusterVersion({
    clusterVersion: '1.35',
    endOfStandardSupportDate: '2027-03-27T00:00:00Z',
    endOfExtendedSupportDate: '2028-03-27T00:00:00Z',
  }),
];
const at = (now: string, options: RunOptions = {}, cluster = createCluster()) =>
  runCheckOn(extendedSupportCost, { 'eks.cluster': cluster, 'eks.clusterVersions': versions }, { now, ...options });

describe('extended-support-cost', () => {
  test.each([
    ['2026-10-02T23:59:59Z', 'passed', null],
    ['2026-10-03T00:00:00Z', 'failed', false],
    ['2026-12-01T23:59:59Z', 'failed', false],
    ['2026-12-02T00:00:00Z', 'failed', true],
    ['2027-12-01T23:59:59Z', 'failed', true],
    ['2027-12-02T00:00:00Z', 'passed', null],
  ])('at %s: %s, billed %s', (now, status, billed) => {
    const outcome = at(now);
    expect(outcome.status).toBe(status);
    expect(outcome.findings.map(({ facts }) => facts.billed)).toEqual(billed === null ? [] : [billed]);
  });

  test('before billing it says what it will cost, from when, and both ways out', () => {
    expect(at('2026-11-21T06:00:04Z')).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message:
            'Extended support of Kubernetes 1.34 will cost cluster payments 365 USD per month (0.50 USD per cluster-hour) more from 00:00 UTC of 2026-12-02 on, in 11 days',
          facts: {
            version: '1.34',
            billed: false,
            billingStarts: '2026-12-02T00:00:00Z',
            daysToBilling: 11,
            usdPerMonth: 365,
            usdPerClusterHour: 0.5,
            hoursPerMonth: 730,
            firstVersionWithoutSurcharge: '1.35',
          },
          remediation:
            'aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.35; or let EKS upgrade it on that day: ' +
            'aws eks update-cluster-config --region eu-west-1 --name payments --upgrade-policy supportType=STANDARD',
          tags: { team: 'payments' },
        },
      ],
    });
  });

  test('while it is billed it says since when; the policy cannot be changed any more', () => {
    const [finding] = at('2026-12-12').findings;
    expect(finding?.message).toBe(
      'Extended support of Kubernetes 1.34 costs cluster payments 365 USD per month (0.50 USD per cluster-hour) more, since 00:00 UTC of 2026-12-02',
    );
    expect(finding?.facts).toMatchObject({ billed: true, daysToBilling: -10 });
    expect(finding?.remediation).toBe('aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.35');
  });

  test('names the first version without a surcharge where the next one has it too', () => {
    const [finding] = at('2027-04-01', { target: '1.35' }).findings;
    expect(finding?.facts).toMatchObject({ firstVersionWithoutSurcharge: null });
    const withNewer = [
      ...versions,
      createClusterVersion({ clusterVersion: '1.36', endOfStandardSupportDate: '2027-08-02', endOfExtendedSupportDate: '2028-08-02' }),
    ];
    const outcome = runCheckOn(
      extendedSupportCost,
      { 'eks.cluster': createCluster(), 'eks.clusterVersions': withNewer },
      { now: '2027-04-01' },
    );
    expect(outcome.findings[0]?.facts).toMatchObject({ firstVersionWithoutSurcharge: '1.36' });
    expect(outcome.findings[0]?.remediation).toMatch(/--kubernetes-version 1\.35, and on to 1\.36, the first without a surcharge$/);
  });

  test('a version that is free now but not on the day billing starts is no way out', () => {
    const short = [
      ...versions.slice(0, 1),
      createClusterVersion({ clusterVersion: '1.35', endOfStandardSupportDate: '2026-12-02', endOfExtendedSupportDate: '2027-12-02' }),
    ];
    const outcome = runCheckOn(extendedSupportCost, { 'eks.cluster': createCluster(), 'eks.clusterVersions': short });
    expect(outcome.findings[0]?.facts).toMatchObject({ firstVersionWithoutSurcharge: null });
  });

  test.each(['2026-11-21', '2026-12-02'])('a cluster that EKS upgrades instead is not billed: %s', (now) => {
    expect(at(now, {}, createCluster({ upgradePolicy: { supportType: 'STANDARD' } }))).toMatchObject({ status: 'passed', findings: [] });
  });

  test('a cluster without an upgrade policy is billed', () => {
    expect(at('2026-12-02', {}, createCluster({ upgradePolicy: null })).findings).toHaveLength(1);
  });

  test('with nothing to upgrade to it lists the versions', () => {
    expect(at('2026-12-02', { target: null }).findings[0]?.remediation).toBe('aws eks describe-cluster-versions --region eu-west-1');
  });

  test('in standard support it costs nothing until 60 days before the end, whatever the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 800 }), (days) => {
        const now = new Date(Date.UTC(2026, 11, 2) - days * 86_400_000).toISOString();
        const [finding] = at(now).findings;
        // 365 days of extended support follow.
        expect(finding !== undefined).toBe(days <= 60 && days > -365);
        if (finding) expect(finding.facts.daysToBilling).toBe(days);
      }),
    );
  });

  test('missing or odd evidence is no pass', () => {
    const denied = { 'eks.cluster': unavailable('AccessDenied'), 'eks.clusterVersions': versions };
    expect(runCheckOn(extendedSupportCost, denied)).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.cluster', code: 'AccessDenied' }],
    });
    expect(runCheckOn(extendedSupportCost, {}).status).toBe('skipped');
    // The bundled table speaks, and its word is no pass.
    const blind = { 'eks.cluster': createCluster(), 'eks.clusterVersions': unavailable('Throttled') };
    expect(runCheckOn(extendedSupportCost, blind)).toMatchObject({ status: 'unknown', findings: [{ facts: { billed: false } }] });
    expect(runCheckOn(extendedSupportCost, blind, { now: '2026-01-01' })).toMatchObject({ status: 'unknown', findings: [] });
    const unlisted = { 'eks.cluster': createCluster(), 'eks.clusterVersions': versions.slice(1) };
    expect(runCheckOn(extendedSupportCost, unlisted)).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'NotFound', message: 'EKS does not list version 1.34' }],
    });
    const undated = [createClusterVersion({ endOfStandardSupportDate: 'soon' })];
    expect(runCheckOn(extendedSupportCost, { 'eks.cluster': createCluster(), 'eks.clusterVersions': undated })).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'InvalidResponse', message: 'EKS gives no readable support dates for 1.34' }],
    });
    expect(at('2026-11-21', { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
    expect(at('2026-11-21', { controlPlane: '1.99' })).toMatchObject({ status: 'unknown', missing: [{ code: 'NotFound' }] });
  });
});
