import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterHealth } from '../../functions/checks/cluster-health.ts';
import { createCluster, unavailable } from './builders.ts';
import { identityOf, runCheckOn } from './run-check-on.ts';

type Issue = NonNullable<NonNullable<NonNullable<Parameters<typeof createCluster>[0]>['health']>['issues']>[number];
const withIssues = (issues: readonly Issue[] | null) =>
  runCheckOn(clusterHealth, { 'eks.cluster': createCluster({ health: { issues: issues && [...issues] } }) });

describe('cluster-health', () => {
  test.each([
    ['no issues', []],
    ['null', null],
  ])('%s passes', (_, issues) => {
    expect(withIssues(issues)).toMatchObject({ status: 'passed', findings: [], essential: true });
  });

  test('a cluster without health passes: EKS reports none', () => {
    expect(runCheckOn(clusterHealth, { 'eks.cluster': createCluster({ health: null }) }).status).toBe('passed');
  });

  test('an issue is a finding with code, message and resources', () => {
    const outcome = withIssues([{ code: 'Ec2SubnetNotFound', message: 'A subnet was deleted.', resourceIds: ['subnet-b', 'subnet-a'] }]);
    expect(outcome.status).toBe('failed');
    expect(outcome.findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        discriminator: 'Ec2SubnetNotFound',
        message: 'Cluster payments has a health issue: Ec2SubnetNotFound: A subnet was deleted (subnet-a, subnet-b)',
        facts: { code: 'Ec2SubnetNotFound', message: 'A subnet was deleted.', resourceIds: ['subnet-a', 'subnet-b'] },
        remediation: 'aws eks describe-cluster --region eu-west-1 --name payments --query cluster.health',
        tags: { team: 'payments' },
      },
    ]);
  });

  test('one code with several resources gives findings that can be told apart, whatever the order', () => {
    const a = { code: 'KmsKeyDisabled', message: 'disabled', resourceIds: ['key-a'] };
    const b = { code: 'KmsKeyDisabled', message: 'disabled', resourceIds: ['key-b'] };
    const identities = (issues: Issue[]) =>
      withIssues(issues).findings.map(({ discriminator, facts }) => [discriminator, facts.resourceIds]);
    expect(identities([a, b])).toEqual([
      ['KmsKeyDisabled', ['key-a']],
      ['KmsKeyDisabled#2', ['key-b']],
    ]);
    expect(identities([b, a])).toEqual(identities([a, b]));
  });

  test('an issue listed twice counts once', () => {
    const issue = { code: 'Other', message: 'x', resourceIds: ['r1', 'r2'] };
    expect(withIssues([issue, { ...issue, resourceIds: ['r2', 'r1'] }]).findings).toHaveLength(1);
  });

  test('an issue without code or message is still reported', () => {
    expect(withIssues([{ code: null, message: null, resourceIds: null }]).findings).toMatchObject([
      {
        discriminator: 'Unspecified',
        message: 'Cluster payments has a health issue: Unspecified: EKS gives no message',
        facts: { resourceIds: [] },
      },
    ]);
  });

  test('the message names three resources, the facts all', () => {
    const [finding] = withIssues([{ code: 'Other', message: 'x', resourceIds: ['r5', 'r4', 'r3', 'r2', 'r1'] }]).findings;
    expect(finding?.message).toMatch(/\(r1, r2, r3 and 2 more\)$/);
    expect(finding?.facts.resourceIds).toHaveLength(5);
  });

  test('every distinct issue is a finding with an identity of its own, in any order', () => {
    const issue = fc.record({
      code: fc.constantFrom('A', 'B', null),
      message: fc.constantFrom('m', 'n', null),
      resourceIds: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3')),
    });
    fc.assert(
      fc.property(fc.array(issue), (issues) => {
        const distinct = new Set(issues.map(({ code, message, resourceIds }) => JSON.stringify([code, message, resourceIds.toSorted()])));
        const { findings } = withIssues(issues);
        expect(new Set(findings.map(identityOf)).size).toBe(distinct.size);
        expect(withIssues(issues.toReversed()).findings).toEqual(findings);
      }),
    );
  });

  test('without the cluster it is unknown', () => {
    expect(runCheckOn(clusterHealth, { 'eks.cluster': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.cluster', code: 'Forbidden' }],
    });
    expect(runCheckOn(clusterHealth, {})).toMatchObject({ status: 'unknown', missing: [{ code: 'NotRequested' }] });
    const malformed = runCheckOn(clusterHealth, { 'eks.cluster': { ...createCluster(), health: { issues: 'none' } } });
    expect(malformed).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(malformed.missing[0]?.message).toContain('health.issues');
  });
});
