import { describe, expect, it } from 'vitest';
import { replicasMinimum } from '../../functions/checks/replicas-minimum.ts';
import { createAddon, createDeployment, type EvidenceInput, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

function run(evidence: EvidenceInput, options: RunOptions = {}) {
  return runCheckOn(
    replicasMinimum,
    { 'kubernetes.deployments': [], 'kubernetes.statefulSets': [], 'kubernetes.replicaSets': [], ...evidence },
    options,
  );
}

const withReplicas = (replicas: number | null, options: RunOptions = {}) =>
  run({ 'kubernetes.deployments': [createDeployment({ replicas })] }, options);

describe('replicas-minimum', () => {
  it('recommends more replicas than one', () => {
    expect(withReplicas(1)).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          message: 'Deployment shop/web has 1 replica, fewer than 2',
          facts: { replicas: 1, minReplicas: 2 },
          remediation: 'kubectl scale deployment/web -n shop --replicas=2',
        },
      ],
    });
  });

  it.each([[2], [3], [0], [null]])('says nothing of %j replicas', (replicas) => {
    expect(withReplicas(replicas)).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each([
    [3, 2, 1],
    [3, 3, 0],
    [1, 1, 0],
    [1, 0, 0],
  ])('with a threshold of %i, %i replicas give %i findings', (minReplicas, replicas, findings) => {
    expect(withReplicas(replicas, { thresholds: { minReplicas } }).findings).toHaveLength(findings);
  });

  it('reads StatefulSets and ReplicaSets without an owner, each with its kind', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true };
    const alone = createDeployment({ name: 'alone', replicas: 1 });
    const owned = createDeployment({ name: 'owned', replicas: 1 });
    const { findings } = run({
      'kubernetes.statefulSets': [createDeployment({ name: 'db', replicas: 1 })],
      'kubernetes.replicaSets': [alone, { ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } }],
    });
    expect(findings.map(({ subject, remediation }) => [subject.kind, subject.name, remediation])).toEqual([
      ['StatefulSet', 'db', 'kubectl scale statefulset/db -n shop --replicas=2'],
      ['ReplicaSet', 'alone', 'kubectl scale replicaset/alone -n shop --replicas=2'],
    ]);
  });

  it('counts kube-system in, and gives its labels for the owner', () => {
    const deployment = createDeployment({ name: 'coredns', namespace: 'kube-system', replicas: 1, labels: { team: 'platform' } });
    expect(run({ 'kubernetes.deployments': [deployment] }).findings).toMatchObject([
      { severity: 'recommended', labels: { team: 'platform' } },
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const labels = { 'eks.amazonaws.com/component': 'coredns' };
    const evidence = { 'kubernetes.deployments': [createDeployment({ name: 'coredns', namespace: 'kube-system', replicas: 1, labels })] };
    expect(run({ ...evidence, 'eks.addons': [createAddon({ addonName: 'coredns' })] }).findings).toMatchObject([
      {
        severity: 'info',
        message: 'Deployment kube-system/coredns has 1 replica, fewer than 2; managed by AWS',
        remediation:
          'aws eks list-addons --region eu-west-1 --cluster-name payments, then set the replicas in the configuration of the add-on',
      },
    ]);
    expect(run({ ...evidence, 'eks.addons': [] }).findings).toMatchObject([{ severity: 'recommended' }]);
  });

  it('keeps the findings of one kind when another was not read', () => {
    const outcome = run({
      'kubernetes.deployments': [createDeployment({ replicas: 1 })],
      'kubernetes.statefulSets': unavailable('Forbidden'),
    });
    expect(outcome).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.statefulSets', code: 'Forbidden' }, { evidence: 'eks.addons' }],
    });
    expect(outcome.findings).toHaveLength(1);
  });

  it('does not pass without either kind, and is skipped where they were not asked for', () => {
    expect(runCheckOn(replicasMinimum, { 'kubernetes.deployments': [] })).toMatchObject({ status: 'skipped' });
    expect(runCheckOn(replicasMinimum, { 'kubernetes.deployments': [], 'kubernetes.statefulSets': unavailable('Timeout') }).status).toBe(
      'unknown',
    );
    const malformed = run({ 'kubernetes.deployments': [{ metadata: { name: 'web' }, spec: { replicas: 'two' } }] });
    expect(malformed.status).toBe('unknown');
    expect(malformed.missing[0]?.message).toContain('spec.replicas');
  });

  it('passes without ReplicaSets, and says that they were not seen', () => {
    const outcome = runCheckOn(replicasMinimum, {
      'kubernetes.deployments': [],
      'kubernetes.statefulSets': [],
      'kubernetes.replicaSets': unavailable('Forbidden'),
    });
    expect(outcome).toMatchObject({
      status: 'passed',
      missing: [{ evidence: 'kubernetes.replicaSets', code: 'Forbidden' }, { evidence: 'eks.addons' }],
    });
  });
});
