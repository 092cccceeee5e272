import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autoUpgradeScheduled } from '../../functions/checks/auto-upgrade-scheduled.ts';
import { createCluster, createClusterVersion, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

// 1.34: standard support ends on 2026-12-02, extended support on 2027-12-02.
const versions = [createClusterVersion(), createClusterVersion({ clusterVersion: '1.35' })];
const at = (now: string, supportType: string | null, options: RunOptions = {}) =>
  runCheckOn(
    autoUpgradeScheduled,
    { 'eks.cluster': createCluster({ upgradePolicy: { supportType } }), 'eks.clusterVersions': versions },
    { now, ...options },
  );

describe('auto-upgrade-scheduled', () => {
  test.each([
    ['2026-09-02T23:59:59Z', 'STANDARD', null],
    ['2026-09-03T00:00:00Z', 'STANDARD', 90],
    ['2026-12-02T00:00:00Z', 'STANDARD', 0],
    ['2027-06-02T00:00:00Z', 'STANDARD', -182],
    ['2026-11-21T00:00:00Z', 'EXTENDED', null],
    ['2027-09-02T23:59:59Z', 'EXTENDED', null],
    ['2027-09-03T00:00:00Z', 'EXTENDED', 90],
    ['2027-12-02T00:00:00Z', 'EXTENDED', 0],
    ['2028-01-01T00:00:00Z', 'EXTENDED', -30],
    ['2027-09-03T00:00:00Z', null, 90],
  ])('at %s with policy %s: %s days', (now, supportType, days) => {
    const { status, findings } = at(now, supportType);
    expect(status).toBe(days === null ? 'passed' : 'failed');
    expect(findings.map(({ severity, facts }) => [severity, facts.days])).toEqual(days === null ? [] : [['required', days]]);
  });

  test('with policy STANDARD it says from when, what is left behind, and both ways out', () => {
    expect(at('2026-11-21T06:00:04Z', 'STANDARD')).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message:
            'EKS will upgrade cluster payments by itself from 2026-12-02 on, in 11 days: the control plane only, nodes and add-ons stay as they are for 1.34, ' +
            'and it can be rolled back only after the upgrade policy is changed to EXTENDED',
          facts: {
            version: '1.34',
            from: '2026-12-02T00:00:00Z',
            days: 11,
            because: 'end of standard support',
            supportType: 'STANDARD',
            canBeRolledBack: true,
          },
          remediation:
            'Upgrade it at a time of your own: aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.35; ' +
            'or pay for extended support: aws eks update-cluster-config --region eu-west-1 --name payments --upgrade-policy supportType=EXTENDED',
          tags: { team: 'payments' },
        },
      ],
    });
  });

  test('at the end of extended support it cannot be rolled back, nor paid away', () => {
    const [finding] = at('2027-12-01', 'EXTENDED').findings;
    expect(finding?.message).toBe(
      'EKS will upgrade cluster payments by itself from 2027-12-02 on, in 1 day: the control plane only, nodes and add-ons stay as they are for 1.34, and it cannot be rolled back',
    );
    expect(finding?.facts).toMatchObject({ because: 'end of extended support', canBeRolledBack: false });
    expect(finding?.remediation).toBe(
      'Upgrade it at a time of your own: aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.35',
    );
  });

  test('past the date it is any day', () => {
    expect(at('2026-12-05', 'STANDARD').findings[0]?.message).toMatch(
      /^EKS will upgrade cluster payments by itself any day now \(it may since 2026-12-02\):/,
    );
    expect(at('2026-12-05', 'STANDARD').findings[0]?.remediation).not.toContain('supportType');
  });

  test('on the day itself it is any day, too', () => {
    expect(at('2026-12-02', 'STANDARD').findings[0]?.message).toContain('any day now (it may since 2026-12-02):');
    expect(at('2026-12-01', 'STANDARD').findings[0]?.message).toContain('from 2026-12-02 on, in 1 day:');
  });

  test('an unsupported version, which EKS no longer lists, is known from the table', () => {
    expect(at('2026-11-21', 'EXTENDED', { controlPlane: '1.30' })).toMatchObject({
      status: 'failed',
      missing: [],
      findings: [{ facts: { from: '2026-07-23T00:00:00Z', days: -121 } }],
    });
  });

  test('past the end of extended support the policy makes no difference', () => {
    for (const supportType of ['STANDARD', 'EXTENDED'])
      expect(at('2027-12-02', supportType).findings).toMatchObject([{ facts: { because: 'end of extended support', days: 0 } }]);
  });

  test('with nothing to upgrade to it lists the versions', () => {
    expect(at('2027-12-02', 'EXTENDED', { target: null }).findings[0]?.remediation).toBe(
      'aws eks describe-cluster-versions --region eu-west-1',
    );
  });

  test('with policy EXTENDED never more than 90 days before the end of extended support', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 500 }), (days) => {
        const now = new Date(Date.UTC(2027, 11, 2) - days * 86_400_000).toISOString();
        expect(at(now, 'EXTENDED').findings.map(({ facts }) => facts.days)).toEqual(days <= 90 ? [days] : []);
      }),
    );
  });

  test('missing or odd evidence is no pass', () => {
    expect(runCheckOn(autoUpgradeScheduled, { 'eks.cluster': unavailable('AccessDenied') }).status).toBe('unknown');
    expect(runCheckOn(autoUpgradeScheduled, {}).status).toBe('skipped');
    const cluster = createCluster({ upgradePolicy: { supportType: 'STANDARD' } });
    expect(runCheckOn(autoUpgradeScheduled, { 'eks.cluster': cluster, 'eks.clusterVersions': unavailable('Throttled') })).toMatchObject({
      status: 'unknown',
      findings: [{ severity: 'required' }],
    });
    expect(runCheckOn(autoUpgradeScheduled, { 'eks.cluster': cluster, 'eks.clusterVersions': versions.slice(1) })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.clusterVersions', code: 'NotFound' }],
    });
    expect(at('2026-11-21', 'STANDARD', { controlPlane: '1.99' })).toMatchObject({ status: 'unknown', findings: [] });
    expect(at('2026-11-21', 'STANDARD', { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });
});
