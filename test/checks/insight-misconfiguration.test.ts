import { describe, expect, test } from 'vitest';
import { insightMisconfiguration } from '../../functions/checks/insight-misconfiguration.ts';
import type { Insight } from '../../functions/inventory/evidence/eks-insights.ts';
import { unavailable } from './builders.ts';
import { createInsight } from './builders-control-plane.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const on = (insights: readonly unknown[], options?: RunOptions) =>
  runCheckOn(insightMisconfiguration, { 'eks.insights': insights }, options);
const misconfigured = (overrides: Partial<Insight> & { readonly status?: string | null } = {}) =>
  createInsight({
    id: 'm1',
    name: 'Hybrid nodes webhook reachability',
    category: 'MISCONFIGURATION',
    kubernetesVersion: null,
    insightStatus: { status: overrides.status === undefined ? 'ERROR' : overrides.status, reason: 'The control plane cannot reach pods.' },
    ...overrides,
  });
const upgrade = createInsight({ status: 'PASSING' });

describe('insight-misconfiguration', () => {
  test.each([
    ['ERROR', null, 'required', null],
    ['WARNING', null, 'recommended', null],
    ['UNKNOWN', null, 'recommended', null],
    ['ERROR', '1.35', 'required', '1.35'],
    ['ERROR', '1.36', 'recommended', '1.36'],
  ])('%s for %s: %s, hop %s', (status, kubernetesVersion, severity, hop) => {
    expect(on([upgrade, misconfigured({ status, kubernetesVersion })])).toMatchObject({ status: 'failed', findings: [{ severity, hop }] });
  });

  test('counts now, whether there is something to upgrade to or not', () => {
    expect(on([misconfigured()], { target: null })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Cluster', name: 'payments' },
          discriminator: 'm1',
          hop: null,
          message: 'EKS insight "Hybrid nodes webhook reachability" is ERROR: The control plane cannot reach pods',
          facts: { category: 'MISCONFIGURATION', status: 'ERROR' },
          remediation: 'aws eks describe-insight --region eu-west-1 --cluster-name payments --id m1',
        },
      ],
    });
    expect(on([misconfigured({ kubernetesVersion: '1.34' })], { target: null }).findings).toMatchObject([{ severity: 'required' }]);
    expect(on([misconfigured({ kubernetesVersion: '1.35' })], { target: null }).findings).toMatchObject([{ severity: 'recommended' }]);
    expect(on([misconfigured()], { controlPlane: null }).status).toBe('failed');
  });

  test('passing ones pass', () => {
    expect(on([upgrade, misconfigured({ status: 'PASSING' })])).toMatchObject({ status: 'passed', findings: [] });
  });

  test('where EKS lists other insights and none of these, there is nothing it looks at', () => {
    expect(on([upgrade])).toMatchObject({ status: 'not-applicable', findings: [] });
    // Those of another check do not count here.
    expect(on([createInsight()])).toMatchObject({ status: 'not-applicable', findings: [] });
  });

  test('no insight at all means that EKS has not looked yet', () => {
    expect(on([])).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.insights', code: 'NotYetAvailable', message: 'EKS lists no insight yet' }],
    });
  });

  test.each([
    ['2026-11-18T06:00:04Z', 'failed'],
    ['2026-11-18T06:00:03Z', 'unknown'],
  ])('refreshed at %s: %s', (lastRefreshTime, status) => {
    expect(on([misconfigured({ lastRefreshTime })]).status).toBe(status);
    expect(on([misconfigured(), misconfigured({ id: 'm2', lastRefreshTime })])).toMatchObject({
      status,
      findings: status === 'failed' ? [{}, {}] : [{ discriminator: 'm1' }],
    });
  });

  test('missing or odd evidence is no pass', () => {
    expect(runCheckOn(insightMisconfiguration, { 'eks.insights': unavailable('AccessDenied') }).status).toBe('unknown');
    expect(runCheckOn(insightMisconfiguration, {}).status).toBe('skipped');
    expect(on([misconfigured({ status: null })])).toMatchObject({ status: 'unknown', findings: [] });
    expect(on([upgrade, misconfigured({ category: null })]).status).toBe('unknown');
    expect(on([{}])).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
  });
});
