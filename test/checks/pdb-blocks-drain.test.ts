import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdbBlocksDrain } from '../../functions/checks/pdb-blocks-drain.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { createAddon, createDeployment, createPod, createPodDisruptionBudget, type EvidenceInput, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

type BudgetOptions = Parameters<typeof createPodDisruptionBudget>[0];

function run(evidence: EvidenceInput) {
  return runCheckOn(pdbBlocksDrain, {
    'kubernetes.podDisruptionBudgets': [createPodDisruptionBudget()],
    'kubernetes.pods': twoPods,
    'kubernetes.deployments': [createDeployment()],
    'kubernetes.statefulSets': [],
    'kubernetes.replicaSets': [],
    'eks.addons': [],
    ...evidence,
  });
}

const twoPods = [createPod({ name: 'web-1' }), createPod({ name: 'web-2' })];

const withBudget = (budget: BudgetOptions, evidence: EvidenceInput = {}) =>
  run({ 'kubernetes.podDisruptionBudgets': [createPodDisruptionBudget(budget)], ...evidence });

const summary = (evidence: EvidenceInput) => run(evidence).findings.map(({ severity, discriminator }) => [severity, discriminator]);

describe('pdb-blocks-drain: a budget that never allows a disruption', () => {
  it('passes one that allows some', () => {
    expect(run({})).toMatchObject({ status: 'passed', findings: [], missing: [], essential: true });
  });

  it('says why, of which workload, and how to go on', () => {
    const { findings } = withBudget({
      labels: { team: 'shop' },
      spec: { maxUnavailable: 0 },
      status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 },
    });
    expect(findings).toMatchObject([
      {
        severity: 'required',
        subject: { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'web' },
        discriminator: 'never-allows',
        message: 'PodDisruptionBudget shop/web can never allow an eviction: maxUnavailable is 0',
        facts: { maxUnavailable: 0, minAvailable: null, expectedPods: 2, workloads: ['Deployment/web'], pods: ['web-1', 'web-2'] },
        remediation: `kubectl patch poddisruptionbudget web -n shop --type merge -p '{"spec":{"minAvailable":null,"maxUnavailable":1}}'`,
        labels: { team: 'shop' },
      },
    ]);
  });

  it.each([
    [{ maxUnavailable: 0 }, true],
    [{ maxUnavailable: '0%' }, true],
    [{ maxUnavailable: 1 }, false],
    [{ maxUnavailable: '1%' }, false],
    [{ minAvailable: 1 }, false],
    [{ minAvailable: 2 }, true],
    [{ minAvailable: 3 }, true],
    [{ minAvailable: '50%' }, false],
    [{ minAvailable: '51%' }, true],
    [{ minAvailable: '100%' }, true],
    [{}, true],
    [{ minAvailable: 'two' }, true],
  ])('judges %j over two replicas, with pods and without', (spec, never) => {
    const expected = never ? ['never-allows'] : [];
    expect(withBudget({ spec }).findings.map(({ discriminator }) => discriminator)).toEqual(expected);
    const blind = withBudget({ spec, status: { expectedPods: 0 } }, { 'kubernetes.pods': unavailable('Forbidden') });
    expect(blind.findings.map(({ discriminator }) => discriminator)).toEqual(expected);
  });

  it('keeps a lone replica from being moved', () => {
    const lone = { 'kubernetes.deployments': [createDeployment({ replicas: 1 })], 'kubernetes.pods': [createPod()] };
    const status = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
    expect(withBudget({ spec: { minAvailable: 1 }, status }, lone).findings[0]?.message).toBe(
      'PodDisruptionBudget shop/web can never allow an eviction: minAvailable 1 of 1 pod',
    );
  });

  it('counts what the controllers want, not what a rollout runs on top', () => {
    const surge = [...twoPods, createPod({ name: 'web-3' })];
    const status = { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 };
    expect(withBudget({ spec: { minAvailable: 2 }, status }, { 'kubernetes.pods': surge }).findings).toMatchObject([
      { discriminator: 'never-allows', facts: { expectedPods: 2 } },
    ]);
  });

  it('adds up all controllers that the budget selects', () => {
    const deployments = [createDeployment(), createDeployment({ name: 'web2', podLabels: { app: 'web', track: 'canary' }, replicas: 1 })];
    const budget = { spec: { minAvailable: 2 }, status: { expectedPods: 3, currentHealthy: 3, desiredHealthy: 2 } };
    expect(withBudget(budget, { 'kubernetes.deployments': deployments }).status).toBe('passed');
  });

  it('counts the pods that custom resources run, from the pods or from the budget', () => {
    const budget = { spec: { minAvailable: 2 }, status: { expectedPods: 4, currentHealthy: 4, desiredHealthy: 2, disruptionsAllowed: 2 } };
    const rollout = ['a', 'b', 'c'].map((name) => createPod({ name, labels: { app: 'web', rollout: 'x' } }));
    const deployment = createDeployment({ replicas: 1, podLabels: { app: 'web', plain: 'x' } });
    const pods = [createPod({ labels: { app: 'web', plain: 'x' } }), ...rollout];
    expect(withBudget(budget, { 'kubernetes.deployments': [deployment], 'kubernetes.pods': pods }).findings).toEqual([]);
    expect(withBudget(budget, { 'kubernetes.deployments': [deployment], 'kubernetes.pods': unavailable('Forbidden') }).findings).toEqual(
      [],
    );
    expect(
      withBudget({ ...budget, spec: { minAvailable: 4 } }, { 'kubernetes.deployments': [deployment], 'kubernetes.pods': pods }).findings,
    ).toHaveLength(1);
  });

  it.each([
    ['scaled to 0', { 'kubernetes.deployments': [createDeployment({ replicas: 0 })], 'kubernetes.pods': [] }],
    [
      'of another namespace',
      { 'kubernetes.deployments': [createDeployment({ namespace: 'other' })], 'kubernetes.pods': [createPod({ namespace: 'other' })] },
    ],
    [
      'with other labels',
      { 'kubernetes.deployments': [createDeployment({ name: 'api' })], 'kubernetes.pods': [createPod({ labels: { app: 'api' } })] },
    ],
    ['that have ended', { 'kubernetes.deployments': [], 'kubernetes.pods': [createPod({ phase: 'Succeeded', controller: 'Job' })] }],
    ['of a DaemonSet', { 'kubernetes.deployments': [], 'kubernetes.pods': [createPod({ controller: 'DaemonSet' })] }],
  ])('blocks nothing over pods %s', (_, evidence) => {
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    expect(withBudget({ spec: { maxUnavailable: 0 }, status }, evidence)).toMatchObject({ status: 'passed', findings: [] });
    expect(withBudget({ spec: {}, status: null }, evidence)).toMatchObject({ status: 'passed', findings: [] });
  });

  it('selects nothing without a selector, and everything in the namespace with an empty one', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    expect(withBudget({ spec: { maxUnavailable: 0, selector: null }, status }).status).toBe('passed');
    expect(withBudget({ spec: { maxUnavailable: 0, selector: {} } }).findings).toHaveLength(1);
  });

  it('falls back to the budget where neither controllers nor pods were read', () => {
    const outcome = withBudget(
      { spec: { minAvailable: 2 }, status: { disruptionsAllowed: 0, desiredHealthy: 2 } },
      { 'kubernetes.pods': unavailable('Forbidden'), 'kubernetes.deployments': unavailable('Forbidden') },
    );
    expect(outcome).toMatchObject({ status: 'unknown', findings: [{ discriminator: 'never-allows' }] });
  });

  it.each([
    [{ maxUnavailable: 0 }, 'maxUnavailable is 0'],
    [{ maxUnavailable: '0%' }, 'maxUnavailable is 0%'],
    [{ minAvailable: '100%' }, 'minAvailable is 100%'],
    [{}, 'neither minAvailable nor maxUnavailable is set'],
    [{ maxUnavailable: '1%' }, undefined],
    [{ minAvailable: '99%' }, undefined],
    [{ minAvailable: 3 }, undefined],
  ])('says of %j what no number of pods could change where nobody said a word about pods', (spec, reason) => {
    const budget = { ...createPodDisruptionBudget({ status: null }), spec: { selector: { matchLabels: { app: 'web' } }, ...spec } };
    const { status, findings } = runCheckOn(pdbBlocksDrain, { 'kubernetes.podDisruptionBudgets': [budget] });
    expect(status).toBe('unknown');
    expect(findings.map(({ severity, facts }) => [severity, facts.reason])).toEqual(reason === undefined ? [] : [['required', reason]]);
  });

  it('never lets go of pods without a controller, except by an integer minAvailable', () => {
    const bare = {
      'kubernetes.deployments': [],
      'kubernetes.pods': twoPods.map((pod) => createPod({ name: pod.metadata.name, controller: null })),
    };
    const uncounted = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 0, expectedPods: 0 };
    for (const spec of [{ maxUnavailable: 1 }, { minAvailable: '10%' }]) {
      const { findings } = withBudget({ spec, status: uncounted }, bare);
      expect(findings).toMatchObject([
        {
          discriminator: 'never-allows',
          message:
            'PodDisruptionBudget shop/web can never allow an eviction: 2 healthy pods without a controller, whose replicas it would have to count',
          remediation: `kubectl patch poddisruptionbudget web -n shop --type merge -p '{"spec":{"maxUnavailable":null,"minAvailable":1}}'`,
        },
      ]);
      expect(withBudget({ spec, status: uncounted }, { ...bare, 'kubernetes.pods': unavailable('Forbidden') }).findings).toHaveLength(1);
    }
    expect(withBudget({ spec: { minAvailable: 1 } }, bare).status).toBe('passed');
    expect(withBudget({ spec: { minAvailable: 2 } }, bare).findings).toHaveLength(1);
  });

  it('does not count pods without a controller in a share', () => {
    const deployment = createDeployment({ podLabels: { app: 'web', track: 'main' } });
    const pods = [createPod({ labels: { app: 'web', track: 'main' } }), createPod({ name: 'bare', controller: null })];
    const status = { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 2 };
    expect(
      withBudget({ spec: { minAvailable: '60%' }, status }, { 'kubernetes.deployments': [deployment], 'kubernetes.pods': pods }).findings,
    ).toMatchObject([{ discriminator: 'never-allows', facts: { expectedPods: 2 } }]);
    expect(
      withBudget({ spec: { minAvailable: 2 }, status }, { 'kubernetes.deployments': [deployment], 'kubernetes.pods': pods }).findings,
    ).toEqual([]);
  });

  it('counts one pod for a workload that does not say how many', () => {
    const evidence = { 'kubernetes.deployments': [createDeployment({ replicas: null })], 'kubernetes.pods': [createPod()] };
    const status = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
    expect(withBudget({ spec: { minAvailable: 1 }, status }, evidence).findings).toMatchObject([{ facts: { expectedPods: 1 } }]);
  });

  it('does not call it for ever while a workload has just been created beside a pod without a controller', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 0, expectedPods: 0 };
    const evidence = { 'kubernetes.pods': [createPod({ controller: null, labels: { app: 'web', bare: 'yes' } })] };
    const deployment = createDeployment({ podLabels: { app: 'web', track: 'main' } });
    const { findings } = withBudget({ status }, { ...evidence, 'kubernetes.deployments': [deployment] });
    expect(findings.map(({ discriminator }) => discriminator)).toEqual(['refuses-now']);
  });

  it('does not say that pods have no controller when they have one without replicas', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 0, expectedPods: 0 };
    const jobs = {
      'kubernetes.deployments': [],
      'kubernetes.pods': [createPod({ controller: 'Job' }), createPod({ name: 'b', controller: 'Job' })],
    };
    expect(withBudget({ status }, jobs).findings.map(({ discriminator }) => discriminator)).toEqual(['refuses-now']);
  });

  it('does not take a workload that is scaled down for pods without a controller', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 0, expectedPods: 0 };
    const evidence = { 'kubernetes.deployments': [createDeployment({ replicas: 0 })], 'kubernetes.pods': unavailable('Forbidden') };
    expect(withBudget({ status }, evidence).findings).toEqual([]);
  });
});

describe('pdb-blocks-drain: what the budget refuses now', () => {
  const loop = createPod({ name: 'web-2', crashLooping: true });
  const oneLoops = { 'kubernetes.pods': [createPod({ name: 'web-1' }), loop] };
  const tooFew = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2, expectedPods: 3 };
  const three = { 'kubernetes.deployments': [createDeployment({ replicas: 3 })] };

  it('requires an answer where crash-looping pods are refused', () => {
    const { findings } = withBudget({ status: tooFew }, { ...three, ...oneLoops });
    expect(findings).toMatchObject([
      {
        severity: 'required',
        discriminator: 'crash-looping',
        message:
          'PodDisruptionBudget shop/web keeps 1 crash-looping pod (web-2) from eviction: 1 healthy pod, 2 desired, 0 disruptions allowed, unhealthyPodEvictionPolicy IfHealthyBudget',
        facts: { crashLooping: [{ pod: 'web-2', containers: ['app'] }], currentHealthy: 1, desiredHealthy: 2 },
      },
    ]);
    expect(findings[0]?.remediation).toContain('"unhealthyPodEvictionPolicy":"AlwaysAllow"');
  });

  it('refuses the only pod of a workload also where none is desired', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 1 };
    const evidence = { 'kubernetes.deployments': [createDeployment({ replicas: 1 })], 'kubernetes.pods': [loop] };
    expect(withBudget({ status }, evidence).findings).toMatchObject([{ severity: 'required', discriminator: 'crash-looping' }]);
  });

  it('warns where the looping pods would go, and the healthy ones cannot', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 2 };
    const { findings } = withBudget({ status }, oneLoops);
    expect(findings).toMatchObject([{ severity: 'recommended', discriminator: 'crash-looping' }]);
    expect(findings[0]?.message).toContain('allows no eviction of healthy pods while 1 crash-looping pod (web-2) does not recover');
  });

  it('warns where nothing is refused yet', () => {
    const { findings } = withBudget(
      { status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 3 } },
      { ...three, ...oneLoops },
    );
    expect(findings).toMatchObject([{ severity: 'recommended', discriminator: 'crash-looping' }]);
    expect(findings[0]?.message).toContain('as soon as fewer pods are healthy than desired');
  });

  it('lets them go under AlwaysAllow, and warns of the others', () => {
    const spec = { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' };
    expect(withBudget({ spec, status: tooFew }, { ...three, ...oneLoops }).findings).toMatchObject([
      {
        severity: 'recommended',
        discriminator: 'refuses-now',
        message: 'PodDisruptionBudget shop/web allows no eviction now: 1 healthy pod, 2 desired, 0 disruptions allowed; unhealthy: web-2',
        facts: { unhealthyPods: ['web-2'] },
        remediation: 'kubectl describe pod web-2 -n shop',
      },
    ]);
    expect(
      withBudget({ spec, status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 2 } }, oneLoops).status,
    ).toBe('passed');
  });

  it.each([
    ['waiting to start', { phase: 'Pending' }, ['web-2']],
    ['being deleted', { deletionTimestamp: '2026-11-21T05:00:00Z' }, []],
  ])('does not count a looping pod that is %s: it goes without asking', (_, state, unhealthyPods) => {
    const pods = [createPod({ name: 'web-1' }), createPod({ name: 'web-2', crashLooping: true, ...state })];
    expect(withBudget({ status: tooFew }, { ...three, 'kubernetes.pods': pods }).findings).toMatchObject([
      { discriminator: 'refuses-now', facts: { unhealthyPods } },
    ]);
  });

  it('counts a pod that is ready as healthy, whatever its containers do', () => {
    const pods = [createPod({ name: 'web-1' }), createPod({ name: 'web-2', crashLooping: true, ready: true })];
    expect(run({ 'kubernetes.pods': pods }).status).toBe('passed');
  });

  it('warns of healthy pods that the budget was never able to count', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    const jobs = { 'kubernetes.deployments': [], 'kubernetes.pods': [createPod({ controller: 'Job' })] };
    const spec = { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' };
    expect(withBudget({ spec, status }, jobs).findings).toMatchObject([{ discriminator: 'refuses-now' }]);
  });

  it('warns on one side of the desired number and not on the other', () => {
    const slow = { 'kubernetes.pods': [createPod({ name: 'web-1' }), createPod({ name: 'web-2', ready: false })], ...three };
    expect(withBudget({ status: tooFew }, slow).findings).toMatchObject([{ severity: 'recommended', facts: { unhealthyPods: ['web-2'] } }]);
    expect(withBudget({ status: { ...tooFew, currentHealthy: 2 } }, slow).findings).toEqual([]);
    expect(withBudget({ status: { ...tooFew, disruptionsAllowed: 1 } }, slow).findings).toEqual([]);
  });

  it('warns of a lone pod that is not ready, which stays although none is desired', () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 1 };
    const lone = { 'kubernetes.deployments': [createDeployment({ replicas: 1 })], 'kubernetes.pods': [createPod({ ready: false })] };
    expect(withBudget({ status }, lone).findings).toMatchObject([{ severity: 'recommended', discriminator: 'refuses-now' }]);
    const always = { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' };
    expect(withBudget({ status, spec: always }, lone).findings).toEqual([]);
    expect(withBudget({ status }, { ...lone, 'kubernetes.pods': [createPod({ phase: 'Pending', ready: false })] }).findings).toEqual([]);
    const blind = { ...lone, 'kubernetes.pods': unavailable('Forbidden') };
    expect(withBudget({ status }, blind).findings).toMatchObject([{ facts: { unhealthyPods: null } }]);
    expect(withBudget({ status, spec: always }, blind).findings).toEqual([]);
  });

  it('lists few of many pods in the message, and all in the facts, sorted', () => {
    const pods = Array.from({ length: 5 }, (_, index) => createPod({ name: `web-${5 - index}`, ready: false }));
    const [finding] = withBudget({ status: tooFew }, { 'kubernetes.pods': pods, ...three }).findings;
    expect(finding?.message).toMatch(/unhealthy: web-1, web-2, web-3 and 2 more$/);
    expect(finding?.facts.unhealthyPods).toEqual(['web-1', 'web-2', 'web-3', 'web-4', 'web-5']);
  });

  it('says both that a budget never allows and that pods crash, with two identities', () => {
    const evidence = {
      'kubernetes.podDisruptionBudgets': [createPodDisruptionBudget({ spec: { maxUnavailable: 0 }, status: tooFew })],
      ...oneLoops,
    };
    expect(summary(evidence)).toEqual([
      ['required', 'never-allows'],
      ['required', 'crash-looping'],
    ]);
  });

  it('does not know what a budget allows that was never counted', () => {
    expect(withBudget({ status: null })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'kubernetes.podDisruptionBudgets', code: 'InvalidResponse' }],
    });
    expect(withBudget({ status: null, spec: { maxUnavailable: 0 } })).toMatchObject({
      status: 'unknown',
      findings: [{ discriminator: 'never-allows' }],
    });
  });
});

describe('pdb-blocks-drain: two budgets on one pod', () => {
  const pair = [
    createPodDisruptionBudget({ name: 'web' }),
    createPodDisruptionBudget({ name: 'all', spec: { maxUnavailable: 1, selector: {} } }),
  ];
  const overlap = {
    severity: 'required',
    subject: { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'all' },
    discriminator: 'PodDisruptionBudget/web',
  };

  it('is found by the pods and by the template of their controller', () => {
    const { findings } = run({ 'kubernetes.podDisruptionBudgets': pair });
    expect(findings).toMatchObject([
      {
        ...overlap,
        message:
          'PodDisruptionBudgets shop/all and web select the same pods (Deployment/web): the eviction API refuses them with status 500',
        facts: { budgets: ['all', 'web'], workloads: ['Deployment/web'], pods: ['web-1', 'web-2'] },
      },
    ]);
    expect(findings[0]?.remediation).toContain('kubectl delete poddisruptionbudget web -n shop');
  });

  it('is found by either alone', () => {
    const blind = run({ 'kubernetes.podDisruptionBudgets': pair, 'kubernetes.pods': unavailable('Forbidden') });
    expect(blind).toMatchObject({ status: 'unknown', findings: [{ ...overlap, facts: { pods: [] } }] });
    const podsOnly = run({ 'kubernetes.podDisruptionBudgets': pair, 'kubernetes.deployments': [] });
    expect(podsOnly.findings).toMatchObject([{ ...overlap, facts: { workloads: [], pods: ['web-1', 'web-2'] } }]);
    expect(podsOnly.findings[0]?.message).toContain('(web-1, web-2)');
  });

  it('has one finding for each pair, whatever the order of the budgets', () => {
    const three = [...pair, createPodDisruptionBudget({ name: 'third' })];
    const pairs = (budgets: readonly unknown[]) =>
      run({ 'kubernetes.podDisruptionBudgets': budgets })
        .findings.map(({ subject, discriminator }) => [subject.name, discriminator])
        .sort();
    expect(pairs(three)).toEqual([
      ['all', 'PodDisruptionBudget/third'],
      ['all', 'PodDisruptionBudget/web'],
      ['third', 'PodDisruptionBudget/web'],
    ]);
    expect(pairs(three.toReversed())).toEqual(pairs(three));
  });

  it.each([
    [
      'in two namespaces',
      {
        'kubernetes.podDisruptionBudgets': [
          pair[0],
          createPodDisruptionBudget({ name: 'all', namespace: 'other', spec: { maxUnavailable: 1, selector: {} } }),
        ],
      },
    ],
    ['over a workload scaled to 0', { 'kubernetes.deployments': [createDeployment({ replicas: 0 })], 'kubernetes.pods': [] }],
    [
      'over pods that no drain asks for',
      {
        'kubernetes.deployments': [],
        'kubernetes.pods': [createPod({ controller: 'DaemonSet' }), createPod({ phase: 'Pending', ready: false })],
      },
    ],
  ])('blocks nothing %s', (_, evidence) => {
    expect(run({ 'kubernetes.podDisruptionBudgets': pair, ...evidence })).toMatchObject({ status: 'passed', findings: [] });
  });
});

describe('pdb-blocks-drain: budgets of EKS add-ons', () => {
  const labels = { 'eks.amazonaws.com/component': 'coredns' };
  const addons = { 'eks.addons': [createAddon({ addonName: 'coredns' })] };
  const never = createPodDisruptionBudget({ labels, spec: { maxUnavailable: 0 } });

  it('are for information', () => {
    const { findings } = run({ ...addons, 'kubernetes.podDisruptionBudgets': [never] });
    expect(findings).toMatchObject([
      { severity: 'info', facts: { managedByEks: true }, remediation: 'kubectl get poddisruptionbudget web -n shop -o yaml' },
    ]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
    expect(summary({ 'kubernetes.podDisruptionBudgets': [never] })).toEqual([['required', 'never-allows']]);
  });

  it('block together with one of your own, which is the one to delete', () => {
    const theirs = createPodDisruptionBudget({ name: 'theirs', labels });
    const yours = createPodDisruptionBudget({ name: 'yours' });
    const alien = createPodDisruptionBudget({ name: 'alien' });
    const deletes = (budgets: readonly unknown[]) =>
      run({ ...addons, 'kubernetes.podDisruptionBudgets': budgets }).findings.map(({ severity, remediation }) => [
        severity,
        remediation.split(' ').at(-3),
      ]);
    expect(deletes([theirs, yours])).toEqual([['required', 'yours']]);
    expect(deletes([theirs, alien])).toEqual([['required', 'alien']]);
    const both = run({
      ...addons,
      'kubernetes.podDisruptionBudgets': [theirs, { ...theirs, metadata: { ...theirs.metadata, name: 'more' } }],
    });
    expect(both.findings).toMatchObject([{ severity: 'info' }]);
  });
});

describe('pdb-blocks-drain: evidence', () => {
  it('is unknown without budgets, controllers or pods, and essential unless pods were left out on request', () => {
    expect(run({ 'kubernetes.podDisruptionBudgets': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', essential: true });
    expect(run({ 'kubernetes.pods': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', essential: true });
    expect(run({ 'kubernetes.statefulSets': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', essential: true });
    const withoutPods = runCheckOn(pdbBlocksDrain, {
      'kubernetes.podDisruptionBudgets': [],
      'kubernetes.deployments': [],
      'kubernetes.statefulSets': [],
    });
    expect(withoutPods).toMatchObject({ status: 'skipped', essential: false });
    const withoutBudgets = { 'kubernetes.pods': [], 'kubernetes.deployments': [], 'kubernetes.statefulSets': [] };
    expect(runCheckOn(pdbBlocksDrain, withoutBudgets)).toMatchObject({ status: 'unknown', essential: true });
  });

  it('names the path of malformed evidence', () => {
    const { status, missing } = run({ 'kubernetes.podDisruptionBudgets': [{ metadata: { name: 'web' }, spec: { maxUnavailable: {} } }] });
    expect(status).toBe('unknown');
    expect(missing[0]?.message).toContain('maxUnavailable');
  });

  it('says of crash-looping pods what the eviction API would answer', () => {
    const pod = fc.record({
      crashLooping: fc.boolean(),
      ready: fc.boolean(),
      phase: fc.constantFrom('Running', 'Running', 'Pending'),
    });
    const policy = fc.constantFrom('AlwaysAllow', 'IfHealthyBudget', undefined);
    fc.assert(
      fc.property(
        fc.array(pod, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        policy,
        (states, maxUnavailable, unhealthyPodEvictionPolicy) => {
          const pods = states.map((state, index) =>
            createPod({ name: `web-${index}`, ...state, ready: state.ready && !state.crashLooping }),
          );
          const expectedPods = pods.length;
          const desiredHealthy = Math.max(0, expectedPods - maxUnavailable);
          const currentHealthy = pods.filter(ready).length;
          const status = { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed: Math.max(0, currentHealthy - desiredHealthy) };
          const budget = { spec: { maxUnavailable, unhealthyPodEvictionPolicy }, status };
          const { findings } = withBudget(budget, {
            'kubernetes.pods': pods,
            'kubernetes.deployments': [createDeployment({ replicas: expectedPods })],
          });
          const refused = pods.some((one, index) => states[index]?.crashLooping && !evicts(one, status, unhealthyPodEvictionPolicy));
          expect(findings.some(({ severity }) => severity === 'required')).toBe(refused);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const ready = (pod: Pod) => pod.status?.conditions?.[0]?.status === 'True';

/** One eviction, as eviction.go of Kubernetes 1.34 decides it. */
function evicts(
  pod: Pod,
  status: { desiredHealthy: number; currentHealthy: number; disruptionsAllowed: number },
  policy: string | undefined,
): boolean {
  if (pod.status?.phase !== 'Running') return true;
  if (!ready(pod) && policy === 'AlwaysAllow') return true;
  if (!ready(pod) && status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0) return true;
  return status.disruptionsAllowed > 0;
}
