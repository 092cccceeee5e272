import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitEvictions, budgetLookup } from '../../functions/workloads/drain-budgets.ts';
import { budget, pod } from './drain-builders.ts';

const zero = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 };
const crashing = (name: string) =>
  pod({
    name,
    ready: false,
    status: { containerStatuses: [{ name: 'app', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
  });

const answer = (one: ReturnType<typeof pod>, budgets: ReturnType<typeof budget>[], pods = [one]) => budgetLookup(budgets, pods)(one).answer;

describe('what a budget answers for a pod', () => {
  it('goes without a budget, with one of another namespace or of other labels', () => {
    expect(answer(pod(), [])).toBe('goes');
    expect(answer(pod(), [budget({ namespace: 'other', status: zero })])).toBe('goes');
    expect(answer(pod(), [budget({ spec: { selector: { matchLabels: { app: 'db' } } }, status: zero })])).toBe('goes');
    expect(answer(pod(), [budget({ spec: { selector: null }, status: zero })])).toBe('goes');
  });

  it('goes while a disruption is allowed, and takes it', () => {
    const one = budget();
    expect(budgetLookup([one], [])(pod())).toEqual({ answer: 'goes', takesFrom: one });
  });

  it('F-40: can never allow one', () => {
    expect(answer(pod(), [budget({ spec: { maxUnavailable: 0 }, status: { ...zero, desiredHealthy: 2 } })])).toBe('budget-never-allows');
    expect(answer(pod(), [budget({ spec: { maxUnavailable: null, minAvailable: 2 }, status: zero })])).toBe('budget-never-allows');
    expect(answer(pod(), [budget({ spec: { maxUnavailable: null, minAvailable: '100%' }, status: null })])).toBe('budget-never-allows');
    expect(answer(pod(), [budget({ spec: { maxUnavailable: null }, status: { ...zero, expectedPods: 0 } })])).toBe('budget-never-allows');
  });

  it('trap: how many pods there should be is not guessed from a budget that was not counted yet', () => {
    expect(answer(pod(), [budget({ spec: { maxUnavailable: null, minAvailable: 1 }, status: { ...zero, expectedPods: 0 } })])).toBe(
      'budget-refuses-now',
    );
  });

  it('a budget that can never allow any and allows one now lets it go: that is what the API does', () => {
    expect(answer(pod(), [budget({ spec: { maxUnavailable: 0 } })])).toBe('goes');
  });

  it('D22: allows none now', () => {
    expect(answer(pod(), [budget({ status: zero })])).toBe('budget-refuses-now');
    expect(answer(pod(), [budget({ status: null })])).toBe('budget-refuses-now');
    expect(answer(pod(), [budget({ status: { ...zero, disruptionsAllowed: -1 } })])).toBe('budget-refuses-now');
  });

  it('D23: two budgets answer 500, whatever they allow, ready or not', () => {
    const two = [budget({ name: 'b' }), budget({ name: 'a', spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } })];
    expect(answer(pod(), two)).toBe('two-budgets');
    expect(answer(pod({ ready: false }), two)).toBe('two-budgets');
    expect(budgetLookup(two, [])(pod())).toMatchObject({ message: 'budgets a and b select it: eviction answers 500' });
  });

  it.each([{ phase: 'Pending' }, { phase: 'Succeeded' }, { phase: 'Failed' }])('nobody is asked for a pod that is %j', (status) => {
    expect(answer(pod({ status }), [budget({ status: zero }), budget({ name: 'b' })])).toBe('goes');
  });

  it('a pod that is not ready goes while as many are healthy as desired, and takes nothing', () => {
    const full = budget({ status: { ...zero, currentHealthy: 2, desiredHealthy: 2 } });
    expect(budgetLookup([full], [])(pod({ ready: false }))).toEqual({ answer: 'goes', takesFrom: null });
    expect(answer(pod({ ready: false }), [budget({ status: { ...zero, currentHealthy: 1, desiredHealthy: 2 } })])).toBe(
      'budget-refuses-now',
    );
  });

  it('trap: with none desired a pod that is not ready stays', () => {
    expect(
      answer(pod({ ready: false }), [budget({ status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 1 } })]),
    ).toBe('budget-refuses-now');
  });

  it('AlwaysAllow lets go what is not ready, even where nothing is ever allowed', () => {
    const never = budget({
      spec: { maxUnavailable: 0, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
      status: { ...zero, desiredHealthy: 2 },
    });
    expect(answer(pod({ ready: false }), [never])).toBe('goes');
    expect(answer(pod(), [never])).toBe('budget-never-allows');
  });

  it('F-41: a crash-looping pod anywhere keeps its budget from allowing anything', () => {
    const short = budget({ status: { ...zero, currentHealthy: 1, desiredHealthy: 2 } });
    const looping = crashing('web-1-b');
    expect(answer(looping, [short])).toBe('budget-keeps-crash-looping');
    expect(answer(pod(), [short], [pod(), looping])).toBe('budget-keeps-crash-looping');
    expect(budgetLookup([short], [looping, crashing('web-1-a')])(pod())).toMatchObject({
      message: 'budget web allows no eviction while web-1-a, web-1-b crash: 1 healthy, 2 desired',
    });
    expect(answer(pod(), [short], [pod()])).toBe('budget-refuses-now');
  });

  it('F-41 trap: one that crashes in its init container can go, and holds up the others all the same', () => {
    const short = budget({ status: { ...zero, currentHealthy: 1, desiredHealthy: 2 } });
    const { status, ...rest } = crashing('web-1-b');
    const starting = { ...rest, status: { ...status, phase: 'Pending' } };
    expect(answer(starting, [short])).toBe('goes');
    expect(answer(pod(), [short], [pod(), starting])).toBe('budget-keeps-crash-looping');
  });

  it('F-41: a pod that is Ready is healthy, whatever one of its containers did before', () => {
    const { status, ...rest } = crashing('web-1-b');
    const ready = { ...rest, status: { ...status, conditions: [{ type: 'Ready', status: 'True' }] } };
    expect(answer(pod(), [budget({ status: zero })], [pod(), ready])).toBe('budget-refuses-now');
  });

  it('F-41: not where crashing pods may always go', () => {
    const policy = budget({ spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, status: { ...zero, desiredHealthy: 2 } });
    expect(answer(crashing('b'), [policy])).toBe('goes');
    expect(answer(pod(), [policy], [crashing('b')])).toBe('budget-refuses-now');
  });
});

describe('admitEvictions', () => {
  const names = (pods: readonly { metadata: { name: string } }[]) => pods.map(({ metadata }) => metadata.name);

  it('a budget that allows n lets exactly n go, the first ones', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(8), (allowed, count) => {
        const one = budget({ status: { disruptionsAllowed: allowed, currentHealthy: 8, desiredHealthy: 8 - allowed, expectedPods: 8 } });
        const pods = Array.from({ length: count }, (_, index) => pod({ name: `p${index}` }));
        const { now, later } = admitEvictions(pods, budgetLookup([one], pods));
        expect(now).toEqual(pods.slice(0, allowed));
        expect(later).toEqual(pods.slice(allowed));
      }),
    );
  });

  it('each budget has its own count, and pods without one go', () => {
    const other = { metadata: { labels: { app: 'db' } } };
    const pods = [
      pod({ name: 'a' }),
      pod({ name: 'b' }),
      pod({ name: 'c', ...other }),
      pod({ name: 'd', ...other }),
      pod({ name: 'e', namespace: 'x' }),
    ];
    const budgets = [budget(), budget({ name: 'db', spec: { selector: { matchLabels: { app: 'db' } } } })];
    const { now, later } = admitEvictions(pods, budgetLookup(budgets, pods));
    expect(names(now)).toEqual(['a', 'c', 'e']);
    expect(names(later)).toEqual(['b', 'd']);
  });

  it('what is not ready takes nothing from the others', () => {
    const one = budget({ status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 } });
    const pods = [pod({ name: 'a', ready: false }), pod({ name: 'b' }), pod({ name: 'c' })];
    expect(names(admitEvictions(pods, budgetLookup([one], pods)).now)).toEqual(['a', 'b']);
  });

  it('what is refused waits', () => {
    const pods = [pod({ name: 'a' })];
    expect(names(admitEvictions(pods, budgetLookup([budget({ status: zero })], pods)).later)).toEqual(['a']);
    expect(names(admitEvictions(pods, budgetLookup([budget(), budget({ name: 'b' })], pods)).later)).toEqual(['a']);
  });
});
