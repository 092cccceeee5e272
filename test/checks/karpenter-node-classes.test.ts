import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { karpenterNodeClasses } from '../../functions/checks/karpenter-node-classes.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createEc2NodeClass, createNodePool } from './builders-platform.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

function run(evidence: EvidenceInput, options: RunOptions = {}) {
  return runCheckOn(
    karpenterNodeClasses,
    { 'kubernetes.ec2NodeClasses': [], 'kubernetes.nodePools': [createNodePool()], ...evidence },
    options,
  );
}

const withTerms = (terms: Parameters<typeof createEc2NodeClass>[0], options: RunOptions = {}, amiFamily?: string) =>
  run({ 'kubernetes.ec2NodeClasses': [createEc2NodeClass(terms, amiFamily === undefined ? {} : { amiFamily })] }, options);

const withBudgets = (...budgets: NonNullable<Parameters<typeof createNodePool>[0]>['budgets'] & object) =>
  run({ 'kubernetes.nodePools': [createNodePool({ budgets })] });

describe('karpenter-node-classes', () => {
  it('requires an AMI that is not pinned by id', () => {
    expect(withTerms([{ id: 'ami-2' }, { id: 'ami-1' }])).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'EC2NodeClass', name: 'default' },
          discriminator: 'ami-id',
          hop: '1.35',
          message:
            'EC2NodeClass default, used by node pool general, is pinned to AMI ami-1, ami-2: new nodes keep its kubelet after the upgrade to 1.35',
          facts: { problem: 'ami-id', selected: ['ami-1', 'ami-2'], nodePools: ['general'] },
          remediation:
            'Try it on a node pool of its own, then: kubectl patch ec2nodeclasses.karpenter.k8s.aws default --type merge ' +
            `-p '{"spec":{"amiSelectorTerms":[{"alias":"al2023@latest"}]}}'`,
          labels: { team: 'platform' },
        },
      ],
    });
  });

  it('does not judge ids beside other terms, nor names, tags and parameters', () => {
    expect(withTerms([{ id: 'ami-1' }, { tags: { env: 'prod' } }])).toMatchObject({ status: 'passed', findings: [] });
    expect(withTerms([{ name: 'mine-*', owner: 'self' }, { ssmParameter: '/mine/ami' }]).status).toBe('passed');
  });

  it('requires to leave Amazon Linux 2 from 1.33 on', () => {
    expect(withTerms([{ alias: 'al2@latest' }], { controlPlane: '1.31', target: '1.32' })).toMatchObject({ status: 'passed' });
    expect(withTerms([{ alias: 'al2@latest' }], { controlPlane: '1.32', target: '1.33' }).findings).toMatchObject([
      {
        severity: 'required',
        discriminator: 'amazon-linux-2',
        hop: '1.33',
        message: expect.stringContaining(
          'is pinned to alias al2@latest: EKS has no Amazon Linux 2 AMI for Kubernetes 1.33, the last was for 1.32',
        ),
        remediation: expect.stringContaining('al2023@latest'),
      },
    ]);
    expect(withTerms([{ alias: 'al2@latest' }], { controlPlane: '1.31', target: '1.34' }).findings).toMatchObject([{ hop: '1.33' }]);
  });

  it('trap: al2023 is another', () => {
    expect(withTerms([{ alias: 'al2023@latest' }])).toMatchObject({ status: 'passed', findings: [] });
    expect(withTerms([{ alias: 'AL2023@latest' }]).status).toBe('passed');
  });

  it('knows the family of the API before v1, which needs no terms', () => {
    expect(withTerms(null, {}, 'AL2').findings).toMatchObject([{ severity: 'required', discriminator: 'amazon-linux-2' }]);
    expect(withTerms([], {}, 'AL2023')).toMatchObject({ status: 'passed' });
    expect(withTerms([{ tags: { a: 'b' } }], {}, 'AL2')).toMatchObject({ status: 'passed' });
  });

  it('recommends not to pin the version of an alias', () => {
    expect(withTerms([{ alias: 'bottlerocket@v1.20.3' }]).findings).toMatchObject([
      {
        severity: 'recommended',
        discriminator: 'alias-version',
        hop: '1.35',
        message:
          'EC2NodeClass default, used by node pool general, is pinned to alias bottlerocket@v1.20.3: patches reach its nodes only when somebody changes the version',
        remediation: expect.stringContaining('"alias":"bottlerocket@latest"'),
      },
    ]);
    expect(withTerms([{ alias: 'bottlerocket@latest' }]).status).toBe('passed');
    expect(withTerms([{ alias: 'al2@v20240807' }], { controlPlane: '1.31' }).findings).toMatchObject([{ severity: 'recommended' }]);
    expect(withTerms([{ alias: 'al2@v20240807' }], { controlPlane: '1.32' }).findings).toMatchObject([
      { severity: 'required', discriminator: 'amazon-linux-2' },
    ]);
  });

  it('only informs of a node class that no node pool uses', () => {
    const nodePools = [
      createNodePool({ nodeClassRef: { kind: 'EC2NodeClass', name: 'other' } }),
      createNodePool({ name: 'auto', nodeClassRef: { kind: 'NodeClass', group: 'eks.amazonaws.com', name: 'default' } }),
    ];
    const ec2NodeClasses = [createEc2NodeClass([{ id: 'ami-1' }])];
    expect(run({ 'kubernetes.nodePools': nodePools, 'kubernetes.ec2NodeClasses': ec2NodeClasses }).findings).toMatchObject([
      { severity: 'info', message: expect.stringContaining('used by no node pool'), facts: { nodePools: [] } },
    ]);
    const unsaid = [...nodePools, createNodePool({ name: 'odd', nodeClassRef: null })];
    expect(run({ 'kubernetes.nodePools': unsaid, 'kubernetes.ec2NodeClasses': ec2NodeClasses }).findings).toMatchObject([
      { severity: 'required', facts: { nodePools: ['odd'] } },
    ]);
  });

  it('recommends a budget that lets drift happen at some time', () => {
    const outcome = withBudgets({ nodes: '0' }, { nodes: '10%' });
    expect(outcome).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'NodePool', name: 'general' },
          discriminator: 'drift-budget',
          hop: '1.35',
          message:
            'NodePool general allows the disruption of 0 nodes at any time (1 budget of 2): drift will never roll its nodes to Kubernetes 1.35',
          facts: { budgets: [{ nodes: '0', reasons: null }], expireAfter: '720h' },
          remediation: 'Allow some for drift, or give the budget a schedule: kubectl edit nodepools.karpenter.sh general',
          labels: { team: 'platform' },
        },
      ],
    });
  });

  it.each([
    ['0%', undefined, undefined, true],
    ['0', undefined, [], true],
    ['0', undefined, ['Drifted', 'Empty'], true],
    ['0', undefined, ['Empty', 'Underutilized'], false],
    ['0', '0 9 * * mon-fri', undefined, false],
    ['1', undefined, undefined, false],
    ['1%', undefined, undefined, false],
    ['10%', undefined, undefined, false],
    ['100', undefined, undefined, false],
  ] as const)('a budget of %s nodes, schedule %s, reasons %s: %s', (nodes, schedule, reasons, never) => {
    const { findings } = withBudgets({ nodes, ...(schedule && { schedule, duration: '8h' }), ...(reasons && { reasons: [...reasons] }) });
    expect(findings).toHaveLength(never ? 1 : 0);
  });

  it('is only about an upgrade', () => {
    expect(withTerms([{ id: 'ami-1' }], { target: null })).toMatchObject({ status: 'not-applicable', findings: [] });
    expect(run({ 'kubernetes.nodePools': [] })).toMatchObject({ status: 'not-applicable' });
  });

  it('doubts a node class that says nothing', () => {
    const silent = [{ metadata: { name: 'silent' }, spec: null }, createEc2NodeClass([{ id: 'ami-1' }], { name: 'pinned' })];
    expect(run({ 'kubernetes.ec2NodeClasses': silent })).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'pinned' } }],
      missing: [
        { evidence: 'kubernetes.ec2NodeClasses', code: 'InvalidResponse', message: expect.stringContaining('EC2NodeClass silent') },
      ],
    });
  });

  it('is unknown without evidence, and survives odd node pools', () => {
    expect(run({ 'kubernetes.ec2NodeClasses': unavailable('Forbidden') }).status).toBe('unknown');
    expect(run({ 'kubernetes.nodePools': unavailable('Timeout') }).status).toBe('unknown');
    expect(runCheckOn(karpenterNodeClasses, {}).status).toBe('skipped');
    expect(
      run({ 'kubernetes.nodePools': [{ metadata: { name: 'a' } }, { metadata: { name: 'b' }, spec: { disruption: { budgets: [{}] } } }] })
        .status,
    ).toBe('passed');
  });

  it('finds a budget of nothing, and no other, at any time', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.boolean(), (nodes, percent) => {
        expect(withBudgets({ nodes: `${nodes}${percent ? '%' : ''}` }).findings).toHaveLength(nodes === 0 ? 1 : 0);
      }),
    );
  });
});
