import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlPlaneRollbackAsOf, rollbackWindow } from '../../functions/checks/rollback-window.ts';
import { createAddon, createAddonInfo, createClusterVersion, createNode, type EvidenceInput, unavailable } from './builders.ts';
import { createInsight, createUpdate } from './builders-control-plane.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const rollbackInsight = (status: string, name = 'Kubelet version skew') =>
  createInsight({ id: name, name, category: 'ROLLBACK_READINESS', status, kubernetesVersion: '1.33' });
const node = (kubelet: string, name: string, labels: Record<string, string> = {}) =>
  createNode({ name, labels, nodeInfo: { kubeletVersion: kubelet } });
// Upgraded from 1.33 to 1.34 on 2026-11-18T09:10:00Z; nothing is in the way.
const clear: EvidenceInput = {
  'eks.updates': [createUpdate()],
  'eks.insights': [rollbackInsight('PASSING')],
  'kubernetes.nodes': [node('v1.33.4-eks-1', 'n1')],
  'eks.addons': [createAddon()],
  'eks.addonVersions': [createAddonInfo('vpc-cni', { 'v1.20.4-eksbuild.1': ['1.33', '1.34*'] })],
};
const on = (evidence: EvidenceInput = {}, options?: RunOptions) => runCheckOn(rollbackWindow, { ...clear, ...evidence }, options);
const updates = (...list: readonly unknown[]) => on({ 'eks.updates': list });

describe('rollback-window', () => {
  test('says until when, and that nothing blocks it', () => {
    expect(on()).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message:
            'The upgrade of cluster payments from 1.33 to 1.34 can be rolled back until 2026-11-25T09:10:00Z, for 99 hours; nothing that was seen blocks it',
          facts: {
            version: '1.34',
            previousVersion: '1.33',
            updateId: 'b5f0ba18-9a87-4450-b5a0-825e6e84496f',
            upgradeBegan: '2026-11-18T09:10:00Z',
            windowCloses: '2026-11-25T09:10:00Z',
            hoursLeft: 99,
            newerNodes: [],
            incompatibleAddons: [],
            failingInsights: [],
            otherObstacles: [],
            notSeen: [],
          },
          remediation: 'aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.33',
        },
      ],
    });
  });

  test.each([
    ['2026-11-18T09:10:00Z', 'failed'],
    ['2026-11-25T09:09:59Z', 'failed'],
    ['2026-11-25T09:10:00Z', 'passed'],
    ['2026-12-25T00:00:00Z', 'passed'],
  ])('at %s: %s', (now, status) => {
    expect(on({}, { now }).status).toBe(status);
  });

  test('the window is seven days, wherever it lies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 14 * 24 * 60 }), (minutes) => {
        const now = new Date(Date.parse('2026-11-18T09:10:00Z') + minutes * 60_000).toISOString();
        expect(on({}, { now }).findings.map(({ facts }) => facts.hoursLeft)).toEqual(
          minutes < 7 * 24 * 60 ? [Math.floor((7 * 24 * 60 - minutes) / 60)] : [],
        );
      }),
    );
  });

  test.each([
    ['2026-06-30T23:59:59Z', 'not-applicable'],
    ['2026-07-01T00:00:00Z', 'failed'],
  ])('EKS can do it since 2026-07-01: at %s %s', (now, status) => {
    expect(on({ 'eks.updates': [createUpdate({ createdAt: '2026-06-29T00:00:00Z' })] }, { now }).status).toBe(status);
  });

  test('no upgrade, no window', () => {
    expect(updates()).toMatchObject({ status: 'passed', findings: [] });
    expect(updates(createUpdate({ type: 'AddonUpdate' }), createUpdate({ type: 'ConfigUpdate' })).status).toBe('passed');
    for (const status of ['Failed', 'InProgress', 'Cancelled']) expect(updates(createUpdate({ status })).status).toBe('passed');
  });

  test('only the last of several upgrades counts', () => {
    const before = createUpdate({ id: 'before', version: '1.33', createdAt: '2026-11-16T00:00:00Z' });
    for (const list of [
      [before, createUpdate()],
      [createUpdate(), before],
    ])
      expect(updates(...list).findings).toMatchObject([{ facts: { previousVersion: '1.33', upgradeBegan: '2026-11-18T09:10:00Z' } }]);
  });

  test('what was rolled back is not rolled back again', () => {
    const rollback = createUpdate({ id: 'back', type: 'VersionRollback', version: '1.34', createdAt: '2026-11-19T00:00:00Z' });
    expect(updates(createUpdate({ version: '1.35' }), rollback)).toMatchObject({ status: 'passed', findings: [], missing: [] });
    // One that failed left the upgrade as it was.
    expect(updates(createUpdate(), { ...rollback, status: 'Failed' }).findings).toHaveLength(1);
  });

  test('nodes newer than the version before block it, wherever they are from, but not those that EKS takes back', () => {
    const nodes = [
      node('v1.34.1-eks-1', 'n2', { 'eks.amazonaws.com/nodegroup': 'web' }),
      node('v1.33.4-eks-1', 'n1'),
      node('v1.34.1', 'f1', { 'eks.amazonaws.com/compute-type': 'fargate' }),
      node('v1.34.1', 'auto', { 'eks.amazonaws.com/compute-type': 'auto', 'karpenter.sh/nodepool': 'system' }),
    ];
    const [finding] = on({ 'kubernetes.nodes': nodes }).findings;
    expect(finding?.facts).toMatchObject({ newerNodes: ['f1', 'n2'], notSeen: [] });
    expect(finding?.message).toMatch(/for 99 hours; blocked by: 2 nodes newer than 1\.33 \(f1, n2\)$/);
    expect(finding?.remediation).toBe(
      'Clear what blocks it, then: aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.33',
    );
  });

  test('add-ons that are not offered for the version before block it', () => {
    const catalogue = [
      createAddonInfo('vpc-cni', { 'v1.20.4-eksbuild.1': ['1.34'] }),
      createAddonInfo('coredns', { 'v1.12.1-eksbuild.2': ['1.33', '1.34'] }),
    ];
    const addons = [createAddon(), createAddon({ addonName: 'coredns', addonVersion: 'v1.12.1-eksbuild.2' })];
    const [finding] = on({ 'eks.addons': addons, 'eks.addonVersions': catalogue }).findings;
    expect(finding?.facts).toMatchObject({ incompatibleAddons: ['vpc-cni v1.20.4-eksbuild.1'], notSeen: [] });
    expect(finding?.message).toContain('blocked by: 1 add-on not offered for 1.33 (vpc-cni v1.20.4-eksbuild.1)');
  });

  test('rollback insights block it only as ERROR', () => {
    const insights = ['PASSING', 'WARNING', 'UNKNOWN'].map((status) => rollbackInsight(status, status));
    expect(on({ 'eks.insights': insights }).findings).toMatchObject([{ facts: { failingInsights: [] } }]);
    const [finding] = on({ 'eks.insights': [...insights, rollbackInsight('ERROR'), createInsight()] }).findings;
    expect(finding?.facts).toMatchObject({ failingInsights: ['Kubelet version skew'] });
    expect(finding?.message).toContain('blocked by: 1 failing rollback insight (Kubelet version skew)');
  });

  test('an update in progress blocks it', () => {
    const [finding] = updates(createUpdate(), createUpdate({ id: 'busy', type: 'ConfigUpdate', status: 'InProgress' })).findings;
    expect(finding?.facts).toMatchObject({ otherObstacles: ['an update in progress'] });
  });

  test('an automatic upgrade leaves a version that EKS no longer supports: there is no way back', () => {
    // 1.31 was supported until 2026-11-26.
    const upgraded = { 'eks.updates': [createUpdate({ version: '1.32', createdAt: '2026-11-25T00:00:00Z' })] };
    const options = { controlPlane: '1.32' };
    expect(on(upgraded, { ...options, now: '2026-11-25T12:00:00Z' }).findings[0]?.facts.otherObstacles).toEqual([]);
    const [finding] = on(upgraded, { ...options, now: '2026-11-26T00:00:00Z' }).findings;
    expect(finding?.facts.otherObstacles).toEqual(['EKS no longer supports 1.31']);
    expect(finding?.message).toMatch(
      /^The upgrade of cluster payments from 1\.31 to 1\.32 cannot be rolled back: EKS no longer supports 1\.31; /,
    );
    expect(finding?.remediation).toMatch(/^aws eks describe-update --region eu-west-1 --name payments --update-id b5f0ba18-/);
  });

  test('back into extended support only with the policy EXTENDED', () => {
    // 1.33 was in standard support until 2026-07-29.
    const reason = '1.33 is in extended support, so the upgrade policy must be EXTENDED first';
    expect(on({}, { supportType: 'STANDARD' }).findings).toMatchObject([{ facts: { otherObstacles: [reason] } }]);
    expect(on({}, { supportType: 'EXTENDED' }).findings).toMatchObject([{ facts: { otherObstacles: [] } }]);
    const standard = {
      'eks.clusterVersions': [
        createClusterVersion({ clusterVersion: '1.33', endOfStandardSupportDate: '2026-11-22', endOfExtendedSupportDate: '2027-11-22' }),
      ],
    };
    expect(on(standard, { supportType: 'STANDARD' }).findings).toMatchObject([{ facts: { otherObstacles: [] } }]);
  });

  test.each([
    ['kubernetes.nodes', 'nodes'],
    ['eks.addons', 'add-ons'],
    ['eks.addonVersions', 'add-ons'],
    ['eks.insights', 'rollback insights'],
  ])('says that %s was not seen', (key, notSeen) => {
    const outcome = on({ [key]: unavailable('Throttled') });
    expect(outcome).toMatchObject({ status: 'failed', missing: [{ evidence: key }], findings: [{ facts: { notSeen: [notSeen] } }] });
    expect(outcome.findings[0]?.message).toMatch(new RegExp(`nothing that was seen blocks it \\(not seen: ${notSeen}\\)$`));
  });

  test('what was there and could not be read was not seen either', () => {
    expect(on({ 'kubernetes.nodes': [createNode({ nodeInfo: null })] }).findings[0]?.facts.notSeen).toEqual(['nodes']);
    expect(on({ 'eks.addonVersions': [] }).findings[0]?.facts.notSeen).toEqual(['add-ons']);
    expect(on({ 'eks.addons': [createAddon({ addonVersion: null })] }).findings[0]?.facts.notSeen).toEqual(['add-ons']);
    expect(on({ 'eks.insights': [createInsight()] }).findings[0]?.facts.notSeen).toEqual(['rollback insights']);
    const unknownVersion = { 'eks.updates': [createUpdate({ version: '1.99' })], 'eks.addons': [], 'kubernetes.nodes': [] };
    expect(on(unknownVersion, { controlPlane: '1.99' }).findings[0]?.facts.notSeen).toEqual(['the support dates of 1.98']);
  });

  test('an update that cannot be read is no pass', () => {
    const code = 'InvalidResponse';
    const cases: [unknown, string][] = [
      [createUpdate({ id: 'u', type: null }), 'update u has no type'],
      [createUpdate({ id: 'u', status: null }), 'update u has no status that is known'],
      [createUpdate({ id: 'u', status: 'Done' }), 'update u has no status that is known'],
      [createUpdate({ id: 'u', createdAt: null }), 'update u has no readable createdAt'],
      [createUpdate({ id: 'u', createdAt: 'last week' }), 'update u has no readable createdAt'],
      [createUpdate({ id: 'u', params: null }), 'update u went to no version that it names, the control plane runs 1.34'],
      [createUpdate({ id: 'u', version: '1.35' }), 'update u went to 1.35, the control plane runs 1.34'],
    ];
    for (const [update, message] of cases)
      expect(updates(update)).toMatchObject({ status: 'unknown', findings: [], missing: [{ evidence: 'eks.updates', code, message }] });
    expect(updates(createUpdate(), createUpdate({ id: 'u', type: null }))).toMatchObject({ status: 'unknown', findings: [{}] });
    // Past its window nobody cares where it went.
    expect(updates(createUpdate({ version: '1.33', createdAt: '2026-11-01T00:00:00Z' })).status).toBe('passed');
    // An odd update of something else is none of the versions.
    expect(updates(createUpdate({ type: 'AddonUpdate', status: null, createdAt: null })).status).toBe('passed');
  });

  test('missing or malformed evidence is no pass', () => {
    expect(on({ 'eks.updates': unavailable('AccessDenied') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.updates', code: 'AccessDenied' }],
    });
    expect(runCheckOn(rollbackWindow, {}).status).toBe('skipped');
    expect(updates({ type: 'VersionUpdate' })).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(on({}, { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });

  test('the facts have a day', () => {
    expect(controlPlaneRollbackAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
});
