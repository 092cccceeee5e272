import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdbMissing } from '../../functions/checks/pdb-missing.ts';
import { createPodDisruptionBudget, type EvidenceInput, unavailable } from './builders.ts';
import { createWorkload, ofAddon } from './builders-workloads.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) =>
  runCheckOn(pdbMissing, {
    'kubernetes.deployments': [createWorkload()],
    'kubernetes.statefulSets': [],
    'kubernetes.replicaSets': [],
    'kubernetes.podDisruptionBudgets': [],
    ...evidence,
  });
const withSelector = (selector: unknown, podLabels: Readonly<Record<string, string>> = { app: 'web', tier: 'front' }) =>
  run({
    'kubernetes.deployments': [createWorkload({ podLabels })],
    'kubernetes.podDisruptionBudgets': [{ ...createPodDisruptionBudget(), spec: { maxUnavailable: 1, selector } }],
  });
const expression = (key: string, operator: string, values?: string[]) => ({ matchExpressions: [{ key, operator, values }] });

describe('pdb-missing', () => {
  it('recommends a budget where none covers the pods', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ podLabels: { app: 'web' }, labels: { team: 'web' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: null,
          message: 'Deployment shop/web has 3 replicas and no PodDisruptionBudget covers its pods',
          facts: { replicas: 3, podLabels: { app: 'web' }, budgets: [], managedByEks: false },
          remediation: 'kubectl create poddisruptionbudget web -n shop --selector=app=web --max-unavailable=1',
          labels: { team: 'web' },
        },
      ],
    });
  });

  it('passes a workload whose pods a budget covers', () => {
    expect(run({ 'kubernetes.podDisruptionBudgets': [createPodDisruptionBudget()] })).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each([
    [null, 0],
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
  ])('of %s replicas there are %i findings', (replicas, findings) => {
    const outcome = run({ 'kubernetes.deployments': [createWorkload({ spec: { replicas } })] });
    expect(outcome).toMatchObject({ status: findings ? 'failed' : 'passed' });
    expect(outcome.findings).toHaveLength(findings);
  });

  it.each([
    ['no selector', null, false],
    ['no selector at all', undefined, false],
    ['an empty selector', {}, true],
    ['an empty matchLabels', { matchLabels: {} }, true],
    ['its labels', { matchLabels: { app: 'web', tier: 'front' } }, true],
    ['one label too many', { matchLabels: { app: 'web', zone: 'a' } }, false],
    ['another value', { matchLabels: { app: 'shop' } }, false],
    ['In with the value', expression('app', 'In', ['api', 'web']), true],
    ['In without it', expression('app', 'In', ['api']), false],
    ['NotIn without the value', expression('app', 'NotIn', ['api']), true],
    ['NotIn with it', expression('app', 'NotIn', ['web']), false],
    ['Exists', expression('tier', 'Exists'), true],
    ['Exists of another key', expression('zone', 'Exists'), false],
    ['DoesNotExist', expression('zone', 'DoesNotExist'), true],
    ['DoesNotExist of a key that exists', expression('app', 'DoesNotExist'), false],
    ['an operator that nobody knows', expression('app', 'Near', ['web']), false],
  ])('a budget with %s', (_, selector, covers) => {
    expect(withSelector(selector).status).toBe(covers ? 'passed' : 'failed');
  });

  it('compares the labels of the pod template, not those of the object', () => {
    const budget = createPodDisruptionBudget();
    const labelled = createWorkload({ labels: { app: 'web' }, podLabels: { app: 'other' } });
    expect(run({ 'kubernetes.deployments': [labelled], 'kubernetes.podDisruptionBudgets': [budget] }).findings).toHaveLength(1);
  });

  it('looks for budgets in the namespace of the workload alone', () => {
    const elsewhere = createPodDisruptionBudget({ namespace: 'other' });
    expect(run({ 'kubernetes.podDisruptionBudgets': [elsewhere] }).findings).toHaveLength(1);
  });

  it.each([
    [{ maxUnavailable: 0 }, 0],
    [{ minAvailable: 0 }, 0],
    [{ minAvailable: '50%' }, 0],
    [{ minAvailable: null, maxUnavailable: null }, 1],
    [{}, 1],
  ])('a matching budget that says %j gives %i findings', (spec, findings) => {
    const budget = createPodDisruptionBudget({ name: 'bare' });
    const budgets = [{ ...budget, spec: { selector: { matchLabels: { app: 'web' } }, ...spec } }];
    expect(run({ 'kubernetes.podDisruptionBudgets': budgets }).findings).toHaveLength(findings);
  });

  it('names the budget that has neither field', () => {
    const bare = (name: string) => ({ ...createPodDisruptionBudget({ name }), spec: { selector: { matchLabels: { app: 'web' } } } });
    const budgets = [bare('bare'), createPodDisruptionBudget({ name: 'good' })];
    expect(run({ 'kubernetes.podDisruptionBudgets': budgets }).findings).toMatchObject([
      {
        severity: 'recommended',
        subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
        message: 'Deployment shop/web has 3 replicas under PodDisruptionBudget bare with neither minAvailable nor maxUnavailable',
        facts: { budgets: ['bare'] },
        remediation: `kubectl patch poddisruptionbudget/bare -n shop --type merge -p '{"spec":{"maxUnavailable":1}}'`,
      },
    ]);
    expect(run({ 'kubernetes.podDisruptionBudgets': [bare('b'), bare('a')] }).findings[0]?.message).toContain('PodDisruptionBudgets a, b');
  });

  it('suggests what the workload itself selects, or the labels of its pods where that takes more than equality', () => {
    const labels = { app: 'web', version: '7' };
    const selecting = (selector: object) =>
      run({ 'kubernetes.deployments': [createWorkload({ podLabels: labels, spec: { selector } })] }).findings[0]?.remediation;
    expect(selecting({ matchLabels: { app: 'web' } })).toContain(' --selector=app=web --');
    expect(selecting({ matchLabels: { app: 'web' }, ...expression('tier', 'Exists') })).toContain(' --selector=app=web,version=7 --');
  });

  it('reads StatefulSets and ReplicaSets without an owner, in kube-system too', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const { findings } = run({
      'kubernetes.deployments': [],
      'kubernetes.statefulSets': [createWorkload({ name: 'db', namespace: 'kube-system' })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone' }), createWorkload({ name: 'owned', owner })],
    });
    expect(findings.map(({ subject }) => `${subject.kind} ${subject.namespace}/${subject.name}`)).toEqual([
      'StatefulSet kube-system/db',
      'ReplicaSet shop/alone',
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const { findings } = run({ 'kubernetes.deployments': [createWorkload({ labels: ofAddon.labels })], ...ofAddon.addons });
    expect(findings).toMatchObject([{ severity: 'info', facts: { managedByEks: true } }]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
    expect(findings[0]?.remediation).toMatch(/^aws eks list-addons --region eu-west-1 --cluster-name payments, then /);
  });

  it('does not pass a workload that shows no pod template', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ spec: { template: null } })] })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'kubernetes.deployments', message: '1 Deployment (shop/web) shows no pod template' }, {}],
    });
  });

  it('is unknown without budgets, skipped where they were not asked for, and no pass without a kind', () => {
    expect(run({ 'kubernetes.podDisruptionBudgets': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(runCheckOn(pdbMissing, { 'kubernetes.deployments': [createWorkload()] })).toMatchObject({ status: 'skipped', findings: [] });
    expect(run({ 'kubernetes.statefulSets': unavailable('Timeout') })).toMatchObject({ status: 'unknown', findings: [{}] });
    const malformed = run({ 'kubernetes.podDisruptionBudgets': [{ metadata: { name: 'web' }, spec: { selector: 'app=web' } }] });
    expect(malformed.missing[0]?.message).toContain('spec.selector');
  });

  it('covers exactly the workloads whose every label a budget of their namespace asks for', () => {
    const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'zone'), fc.constantFrom('a', 'b'));
    const namespace = fc.constantFrom('shop', 'other');
    const budgets = fc.array(fc.record({ namespace, matchLabels: labels }), { maxLength: 4 });
    fc.assert(
      fc.property(labels, namespace, budgets, (podLabels, place, specs) => {
        const { findings } = run({
          'kubernetes.deployments': [createWorkload({ namespace: place, podLabels })],
          'kubernetes.podDisruptionBudgets': specs.map((one, index) => ({
            ...createPodDisruptionBudget({ name: `b${index}`, namespace: one.namespace }),
            spec: { maxUnavailable: 1, selector: { matchLabels: one.matchLabels } },
          })),
        });
        const covered = specs.some(
          (one) => one.namespace === place && Object.entries(one.matchLabels).every(([key, value]) => podLabels[key] === value),
        );
        expect(findings).toHaveLength(covered ? 0 : 1);
      }),
    );
  });
});
