import { describe, expect, it } from 'vitest';
import { minReadySeconds } from '../../functions/checks/min-ready-seconds.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createWorkload, ofAddon } from './builders-workloads.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) =>
  runCheckOn(minReadySeconds, { 'kubernetes.deployments': [], 'kubernetes.statefulSets': [], 'kubernetes.replicaSets': [], ...evidence });
const withSeconds = (seconds: number | null | undefined) =>
  run({ 'kubernetes.deployments': [createWorkload({ spec: { minReadySeconds: seconds } })] });

describe('min-ready-seconds', () => {
  it('recommends some where none are set', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ labels: { team: 'web' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: null,
          message: 'Deployment shop/web has no minReadySeconds: a new pod counts as available the moment it is ready',
          facts: { minReadySeconds: null, replicas: 3, managedByEks: false },
          remediation: `kubectl patch deployment/web -n shop --type merge -p '{"spec":{"minReadySeconds":10}}'`,
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each([
    [null, 1],
    [undefined, 1],
    [-1, 1],
    [0, 1],
    [1, 0],
    [30, 0],
  ])('of %s seconds there are %i findings', (seconds, findings) => {
    expect(withSeconds(seconds).findings).toHaveLength(findings);
    expect(withSeconds(seconds).status).toBe(findings ? 'failed' : 'passed');
  });

  it('says 0 where 0 is set', () => {
    expect(withSeconds(0).findings[0]?.message).toContain('has minReadySeconds 0:');
  });

  it.each([
    [0, 0],
    [1, 1],
    [null, 1],
  ])('of %s replicas there are %i findings', (replicas, findings) => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ spec: { replicas } })] }).findings).toHaveLength(findings);
  });

  it('reads StatefulSets and ReplicaSets without an owner', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const { findings } = run({
      'kubernetes.statefulSets': [createWorkload({ name: 'db', namespace: 'kube-system' })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone' }), createWorkload({ name: 'owned', owner })],
    });
    expect(findings.map(({ subject }) => [subject.kind, subject.namespace, subject.name])).toEqual([
      ['StatefulSet', 'kube-system', 'db'],
      ['ReplicaSet', 'shop', 'alone'],
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ labels: ofAddon.labels })], ...ofAddon.addons }).findings).toMatchObject([
      {
        severity: 'info',
        message: 'Deployment shop/web has no minReadySeconds: a new pod counts as available the moment it is ready; managed by AWS',
        remediation:
          'aws eks list-addons --region eu-west-1 --cluster-name payments, then look whether the configuration of the add-on has minReadySeconds',
      },
    ]);
  });

  it('does not pass what shows no spec, and keeps the other findings', () => {
    const deployments = [{ ...createWorkload({ name: 'odd' }), spec: null }, createWorkload()];
    expect(run({ 'kubernetes.deployments': deployments })).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'web' } }],
      missing: [{ evidence: 'kubernetes.deployments', code: 'InvalidResponse', message: '1 Deployment (shop/odd) shows no spec' }, {}],
    });
  });

  it('does not pass without either kind', () => {
    const one = { 'kubernetes.deployments': [createWorkload()] };
    expect(runCheckOn(minReadySeconds, { ...one, 'kubernetes.statefulSets': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      findings: [{}],
    });
    expect(runCheckOn(minReadySeconds, { 'kubernetes.deployments': [] }).status).toBe('skipped');
    const malformed = run({ 'kubernetes.deployments': [{ metadata: { name: 'web' }, spec: { minReadySeconds: 'ten' } }] });
    expect(malformed.status).toBe('unknown');
    expect(malformed.missing[0]?.message).toContain('spec.minReadySeconds');
  });
});
