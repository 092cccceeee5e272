import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerd1 } from '../../functions/checks/containerd-1.ts';
import { createNode, createNodegroup, unavailable } from './builders.ts';
import { inWeb } from './builders-nodes.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const at = (controlPlane: string, target?: string | null): RunOptions => ({ controlPlane, ...(target === undefined ? {} : { target }) });
const node = (containerRuntimeVersion: string | null, labels: Readonly<Record<string, string>> = inWeb, name = 'a') =>
  createNode({ name, labels, nodeInfo: { containerRuntimeVersion } });
const on = (nodes: readonly unknown[], options: RunOptions = at('1.35'), nodegroups: readonly unknown[] = [createNodegroup()]) =>
  runCheckOn(containerd1, { 'kubernetes.nodes': nodes, 'eks.nodegroups': nodegroups }, options);

describe('containerd-1', () => {
  test.each([
    ['1.33', '1.34', []],
    ['1.34', '1.35', [['recommended', '1.35']]],
    ['1.35', '1.36', [['required', '1.36']]],
    ['1.36', '1.37', [['required', '1.37']]],
    ['1.33', '1.37', [['required', '1.36']]],
    ['1.32', '1.35', [['recommended', '1.35']]],
  ])('from %s to %s', (controlPlane, target, expected) => {
    const { findings, missing } = on([node('containerd://1.7.27')], at(controlPlane, target));
    expect(findings.map(({ severity, hop }) => [severity, hop])).toEqual(expected);
    expect(missing).toEqual([]);
  });

  test('says which nodes of which group, and how to leave', () => {
    const nodes = [
      node('containerd://1.7.27', inWeb, 'b'),
      node('containerd://1.6.36', inWeb, 'a'),
      node('containerd://2.1.4', inWeb, 'c'),
    ];
    expect(on(nodes).findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        hop: '1.36',
        message:
          '2 nodes of node group web (a, b) run containerd 1.6.36, containerd 1.7.27: the kubelet of Kubernetes 1.36 needs containerd 2.0 or newer',
        facts: {
          count: 2,
          nodes: ['a', 'b'],
          runtimes: ['containerd://1.6.36', 'containerd://1.7.27'],
          lastKubernetesVersion: '1.35',
          target: '1.36',
        },
        remediation:
          'Update to an AMI with containerd 2 before the control plane goes beyond 1.35: ' +
          'aws eks update-nodegroup-version --region eu-west-1 --cluster-name payments --nodegroup-name web',
        labels: inWeb,
        tags: { team: 'web' },
      },
    ]);
    expect(on([node('containerd://1.7.27')], at('1.34')).findings[0]?.message).toBe(
      '1 node of node group web (a) runs containerd 1.7.27: Kubernetes 1.35 is the last version that works with containerd 1.x',
    );
  });

  test.each([
    ['containerd://1.7.27', 'failed'],
    ['containerd://v1.7.27', 'failed'],
    ['containerd://1.7.27+bottlerocket', 'failed'],
    ['containerd://0.9.1', 'failed'],
    ['containerd://2.0.0', 'passed'],
    ['containerd://2.1.4-k3s1', 'passed'],
    ['containerd://10.1.0', 'passed'],
    ['containerd://11.0.0', 'passed'],
    ['docker://1.13.1', 'passed'],
    ['docker://20.10.25', 'passed'],
    ['cri-o://1.30.0', 'passed'],
  ])('%s: %s', (runtime, status) => {
    expect(on([node(runtime)])).toMatchObject({ status, missing: [] });
  });

  test.each(['containerd://', 'containerd://Unknown', 'containerd://latest', 'containerd', '', null])('%j is no pass', (runtime) => {
    expect(on([node(runtime, inWeb, 'odd'), node('containerd://1.7.27')])).toMatchObject({
      status: 'unknown',
      findings: [{ facts: { nodes: ['a'] } }],
      missing: [
        {
          evidence: 'kubernetes.nodes',
          code: 'InvalidResponse',
          message: 'no version of the container runtime can be read of 1 node (odd)',
        },
      ],
    });
    expect(on([createNode({ nodeInfo: null })]).status).toBe('unknown');
    expect(on([node(runtime)], at('1.33'))).toMatchObject({ status: 'passed', missing: [] });
  });

  test('one finding a group, of every kind, each with its own way out', () => {
    const old = (labels: Readonly<Record<string, string>>, name: string) => node('containerd://1.7.27', labels, name);
    const { findings } = on(
      [
        old(inWeb, 'w'),
        old({ 'eks.amazonaws.com/nodegroup': 'custom' }, 'c'),
        old({ 'karpenter.sh/nodepool': 'default', team: 'x' }, 'k'),
        old({ 'karpenter.sh/provisioner-name': 'old' }, 'p'),
        old({ 'eks.amazonaws.com/compute-type': 'hybrid' }, 'h'),
        old({}, 's'),
      ],
      at('1.35'),
      [createNodegroup(), createNodegroup({ nodegroupName: 'custom', amiType: 'CUSTOM', launchTemplate: { id: 'lt-0a1' } })],
    );
    expect(findings.map(({ subject, remediation }) => [subject.kind, subject.name, remediation])).toEqual([
      ['Nodegroup', 'web', expect.stringContaining('--nodegroup-name web')],
      ['Nodegroup', 'custom', expect.stringContaining('--launch-template id=lt-0a1,version=NEW_VERSION')],
      ['NodePool', 'default', expect.stringContaining('kubectl get nodepools.karpenter.sh default')],
      ['Provisioner', 'old', expect.stringContaining('kubectl get provisioners.karpenter.sh old')],
      ['HybridNodes', 'hybrid', expect.stringContaining('kubectl drain h ')],
      ['SelfManagedNodes', 'self-managed', expect.stringContaining('kubectl drain s ')],
    ]);
    expect(findings[2]).toMatchObject({ labels: { team: 'x' }, subject: { arn: null } });
  });

  test('a group on Amazon Linux 2 cannot be updated to containerd 2', () => {
    const { findings } = on([node('containerd://1.7.27')], at('1.34'), [createNodegroup({ amiType: 'AL2_x86_64' })]);
    expect(findings[0]?.remediation).toContain('--nodegroup-name web-al2023 --ami-type AL2023_x86_64_STANDARD');
  });

  test.each(['fargate', 'auto'])('the runtime of %s nodes is the business of AWS', (type) => {
    const labels = { 'eks.amazonaws.com/compute-type': type, 'karpenter.sh/nodepool': 'general-purpose' };
    expect(on([node('containerd://1.7.27', labels), node(null, labels, 'b')])).toMatchObject({ status: 'passed', missing: [] });
  });

  test('stands without node groups, and says what was not seen', () => {
    expect(
      runCheckOn(
        containerd1,
        { 'kubernetes.nodes': [node('containerd://1.7.27')], 'eks.nodegroups': unavailable('AccessDenied') },
        at('1.35'),
      ),
    ).toMatchObject({ status: 'failed', findings: [{ subject: { name: 'web', arn: null } }], missing: [{ evidence: 'eks.nodegroups' }] });
  });

  test('without nodes it is unknown, or skipped where they were not asked for', () => {
    const nodegroups = { 'eks.nodegroups': [createNodegroup()] };
    expect(runCheckOn(containerd1, { ...nodegroups, 'kubernetes.nodes': unavailable('EndpointUnreachable') }, at('1.35'))).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.nodes', code: 'EndpointUnreachable' }],
    });
    expect(runCheckOn(containerd1, nodegroups, at('1.35')).status).toBe('skipped');
  });

  test('does not apply when there is nothing to upgrade to', () => {
    expect(on([node('containerd://1.7.27')], at('1.36', null)).status).toBe('not-applicable');
  });

  test('of a path it reports exactly the nodes below 2, with the first hop of the worst severity', () => {
    const minor = fc.integer({ min: 30, max: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 8 }),
        minor,
        fc.integer({ min: 1, max: 4 }),
        (majors, from, hops) => {
          const nodes = majors.map((major, index) => node(`containerd://${major}.2.3`, inWeb, `n${index}`));
          const outcome = on(nodes, at(`1.${from}`, `1.${from + hops}`));
          const names = majors.flatMap((major, index) => (major < 2 ? [`n${index}`] : []));
          const to = from + hops;
          const hop = to >= 36 ? Math.max(36, from + 1) : to === 35 ? 35 : undefined;
          expect(outcome.findings.map(({ facts, ...finding }) => [finding.severity, finding.hop, facts.nodes])).toEqual(
            names.length > 0 && hop ? [[hop >= 36 ? 'required' : 'recommended', `1.${hop}`, names]] : [],
          );
        },
      ),
    );
  });
});
