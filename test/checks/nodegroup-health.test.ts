import { describe, expect, test } from 'vitest';
import { nodegroupHealth } from '../../functions/checks/nodegroup-health.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import { createNodegroup, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const on = (...nodegroups: Partial<Nodegroup>[]) => runCheckOn(nodegroupHealth, { 'eks.nodegroups': nodegroups.map(createNodegroup) });
const issue = { code: 'AsgInstanceLaunchFailures', message: 'No capacity.', resourceIds: ['eks-web-8ec1'] };

describe('nodegroup-health', () => {
  test('ACTIVE without issues passes', () => {
    expect(on({}, { nodegroupName: 'batch', health: null })).toMatchObject({ status: 'passed', findings: [], essential: true });
  });

  test('a cluster without managed node groups has none to judge', () => {
    expect(on()).toMatchObject({ status: 'not-applicable', findings: [] });
  });

  test('an issue of an ACTIVE group is a finding', () => {
    const outcome = on({ health: { issues: [issue] } });
    expect(outcome.status).toBe('failed');
    expect(outcome.findings).toMatchObject([
      {
        severity: 'required',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        discriminator: 'AsgInstanceLaunchFailures',
        message: 'Node group web has a health issue: AsgInstanceLaunchFailures: No capacity (eks-web-8ec1)',
        facts: { status: 'ACTIVE', code: 'AsgInstanceLaunchFailures', resourceIds: ['eks-web-8ec1'] },
        remediation: 'aws eks describe-nodegroup --region eu-west-1 --cluster-name payments --nodegroup-name web --query nodegroup.health',
        tags: { team: 'web' },
      },
    ]);
  });

  test('DEGRADED is said by its issues', () => {
    expect(on({ status: 'DEGRADED', health: { issues: [issue] } }).findings.map(({ discriminator }) => discriminator)).toEqual([
      'AsgInstanceLaunchFailures',
    ]);
  });

  test('DEGRADED without issues speaks for itself', () => {
    expect(on({ status: 'DEGRADED' }).findings).toMatchObject([
      { discriminator: 'DEGRADED', message: 'Node group web is DEGRADED, not ACTIVE: it cannot be updated' },
    ]);
  });

  test('a failed creation is more than its issues', () => {
    expect(on({ status: 'CREATE_FAILED', health: { issues: [issue] } }).findings).toMatchObject([
      {
        discriminator: 'CREATE_FAILED',
        message: 'Node group web is CREATE_FAILED, not ACTIVE (AsgInstanceLaunchFailures): it cannot be updated',
      },
      { discriminator: 'AsgInstanceLaunchFailures', facts: { status: 'CREATE_FAILED' } },
    ]);
  });

  test.each([
    ['CREATING', /^aws eks wait nodegroup-active --region eu-west-1 --cluster-name payments --nodegroup-name web$/],
    ['UPDATING', /^aws eks wait nodegroup-active /],
    ['DELETING', /^aws eks wait nodegroup-deleted /],
    ['DELETE_FAILED', /aws eks delete-nodegroup /],
    ['DEGRADED', /^aws eks describe-nodegroup /],
    ['SOMETHING_NEW', /^aws eks describe-nodegroup /],
  ])('%s is required', (status, command) => {
    const { findings } = on({ status });
    expect(findings).toMatchObject([{ severity: 'required', discriminator: status }]);
    expect(findings[0]?.remediation).toMatch(command);
  });

  test('one code twice in one group, and once in another', () => {
    const issues = [issue, { ...issue, resourceIds: ['eks-web-9999'] }];
    const { findings } = on({ health: { issues } }, { nodegroupName: 'batch', health: { issues: [issue] } });
    expect(findings.map(({ subject, discriminator }) => [subject.name, discriminator])).toEqual([
      ['web', 'AsgInstanceLaunchFailures'],
      ['web', 'AsgInstanceLaunchFailures#2'],
      ['batch', 'AsgInstanceLaunchFailures'],
    ]);
  });

  test('a group that does not say its status does not pass', () => {
    const outcome = on({ status: null }, { nodegroupName: 'batch', status: 'DEGRADED' });
    expect(outcome).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'batch' } }],
      missing: [{ evidence: 'eks.nodegroups', code: 'InvalidResponse' }],
    });
  });

  test('without node groups read it is unknown', () => {
    expect(runCheckOn(nodegroupHealth, { 'eks.nodegroups': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.nodegroups', code: 'Forbidden' }],
    });
    expect(runCheckOn(nodegroupHealth, {})).toMatchObject({ status: 'unknown', missing: [{ code: 'NotRequested' }] });
    const malformed = runCheckOn(nodegroupHealth, { 'eks.nodegroups': [{ status: 'ACTIVE' }] });
    expect(malformed).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(malformed.missing[0]?.message).toContain('[0].nodegroupName');
  });
});
