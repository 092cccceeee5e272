import { describe, expect, it } from 'vitest';
import { recreateStrategy } from '../../functions/checks/recreate-strategy.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createWorkload, ofAddon } from './builders-workloads.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) => runCheckOn(recreateStrategy, { 'kubernetes.deployments': [], ...evidence });
const withStrategy = (type: string | null, replicas: number | null = 3) =>
  run({ 'kubernetes.deployments': [createWorkload({ spec: { strategy: { type }, replicas } })] });

describe('recreate-strategy', () => {
  it('recommends RollingUpdate', () => {
    const workload = createWorkload({ labels: { team: 'web' }, spec: { strategy: { type: 'Recreate' } } });
    expect(run({ 'kubernetes.deployments': [workload] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: null,
          message: 'Deployment shop/web has strategy Recreate: an update stops all 3 pods before the first new one starts',
          facts: { strategy: 'Recreate', replicas: 3, managedByEks: false },
          remediation: `kubectl patch deployment/web -n shop --type merge -p '{"spec":{"strategy":{"type":"RollingUpdate"}}}', if an old and a new pod can run side by side`,
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each([['RollingUpdate'], [null]])('passes strategy %s', (type) => {
    expect(withStrategy(type)).toMatchObject({ status: 'passed', findings: [] });
  });

  it('passes a Deployment that says nothing of a strategy', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload()] })).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each([
    [0, undefined],
    [1, 'an update stops its pod before'],
    [null, 'an update stops its pod before'],
    [2, 'an update stops all 2 pods before'],
  ])('of %s replicas it says %s', (replicas, text) => {
    const { findings } = withStrategy('Recreate', replicas);
    expect(findings).toHaveLength(text ? 1 : 0);
    if (text) expect(findings[0]?.message).toContain(text);
  });

  it('looks into kube-system', () => {
    const workload = createWorkload({ namespace: 'kube-system', spec: { strategy: { type: 'Recreate' } } });
    expect(run({ 'kubernetes.deployments': [workload] }).findings).toHaveLength(1);
  });

  it('only informs of what an EKS add-on manages', () => {
    const workload = createWorkload({ labels: ofAddon.labels, spec: { strategy: { type: 'Recreate' } } });
    const { findings } = run({ 'kubernetes.deployments': [workload], ...ofAddon.addons });
    expect(findings).toMatchObject([{ severity: 'info', facts: { managedByEks: true } }]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
  });

  it('does not pass a strategy that nobody knows, or a Deployment without a spec', () => {
    expect(withStrategy('BlueGreen')).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'kubernetes.deployments', message: '1 Deployment (shop/web) shows no strategy that is known' }, {}],
    });
    expect(run({ 'kubernetes.deployments': [{ metadata: { name: 'web' } }] }).status).toBe('unknown');
  });

  it('is unknown without Deployments, and skipped where they were not asked for', () => {
    expect(run({ 'kubernetes.deployments': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(runCheckOn(recreateStrategy, {}).status).toBe('skipped');
    const malformed = run({ 'kubernetes.deployments': [{ metadata: { name: 'web' }, spec: { strategy: 'Recreate' } }] });
    expect(malformed.missing[0]?.message).toContain('spec.strategy');
  });
});
