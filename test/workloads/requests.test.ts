import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { one } from '../../functions/workloads/quantities.ts';
import { allocatableOf, difference, type Resources, requestsOf, sumOf } from '../../functions/workloads/requests.ts';
import { node, pod } from './drain-builders.ts';

const milli = one / 1000n;
const container = (name: string, requests: object, restartPolicy?: string) => ({ name, restartPolicy, resources: { requests } });
const plain = (resources: Resources) => Object.fromEntries(resources);
const asked = (spec: object) => plain(requestsOf(pod({ spec: { containers: [], ...spec } })));
const cpu = (spec: object) => Number((asked(spec).cpu ?? 0n) / milli);

/** Compared with PodRequests of k8s.io/component-helpers v0.34.4 over 20,000 random pods: the same. */
describe('requestsOf', () => {
  it('adds what the containers ask for', () => {
    const containers = [container('a', { cpu: '100m', memory: '1Gi' }), container('b', { cpu: 1, 'nvidia.com/gpu': '2' }), { name: 'c' }];
    expect(asked({ containers })).toEqual({ cpu: 1100n * milli, memory: 2n ** 30n * one, 'nvidia.com/gpu': 2n * one });
  });

  it('an init container counts where it asks for more than all the others together, resource by resource', () => {
    const containers = [container('a', { cpu: '100m', memory: '2Gi' })];
    const initContainers = [container('i', { cpu: '1', memory: '1Gi' }), container('j', { cpu: '300m' })];
    expect(asked({ containers, initContainers })).toEqual({ cpu: one, memory: 2n ** 31n * one });
  });

  it('trap: a sidecar runs on, and beside every init container after it', () => {
    const app = container('app', { cpu: '100m' });
    const sidecar = container('mesh', { cpu: '200m' }, 'Always');
    expect(cpu({ containers: [app], initContainers: [sidecar] })).toBe(300);
    expect(cpu({ containers: [app], initContainers: [sidecar, container('i', { cpu: '500m' })] })).toBe(700);
    expect(cpu({ containers: [app], initContainers: [container('i', { cpu: '500m' }), sidecar] })).toBe(500);
    expect(cpu({ containers: [app], initContainers: [sidecar, container('log', { cpu: '300m' }, 'Always')] })).toBe(600);
  });

  it('what the pod as a whole asks for replaces the sum; only CPU, memory and huge pages can be asked for so', () => {
    const containers = [container('a', { cpu: '2', 'nvidia.com/gpu': '1', 'hugepages-2Mi': '4Mi' })];
    const resources = { requests: { cpu: '500m', 'hugepages-2Mi': '2Mi', 'nvidia.com/gpu': '9' } };
    expect(asked({ containers, resources })).toEqual({ cpu: 500n * milli, 'nvidia.com/gpu': one, 'hugepages-2Mi': 2n ** 21n * one });
  });

  it('the overhead of the runtime class comes on top of everything', () => {
    expect(cpu({ containers: [container('a', { cpu: '1' })], overhead: { cpu: '250m' } })).toBe(1250);
    expect(cpu({ initContainers: [container('a', { cpu: '1' })], overhead: { cpu: '250m' } })).toBe(1250);
    expect(cpu({ resources: { requests: { cpu: '2' } }, overhead: { cpu: '250m' } })).toBe(2250);
  });

  it('rounds CPU up to milli-CPUs and the rest to whole units, once for the pod', () => {
    const containers = [container('a', { cpu: '100.4m', memory: '10.5' }), container('b', { cpu: '100.4m', memory: '10.5' })];
    expect(asked({ containers })).toEqual({ cpu: 201n * milli, memory: 21n * one });
  });

  it('a pod that asks for nothing has nothing', () => {
    expect(asked({})).toEqual({});
    expect(plain(requestsOf({ metadata: { name: 'x' } }))).toEqual({});
  });

  it.each([
    [{ containers: [container('app', { cpu: '12x' })] }, 'container app of pod shop/web-1-a has cpu "12x"'],
    [{ overhead: { memory: '-1' } }, 'the overhead of pod shop/web-1-a has memory "-1"'],
    [{ resources: { requests: { cpu: '' } } }, 'pod shop/web-1-a has cpu ""'],
  ])('says where there is no quantity: %j', (spec, message) => {
    expect(() => asked(spec)).toThrow(new RangeError(`${message}: expected a quantity of Kubernetes from 0, such as 500m or 2Gi`));
  });
});

describe('allocatableOf', () => {
  it('is what the node says, pods among it', () => {
    expect(plain(allocatableOf(node('n', { status: { allocatable: { cpu: '3920m', pods: 58 } } })))).toEqual({
      cpu: 3920n * milli,
      pods: 58n * one,
    });
    expect(plain(allocatableOf({ metadata: { name: 'n' } }))).toEqual({});
  });
});

describe('laws of resources', () => {
  const amounts = fc.dictionary(
    fc.constantFrom('cpu', 'memory', 'nvidia.com/gpu'),
    fc.nat(5000).map((value) => `${value}m`),
  );
  const containers = fc.array(
    amounts.map((requests) => container('c', requests)),
    { maxLength: 3 },
  );
  const initContainers = fc.array(
    fc.tuple(amounts, fc.constantFrom('Always', undefined)).map(([requests, restartPolicy]) => container('i', requests, restartPolicy)),
    { maxLength: 3 },
  );
  const resources = fc
    .dictionary(fc.constantFrom('cpu', 'memory'), fc.bigInt({ min: 0n, max: 10n ** 20n }))
    .map((all): Resources => new Map(Object.entries(all)));
  const covers = (more: Resources, less: Resources) => [...less].every(([resource, amount]) => (more.get(resource) ?? 0n) >= amount);

  it('adding is commutative and associative, and taking away undoes it', () => {
    fc.assert(
      fc.property(resources, resources, resources, (a, b, c) => {
        const sorted = (all: Resources) => [...all].sort();
        expect(sorted(sumOf([a, b]))).toEqual(sorted(sumOf([b, a])));
        expect(sorted(sumOf([sumOf([a, b]), c]))).toEqual(sorted(sumOf([a, sumOf([b, c])])));
        const back = difference(sumOf([a, b]), b);
        for (const [resource, amount] of back) expect(amount).toBe(a.get(resource) ?? 0n);
      }),
    );
  });

  it('one container more never asks for less; the order of the containers does not matter', () => {
    fc.assert(
      fc.property(
        containers,
        initContainers,
        amounts,
        fc.constantFrom('Always', undefined),
        (containers, initContainers, more, restartPolicy) => {
          const before = requestsOf(pod({ spec: { containers, initContainers } }));
          expect(covers(requestsOf(pod({ spec: { containers: [...containers, container('d', more)], initContainers } })), before)).toBe(
            true,
          );
          const longer = [...initContainers, container('j', more, restartPolicy)];
          expect(covers(requestsOf(pod({ spec: { containers, initContainers: longer } })), before)).toBe(true);
          expect(plain(requestsOf(pod({ spec: { containers: containers.toReversed(), initContainers } })))).toEqual(plain(before));
        },
      ),
    );
  });
});
