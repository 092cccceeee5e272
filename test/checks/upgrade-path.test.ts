import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { upgradePath } from '../../functions/checks/upgrade-path.ts';
import { createCluster, createClusterVersion, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const on = (options: RunOptions) =>
  runCheckOn(upgradePath, { 'eks.cluster': createCluster(), 'eks.clusterVersions': [createClusterVersion()] }, options);

describe('upgrade-path', () => {
  test('one hop is no path', () => {
    expect(on({ controlPlane: '1.34', target: '1.35' })).toMatchObject({ status: 'passed', findings: [] });
  });

  test('several hops are listed, all of them in one finding', () => {
    expect(on({ controlPlane: '1.31', target: '1.34' })).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message: 'Cluster payments gets from 1.31 to 1.34 in 3 updates, one minor at a time: 1.32, 1.33, 1.34',
          facts: { controlPlane: '1.31', target: '1.34', hops: ['1.32', '1.33', '1.34'], updates: 3 },
          remediation: 'aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.32',
          tags: { team: 'payments' },
        },
      ],
    });
  });

  test('every number of hops from two on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (hops) => {
        const { findings } = on({ controlPlane: '1.20', target: `1.${20 + hops}` });
        expect(findings.map(({ facts }) => facts.updates)).toEqual(hops < 2 ? [] : [hops]);
      }),
    );
  });

  test('does not apply where nothing newer is offered', () => {
    expect(on({ target: null }).status).toBe('not-applicable');
  });

  test('missing evidence is no pass', () => {
    expect(runCheckOn(upgradePath, { 'eks.cluster': unavailable('AccessDenied') }).status).toBe('unknown');
    expect(runCheckOn(upgradePath, {}).status).toBe('skipped');
    expect(on({ controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
    const blind = { 'eks.cluster': createCluster(), 'eks.clusterVersions': unavailable('Throttled') };
    expect(runCheckOn(upgradePath, blind, { controlPlane: '1.31', target: '1.34' })).toMatchObject({
      status: 'unknown',
      findings: [{ facts: { updates: 3 } }],
    });
  });
});
