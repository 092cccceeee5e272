import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addonHealth } from '../../functions/checks/addon-health.ts';
import { createAddon, type EvidenceInput, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) => runCheckOn(addonHealth, evidence);
const withAddon = (overrides: Parameters<typeof createAddon>[0]) => run({ 'eks.addons': [createAddon(overrides)] });
const issue = (code: string, message = 'it is so', resourceIds: string[] = []) => ({ code, message, resourceIds });

describe('addon-health', () => {
  it('requires each health issue to be solved', () => {
    const issues = [issue('InsufficientNumberOfReplicas', 'The add-on is unhealthy.', ['coredns']), issue('AccessDenied')];
    expect(withAddon({ addonName: 'coredns', status: 'DEGRADED', health: { issues } })).toEqual({
      status: 'failed',
      essential: true,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Addon', name: 'coredns', arn: 'arn:aws:eks:eu-west-1:111111111111:addon/payments/coredns/8ec1' },
          discriminator: 'AccessDenied',
          message: 'Add-on coredns has a health issue: AccessDenied: it is so',
          facts: { status: 'DEGRADED', code: 'AccessDenied', message: 'it is so', resourceIds: [] },
          remediation: 'aws eks describe-addon --region eu-west-1 --cluster-name payments --addon-name coredns --query addon.health',
          tags: { team: 'network' },
        },
        expect.objectContaining({
          discriminator: 'InsufficientNumberOfReplicas',
          message: 'Add-on coredns has a health issue: InsufficientNumberOfReplicas: The add-on is unhealthy (coredns)',
        }),
      ],
    });
  });

  it.each([
    ['DEGRADED', "--query 'addon.{status:status,health:health}'"],
    ['CREATE_FAILED', 'aws eks delete-addon'],
    ['DELETE_FAILED', '--preserve'],
    ['UPDATE_FAILED', '--addon-version v1.20.4-eksbuild.1 --resolve-conflicts PRESERVE'],
    ['SOMETHING_FAILED', 'aws eks describe-addon'],
  ])('requires status %s to be left', (status, remediation) => {
    const outcome = withAddon({ status });
    expect(outcome).toMatchObject({
      status: 'failed',
      findings: [
        { severity: 'required', discriminator: status, message: `Add-on vpc-cni is ${status}, not ACTIVE`, facts: { status, issues: [] } },
      ],
    });
    expect(outcome.findings[0]?.remediation).toContain(remediation);
  });

  it('tells a failed status beside its issues, DEGRADED only without any', () => {
    const health = { issues: [issue('ConfigurationConflict')] };
    expect(withAddon({ status: 'UPDATE_FAILED', health }).findings).toMatchObject([
      {
        discriminator: 'UPDATE_FAILED',
        message: 'Add-on vpc-cni is UPDATE_FAILED, not ACTIVE (ConfigurationConflict)',
        facts: { issues: ['ConfigurationConflict'] },
      },
      { discriminator: 'ConfigurationConflict' },
    ]);
    expect(withAddon({ status: 'DEGRADED', health }).findings).toMatchObject([{ discriminator: 'ConfigurationConflict' }]);
  });

  it.each(['ACTIVE', 'CREATING', 'UPDATING', 'DELETING'])('passes %s', (status) => {
    expect(withAddon({ status })).toMatchObject({ status: 'passed', findings: [] });
    expect(withAddon({ status, health: null }).status).toBe('passed');
  });

  it('doubts a status that is missing or not known, and keeps the findings', () => {
    const addons = [
      createAddon({ status: null }),
      createAddon({ addonName: 'coredns', status: 'PAUSED' }),
      createAddon({ addonName: 'kube-proxy', status: 'DEGRADED' }),
    ];
    expect(run({ 'eks.addons': addons })).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'kube-proxy' } }],
      missing: [
        { evidence: 'eks.addons', code: 'InvalidResponse', message: 'add-on vpc-cni has no status' },
        { evidence: 'eks.addons', code: 'InvalidResponse', message: 'add-on coredns has status PAUSED, which is not known' },
      ],
    });
  });

  it('keeps two issues of one code apart, in whatever order EKS lists them', () => {
    const issues = [issue('AccessDenied', 'b'), issue('AccessDenied', 'a'), issue('AccessDenied', 'a')];
    const names = (list: typeof issues) =>
      withAddon({ health: { issues: list } }).findings.map(({ discriminator, message }) => [discriminator, message]);
    expect(names(issues)).toEqual([
      ['AccessDenied', 'Add-on vpc-cni has a health issue: AccessDenied: a'],
      ['AccessDenied#2', 'Add-on vpc-cni has a health issue: AccessDenied: b'],
    ]);
    expect(names(issues.toReversed())).toEqual(names(issues));
  });

  it('survives issues without members', () => {
    expect(
      withAddon({ addonArn: null, health: { issues: [{}, { code: null, message: null, resourceIds: null }] } }).findings,
    ).toMatchObject([{ discriminator: 'Unspecified', subject: { arn: null }, message: expect.stringContaining('EKS gives no message') }]);
  });

  it('is essential, and no pass without evidence', () => {
    expect(run({ 'eks.addons': unavailable('AccessDenied') })).toMatchObject({ status: 'unknown', essential: true });
    expect(run({})).toMatchObject({ status: 'unknown' });
    expect(run({ 'eks.addons': [] }).status).toBe('not-applicable');
    expect(run({ 'eks.addons': [{ addonName: 'a', status: 3 }] }).status).toBe('unknown');
  });

  it('gives one finding for each distinct issue', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('A', 'B'), fc.constantFrom('x', 'y'))), (pairs) => {
        const { findings } = withAddon({ health: { issues: pairs.map(([code, message]) => issue(code, message)) } });
        expect(findings).toHaveLength(new Set(pairs.map(String)).size);
      }),
    );
  });
});
