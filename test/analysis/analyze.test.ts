import { describe, expect, it } from 'vitest';
import { type AnalysisOptions, analyzeInventory } from '../../functions/analysis/analyze.ts';
import { clusterReportSchema } from '../../functions/analysis/cluster-report.ts';
import type { FindingDraft } from '../../functions/checks/finding.ts';
import { checks as allChecks } from '../../functions/checks/list.ts';
import { parseInventory } from '../../functions/inventory/inventory.ts';
import { TargetNotOffered } from '../../functions/versions/upgrade-path.ts';
import { createCluster, createInventory, createNodegroup, type EvidenceInput, unavailable } from '../checks/builders.ts';
import { createCheck, createConfiguration, createDescribedInventory, createDraft } from './builders.ts';

const finds = (...drafts: Partial<FindingDraft>[]) => createCheck({ run: () => drafts.map(createDraft) });

function analyze(
  inventory: Parameters<typeof analyzeInventory>[0],
  options: Partial<AnalysisOptions> & { yaml?: Readonly<Record<string, unknown>> } = {},
) {
  const { yaml, ...rest } = options;
  const report = analyzeInventory(inventory, {
    now: new Date('2026-11-21T06:00:04.789Z'),
    target: 'next',
    configuration: createConfiguration(yaml),
    checks: [],
    ...rest,
  });
  // Whatever is said fits the published shape, as it is written.
  expect(clusterReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  return report;
}

describe('the cluster in a report', () => {
  it('has identity, version, target and support', () => {
    const report = analyze(createDescribedInventory(), { accountName: 'shop' });
    expect(report).toMatchObject({
      schemaVersion: '1',
      collectedAt: '2026-11-21T06:00:04Z',
      analyzedAt: '2026-11-21T06:00:04Z',
      cluster: {
        accountId: '111111111111',
        accountName: 'shop',
        region: 'eu-west-1',
        name: 'payments',
        version: '1.34',
        targetVersion: '1.35',
        hops: ['1.35'],
        tags: { team: 'payments' },
      },
      support: { status: 'standard', daysToEndOfStandardSupport: 11, supportType: 'EXTENDED', source: 'DescribeClusterVersions' },
      verdict: 'READY',
      collection: null,
    });
    expect(report).not.toHaveProperty('verdictWithoutSuppressions');
  });

  it('goes through every minor to an explicit target', () => {
    const report = analyze(createDescribedInventory({ 'eks.cluster': createCluster({ version: '1.33' }) }), { target: '1.36' });
    expect(report.cluster).toMatchObject({ version: '1.33', targetVersion: '1.36', hops: ['1.34', '1.35', '1.36'] });
    expect(report.support).toMatchObject({ status: 'extended', monthlySurchargeUsd: 365 });
  });

  it('has no target on the newest version', () => {
    const report = analyze(createDescribedInventory({ 'eks.cluster': createCluster({ version: '1.36' }) }));
    expect(report.cluster).toMatchObject({ version: '1.36', targetVersion: null, hops: [] });
  });

  it('compares minors as numbers', () => {
    const report = analyze(createDescribedInventory({ 'eks.cluster': createCluster({ version: '1.9' }) }));
    expect(report.cluster.version).toBe('1.9');
    expect(report.cluster.targetVersion).toBe('1.33');
    expect(report.cluster.hops[0]).toBe('1.10');
    expect(report.support.status).toBe('unknown');
  });

  it.each(['1.37', '1.34', '1.33', 'latest'])('refuses the target %s and says what is offered', (target) => {
    expect(() => analyze(createDescribedInventory(), { target })).toThrow(TargetNotOffered);
    expect(() => analyze(createDescribedInventory(), { target })).toThrow(/offered, according to DescribeClusterVersions: 1\.35, 1\.36/);
  });

  it('asks the API server for the version where EKS does not answer', () => {
    const version = { gitVersion: 'v1.34.2-eks-0a1b2c3' };
    const report = analyze(createInventory({ 'eks.cluster': unavailable('AccessDenied'), 'kubernetes.version': version }));
    expect(report.cluster).toMatchObject({ version: '1.34', tags: {} });
    expect(report.support).toMatchObject({ supportType: null, source: 'bundled' });
  });

  it.each([
    ['nothing', {}, 'NotRequested', 'eks.cluster is not in the inventory'],
    ['a refusal', { 'eks.cluster': unavailable('AccessDenied') }, 'AccessDenied', 'eks.cluster was not read'],
    [
      'no version',
      { 'eks.cluster': createCluster({ version: 'banana' }) },
      'InvalidResponse',
      'evidence.eks.cluster.data.version: expected a version such as 1.34',
    ],
  ])('cannot determine anything about the version from %s', (_, evidence: EvidenceInput, code, message) => {
    const check = createCheck({ essential: true, run: ({ controlPlane }) => (controlPlane ? [] : []) });
    const report = analyze(createInventory(evidence), { target: '1.35', checks: [check] });
    expect(report).toMatchObject({
      verdict: 'CANNOT_DETERMINE',
      cluster: { version: null, targetVersion: null, hops: [] },
      support: { status: 'unknown' },
    });
    expect(report.checks).toEqual([
      { check: 'sample-check', status: 'unknown', findings: 0, missing: [{ evidence: 'eks.cluster', code, message }], essential: true },
    ]);
  });
});

describe('findings', () => {
  it('have id, documentation and the rest of the published shape', () => {
    const check = finds(
      { facts: { installed: 'v1', supported: ['v2'] }, hop: '1.35' },
      { documentation: 'https://example.com/own', discriminator: 'x' },
    );
    const { findings, checks } = analyze(createDescribedInventory(), { checks: [check] });
    expect(findings).toMatchObject([
      {
        check: 'sample-check',
        hop: '1.35',
        discriminator: null,
        documentation: 'https://example.com/check',
        subject: { namespace: null, arn: null },
        owner: null,
      },
      { hop: null, discriminator: 'x', documentation: 'https://example.com/own' },
    ]);
    expect(checks).toEqual([{ check: 'sample-check', status: 'failed', findings: 2, missing: [] }]);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(2);
  });

  it('stand in the order of severity, check and subject, suppressed ones too, whatever order they are found in', () => {
    const drafts = [{ discriminator: 'b' }, { severity: 'info', discriminator: 'c' }, { discriminator: 'a' }] as const;
    const orderOf = (yaml: Readonly<Record<string, unknown>>, list: readonly Partial<FindingDraft>[]) => {
      const checks = [createCheck({ id: 'z-check', run: () => [createDraft()] }), finds(...list)];
      const { findings, suppressed } = analyze(createDescribedInventory(), { checks, yaml });
      return [findings, suppressed].map((of) => of.map(({ check, discriminator }) => discriminator ?? check));
    };
    const suppressions = [{ check: '*', reason: 'all', expires: '2027-01-01' }];
    for (const list of [drafts, drafts.toReversed()]) {
      expect(orderOf({}, list)).toEqual([['a', 'b', 'z-check', 'c'], []]);
      expect(orderOf({ suppressions }, list)).toEqual([[], ['a', 'b', 'z-check', 'c']]);
    }
  });

  it('keep their id when the wording, the severity and the numbers change', () => {
    const idOf = (draft: Partial<FindingDraft>) => analyze(createDescribedInventory(), { checks: [finds(draft)] }).findings[0]?.id;
    expect(idOf({ message: 'other words', severity: 'info', facts: { n: 1 }, hop: '1.35', remediation: 'other' })).toBe(idOf({}));
  });

  it('are asked of the owner that labels and tags name', () => {
    const yaml = { owners: { fromTag: 'team', fromLabel: 'part-of' } };
    const check = finds(
      { discriminator: 'a', labels: { 'part-of': 'cart' } },
      { discriminator: 'b', tags: { team: 'web' } },
      { discriminator: 'c' },
    );
    expect(analyze(createDescribedInventory(), { checks: [check], yaml }).findings.map(({ owner }) => owner)).toEqual([
      'cart',
      'web',
      'payments',
    ]);
  });

  it.each([
    ['required', 'NOT_READY'],
    ['recommended', 'READY_WITH_WARNINGS'],
    ['info', 'READY'],
  ])('have the severity that the configuration gives their check: %s', (severity, verdict) => {
    const yaml = { severities: { 'sample-check': severity } };
    const report = analyze(createDescribedInventory(), { checks: [finds({ severity: 'recommended' })], yaml });
    expect(report).toMatchObject({ verdict, findings: [{ severity }] });
  });

  it('of a check that is off do not exist, nor does the check', () => {
    const yaml = { severities: { 'sample-check': 'off' } };
    expect(analyze(createDescribedInventory(), { checks: [finds({})], yaml })).toMatchObject({
      verdict: 'READY',
      checks: [],
      findings: [],
    });
  });

  it('of excluded namespaces do not count, and a check with no others has passed', () => {
    const check = finds({ subject: { kind: 'Deployment', namespace: 'sandbox-7', name: 'cart' } });
    const report = analyze(createDescribedInventory(), { checks: [check], yaml: { thresholds: { excludeNamespaces: ['sandbox-*'] } } });
    expect(report).toMatchObject({ verdict: 'READY', findings: [], suppressed: [], checks: [{ status: 'passed', findings: 0 }] });
  });
});

describe('suppressions', () => {
  const suppressions = [{ check: 'sample-*', cluster: 'pay*', reason: 'accepted', owner: 'platform', expires: '2026-11-22' }];

  it('take a finding out of the verdict, with the reason, and say what it would be', () => {
    const report = analyze(createDescribedInventory(), { checks: [finds({})], yaml: { suppressions } });
    expect(report).toMatchObject({
      verdict: 'READY',
      verdictWithoutSuppressions: 'NOT_READY',
      findings: [],
      suppressed: [{ check: 'sample-check', suppression: { reason: 'accepted', owner: 'platform', expires: '2026-11-22' } }],
      checks: [{ status: 'failed', findings: 0 }],
    });
  });

  it('say nothing of the verdict where they did not change it', () => {
    const other = createCheck({ id: 'other', run: () => [createDraft()] });
    const report = analyze(createDescribedInventory(), { checks: [finds({ severity: 'recommended' }), other], yaml: { suppressions } });
    expect(report.verdict).toBe('NOT_READY');
    expect(report).not.toHaveProperty('verdictWithoutSuppressions');
  });

  it('never lift an unknown', () => {
    const unknown = createCheck({ essential: true, needs: ['eks.addons'] });
    expect(analyze(createDescribedInventory(), { checks: [finds({}), unknown], yaml: { suppressions } })).toMatchObject({
      verdict: 'CANNOT_DETERMINE',
      verdictWithoutSuppressions: 'NOT_READY',
    });
  });

  it('end at 00:00 UTC of their day', () => {
    const at = (now: string) => analyze(createDescribedInventory(), { checks: [finds({})], yaml: { suppressions }, now: new Date(now) });
    expect(at('2026-11-21T23:59:59.999Z')).toMatchObject({ verdict: 'READY', findings: [] });
    expect(at('2026-11-22T00:00:00Z')).toMatchObject({ verdict: 'NOT_READY', suppressed: [] });
  });
});

describe('evidence in a report', () => {
  it('is listed in its order, with what was read though it is not there, and without unknown keys', () => {
    const inventory = createInventory({
      'kubernetes.nodes': unavailable('Forbidden'),
      'eks.addons': [{ addonName: 'vpc-cni' }, { addonName: 'coredns' }],
      'eks.nodegroups': [{ nodegroupName: 7 }],
      'eks.cluster': createCluster(),
    });
    const more = { ...inventory, evidence: { ...inventory.evidence, 'acme.notes': { status: 'collected' as const, data: 1 } } };
    const { evidence } = analyze(more, { checks: [createCheck({ needs: ['ec2.subnets'] })] });
    expect(Object.keys(evidence)).toEqual([
      'eks.cluster',
      'eks.nodegroups',
      'eks.addons',
      'eks.clusterVersions',
      'ec2.subnets',
      'kubernetes.version',
      'kubernetes.nodes',
    ]);
    expect(evidence).toMatchObject({
      'eks.cluster': { status: 'collected', items: 1, code: null, message: null },
      'eks.nodegroups': { status: 'unavailable', items: null, code: 'InvalidResponse' },
      'eks.addons': { items: 2 },
      'ec2.subnets': { code: 'NotRequested' },
      'kubernetes.nodes': { code: 'Forbidden', message: 'kubernetes.nodes was not read' },
    });
  });

  it('that does not fit harms only the checks that need it', () => {
    const inventory = createDescribedInventory({ 'eks.nodegroups': [{ nodegroupName: 7 }], 'eks.addons': [] });
    const report = analyze(inventory, {
      checks: [createCheck({ id: 'a', essential: true, needs: ['eks.addons'] }), createCheck({ id: 'b', needs: ['eks.nodegroups'] })],
    });
    expect(report.verdict).toBe('READY_WITH_WARNINGS');
    expect(report.checks).toMatchObject([
      { check: 'a', status: 'passed' },
      { check: 'b', status: 'unknown', missing: [{ message: expect.stringContaining('evidence.eks.nodegroups.data[0].nodegroupName') }] },
    ]);
  });
});

describe('all checks of the product', () => {
  it('cannot determine an empty inventory', () => {
    expect(analyze(createInventory(), { checks: allChecks }).verdict).toBe('CANNOT_DETERMINE');
  });

  it.each<[string, EvidenceInput]>([
    [
      'nothing but nulls',
      Object.fromEntries(['eks.cluster', 'eks.nodegroups', 'eks.addons', 'kubernetes.nodes', 'kubernetes.pods'].map((key) => [key, null])),
    ],
    ['an old version', { 'eks.cluster': createCluster({ version: '1.9' }), 'eks.nodegroups': [createNodegroup({ version: '1.9' })] }],
    ['no version', { 'eks.cluster': createCluster({ version: '' }) }],
    ['a version from the future', { 'eks.cluster': createCluster({ version: '1.9999' }) }],
    [
      'strange names',
      {
        'eks.nodegroups': [createNodegroup({ nodegroupName: 'a/b c\n../☃\u0000', labels: JSON.parse('{"__proto__":"x"}') })],
        'eks.addons': [{ addonName: '__proto__', addonVersion: 'not a version' }],
      },
    ],
    [
      'no date that can be read',
      { 'eks.clusterVersions': [{ clusterVersion: '1.34', endOfStandardSupportDate: 'soon', endOfExtendedSupportDate: '9999-99-99' }] },
    ],
  ])('neither fail nor pass over %s', (_, evidence) => {
    const report = analyze(createDescribedInventory(evidence), { checks: allChecks });
    expect(['CANNOT_DETERMINE', 'NOT_READY']).toContain(report.verdict);
    expect(report.checks.map(({ check }) => check)).toEqual(allChecks.map(({ id }) => id));
  });

  it('take numbers that are no numbers for no evidence', () => {
    const subnets: unknown = JSON.parse('[{"SubnetId":"subnet-a","AvailabilityZoneId":"euw1-az1","AvailableIpAddressCount":1e999}]');
    const inventory = parseInventory(JSON.parse(JSON.stringify(createDescribedInventory({ 'ec2.subnets': [] }))));
    const report = analyze(
      { ...inventory, evidence: { ...inventory.evidence, 'ec2.subnets': { status: 'collected', data: subnets } } },
      { checks: allChecks },
    );
    expect(report.evidence['ec2.subnets']).toMatchObject({ code: 'InvalidResponse' });
  });
});

describe('the same inputs', () => {
  it('give the same bytes, whatever order the evidence stands in', () => {
    const inventory = createDescribedInventory({
      'eks.nodegroups': [createNodegroup()],
      'eks.addons': [],
      'kubernetes.nodes': unavailable('Forbidden'),
    });
    const reversed = { ...inventory, evidence: Object.fromEntries(Object.entries(inventory.evidence).reverse()) };
    const bytes = JSON.stringify(analyze(inventory, { checks: allChecks }));
    expect(JSON.stringify(analyze(inventory, { checks: allChecks }))).toBe(bytes);
    expect(JSON.stringify(analyze(reversed, { checks: allChecks }))).toBe(bytes);
  });
});
