import { describe, expect, test } from 'vitest';
import { amazonLinux2 } from '../../functions/checks/amazon-linux-2.ts';
import { createNode, createNodegroup, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const al2 = { osImage: 'Amazon Linux 2', kernelVersion: '5.10.230-223.885.amzn2.x86_64' };
const al2Group = createNodegroup({ amiType: 'AL2_x86_64' });
const inWeb = { 'eks.amazonaws.com/nodegroup': 'web' };
const at = (controlPlane: string, target?: string | null): RunOptions => ({ controlPlane, ...(target === undefined ? {} : { target }) });
const on = (nodegroups: readonly unknown[], nodes: readonly unknown[], options: RunOptions = at('1.32')) =>
  runCheckOn(amazonLinux2, { 'eks.nodegroups': nodegroups, 'kubernetes.nodes': nodes }, options);
/** The findings of the hops first; the engine leaves the order to the report. */
const brief = ({ findings }: ReturnType<typeof on>) =>
  [...findings.filter(({ discriminator }) => !discriminator), ...findings.filter(({ discriminator }) => discriminator)].map(
    ({ severity, subject, discriminator, hop }) => [severity, subject.kind, subject.name, discriminator ?? null, hop ?? null],
  );

describe('amazon-linux-2', () => {
  test.each(['AL2_x86_64', 'AL2_ARM_64', 'AL2_x86_64_GPU'])('%s is found without a single node', (amiType) => {
    expect(brief(on([createNodegroup({ amiType })], [], at('1.32')))).toEqual([
      ['required', 'Nodegroup', 'web', null, '1.33'],
      ['info', 'Nodegroup', 'web', 'end-of-life', null],
    ]);
  });

  test.each(['AL2023_x86_64_STANDARD', 'BOTTLEROCKET_x86_64', 'WINDOWS_CORE_2022_x86_64', 'CUSTOM', 'constructor'])(
    '%s is fine',
    (amiType) => {
      expect(on([createNodegroup({ amiType })], [])).toMatchObject({ status: 'passed', findings: [], missing: [] });
    },
  );

  test.each([
    ['1.30', '1.31', []],
    ['1.31', '1.32', [['recommended', 'Nodegroup', 'web', null, '1.32']]],
    ['1.32', '1.33', [['required', 'Nodegroup', 'web', null, '1.33']]],
    ['1.34', '1.35', [['required', 'Nodegroup', 'web', null, '1.35']]],
    ['1.31', '1.34', [['required', 'Nodegroup', 'web', null, '1.33']]],
    ['1.30', '1.32', [['recommended', 'Nodegroup', 'web', null, '1.32']]],
    ['1.36', null, []],
  ])('from %s to %s', (controlPlane, target, expected) => {
    const endOfLife = ['info', 'Nodegroup', 'web', 'end-of-life', null];
    expect(brief(on([al2Group], [], at(controlPlane, target)))).toEqual([...expected, endOfLife]);
  });

  test('a managed group says its type and how to leave it', () => {
    const { findings } = on([createNodegroup({ amiType: 'AL2_ARM_64' })], [createNode({ name: 'a', labels: inWeb, nodeInfo: al2 })], {
      ...at('1.32'),
      now: '2026-11-21T06:00:04Z',
    });
    expect(findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        hop: '1.33',
        message:
          'Node group web (AL2_ARM_64) is on Amazon Linux 2: EKS has no Amazon Linux 2 AMI for Kubernetes 1.33, the last was for 1.32',
        facts: { amiType: 'AL2_ARM_64', count: 1, nodes: ['a'], lastKubernetesVersionWithAmi: '1.32', amiSupportEnded: '2025-11-26' },
        remediation:
          'Create a node group on Amazon Linux 2023 beside it, then drain and delete it: aws eks create-nodegroup --region eu-west-1 --cluster-name payments ' +
          '--nodegroup-name web-al2023 --ami-type AL2023_ARM_64_STANDARD --node-role arn:aws:iam::111111111111:role/node --subnets subnet-a subnet-b',
        labels: inWeb,
        tags: { team: 'web' },
      },
      {
        severity: 'info',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        discriminator: 'end-of-life',
        message: 'Node group web (AL2_ARM_64) is on Amazon Linux 2, which reached its end of life on 2026-06-30',
        facts: { amiType: 'AL2_ARM_64', count: 1, nodes: ['a'], operatingSystemEndOfLife: '2026-06-30', daysToEndOfLife: -144 },
        remediation: findings[0]?.remediation,
        documentation: 'https://aws.amazon.com/amazon-linux-2/faqs/',
        labels: inWeb,
        tags: { team: 'web' },
      },
    ]);
  });

  test.each([
    ['2026-06-29T23:59:59Z', 'which reaches its end of life on 2026-06-30, in 1 day'],
    ['2026-06-30T00:00:00Z', 'which reached its end of life on 2026-06-30'],
  ])('at %s it says: %s', (now, text) => {
    const { findings } = on([al2Group], [], { ...at('1.36', null), now });
    expect(findings.map(({ message }) => message)).toEqual([`Node group web (AL2_x86_64) is on Amazon Linux 2, ${text}`]);
  });

  test.each([
    ['Amazon Linux 2', '', true],
    ['Amazon Linux 2 (Karoo)', '', true],
    ['', '5.10.230-223.885.amzn2.x86_64', true],
    ['Custom image', '5.10.230-223.885.amzn2.aarch64', true],
    ['Amazon Linux 2023', '6.1.77-99.164.amzn2023.x86_64', false],
    ['Amazon Linux 2023.9.20251014', '6.12.46-66.121.amzn2023.aarch64', false],
    ['Amazon Linux 2025', '', false],
    ['Bottlerocket OS 1.49.0 (aws-k8s-1.34)', '6.12.46', false],
    ['Ubuntu 22.04.5 LTS', '6.8.0-1021-aws', false],
    ['Windows Server 2022 Datacenter', '10.0.20348.4171', false],
  ])('a self-managed node with "%s" and kernel "%s"', (osImage, kernelVersion, isAffected) => {
    const outcome = on([], [createNode({ nodeInfo: { osImage, kernelVersion } })]);
    expect(outcome.status).toBe(isAffected ? 'failed' : 'passed');
  });

  test('nodes of a found group are not reported twice, even where they say nothing of themselves', () => {
    const nodes = [
      createNode({ name: 'a', labels: inWeb, nodeInfo: al2 }),
      createNode({ name: 'b', labels: inWeb, nodeInfo: { osImage: null, kernelVersion: null } }),
    ];
    expect(on([al2Group], nodes)).toMatchObject({
      status: 'failed',
      findings: [{ subject: { name: 'web' } }, { subject: { name: 'web' } }],
    });
  });

  test('a found group counts its own nodes on Amazon Linux 2 and no others', () => {
    const { findings } = on(
      [al2Group],
      [
        createNode({ name: 'a', labels: inWeb, nodeInfo: al2 }),
        createNode({ name: 'replaced', labels: inWeb }),
        createNode({ name: 'k', labels: { 'karpenter.sh/nodepool': 'web' }, nodeInfo: al2 }),
      ],
    );
    expect(findings.filter(({ severity }) => severity === 'required')).toMatchObject([
      { subject: { kind: 'Nodegroup', name: 'web' }, facts: { count: 1, nodes: ['a'] } },
      { subject: { kind: 'NodePool', name: 'web' }, facts: { count: 1, nodes: ['k'] } },
    ]);
  });

  test('a group with its own AMI is found by its nodes', () => {
    const { findings } = on(
      [createNodegroup({ amiType: 'CUSTOM' })],
      [
        createNode({ name: 'b', labels: inWeb, nodeInfo: { ...al2, architecture: 'arm64' } }),
        createNode({ name: 'a', labels: inWeb, nodeInfo: { ...al2, architecture: 'arm64' } }),
      ],
    );
    expect(findings).toMatchObject([
      {
        severity: 'required',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        message:
          '2 nodes of node group web (a, b) are on Amazon Linux 2: EKS has no Amazon Linux 2 AMI for Kubernetes 1.33, the last was for 1.32',
        facts: { amiType: 'CUSTOM', count: 2, nodes: ['a', 'b'] },
        tags: { team: 'web' },
      },
      { severity: 'info', discriminator: 'end-of-life' },
    ]);
    expect(findings[0]?.remediation).toContain('/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/arm64/standard/recommended/image_id');
    expect(findings[1]?.remediation).toContain('/optimized-ami/KUBERNETES_VERSION/');
  });

  test('other nodes are one finding a group', () => {
    const outcome = on(
      [al2Group],
      [
        createNode({ name: 'k1', labels: { 'karpenter.sh/nodepool': 'default', team: 'x' }, nodeInfo: al2 }),
        createNode({ name: 'k2', labels: { 'karpenter.sh/nodepool': 'default', team: 'x' }, nodeInfo: al2 }),
        createNode({ name: 'k3', labels: { 'karpenter.sh/nodepool': 'other' } }),
        createNode({ name: 'p1', labels: { 'karpenter.sh/provisioner-name': 'old' }, nodeInfo: al2 }),
        createNode({ name: 'h1', labels: { 'eks.amazonaws.com/compute-type': 'hybrid' }, nodeInfo: al2 }),
        createNode({ name: 's1', nodeInfo: al2 }),
        createNode({ name: 'g1', labels: { 'eks.amazonaws.com/nodegroup': 'deleted-meanwhile' }, nodeInfo: al2 }),
      ],
    );
    const required = brief(outcome).filter(([severity]) => severity === 'required');
    expect(required.map(([, kind, name]) => `${kind} ${name}`)).toEqual([
      'Nodegroup web',
      'NodePool default',
      'Provisioner old',
      'HybridNodes hybrid',
      'SelfManagedNodes self-managed',
      'Nodegroup deleted-meanwhile',
    ]);
    expect(outcome.findings).toHaveLength(12);
    const pool = outcome.findings.find(({ subject }) => subject.kind === 'NodePool');
    expect(pool).toMatchObject({ facts: { count: 2, nodes: ['k1', 'k2'] }, labels: { team: 'x' } });
    expect(pool?.remediation).toContain('kubectl get nodepools.karpenter.sh default');
  });

  test('Fargate runs on Amazon Linux 2 and is the business of AWS', () => {
    const fargate = createNode({ name: 'fargate-ip-10-0-0-1', labels: { 'eks.amazonaws.com/compute-type': 'fargate' }, nodeInfo: al2 });
    expect(on([], [fargate])).toMatchObject({ status: 'passed', findings: [] });
  });

  test('a node that says nothing of its operating system is no pass, and the other findings stay', () => {
    const missing = [{ evidence: 'kubernetes.nodes', code: 'InvalidResponse' }];
    for (const nodeInfo of [null, { osImage: null, kernelVersion: null }, { osImage: '', kernelVersion: '' }])
      expect(on([], [createNode({ nodeInfo })])).toMatchObject({ status: 'unknown', findings: [], missing });
    expect(on([al2Group], [createNode({ nodeInfo: null })])).toMatchObject({
      status: 'unknown',
      findings: [{ severity: 'required' }, {}],
      missing,
    });
  });

  test('a group that does not say its AMI type is judged by its nodes, or not at all', () => {
    const untyped = createNodegroup({ amiType: null });
    expect(on([untyped], [])).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.nodegroups', code: 'InvalidResponse' }] });
    expect(on([untyped], [createNode({ labels: inWeb })]).status).toBe('passed');
    expect(on([untyped], [createNode({ labels: inWeb, nodeInfo: al2 })]).status).toBe('failed');
  });

  test('node groups are judged without nodes, and say what was not seen', () => {
    const evidence = { 'eks.nodegroups': [al2Group], 'kubernetes.nodes': unavailable('EndpointUnreachable') };
    expect(runCheckOn(amazonLinux2, evidence, at('1.32'))).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [{ severity: 'required', facts: { count: null, nodes: null } }, { severity: 'info' }],
      missing: [{ evidence: 'kubernetes.nodes', code: 'EndpointUnreachable' }],
    });
  });

  test('without node groups read it is unknown, or skipped where they were not asked for', () => {
    const nodes = { 'kubernetes.nodes': [createNode({ nodeInfo: al2 })] };
    expect(runCheckOn(amazonLinux2, { ...nodes, 'eks.nodegroups': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.nodegroups', code: 'Forbidden' }],
    });
    expect(runCheckOn(amazonLinux2, nodes)).toMatchObject({ status: 'skipped', missing: [{ code: 'NotRequested' }] });
    const malformed = on([{ amiType: 'AL2_x86_64' }], []);
    expect(malformed).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(malformed.missing[0]?.message).toContain('[0].nodegroupName');
  });

  test('without the version of the control plane it is unknown', () => {
    expect(on([al2Group], [], { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });
});
