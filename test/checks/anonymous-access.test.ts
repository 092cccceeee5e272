import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anonymousAccess } from '../../functions/checks/anonymous-access.ts';
import { unavailable } from './builders.ts';
import { createClusterRoleBinding } from './builders-control-plane.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const on = (bindings: readonly unknown[], options: RunOptions = {}) =>
  runCheckOn(anonymousAccess, { 'kubernetes.clusterRoleBindings': bindings }, { controlPlane: '1.31', ...options });
const infoViewer = createClusterRoleBinding({
  name: 'system:public-info-viewer',
  role: 'system:public-info-viewer',
  subjects: [
    { kind: 'Group', name: 'system:authenticated' },
    { kind: 'Group', name: 'system:unauthenticated' },
  ],
});

describe('anonymous-access', () => {
  test.each([
    ['1.30', '1.31', 'passed', null],
    ['1.31', null, 'passed', null],
    ['1.31', '1.32', 'failed', '1.32'],
    ['1.29', '1.33', 'failed', '1.32'],
    ['1.32', '1.33', 'failed', null],
    ['1.32', null, 'failed', null],
    ['1.35', null, 'failed', null],
  ])('control plane %s, target %s: %s, hop %s', (controlPlane, target, status, hop) => {
    const outcome = on([createClusterRoleBinding()], { controlPlane, target });
    expect(outcome.status).toBe(status);
    expect(outcome.findings.map((finding) => finding.hop)).toEqual(status === 'failed' ? [hop] : []);
  });

  test('names the binding, its role, who it is for, and what EKS will answer', () => {
    expect(on([createClusterRoleBinding({ labels: { team: 'web' } })])).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'ClusterRoleBinding', name: 'public-dashboard' },
          hop: '1.32',
          message:
            'ClusterRoleBinding public-dashboard gives view to requests without credentials (system:unauthenticated), ' +
            'which EKS refuses from Kubernetes 1.32 on except at /healthz, /livez and /readyz',
          facts: { role: 'view', anonymousSubjects: ['system:unauthenticated'], otherSubjects: [], restrictedSince: '1.32' },
          remediation: 'Give its clients credentials, then: kubectl delete clusterrolebinding public-dashboard',
          labels: { team: 'web' },
        },
      ],
    });
    expect(on([createClusterRoleBinding()], { controlPlane: '1.32' }).findings[0]?.message).toMatch(
      /, which EKS has refused since Kubernetes 1\.32 except at /,
    );
  });

  test('the binding that Kubernetes makes itself is fine; its name or its role alone are not', () => {
    expect(on([infoViewer])).toMatchObject({ status: 'passed', findings: [] });
    expect(on([])).toMatchObject({ status: 'passed', findings: [] });
    expect(on([createClusterRoleBinding({ name: 'system:public-info-viewer', role: 'cluster-admin' })]).findings).toHaveLength(1);
    expect(on([createClusterRoleBinding({ name: 'mine', role: 'system:public-info-viewer' })]).findings).toHaveLength(1);
  });

  test('a binding of before 1.14 is edited, since it serves others too', () => {
    const discovery = createClusterRoleBinding({
      name: 'system:discovery',
      role: 'system:discovery',
      subjects: [
        { kind: 'Group', name: 'system:authenticated' },
        { kind: 'Group', name: 'system:unauthenticated' },
        { kind: 'User', name: 'system:anonymous' },
      ],
    });
    expect(on([infoViewer, discovery]).findings).toMatchObject([
      {
        subject: { name: 'system:discovery' },
        facts: { anonymousSubjects: ['system:anonymous', 'system:unauthenticated'], otherSubjects: ['system:authenticated'] },
        remediation:
          'Give its clients credentials, then take system:anonymous and system:unauthenticated out of its subjects: kubectl edit clusterrolebinding system:discovery',
      },
    ]);
  });

  test.each([
    [[{ kind: 'User', name: 'system:anonymous' }], 1],
    [[{ name: 'system:anonymous' }], 1],
    // A group of that name is nobody, and neither is a service account.
    [[{ kind: 'Group', name: 'system:anonymous' }], 0],
    [[{ kind: 'ServiceAccount', namespace: 'web', name: 'system:unauthenticated' }], 0],
    [[{ kind: 'Group', name: 'system:authenticated' }], 0],
    [[{ kind: null, name: null }], 0],
    [[], 0],
    [null, 0],
  ])('subjects %j: %i', (subjects, findings) => {
    expect(on([createClusterRoleBinding({ subjects })]).findings).toHaveLength(findings);
  });

  test('a binding without a role is named all the same', () => {
    const [finding] = on([{ ...createClusterRoleBinding(), roleRef: null }]).findings;
    expect(finding).toMatchObject({ facts: { role: null } });
    expect(finding?.message).toContain('gives a role to');
  });

  test('counts from 1.32 on, wherever the way starts and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 25, max: 38 }), fc.integer({ min: 0, max: 4 }), (from, hops) => {
        const target = hops === 0 ? null : `1.${from + hops}`;
        const { findings } = on([createClusterRoleBinding()], { controlPlane: `1.${from}`, target });
        expect(findings.map(({ hop }) => hop)).toEqual(from >= 32 ? [null] : from + hops >= 32 ? ['1.32'] : []);
      }),
    );
  });

  test('missing or malformed evidence is no pass', () => {
    expect(runCheckOn(anonymousAccess, { 'kubernetes.clusterRoleBindings': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.clusterRoleBindings', code: 'Forbidden' }],
    });
    expect(runCheckOn(anonymousAccess, {}).status).toBe('skipped');
    expect(on([{ roleRef: { name: 'view' } }])).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(on([createClusterRoleBinding()], { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });
});
