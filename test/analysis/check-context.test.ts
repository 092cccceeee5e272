import { describe, expect, test } from 'vitest';
import { type CheckContext, defineCheck } from '../../functions/checks/define-check.ts';
import type { EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import { createCluster, unavailable } from '../checks/builders.ts';
import { type RunOptions, runCheckOn } from '../checks/run-check-on.ts';

/** A check that says what its context holds. */
function tell(what: (context: CheckContext) => string | null, against?: 'next-hop' | 'each-hop') {
  return defineCheck({
    id: 'tell',
    title: 'Tell',
    scope: 'now',
    ...(against ? { against } : {}),
    needs: [],
    explanation: { rule: 'None.', sources: [] },
    documentation: 'https://example.com/',
    run: (context) => [
      { severity: 'info', subject: { kind: 'Cluster', name: 'payments' }, message: String(what(context)), facts: {}, remediation: '' },
    ],
  });
}

describe('collectedAt', () => {
  const at = (key: EvidenceKey, options?: RunOptions) => {
    const evidence = { 'eks.cluster': createCluster(), 'eks.insights': [], 'eks.updates': unavailable('Throttled') };
    return runCheckOn(
      tell((context) => context.collectedAt(key)?.toISOString() ?? null),
      evidence,
      options,
    ).findings[0]?.message;
  };

  test('is the time of the inventory, or that of the evidence where it has one', () => {
    expect(at('eks.cluster')).toBe('2026-11-21T06:00:04.000Z');
    const options = { collectedAt: { 'eks.insights': '2026-11-20T10:00:00+02:00' }, now: '2027-01-01' };
    expect(at('eks.insights', options)).toBe('2026-11-20T08:00:00.000Z');
    expect(at('eks.cluster', options)).toBe('2026-11-21T06:00:04.000Z');
  });

  test('is nothing where there is no evidence', () => {
    expect(at('eks.updates')).toBe('null');
    expect(at('kubernetes.nodes')).toBe('null');
  });
});

describe('hops', () => {
  const hops = (against: 'next-hop' | 'each-hop', options: RunOptions) =>
    runCheckOn(
      tell((context) => context.hops.map(({ minor }) => minor).join(), against),
      { 'eks.cluster': createCluster() },
      options,
    );

  test('are all of them, whichever is judged', () => {
    const options = { controlPlane: '1.31', target: '1.34' };
    for (const against of ['next-hop', 'each-hop'] as const) expect(hops(against, options).findings[0]?.message).toBe('32,33,34');
    expect(hops('next-hop', { target: null }).findings[0]?.message).toBe('');
  });

  test('are unknown without the version of the control plane', () => {
    expect(hops('next-hop', { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });
});
