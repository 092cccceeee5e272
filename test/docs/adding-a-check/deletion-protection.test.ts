import { describe, expect, test } from 'vitest';
import { createCluster, unavailable } from '../../checks/builders.ts';
import { runCheckOn } from '../../checks/run-check-on.ts';
import { deletionProtection } from './deletion-protection.ts';

const withProtection = (value: boolean | null) =>
  runCheckOn(deletionProtection, { 'eks.cluster': createCluster({ deletionProtection: value }) });

describe('deletion-protection', () => {
  test('a cluster with it passes', () => {
    expect(withProtection(true)).toMatchObject({ status: 'passed', findings: [] });
  });

  test.each([false, null])('%s fails with the command that turns it on', (value) => {
    expect(withProtection(value)).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments' },
          remediation: 'aws eks update-cluster-config --region eu-west-1 --name payments --deletion-protection',
        },
      ],
    });
  });

  test('does not apply on Outposts', () => {
    const cluster = createCluster({ outpostConfig: { outpostArns: ['arn:aws:outposts:eu-west-1:111111111111:outpost/op-1'] } });
    expect(runCheckOn(deletionProtection, { 'eks.cluster': cluster }).status).toBe('not-applicable');
  });

  test('missing evidence is no pass', () => {
    expect(runCheckOn(deletionProtection, { 'eks.cluster': unavailable('AccessDenied') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.cluster', code: 'AccessDenied' }],
    });
    expect(runCheckOn(deletionProtection, {}).status).toBe('skipped');
  });

  test('a shape that nobody expected is no pass', () => {
    const malformed = runCheckOn(deletionProtection, { 'eks.cluster': { ...createCluster(), deletionProtection: 'yes' } });
    expect(malformed).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(malformed.missing[0]?.message).toContain('evidence.eks.cluster.data.deletionProtection');
  });
});
