import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quotaEbsGp2, quotaEbsGp3, quotaEc2Vcpus } from '../../functions/checks/quotas.ts';
import { unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const quotas = [
  { check: quotaEc2Vcpus, id: 'quota-ec2-vcpus', code: 'L-1216C47A', service: 'ec2', usage: 'onDemandVcpus' },
  { check: quotaEbsGp2, id: 'quota-ebs-gp2', code: 'L-D18FCD1D', service: 'ebs', usage: 'gp2StorageTiB' },
  { check: quotaEbsGp3, id: 'quota-ebs-gp3', code: 'L-7A658B76', service: 'ebs', usage: 'gp3StorageTiB' },
] as const;
type Quota = (typeof quotas)[number];

/** The other two quotas are full to the brim: a check that reads the wrong one fails. */
function on({ check, code, usage }: Quota, used: number | null | undefined, limit: number | null | undefined, extra: object = {}) {
  const others = quotas.filter((other) => other.code !== code);
  const evidence = {
    'servicequotas.quotas': [...others.map((other) => ({ QuotaCode: other.code, Value: 1 })), { QuotaCode: code, Value: limit, ...extra }],
    'ec2.usage': { ...Object.fromEntries(others.map((other) => [other.usage, 1])), [usage]: used },
  };
  return runCheckOn(check, evidence);
}

describe.each(quotas)('$id', (quota) => {
  test.each([
    [0, 100, 'passed', []],
    [79, 100, 'passed', []],
    [79.999, 100, 'passed', []],
    [80, 100, 'failed', ['recommended']],
    [89, 100, 'failed', ['recommended']],
    [89.999, 100, 'failed', ['recommended']],
    [90, 100, 'failed', ['required']],
    [63, 70, 'failed', ['required']],
    [56, 70, 'failed', ['recommended']],
    [120, 100, 'failed', ['required']],
    [0.45, 0.5, 'failed', ['required']],
  ])('%f of %f: %s', (used, limit, status, severities) => {
    const outcome = on(quota, used, limit);
    expect(outcome).toMatchObject({ status, missing: [] });
    expect(outcome.findings.map(({ severity }) => severity)).toEqual(severities);
  });

  test.each([0, -1])('a limit of %i does not apply', (limit) => {
    expect(on(quota, 5, limit)).toMatchObject({ status: 'not-applicable', findings: [], missing: [] });
    expect(on(quota, null, limit).status).toBe('not-applicable');
  });

  test.each([null, undefined])('a limit of %s is unknown, not a pass', (limit) => {
    const outcome = on(quota, 5, limit);
    expect(outcome).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'servicequotas.quotas', code: 'InvalidResponse' }],
    });
    expect(outcome.missing[0]?.message).toContain(quota.code);
  });

  test.each([null, undefined, -1])('a usage of %s is unknown, not a pass', (used) => {
    expect(on(quota, used, 100)).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'ec2.usage', code: 'InvalidResponse' }],
    });
  });

  test('a quota that is not listed is unknown', () => {
    const outcome = runCheckOn(quota.check, { 'servicequotas.quotas': [], 'ec2.usage': { [quota.usage]: 1 } });
    expect(outcome).toMatchObject({ status: 'unknown', missing: [{ evidence: 'servicequotas.quotas', code: 'NotFound' }] });
    expect(outcome.missing[0]?.message).toContain(quota.code);
  });

  test.each(['servicequotas.quotas', 'ec2.usage'] as const)('without %s it is unknown, or skipped where it was not asked for', (key) => {
    const evidence = { 'servicequotas.quotas': [{ QuotaCode: quota.code, Value: 100 }], 'ec2.usage': { [quota.usage]: 99 } };
    expect(runCheckOn(quota.check, { ...evidence, [key]: unavailable('AccessDenied') })).toMatchObject({
      status: 'unknown',
      findings: [],
      essential: false,
      missing: [{ evidence: key, code: 'AccessDenied' }],
    });
    expect(runCheckOn(quota.check, { ...evidence, [key]: unavailable('NotRequested') }).status).toBe('skipped');
  });

  test('asks for a limit that has room, of the service that has the quota', () => {
    expect(quota.check.id).toBe(quota.id);
    expect(on(quota, 90, 100).findings[0]?.remediation).toBe(
      `aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ${quota.service} --quota-code ${quota.code} --desired-value 135`,
    );
    expect(on(quota, 90, 100, { Adjustable: false }).findings[0]?.remediation).toBe(
      `This quota cannot be raised: free some of it. aws service-quotas get-service-quota --region eu-west-1 --service-code ${quota.service} --quota-code ${quota.code}`,
    );
  });

  test('the severity follows the exact ratio, and the limit asked for ends it', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 100_000 }), (used, limit) => {
        const [finding] = on(quota, used, limit).findings;
        const expected = 10 * used >= 9 * limit ? 'required' : 10 * used >= 8 * limit ? 'recommended' : undefined;
        expect(finding?.severity).toBe(expected);
        const desired = Number(finding?.remediation.split(' ').at(-1));
        if (finding) {
          expect(desired).toBeGreaterThan(limit);
          expect(on(quota, used, desired).status).toBe('passed');
        }
      }),
    );
  });
});

describe('what a quota finding says', () => {
  test('of vCPUs', () => {
    expect(on(quotas[0], 58, 64, { Adjustable: true }).findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Quota', name: 'L-1216C47A' },
        message: 'Account 111111111111 uses 58 of 64 vCPUs (90.6 %) of its quota L-1216C47A of On-Demand vCPUs in eu-west-1',
        facts: {
          accountId: '111111111111',
          region: 'eu-west-1',
          quotaCode: 'L-1216C47A',
          serviceCode: 'ec2',
          used: 58,
          limit: 64,
          percent: 90.6,
          unit: 'vCPU',
          adjustable: true,
        },
        remediation:
          'aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ec2 --quota-code L-1216C47A --desired-value 87',
      },
    ]);
  });

  test('of storage, and never rounds up to a threshold', () => {
    const [finding] = on(quotas[2], 44.9999, 50).findings;
    expect(finding).toMatchObject({
      severity: 'recommended',
      message: 'Account 111111111111 uses 44.99 of 50 TiB (89.9 %) of its quota L-7A658B76 of gp3 storage in eu-west-1',
      facts: { used: 44.9999, percent: 89.9 },
    });
  });
});
