import { describe, expect, test } from 'vitest';
import { controlPlaneLogging } from '../../functions/checks/control-plane-logging.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import { createCluster, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const on = (logging: Cluster['logging']) => runCheckOn(controlPlaneLogging, { 'eks.cluster': createCluster({ logging }) });
const others = ['api', 'authenticator', 'controllerManager', 'scheduler'];

describe('control-plane-logging', () => {
  test.each([
    [[{ types: ['audit'], enabled: true }], 'passed'],
    [
      [
        { types: ['api', 'audit'], enabled: true },
        { types: ['scheduler'], enabled: false },
      ],
      'passed',
    ],
    [
      [
        { types: others, enabled: true },
        { types: ['audit'], enabled: false },
      ],
      'failed',
    ],
    [[{ types: [...others, 'audit'], enabled: false }], 'failed'],
    [[{ types: ['audit'], enabled: null }], 'failed'],
    [[{ types: null, enabled: true }], 'failed'],
  ])('%j: %s', (clusterLogging, status) => {
    expect(on({ clusterLogging }).status).toBe(status);
  });

  test('names what is enabled and the command', () => {
    const setups = [
      { types: ['scheduler', 'api'], enabled: true },
      { types: ['api', 'authenticator'], enabled: true },
      { types: ['audit', 'controllerManager'], enabled: false },
    ];
    expect(on({ clusterLogging: setups })).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message:
            'Cluster payments writes no audit log (enabled: api, authenticator, scheduler): nothing will name the clients of an API that an upgrade removes',
          facts: { enabledTypes: ['api', 'authenticator', 'scheduler'] },
          remediation:
            'aws eks update-cluster-config --region eu-west-1 --name payments ' +
            `--logging '{"clusterLogging":[{"types":["audit"],"enabled":true}]}'`,
          tags: { team: 'payments' },
        },
      ],
    });
    expect(on({ clusterLogging: [{ types: ['audit'], enabled: false }] }).findings[0]?.message).toContain('(enabled: none)');
  });

  test.each([undefined, null, {}, { clusterLogging: null }, { clusterLogging: [] }])('%j says nothing', (logging) => {
    expect(on(logging)).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'eks.cluster', code: 'InvalidResponse', message: 'DescribeCluster names no log type' }],
    });
  });

  test('missing or malformed evidence is no pass', () => {
    expect(runCheckOn(controlPlaneLogging, { 'eks.cluster': unavailable('AccessDenied') }).status).toBe('unknown');
    expect(runCheckOn(controlPlaneLogging, {}).status).toBe('skipped');
    const malformed = { 'eks.cluster': { ...createCluster(), logging: { clusterLogging: [{ types: 'audit', enabled: true }] } } };
    expect(runCheckOn(controlPlaneLogging, malformed)).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
  });
});
