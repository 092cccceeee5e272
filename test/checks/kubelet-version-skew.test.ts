import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kubeletVersionSkew } from '../../functions/checks/kubelet-version-skew.ts';
import { createNode, createNodegroup, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const web = { 'eks.amazonaws.com/nodegroup': 'web' };
let serial = 0;
const node = (kubelet: string, labels: Record<string, string> = web, name = `node-${++serial}`) =>
  createNode({ name, labels, nodeInfo: { kubeletVersion: kubelet } });
const on = (nodes: readonly unknown[], options?: RunOptions) =>
  runCheckOn(kubeletVersionSkew, { 'kubernetes.nodes': nodes, 'eks.nodegroups': [createNodegroup()] }, options);
const oneNode = (minor: number, options: RunOptions) => {
  const { status, findings } = on([node(`v1.${minor}.0-eks-1234567`)], options);
  const [finding] = findings;
  return finding ? [finding.severity, finding.discriminator, finding.hop] : status;
};

describe('kubelet-version-skew', () => {
  // control plane 1.34, target 1.35
  test.each([
    [34, 'passed'],
    [33, ['recommended', 'behind-control-plane', null]],
    [32, ['recommended', 'at-limit-after-upgrade', '1.35']],
    [31, ['required', 'beyond-limit-after-upgrade', '1.35']],
    [30, ['required', 'beyond-limit', null]],
    [35, ['required', 'newer-than-control-plane', null]],
    [36, ['required', 'newer-than-control-plane', null]],
  ])('kubelet 1.%i under control plane 1.34, target 1.35', (minor, expected) => {
    expect(oneNode(minor, { controlPlane: '1.34', target: '1.35' })).toEqual(expected);
  });

  test.each([
    [34, 'passed'],
    [33, ['recommended', 'behind-control-plane', null]],
    [31, ['recommended', 'behind-control-plane', null]],
    [30, ['required', 'beyond-limit', null]],
    [35, ['required', 'newer-than-control-plane', null]],
  ])('kubelet 1.%i under control plane 1.34 with nothing to upgrade to', (minor, expected) => {
    expect(oneNode(minor, { controlPlane: '1.34', target: null })).toEqual(expected);
  });

  // Kubelets older than 1.25 may be two minors behind.
  test.each([
    ['1.25', 24, ['recommended', 'at-limit-after-upgrade', '1.26']],
    ['1.25', 23, ['required', 'beyond-limit-after-upgrade', '1.26']],
    ['1.25', 22, ['required', 'beyond-limit', null]],
    ['1.26', 24, ['required', 'beyond-limit-after-upgrade', '1.27']],
    ['1.27', 25, ['recommended', 'at-limit-after-upgrade', '1.28']],
    ['1.27', 24, ['required', 'beyond-limit', null]],
    ['1.28', 25, ['required', 'beyond-limit-after-upgrade', '1.29']],
  ])('control plane %s, kubelet 1.%i', (controlPlane, minor, expected) => {
    expect(oneNode(minor, { controlPlane })).toEqual(expected);
  });

  test('is judged against the next hop only: nodes are upgraded on the way', () => {
    const { findings } = on([node('v1.33.0')], { controlPlane: '1.34', target: '1.37' });
    expect(findings).toMatchObject([{ severity: 'recommended', discriminator: 'behind-control-plane', hop: null }]);
  });

  test('nodes of one group with one problem are one finding', () => {
    const outcome = on([node('v1.31.4-eks-1', web, 'b'), node('v1.31.9-eks-2', web, 'a'), node('v1.34.1-eks-1', web, 'c')]);
    expect(outcome).toMatchObject({ status: 'failed', essential: true, missing: [] });
    expect(outcome.findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        discriminator: 'beyond-limit-after-upgrade',
        hop: '1.35',
        message:
          '2 nodes of node group web (a, b) run kubelet 1.31: after the upgrade to 1.35 up to 4 minors behind, and Kubernetes supports 3',
        facts: {
          reason: 'beyond-limit-after-upgrade',
          count: 2,
          nodes: ['a', 'b'],
          kubelets: { '1.31': 2 },
          controlPlane: '1.34',
          target: '1.35',
          allowedMinors: 3,
          minorsBehindControlPlane: 3,
          minorsBehindTarget: 4,
        },
        remediation:
          'aws eks update-nodegroup-version --region eu-west-1 --cluster-name payments --nodegroup-name web --kubernetes-version 1.34',
        labels: web,
        tags: { team: 'web' },
      },
    ]);
  });

  test('one group with several problems gives findings that can be told apart', () => {
    const { findings } = on([node('v1.30.0'), node('v1.31.0'), node('v1.32.0'), node('v1.33.0'), node('v1.36.0')]);
    expect(new Set(findings.map(({ subject, discriminator }) => `${subject.name} ${discriminator}`))).toEqual(
      new Set([
        'web beyond-limit',
        'web beyond-limit-after-upgrade',
        'web at-limit-after-upgrade',
        'web behind-control-plane',
        'web newer-than-control-plane',
      ]),
    );
  });

  test('several kubelets with one problem are counted, and the oldest is what matters', () => {
    const [finding] = on([
      node('v1.29.0', web, 'a'),
      node('v1.30.0', web, 'b'),
      node('v1.30.1', web, 'c'),
      node('v1.30.2', web, 'd'),
    ]).findings;
    expect(finding?.facts).toMatchObject({ kubelets: { '1.29': 1, '1.30': 3 }, minorsBehindControlPlane: 5, nodes: ['a', 'b', 'c', 'd'] });
    expect(finding?.message).toBe(
      '4 nodes of node group web (a, b, c and 1 more) run kubelet 1.29, 1.30, up to 5 minors behind the control plane on 1.34: Kubernetes supports 3',
    );
  });

  test.each([
    ['v1.33.0', '1 node of node group web (a) runs kubelet 1.33, up to 1 minor behind the control plane on 1.34: Kubernetes supports 3'],
    ['v1.32.0', '1 node of node group web (a) runs kubelet 1.32: at the limit of 3 minors after the upgrade to 1.35'],
    ['v1.35.0', '1 node of node group web (a) runs kubelet 1.35, newer than the control plane on 1.34, which Kubernetes never supports'],
  ])('%s: %s', (kubelet, message) => {
    expect(on([node(kubelet, web, 'a')]).findings.map((finding) => finding.message)).toEqual([message]);
  });

  test.each([
    [{ 'karpenter.sh/nodepool': 'default' }, 'NodePool', 'default', 'kubectl get nodeclaims -l karpenter.sh/nodepool=default'],
    [{ 'karpenter.sh/provisioner-name': 'old' }, 'Provisioner', 'old', 'karpenter.sh/provisioner-name=old'],
    [{ 'eks.amazonaws.com/compute-type': 'fargate' }, 'FargateNodes', 'fargate', '--field-selector spec.nodeName=a'],
    [{ 'eks.amazonaws.com/compute-type': 'hybrid' }, 'HybridNodes', 'hybrid', 'nodeadm upgrade 1.34'],
    [{}, 'SelfManagedNodes', 'self-managed', 'kubectl drain a '],
  ])('nodes of %j count too', (labels, kind, name, command) => {
    const { findings } = on([node('v1.31.0', labels, 'a')]);
    expect(findings).toMatchObject([{ severity: 'required', subject: { kind, name, arn: null } }]);
    expect(findings[0]?.remediation).toContain(command);
  });

  test('a group with its own AMI is updated through its launch template', () => {
    const nodegroup = createNodegroup({ amiType: 'CUSTOM', launchTemplate: { id: 'lt-1', version: '3' } });
    const evidence = { 'kubernetes.nodes': [node('v1.33.0')], 'eks.nodegroups': [nodegroup] };
    expect(runCheckOn(kubeletVersionSkew, evidence).findings[0]?.remediation).toMatch(
      /aws eks update-nodegroup-version .* --launch-template id=lt-1,version=NEW_VERSION$/,
    );
  });

  test('nodes newer than the control plane cannot be updated back', () => {
    expect(on([node('v1.35.0')]).findings[0]?.remediation).toMatch(/cannot go back.*aws eks describe-nodegroup .*--nodegroup-name web$/);
  });

  test('of several that are newer, the newest is what matters', () => {
    const { findings } = on([node('v1.35.0'), node('v1.36.0')]);
    expect(findings).toMatchObject([{ facts: { kubelets: { '1.35': 1, '1.36': 1 }, minorsBehindControlPlane: -2 } }]);
  });

  test('node groups that could not be read only cost the ARN', () => {
    const outcome = runCheckOn(kubeletVersionSkew, {
      'kubernetes.nodes': [node('v1.31.0')],
      'eks.nodegroups': unavailable('AccessDenied'),
    });
    expect(outcome).toMatchObject({
      status: 'failed',
      findings: [{ subject: { kind: 'Nodegroup', name: 'web', arn: null } }],
      missing: [{ evidence: 'eks.nodegroups', code: 'AccessDenied' }],
    });
  });

  test('a cluster without nodes has none to judge', () => {
    expect(on([]).status).toBe('not-applicable');
  });

  test.each([
    ['not a version', createNode({ name: 'odd', nodeInfo: { kubeletVersion: 'kwok' } })],
    ['empty', createNode({ name: 'odd', nodeInfo: { kubeletVersion: '' } })],
    ['absent', createNode({ name: 'odd', nodeInfo: null })],
  ])('a kubelet version that is %s is no pass, and the other findings stay', (_, odd) => {
    const missing = [{ evidence: 'kubernetes.nodes', code: 'InvalidResponse' }];
    expect(on([odd, node('v1.34.0')])).toMatchObject({ status: 'unknown', findings: [], missing });
    expect(on([odd, node('v1.31.0')])).toMatchObject({ status: 'unknown', findings: [{ severity: 'required' }], missing });
  });

  test('without nodes read it is unknown', () => {
    expect(runCheckOn(kubeletVersionSkew, { 'kubernetes.nodes': unavailable('Forbidden'), 'eks.nodegroups': [] })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.nodes', code: 'Forbidden' }],
    });
    expect(runCheckOn(kubeletVersionSkew, { 'eks.nodegroups': [] })).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'NotRequested' }],
    });
    const malformed = on([{ metadata: {} }]);
    expect(malformed).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(malformed.missing[0]?.message).toContain('[0].metadata.name');
  });

  test('without the version of the control plane it is unknown', () => {
    expect(on([node('v1.34.0')], { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });

  test('every node that is not on the version of the control plane is in exactly one finding, and a node never makes another milder', () => {
    const minors = fc.array(fc.integer({ min: 20, max: 36 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(minors, fc.boolean(), (kubelets, hasTarget) => {
        const nodes = kubelets.map((minor, index) => node(`v1.${minor}.0`, index % 2 ? web : {}, `n${index}`));
        const options = { controlPlane: '1.34', target: hasTarget ? '1.35' : null };
        const { findings } = on(nodes, options);
        const reported = findings.flatMap(({ facts }) => facts.nodes as string[]);
        const expected = nodes.filter((_, index) => kubelets[index] !== 34).map(({ metadata }) => metadata.name);
        expect(reported.toSorted()).toEqual(expected.toSorted());
        for (const [index, one] of nodes.entries()) {
          const alone = on([one], options).findings[0]?.severity;
          const together = findings.find(({ facts }) => (facts.nodes as string[]).includes(`n${index}`))?.severity;
          expect(together).toBe(alone);
        }
      }),
      { numRuns: 50 },
    );
  });
});
