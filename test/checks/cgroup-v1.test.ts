import { describe, expect, test } from 'vitest';
import { cgroupV1 } from '../../functions/checks/cgroup-v1.ts';
import { createNode, createNodegroup, unavailable } from './builders.ts';
import { inWeb } from './builders-nodes.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const al2 = { osImage: 'Amazon Linux 2', kernelVersion: '5.10.230-223.885.amzn2.x86_64' };
const al2Group = createNodegroup({ amiType: 'AL2_x86_64' });
const at = (controlPlane: string, target?: string | null): RunOptions => ({ controlPlane, ...(target === undefined ? {} : { target }) });
const on = (nodegroups: readonly unknown[], nodes: readonly unknown[], options: RunOptions = at('1.34')) =>
  runCheckOn(cgroupV1, { 'eks.nodegroups': nodegroups, 'kubernetes.nodes': nodes }, options);

describe('cgroup-v1', () => {
  test.each([
    ['1.33', '1.34', []],
    ['1.34', '1.35', ['1.35']],
    ['1.35', '1.36', ['1.36']],
    ['1.31', '1.34', []],
    ['1.32', '1.36', ['1.35']],
  ])('from %s to %s', (controlPlane, target, hops) => {
    const { findings } = on([al2Group], [], at(controlPlane, target));
    expect(findings.map(({ severity, hop }) => [severity, hop])).toEqual(hops.map((hop) => ['required', hop]));
  });

  test('a managed group says its type, its nodes and how to leave', () => {
    expect(on([al2Group], [createNode({ name: 'a', labels: inWeb, nodeInfo: al2 })]).findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        hop: '1.35',
        message: 'Node group web (AL2_x86_64) is on Amazon Linux 2, so on cgroup v1: the kubelet of Kubernetes 1.35 refuses to start there',
        facts: { amiType: 'AL2_x86_64', count: 1, nodes: ['a'], target: '1.35', refusedSince: '1.35' },
        remediation:
          'Create a node group on Amazon Linux 2023 beside it, then drain and delete it: aws eks create-nodegroup --region eu-west-1 --cluster-name payments ' +
          '--nodegroup-name web-al2023 --ami-type AL2023_x86_64_STANDARD --node-role arn:aws:iam::111111111111:role/node --subnets subnet-a subnet-b',
        labels: inWeb,
        tags: { team: 'web' },
      },
    ]);
  });

  test.each([
    [al2, 'failed'],
    [{ osImage: '', kernelVersion: '5.10.230-223.885.amzn2.aarch64' }, 'failed'],
    [{ osImage: 'Amazon Linux 2023.9.20251014', kernelVersion: '6.12.46-66.121.amzn2023.x86_64' }, 'passed'],
    [{ osImage: 'Bottlerocket OS 1.49.0 (aws-k8s-1.34)', kernelVersion: '6.12.46' }, 'passed'],
    [{ osImage: 'Windows Server 2022 Datacenter', kernelVersion: '10.0.20348.4171' }, 'passed'],
  ])('a node with %j: %s', (nodeInfo, status) => {
    expect(on([], [createNode({ nodeInfo })])).toMatchObject({ status, missing: [] });
  });

  test('a node of a custom AMI and one of Karpenter are found by themselves, one finding a group', () => {
    const { findings } = on(
      [createNodegroup({ amiType: 'CUSTOM' })],
      [
        createNode({ name: 'b', labels: inWeb, nodeInfo: al2 }),
        createNode({ name: 'a', labels: inWeb, nodeInfo: al2 }),
        createNode({ name: 'k', labels: { 'karpenter.sh/nodepool': 'default' }, nodeInfo: al2 }),
      ],
    );
    expect(findings).toMatchObject([
      { subject: { kind: 'Nodegroup', name: 'web' }, facts: { count: 2, nodes: ['a', 'b'] }, tags: { team: 'web' } },
      { subject: { kind: 'NodePool', name: 'default' }, facts: { amiType: null, nodes: ['k'] } },
    ]);
    expect(findings[0]?.message).toContain('2 nodes of node group web (a, b) are on Amazon Linux 2, so on cgroup v1');
  });

  test('Fargate is exempt though it runs on Amazon Linux 2 and cgroup v1', () => {
    const fargate = createNode({ name: 'fargate-ip-10-0-0-1', labels: { 'eks.amazonaws.com/compute-type': 'fargate' }, nodeInfo: al2 });
    expect(on([], [fargate])).toMatchObject({ status: 'passed', findings: [] });
  });

  test('Bottlerocket groups are exempt', () => {
    expect(on([createNodegroup({ amiType: 'BOTTLEROCKET_x86_64' })], [])).toMatchObject({ status: 'passed', missing: [] });
  });

  test('a node that says nothing of its operating system is no pass, from the version on at which it counts', () => {
    const silent = createNode({ nodeInfo: { osImage: null, kernelVersion: null } });
    expect(on([al2Group], [silent])).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'web' } }],
      missing: [{ evidence: 'kubernetes.nodes', code: 'InvalidResponse' }],
    });
    expect(on([createNodegroup({ amiType: null })], [])).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.nodegroups' }] });
    expect(on([], [silent], at('1.33'))).toMatchObject({ status: 'passed', missing: [] });
  });

  test('node groups are found without nodes, which is no pass', () => {
    const nodes = { 'kubernetes.nodes': unavailable('EndpointUnreachable') };
    const missing = [{ evidence: 'kubernetes.nodes', code: 'EndpointUnreachable' }];
    expect(runCheckOn(cgroupV1, { 'eks.nodegroups': [al2Group], ...nodes })).toMatchObject({
      status: 'unknown',
      findings: [{ severity: 'required', facts: { count: null, nodes: null } }],
      missing,
    });
    expect(runCheckOn(cgroupV1, { 'eks.nodegroups': [createNodegroup()], ...nodes })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing,
    });
  });

  test('without node groups it is unknown, or skipped where they were not asked for', () => {
    const nodes = { 'kubernetes.nodes': [createNode({ nodeInfo: al2 })] };
    expect(runCheckOn(cgroupV1, { ...nodes, 'eks.nodegroups': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.nodegroups', code: 'Forbidden' }],
    });
    expect(runCheckOn(cgroupV1, nodes).status).toBe('skipped');
  });

  test('does not apply when there is nothing to upgrade to', () => {
    expect(on([al2Group], [], at('1.36', null)).status).toBe('not-applicable');
  });
});
