import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { insightUpgradeReadiness } from '../../functions/checks/insight-upgrade-readiness.ts';
import { product, userAgent } from '../../functions/config/product.ts';
import type { Insight } from '../../functions/inventory/evidence/eks-insights.ts';
import { unavailable } from './builders.ts';
import { createDeprecation, createInsight } from './builders-control-plane.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const on = (insights: readonly unknown[], options?: RunOptions) =>
  runCheckOn(insightUpgradeReadiness, { 'eks.insights': insights }, options);
const passing = createInsight({ id: 'p', name: 'Cluster health issues', status: 'PASSING' });
// The inventory is of 2026-11-21T06:00:04Z.
const recent = '2026-11-20T00:00:00Z';
const old = '2026-11-01T00:00:00Z';
const messages = (insights: readonly Insight[]) => on(insights).findings.map(({ message }) => message);

describe('insight-upgrade-readiness', () => {
  test('insights that pass, pass', () => {
    expect(on([passing])).toEqual({ status: 'passed', essential: true, missing: [], findings: [] });
  });

  // control plane 1.34, target 1.35
  test.each([
    ['ERROR', '1.34', 'required', null],
    ['ERROR', '1.35', 'required', '1.35'],
    ['ERROR', '1.36', 'recommended', '1.36'],
    ['ERROR', null, 'required', null],
    ['WARNING', '1.34', 'required', null],
    ['WARNING', '1.35', 'required', '1.35'],
    ['WARNING', '1.36', 'recommended', '1.36'],
    ['WARNING', null, 'recommended', null],
    ['UNKNOWN', '1.34', 'recommended', null],
    ['UNKNOWN', '1.35', 'recommended', '1.35'],
    ['UNKNOWN', null, 'recommended', null],
  ])('%s for %s: %s, hop %s', (status, kubernetesVersion, severity, hop) => {
    expect(on([createInsight({ status, kubernetesVersion })])).toMatchObject({ status: 'failed', findings: [{ severity, hop }] });
  });

  test('of several hops the version of the insight decides', () => {
    const insights = ['1.34', '1.35', '1.36', '1.37', '1.38'].map((kubernetesVersion) =>
      createInsight({ id: kubernetesVersion, kubernetesVersion }),
    );
    expect(on(insights, { target: '1.37' }).findings.map(({ discriminator, severity, hop }) => [discriminator, severity, hop])).toEqual([
      ['1.34', 'required', null],
      ['1.35', 'required', '1.35'],
      ['1.36', 'required', '1.36'],
      ['1.37', 'required', '1.37'],
      ['1.38', 'recommended', '1.38'],
    ]);
  });

  test('required up to the target and recommended beyond, over any distance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 28, max: 45 }), fc.integer({ min: 1, max: 5 }), (minor, hops) => {
        const { findings } = on([createInsight({ kubernetesVersion: `1.${minor}` })], { target: `1.${34 + hops}` });
        expect(findings).toMatchObject([
          { severity: minor <= 34 + hops ? 'required' : 'recommended', hop: minor > 34 ? `1.${minor}` : null },
        ]);
      }),
    );
  });

  test('gives clients, resources and replacements', () => {
    const insight = createInsight({
      categorySpecificSummary: {
        ...createDeprecation({ 'kubectl/v1.28': recent, 'argo-cd': old }),
        addonCompatibilityDetails: [{ name: 'vpc-cni', compatibleVersions: ['v1.21.1-eksbuild.3'] }],
      },
      resources: [
        { kubernetesResourceUri: '/api/v1/nodes/b', insightStatus: { status: 'ERROR' } },
        { kubernetesResourceUri: null, arn: 'arn:aws:eks:eu-west-1:111111111111:addon/payments/vpc-cni/8ec1' },
        { kubernetesResourceUri: '/api/v1/nodes/a', insightStatus: null },
        { kubernetesResourceUri: '/api/v1/nodes/fine', insightStatus: { status: 'PASSING' } },
        {},
      ],
    });
    expect(on([insight, passing])).toEqual({
      status: 'failed',
      essential: true,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          discriminator: 'a1b2c3d4-0001',
          hop: '1.35',
          message:
            'EKS insight "Deprecated APIs removed in Kubernetes v1.35" is ERROR for 1.35: Deprecated API usage detected within last 30 days; used by argo-cd, kubectl/v1.28',
          facts: {
            insight: 'Deprecated APIs removed in Kubernetes v1.35',
            category: 'UPGRADE_READINESS',
            status: 'ERROR',
            reason: 'Deprecated API usage detected within last 30 days.',
            recommendation: 'Update manifests and API clients to use newer Kubernetes APIs.',
            kubernetesVersion: '1.35',
            lastRefreshTime: '2026-11-21T05:00:04Z',
            clients: [
              { userAgent: 'argo-cd', requestsLast30Days: 10, lastRequestTime: old },
              { userAgent: 'kubectl/v1.28', requestsLast30Days: 10, lastRequestTime: recent },
            ],
            mayStayRedDays: null,
            resources: ['/api/v1/nodes/a', '/api/v1/nodes/b', 'arn:aws:eks:eu-west-1:111111111111:addon/payments/vpc-cni/8ec1'],
            deprecations: [
              {
                usage: '/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas',
                replacedWith: '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
                stopServingVersion: '1.35',
                startServingReplacementVersion: '1.29',
              },
            ],
            addons: [{ name: 'vpc-cni', compatibleVersions: ['v1.21.1-eksbuild.3'] }],
          },
          remediation:
            'Move argo-cd, kubectl/v1.28 from /apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas to /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas, ' +
            'then: aws eks describe-insight --region eu-west-1 --cluster-name payments --id a1b2c3d4-0001',
        },
      ],
    });
  });

  test.each([
    // 7 days before the inventory, to the second
    [{ a: '2026-11-14T06:00:04Z' }, false],
    [{ a: '2026-11-14T06:00:03Z' }, true],
    [{ a: old, b: old }, true],
    [{ a: old, b: recent }, false],
    [{ a: old, b: null }, false],
    [{ a: old, b: 'yesterday' }, false],
    [{}, false],
  ])('clients %j: stays red %s', (clients, label) => {
    const [message = ''] = messages([createInsight({ categorySpecificSummary: createDeprecation(clients) })]);
    expect(message.includes('may stay red for up to 30 days after the fix')).toBe(label);
    const [finding] = on([createInsight({ categorySpecificSummary: createDeprecation(clients) })]).findings;
    expect(finding?.facts.mayStayRedDays).toBe(label ? 30 : null);
  });

  test('only an ERROR is labelled', () => {
    const quiet = { categorySpecificSummary: createDeprecation({ a: old }) };
    expect(messages([createInsight({ ...quiet, status: 'WARNING' })])[0]).not.toContain('stay red');
  });

  test('the age of a client is that of the evidence, not of the analysis', () => {
    const insight = createInsight({ categorySpecificSummary: createDeprecation({ a: recent }) });
    expect(on([insight], { now: '2027-06-01' }).findings[0]?.facts.mayStayRedDays).toBeNull();
  });

  test('a client of several APIs is one client, by its last request', () => {
    const [one] = createDeprecation({ a: old }).deprecationDetails ?? [];
    const [other] = createDeprecation({ a: recent }, { usage: '/apis/x/v1', replacedWith: null }).deprecationDetails ?? [];
    const deprecationDetails = [one, other].flatMap((detail) => detail ?? []);
    const [finding] = on([createInsight({ categorySpecificSummary: { deprecationDetails } })]).findings;
    expect(finding?.facts).toMatchObject({
      clients: [{ userAgent: 'a', requestsLast30Days: 20, lastRequestTime: recent }],
      mayStayRedDays: null,
    });
    expect(finding?.facts.deprecations).toHaveLength(2);
  });

  test('we are no client', () => {
    const ours = createDeprecation({ [userAgent]: recent, [product.name]: recent, [`${product.name}/0.0.1`]: recent });
    const [finding] = on([createInsight({ categorySpecificSummary: ours })]).findings;
    expect(finding?.facts).toMatchObject({ clients: [], mayStayRedDays: null });
    expect(finding?.message).not.toContain('used by');
    expect(finding?.remediation).toMatch(/^Move its clients from /);
    const withAnother = createDeprecation({ [userAgent]: recent, 'argo-cd': old, [`${product.name}ish`]: old });
    expect(on([createInsight({ categorySpecificSummary: withAnother })]).findings[0]?.facts).toMatchObject({
      clients: [{ userAgent: 'argo-cd' }, { userAgent: `${product.name}ish` }],
      mayStayRedDays: 30,
    });
  });

  test.each([
    ['2026-11-18T06:00:04Z', 'failed', 1],
    ['2026-11-18T06:00:03Z', 'unknown', 0],
    // Refreshed while the inventory was taken.
    ['2026-11-21T06:10:00Z', 'failed', 1],
  ])('refreshed at %s: %s', (lastRefreshTime, status, findings) => {
    const outcome = on([createInsight({ lastRefreshTime })]);
    expect([outcome.status, outcome.findings.length]).toEqual([status, findings]);
  });

  test('a stale insight is no pass even if it passes, and the findings of fresh ones stay', () => {
    const stale = { ...passing, id: 's', name: 'EKS add-on version compatibility', lastRefreshTime: old };
    expect(on([stale])).toMatchObject({
      status: 'unknown',
      essential: true,
      findings: [],
      missing: [
        {
          evidence: 'eks.insights',
          code: 'NotYetAvailable',
          message: '1 insight last refreshed by EKS more than 72 hours before it was read: EKS add-on version compatibility',
        },
      ],
    });
    expect(on([stale, createInsight()])).toMatchObject({ status: 'unknown', findings: [{ severity: 'required' }] });
  });

  test('age is counted from when the evidence was collected, if that has a time of its own', () => {
    const insight = createInsight({ lastRefreshTime: '2026-11-19T00:00:00Z' });
    expect(on([insight]).status).toBe('failed');
    expect(on([insight], { now: '2027-06-01' }).status).toBe('failed');
    expect(on([insight], { collectedAt: { 'eks.insights': '2026-11-22T00:00:00Z' } }).status).toBe('failed');
    expect(on([insight], { collectedAt: { 'eks.insights': '2026-11-22T00:00:01Z' } }).status).toBe('unknown');
    expect(on([insight], { collectedAt: { 'eks.cluster': '2026-11-25T00:00:00Z' } }).status).toBe('failed');
  });

  test('no insight of the category yet is no pass', () => {
    const missing = [{ evidence: 'eks.insights', code: 'NotYetAvailable', message: 'EKS lists no UPGRADE_READINESS insight yet' }];
    expect(on([])).toMatchObject({ status: 'unknown', essential: true, missing });
    expect(on([createInsight({ category: 'MISCONFIGURATION' })])).toMatchObject({ status: 'unknown', findings: [], missing });
  });

  test('insights of other categories are somebody else’s', () => {
    const others = ['MISCONFIGURATION', 'ROLLBACK_READINESS', 'SOMETHING_NEW'].map((category) =>
      createInsight({ id: category, category, lastRefreshTime: old }),
    );
    expect(on([passing, ...others])).toMatchObject({ status: 'passed', findings: [] });
  });

  test('odd data is no pass, and no crash', () => {
    const code = 'InvalidResponse';
    expect(on([createInsight({ lastRefreshTime: null })])).toMatchObject({
      status: 'unknown',
      findings: [{ severity: 'required' }],
      missing: [{ code, message: '1 insight without a readable lastRefreshTime: Deprecated APIs removed in Kubernetes v1.35' }],
    });
    for (const status of [null, '', 'CRITICAL'])
      expect(on([createInsight({ status })])).toMatchObject({ status: 'unknown', findings: [], missing: [{ code }] });
    expect(on([{ ...createInsight(), insightStatus: null }]).status).toBe('unknown');
    expect(on([createInsight({ kubernetesVersion: 'next' })])).toMatchObject({
      status: 'unknown',
      findings: [{ severity: 'required', hop: null }],
      missing: [{ code }],
    });
    expect(on([passing, { ...createInsight(), category: null }])).toMatchObject({
      status: 'unknown',
      missing: [{ code, message: '1 insight without a category: Deprecated APIs removed in Kubernetes v1.35' }],
    });
    const bare = { id: 'x', category: 'UPGRADE_READINESS', lastRefreshTime: recent, insightStatus: { status: 'ERROR' } };
    expect(on([bare])).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'required',
          message: 'EKS insight "x" is ERROR: EKS gives no reason',
          facts: { insight: null, reason: null, clients: [], resources: [], deprecations: [], addons: [] },
          remediation: 'aws eks describe-insight --region eu-west-1 --cluster-name payments --id x',
        },
      ],
    });
    const holes = { deprecationDetails: [{ clientStats: [{ userAgent: null }, { userAgent: 'a', lastRequestTime: null }] }, {}] };
    expect(on([createInsight({ categorySpecificSummary: holes })]).findings[0]?.facts).toMatchObject({
      clients: [{ userAgent: 'a', requestsLast30Days: null, lastRequestTime: null }],
    });
  });

  test('an insight that is listed twice counts once', () => {
    expect(on([createInsight(), createInsight()]).findings).toHaveLength(1);
  });

  test('does not apply where nothing newer is offered', () => {
    expect(on([createInsight()], { target: null }).status).toBe('not-applicable');
  });

  test('missing or malformed evidence is no pass', () => {
    expect(runCheckOn(insightUpgradeReadiness, { 'eks.insights': unavailable('AccessDenied') })).toMatchObject({
      status: 'unknown',
      essential: true,
      missing: [{ evidence: 'eks.insights', code: 'AccessDenied' }],
    });
    // Essential: not even when it was not asked for.
    expect(runCheckOn(insightUpgradeReadiness, {}).status).toBe('unknown');
    expect(on([{ name: 'without an id' }])).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(on([createInsight()], { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });
});
