import { describe, expect, it } from 'vitest';
import { terminationGraceZero } from '../../functions/checks/termination-grace-zero.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createWorkload, ofAddon } from './builders-workloads.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) => runCheckOn(terminationGraceZero, { 'kubernetes.statefulSets': [], ...evidence });
const database = (seconds: number | null | undefined, overrides: Parameters<typeof createWorkload>[0] = {}) =>
  createWorkload({ name: 'db', podSpec: { terminationGracePeriodSeconds: seconds }, ...overrides });

describe('termination-grace-zero', () => {
  it('recommends a grace period', () => {
    expect(run({ 'kubernetes.statefulSets': [database(0, { labels: { team: 'data' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'StatefulSet', namespace: 'shop', name: 'db' },
          hop: null,
          message:
            'StatefulSet shop/db has terminationGracePeriodSeconds 0: a pod may be replaced while its containers still run and write',
          facts: { terminationGracePeriodSeconds: 0, replicas: 3, managedByEks: false },
          remediation: `kubectl patch statefulset/db -n shop --type merge -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}'`,
          labels: { team: 'data' },
        },
      ],
    });
  });

  it.each([
    [-1, 1],
    [0, 1],
    [1, 0],
    [30, 0],
    [null, 0],
    [undefined, 0],
  ])('of %s seconds there are %i findings', (seconds, findings) => {
    const outcome = run({ 'kubernetes.statefulSets': [database(seconds)] });
    expect(outcome.findings).toHaveLength(findings);
    expect(outcome.status).toBe(findings ? 'failed' : 'passed');
  });

  it.each([
    [0, 0],
    [1, 1],
    [null, 1],
  ])('of %s replicas there are %i findings', (replicas, findings) => {
    expect(
      run({ 'kubernetes.statefulSets': [database(0, { spec: { replicas, template: database(0).spec?.template } })] }).findings,
    ).toHaveLength(findings);
  });

  it('leaves Deployments alone, and looks into kube-system', () => {
    expect(run({ 'kubernetes.deployments': [database(0)] })).toMatchObject({ status: 'passed', findings: [] });
    expect(run({ 'kubernetes.statefulSets': [database(0, { namespace: 'kube-system' })] }).findings).toHaveLength(1);
  });

  it('only informs of what an EKS add-on manages', () => {
    const { findings } = run({ 'kubernetes.statefulSets': [database(0, { labels: ofAddon.labels })], ...ofAddon.addons });
    expect(findings).toMatchObject([{ severity: 'info', facts: { managedByEks: true } }]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
  });

  it('does not pass a StatefulSet that shows no pod template', () => {
    expect(run({ 'kubernetes.statefulSets': [{ metadata: { name: 'db', namespace: 'shop' }, spec: null }, database(0)] })).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'db' } }],
      missing: [{ evidence: 'kubernetes.statefulSets', message: '1 StatefulSet (shop/db) shows no pod template' }, {}],
    });
  });

  it('is unknown without StatefulSets, and skipped where they were not asked for', () => {
    expect(run({ 'kubernetes.statefulSets': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(runCheckOn(terminationGraceZero, {}).status).toBe('skipped');
    expect(run({ 'kubernetes.statefulSets': [database('0' as unknown as null)] }).missing[0]?.message).toContain(
      'terminationGracePeriodSeconds',
    );
  });
});
