import { describe, expect, test } from 'vitest';
import { supportTypeDrift } from '../../functions/checks/support-type-drift.ts';
import { createCluster, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const on = (supportType: string | null, supportPolicy?: 'STANDARD' | 'EXTENDED', options: RunOptions = {}) =>
  runCheckOn(supportTypeDrift, { 'eks.cluster': createCluster({ upgradePolicy: { supportType } }) }, { supportPolicy, ...options });

describe('support-type-drift', () => {
  test.each([
    ['STANDARD', 'STANDARD', 'passed'],
    ['EXTENDED', 'EXTENDED', 'passed'],
    [null, 'EXTENDED', 'passed'],
    ['EXTENDED', 'STANDARD', 'failed'],
    ['STANDARD', 'EXTENDED', 'failed'],
    [null, 'STANDARD', 'failed'],
  ] as const)('policy %s, configured %s: %s', (supportType, supportPolicy, status) => {
    expect(on(supportType, supportPolicy).status).toBe(status);
  });

  test('says what each of the two means, and gives the command', () => {
    expect(on('EXTENDED', 'STANDARD')).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message:
            'The upgrade policy of cluster payments is EXTENDED, configured is STANDARD: at the end of standard support extended support is billed, ' +
            'where STANDARD means that EKS upgrades the control plane by itself',
          facts: { supportType: 'EXTENDED', supportPolicy: 'STANDARD', supportStatus: 'standard' },
          remediation: 'aws eks update-cluster-config --region eu-west-1 --name payments --upgrade-policy supportType=STANDARD',
          tags: { team: 'payments' },
        },
      ],
    });
    expect(on('STANDARD', 'EXTENDED').findings[0]?.remediation).toMatch(/supportType=EXTENDED$/);
  });

  test('a cluster in extended support cannot leave it by a change of policy', () => {
    const inExtended = { now: '2026-12-02' };
    expect(on('EXTENDED', 'STANDARD', inExtended).findings[0]?.remediation).toMatch(
      /^EKS refuses this while .* upgrade it .* first, then:/,
    );
    expect(on('STANDARD', 'EXTENDED', inExtended).findings[0]?.remediation).toMatch(/^aws eks update-cluster-config/);
  });

  test('without a configured policy it does not apply', () => {
    expect(on('STANDARD').status).toBe('not-applicable');
  });

  test('needs no version', () => {
    expect(on('EXTENDED', 'STANDARD', { controlPlane: null }).status).toBe('failed');
  });

  test('missing or odd evidence is no pass', () => {
    const policy = { supportPolicy: 'STANDARD' } as const;
    expect(runCheckOn(supportTypeDrift, { 'eks.cluster': unavailable('AccessDenied') }, policy).status).toBe('unknown');
    expect(runCheckOn(supportTypeDrift, {}, policy).status).toBe('skipped');
    expect(on('PREMIUM', 'STANDARD')).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [
        {
          evidence: 'eks.cluster',
          code: 'InvalidResponse',
          message: 'upgradePolicy.supportType is PREMIUM, expected STANDARD or EXTENDED',
        },
      ],
    });
    expect(runCheckOn(supportTypeDrift, { 'eks.cluster': createCluster({ upgradePolicy: null }) }, policy).status).toBe('failed');
  });
});
