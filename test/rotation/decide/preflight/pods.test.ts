import { describe, expect, it } from 'vitest';
import { budgets } from '../../../../functions/rotation/decide/preflight/budgets.ts';
import { pods } from '../../../../functions/rotation/decide/preflight/pods.ts';
import { brokenBefore, singleReplicas } from '../../../../functions/rotation/decide/preflight/workloads.ts';
import { at, brief, budget, facts, owner, pod, view, web } from '../../preflight-builders.ts';

const seen = (...all: ReturnType<typeof pod>[]) => view({ pods: all });
const found = (...of: Parameters<typeof facts>) => brief(pods(facts(...of)));

describe('(9) what a drain says of pods', () => {
  it('names each pod that blocks, for every reason that it has', () => {
    const twice = pod({ name: 'lonely', owner: null, spec: { nodeName: 'blue-0', terminationGracePeriodSeconds: 9999 } });
    const problems = pods(facts({ view: seen(twice) }));
    expect(problems.map(({ id, rule, object }) => [id, rule, object])).toEqual([
      ['pod-unmanaged', '9', 'Pod shop/lonely'],
      ['pod-grace-exceeds-deadline', '23', 'Pod shop/lonely'],
    ]);
  });

  it('pods of other nodes are not asked', () => {
    expect(found({ view: seen(pod({ owner: null, spec: { nodeName: 'elsewhere' } })) })).toEqual([]);
  });

  it('a stuck pod is told, and may be gone by the time of its node', () => {
    const stuck = pod({ name: 'old', metadata: { deletionTimestamp: at(-600) }, spec: { nodeName: 'blue-0' } });
    expect(found({ view: seen(stuck) })).toEqual(['warn pod-stuck-terminating Pod shop/old']);
  });

  it('a pod that opted out keeps blue from being retired, unless its loss is accepted', () => {
    const pinned = pod({ name: 'pinned', metadata: { labels: { 'eks-greenlight/drain': 'skip' } }, spec: { nodeName: 'blue-0' } });
    expect(found({ view: seen(pinned) })).toEqual(['block pod-opted-out Pod shop/pinned']);
    expect(found({ view: seen(pinned), options: { acceptLoss: ['shop/*'] } })).toEqual(['warn pod-loss-accepted Deployment shop/web']);
  });

  it('what is only reported is so by workload', () => {
    const cached = { volumes: [{ name: 'cache', emptyDir: {} }] };
    const job = pod({ name: 'report-x', owner: owner('Job', 'report', 'batch/v1'), spec: { nodeName: 'blue-1' } });
    expect(found({ view: seen(web('a', 'blue-0', cached), web('b', 'blue-1', cached), job) })).toEqual([
      'info pod-empty-dir-lost Deployment shop/web',
      'warn pod-job-running Job shop/report',
    ]);
  });

  it('what the configuration allows is allowed', () => {
    const bare = pod({ name: 'lonely', owner: null, spec: { nodeName: 'blue-0' } });
    expect(found({ view: seen(bare), allow: { force: [], unmanaged: ['shop'] } })).toEqual(['warn pod-unmanaged-allowed Pod shop/lonely']);
    const refusing = web('a', 'blue-0', {}, { metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } } });
    expect(found({ view: seen(refusing) })).toEqual(['block pod-disruption-refused Pod shop/a']);
    expect(found({ view: seen(refusing), options: { disruptionAnnotations: 'warn' } })).toEqual([
      'warn pod-disruption-warned Deployment shop/web',
    ]);
  });
});

describe('(8) budgets', () => {
  const two = [web('a', 'blue-0'), web('b', 'blue-1')];
  const withBudgets = (...all: ReturnType<typeof budget>[]) => facts({ view: view({ pods: two, podDisruptionBudgets: all }) });

  it.each([
    [
      'never allows one',
      [budget({ spec: { maxUnavailable: 0 }, status: { disruptionsAllowed: 0, expectedPods: 2 } })],
      'pod-budget-never-allows',
    ],
    ['two of them', [budget(), budget({ name: 'other' })], 'pod-two-budgets'],
  ])('one that %s blocks its pods by name', (_, all, id) => {
    const problems = pods(withBudgets(...all));
    expect(brief(problems)).toEqual([`block ${id} Pod shop/a`, `block ${id} Pod shop/b`]);
    expect(problems[0]?.rule).toBe('8');
  });

  it('with a surge one that needs only one replica more does not block', () => {
    const tight = budget({
      spec: { minAvailable: 2, maxUnavailable: null },
      status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 },
    });
    const never = budget({ spec: { maxUnavailable: 0 }, status: { disruptionsAllowed: 0, expectedPods: 2 } });
    const deployments = [{ metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 2 } }];
    const asked = (one: ReturnType<typeof budget>, surge: boolean) =>
      brief(pods(facts({ view: view({ pods: two, deployments, podDisruptionBudgets: [one] }), options: { surge } })));
    expect(asked(tight, false)).toEqual(['block pod-budget-never-allows Pod shop/a', 'block pod-budget-never-allows Pod shop/b']);
    expect(asked(tight, true)).toEqual(['info budget-surged Pod shop/a', 'info budget-surged Pod shop/b']);
    expect(asked(never, true)).toEqual(['block pod-budget-never-allows Pod shop/a', 'block pod-budget-never-allows Pod shop/b']);
  });

  it('one that refuses now is told once, with who waits', () => {
    const all = [budget({ status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 } })];
    expect(pods(withBudgets(...all))).toEqual([]);
    expect(budgets(withBudgets(...all))).toMatchObject([
      {
        id: 'budget-refuses-now',
        severity: 'warn',
        object: 'PodDisruptionBudget shop/web',
        message: expect.stringContaining('2 pods of blue wait'),
      },
    ]);
    expect(budgets(withBudgets(budget()))).toEqual([]);
  });

  it('with IfHealthyBudget pods that are not ready are named', () => {
    const sick = web('c', 'blue-2', {}, { ready: false });
    const all = [budget({ status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 } })];
    const problems = budgets(facts({ view: view({ pods: [...two, sick], podDisruptionBudgets: all }) }));
    expect(problems[0]?.message).toContain('not ready: c');
  });
});

describe('(10) single replicas', () => {
  const alone = view({
    pods: [web('a', 'blue-0')],
    deployments: [{ metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 1 } }],
  });
  it('a gap is told; a surge covers it', () => {
    expect(brief(singleReplicas(facts({ view: alone })))).toEqual(['warn single-replica Deployment shop/web']);
    expect(brief(singleReplicas(facts({ view: alone, options: { surge: true } })))).toEqual(['info single-replica Deployment shop/web']);
    expect(singleReplicas(facts())).toEqual([]);
  });
  it('of what is not on blue nothing is told', () => {
    expect(singleReplicas(facts({ view: { ...alone, pods: [web('a', 'elsewhere')] } }))).toEqual([]);
  });
});

describe('(20) broken before', () => {
  const pending = (name: string, age: number) =>
    pod({ name, metadata: { creationTimestamp: at(-age) }, spec: { nodeName: null }, status: { phase: 'Pending', conditions: [] } });
  const ready = Array.from({ length: 19 }, (_, index) => web(`w${index}`, 'blue-0'));

  it('is baseline, and refuses beyond the threshold', () => {
    expect(brief(brokenBefore(facts({ view: seen(...ready, pending('p', 600)) })))).toEqual(['warn broken-before Deployment shop/web']);
    expect(brief(brokenBefore(facts({ view: seen(...ready.slice(0, 8), pending('p', 600)) })))).toEqual([
      'block too-much-broken Cluster payments',
      'warn broken-before Deployment shop/web',
    ]);
  });
  it('exactly the threshold is not beyond it', () => {
    expect(brief(brokenBefore(facts({ view: seen(...ready.slice(0, 9), pending('p', 600)) })))).toEqual([
      'warn broken-before Deployment shop/web',
    ]);
  });
  it('a pod that was made just now is not broken; a crash loop is', () => {
    expect(brokenBefore(facts({ view: seen(...ready, pending('p', 30)) }))).toEqual([]);
    const looping = web(
      'x',
      'blue-0',
      {},
      { ready: false, status: { containerStatuses: [{ name: 'app', ready: false, restartCount: 9 }] } },
    );
    expect(brokenBefore(facts({ view: seen(...ready, looping) }))).toHaveLength(1);
  });
});
