import { describe, expect, test } from 'vitest';
import { clusterStatus } from '../../functions/checks/cluster-status.ts';
import { createCluster, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const withStatus = (status: string) => runCheckOn(clusterStatus, { 'eks.cluster': createCluster({ status }) });

describe('cluster-status', () => {
  test('ACTIVE passes', () => {
    expect(withStatus('ACTIVE')).toMatchObject({ status: 'passed', findings: [], essential: true });
  });

  test('UPDATING fails with the command that waits', () => {
    expect(withStatus('UPDATING')).toMatchObject({ status: 'failed' });
    expect(withStatus('UPDATING').findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        message: 'Cluster payments is UPDATING, not ACTIVE: EKS refuses to update it',
        facts: { status: 'UPDATING' },
        remediation: 'aws eks wait cluster-active --region eu-west-1 --name payments',
        tags: { team: 'payments' },
      },
    ]);
  });

  test.each([
    ['CREATING', 'aws eks wait cluster-active'],
    ['PENDING', 'aws eks wait cluster-active'],
    ['DELETING', 'aws eks wait cluster-deleted'],
    ['FAILED', 'aws eks describe-cluster'],
    ['SOMETHING_NEW', 'aws eks describe-cluster'],
    ['constructor', 'aws eks describe-cluster'],
  ])('%s fails', (status, command) => {
    expect(withStatus(status).findings).toMatchObject([{ severity: 'required' }]);
    expect(withStatus(status).findings[0]?.remediation).toContain(command);
  });

  test('does not need to know the versions', () => {
    expect(runCheckOn(clusterStatus, { 'eks.cluster': createCluster() }, { controlPlane: null }).status).toBe('passed');
    expect(runCheckOn(clusterStatus, { 'eks.cluster': createCluster() }, { target: null }).status).toBe('passed');
  });

  test('without the cluster it is unknown', () => {
    const outcome = runCheckOn(clusterStatus, { 'eks.cluster': unavailable('Forbidden') });
    expect(outcome).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.cluster', code: 'Forbidden' }] });
    expect(runCheckOn(clusterStatus, {})).toMatchObject({ status: 'unknown', missing: [{ code: 'NotRequested' }] });
    for (const status of [undefined, null, 7]) {
      const malformed = runCheckOn(clusterStatus, { 'eks.cluster': { name: 'payments', version: '1.34', status } });
      expect(malformed).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.cluster', code: 'InvalidResponse' }] });
    }
  });
});
