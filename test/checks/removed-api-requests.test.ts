import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removedApiRequests } from '../../functions/checks/removed-api-requests.ts';
import { userAgent } from '../../functions/config/product.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createDeprecatedApiRequest, createDeprecationInsight } from './builders-removed-apis.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const metric = 'kubernetes.deprecatedApiRequests';
const usage = '/apis/networking.k8s.io/v1beta1/servicecidrs';
const passing = createDeprecationInsight('/apis/policy/v1beta1/poddisruptionbudgets', []);
const client = (agent: string, requests: number | null = 5) => ({
  userAgent: agent,
  numberOfRequestsLast30Days: requests,
  lastRequestTime: '2026-11-20T00:00:00Z',
});

const inIt = { controlPlane: '1.36', target: '1.37' };
const run = (requests: unknown, evidence: EvidenceInput = {}, options: RunOptions = inIt) =>
  runCheckOn(removedApiRequests, { [metric]: requests, 'eks.insights': [passing], ...evidence }, options);

describe('removed-api-requests', () => {
  it('passes where nothing was requested and the insights were read', () => {
    expect(run([])).toMatchObject({ status: 'passed', essential: false, findings: [] });
  });

  it.each([
    ['no insights', unavailable('AccessDenied')],
    ['no upgrade insight', [createDeprecationInsight(usage, [], { category: 'MISCONFIGURATION' })]],
    ['not one insight', []],
  ])('nothing seen is no pass with %s: a reading shows one server of several', (_, insights) => {
    const outcome = run([], { 'eks.insights': insights });
    expect(outcome).toMatchObject({ status: 'unknown', findings: [] });
    expect(outcome.missing).toContainEqual({
      evidence: 'eks.insights',
      code: 'NotYetAvailable',
      message: 'there are no upgrade insights to go with the metric: a reading shows one API server of several',
    });
    expect(runCheckOn(removedApiRequests, { [metric]: [] }).status).toBe('unknown');
  });

  it('recommends to look for whom the metric does not name', () => {
    expect(run([createDeprecatedApiRequest()])).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'APIResource', name: 'servicecidrs.networking.k8s.io/v1beta1' },
          hop: '1.37',
          message:
            'servicecidrs of networking.k8s.io/v1beta1 were requested since an API server started, by whom the metric does not say; Kubernetes no longer serves them from 1.37 on',
          facts: {
            apiVersion: 'networking.k8s.io/v1beta1',
            resource: 'servicecidrs',
            removedIn: '1.37',
            replacement: 'networking.k8s.io/v1',
            value: 1,
            clients: [],
          },
          remediation: expect.stringContaining(
            'Have the clients use networking.k8s.io/v1; the audit log of the control plane names each, by CloudWatch Logs Insights over log group /aws/eks/payments/cluster: fields @timestamp',
          ),
        },
      ],
    });
  });

  it('stands without insights', () => {
    expect(run([createDeprecatedApiRequest()], { 'eks.insights': unavailable('AccessDenied') })).toMatchObject({
      status: 'failed',
      findings: [{ severity: 'recommended' }],
      missing: [{ evidence: 'eks.insights', code: 'AccessDenied' }],
    });
  });

  it('is required where an insight names the clients, the busiest first and each once', () => {
    const insight = createDeprecationInsight(usage, [client('a/1', 2), client('b/2', 9), client('a/1', 7), client('idle/1', 0)]);
    expect(run([createDeprecatedApiRequest()], { 'eks.insights': [insight] }).findings).toMatchObject([
      {
        severity: 'required',
        message: expect.stringContaining('were requested in the last 30 days by 2 clients: b/2, a/1;'),
        facts: {
          clients: [
            { userAgent: 'b/2', requests: 9, lastRequestTime: '2026-11-20T00:00:00Z' },
            { userAgent: 'a/1', requests: 7, lastRequestTime: '2026-11-20T00:00:00Z' },
          ],
        },
      },
    ]);
  });

  it('joins by the whole path, and with upgrade insights only', () => {
    for (const insight of [
      createDeprecationInsight(`${usage}/status`, [client('a/1')]),
      createDeprecationInsight('/apis/networking.k8s.io/v1beta1/ipaddresses', [client('a/1')]),
      createDeprecationInsight(usage, [client('a/1')], { category: 'MISCONFIGURATION' }),
    ])
      expect(run([createDeprecatedApiRequest()], { 'eks.insights': [insight, passing] }).findings).toMatchObject([
        { severity: 'recommended' },
      ]);
  });

  it('leaves out what EKS Greenlight itself requested', () => {
    const only = createDeprecationInsight(usage, [client(userAgent), client('eks-greenlight')]);
    expect(run([createDeprecatedApiRequest()], { 'eks.insights': [only] })).toMatchObject({ status: 'passed', findings: [] });
    const others = createDeprecationInsight(usage, [client(userAgent), client('eks-greenlightning/1')]);
    expect(run([createDeprecatedApiRequest()], { 'eks.insights': [others] }).findings).toMatchObject([
      { facts: { clients: [{ userAgent: 'eks-greenlightning/1' }] } },
    ]);
  });

  it.each([
    ['1.38', '1.37', 0],
    ['1.37', '1.37', 1],
    ['1.36', '1.37', 1],
  ])('removed in %s, target %s', (removedRelease, target, count) => {
    const { findings, status } = run([createDeprecatedApiRequest({ removedRelease })], {}, { controlPlane: '1.36', target });
    expect({ count: findings.length, status }).toEqual({ count, status: count === 0 ? 'passed' : 'failed' });
  });

  it('counts in the hop that removes it', () => {
    expect(run([createDeprecatedApiRequest()], {}, { controlPlane: '1.35', target: '1.37' }).findings).toMatchObject([{ hop: '1.37' }]);
    expect(run([createDeprecatedApiRequest()], {}, { controlPlane: '1.35', target: '1.36' }).findings).toEqual([]);
  });

  it('takes the removal from the table where the metric names none, and passes where none is planned', () => {
    expect(run([createDeprecatedApiRequest({ removedRelease: '' })]).findings).toMatchObject([{ hop: '1.37' }]);
    expect(
      run([createDeprecatedApiRequest({ group: '', version: 'v1', resource: 'componentstatuses', removedRelease: '' })]),
    ).toMatchObject({ status: 'passed' });
    expect(run([createDeprecatedApiRequest({ group: 'x.example.com', removedRelease: null })])).toMatchObject({ status: 'passed' });
  });

  it('knows subresources, and counts no zero', () => {
    const eviction = createDeprecatedApiRequest({ group: 'policy', resource: 'pods', subresource: 'eviction', removedRelease: '1.37' });
    expect(run([eviction]).findings).toMatchObject([
      { subject: { name: 'pods/eviction.policy/v1beta1' }, facts: { replacement: 'policy/v1' } },
    ]);
    expect(run([createDeprecatedApiRequest({ value: 0 })])).toMatchObject({ status: 'passed' });
    expect(run([createDeprecatedApiRequest({ value: null })])).toMatchObject({ status: 'failed' });
  });

  it('a removal that is no version is no pass', () => {
    expect(run([createDeprecatedApiRequest({ removedRelease: 'soon' })])).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'InvalidResponse', message: `${usage}: removed_release "soon" is no version` }],
    });
  });

  it('is skipped where metrics were not asked for, and unknown where they failed', () => {
    expect(runCheckOn(removedApiRequests, { 'eks.insights': [passing] }, inIt)).toMatchObject({ status: 'skipped', essential: false });
    expect(run(unavailable('Forbidden'))).toMatchObject({ status: 'unknown' });
    expect(run([{ group: 7 }])).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(run([], {}, { controlPlane: '1.36', target: null })).toMatchObject({ status: 'not-applicable' });
  });

  it('survives insights without members', () => {
    const bare = {
      id: 'x',
      category: 'UPGRADE_READINESS',
      categorySpecificSummary: { deprecationDetails: [{}, { usage, clientStats: [{}] }] },
    };
    expect(run([createDeprecatedApiRequest()], { 'eks.insights': [bare, { id: 'y' }] }).findings).toMatchObject([
      { severity: 'required', facts: { clients: [{ userAgent: '(no user agent)', requests: null }] } },
    ]);
  });

  it('finds exactly what is removed up to the target', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 34, max: 42 })), fc.integer({ min: 35, max: 41 }), (removals, target) => {
        const requests = removals.map((minor) => createDeprecatedApiRequest({ version: `v1beta${minor}`, removedRelease: `1.${minor}` }));
        const { findings } = run(requests, {}, { controlPlane: '1.34', target: `1.${target}` });
        expect(findings.map(({ facts }) => facts.removedIn).sort()).toEqual(
          removals
            .filter((minor) => minor <= target)
            .map((minor) => `1.${minor}`)
            .sort(),
        );
      }),
    );
  });
});
