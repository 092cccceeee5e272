import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../../functions/config/rotation-options.ts';
import { batchSize, inDrainOrder, nextBlueBatch, nextGreenBatch } from '../../../functions/rotation/decide/batches.ts';
import { withSince } from '../../../functions/rotation/decide/drain-pass.ts';
import { lookAgain } from '../../../functions/rotation/decide/drained.ts';
import { attemptAfter, blocksByErrors, noAnswer, readEvictionAnswer } from '../../../functions/rotation/decide/eviction-answer.ts';

const candidate = (name: string, zone: string, blockers = 0, evictable = 1) => ({ name, zone, blockers, evictable });
const names = (nodes: readonly { readonly name: string }[]) => nodes.map(({ name }) => name);

describe('the order of nodes', () => {
  it('fewest blockers, then zone by zone, then by name', () => {
    const nodes = [
      candidate('a2', 'a'),
      candidate('b1', 'b'),
      candidate('a1', 'a'),
      candidate('c1', 'c', 2),
      candidate('a3', 'a'),
      candidate('b2', 'b', 1),
    ];
    expect(names(inDrainOrder(nodes))).toEqual(['a1', 'b1', 'a2', 'a3', 'b2', 'c1']);
  });

  it('property: it does not depend on the order given, and loses nothing', () => {
    const node = fc.record({ zone: fc.constantFrom('a', 'b', 'c', undefined), blockers: fc.nat(2), evictable: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(node, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (given, order) => {
        const nodes = given.map((one, index) => ({ ...one, name: `n${index}` }));
        const shuffled = nodes
          .map((one) => ({ one, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(inDrainOrder(shuffled)).toEqual(inDrainOrder(nodes));
        expect(names(inDrainOrder(nodes)).sort()).toEqual(names(nodes).sort());
      }),
    );
  });
});

describe('the size of a batch', () => {
  it.each([
    [4, 1],
    [19, 1],
    [20, 2],
    [100, 10],
    [1000, 20],
  ])('of %i nodes is %i', (size, expected) => {
    expect(batchSize(defaultOptions, size)).toBe(expected);
  });

  it('the first one of blue is a canary', () => {
    const nodes = Array.from({ length: 50 }, (_, index) => candidate(`n${index}`, 'a'));
    expect(nextBlueBatch(nodes, defaultOptions, 100, true)).toHaveLength(1);
    expect(nextBlueBatch(nodes, defaultOptions, 100, false)).toHaveLength(10);
  });

  it('of green is what holds a share of all pods, and no less than a batch of blue', () => {
    const nodes = Array.from({ length: 100 }, (_, index) => ({ ...candidate(`n${index}`, 'a', 0, 2), unwell: 0 }));
    expect(nextGreenBatch(nodes, defaultOptions, 100, 2000)).toHaveLength(100);
    expect(nextGreenBatch(nodes, defaultOptions, 100, 200)).toHaveLength(10);
  });

  it('of green begins where pods are not well, unless something blocks there', () => {
    const node = (name: string, unwell: number, blockers = 0) => ({ ...candidate(name, 'a', blockers, 2), unwell });
    const nodes = [node('n1', 0), node('n2', 1), node('n3', 2, 1)];
    const order = nextGreenBatch(nodes, { ...defaultOptions, batchMinimum: 3 }, 3, 6);
    expect(names(order)).toEqual(['n2', 'n1', 'n3']);
  });
});

describe('lookAgain', () => {
  const at = (seconds: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + seconds * 1000);
  const iso = (seconds: number) => at(seconds).toISOString();

  it('D29: a node is drained at a second look, far enough apart', () => {
    expect(lookAgain({}, [{ node: 'a', empty: true }], at(0), 10)).toEqual({
      emptySince: { a: iso(0) },
      drained: [],
      bounced: [],
      waitMs: 10_000,
    });
    expect(lookAgain({ a: iso(0) }, [{ node: 'a', empty: true }], at(9), 10)).toMatchObject({ drained: [], waitMs: 1000 });
    expect(lookAgain({ a: iso(0) }, [{ node: 'a', empty: true }], at(10), 10)).toMatchObject({ drained: ['a'], waitMs: undefined });
  });

  it('D30: it begins again where something came back', () => {
    expect(lookAgain({ a: iso(0) }, [{ node: 'a', empty: false }], at(30), 10)).toEqual({
      emptySince: {},
      drained: [],
      bounced: ['a'],
      waitMs: undefined,
    });
  });

  it('property: never drained at the first look after it held something', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 20 })), { maxLength: 20 }), (looks) => {
        let seconds = 0;
        let since: Record<string, string> = {};
        let before = false;
        for (const [empty, pause] of looks) {
          seconds += pause;
          const look = lookAgain(since, [{ node: 'a', empty }], at(seconds), 10);
          if (!before) expect(look.drained).toEqual([]);
          if (!empty) expect(look).toMatchObject({ drained: [], emptySince: {} });
          since = look.emptySince;
          before = empty;
        }
      }),
    );
  });
});

describe('readEvictionAnswer', () => {
  const status = (code: number, message = '', reason?: string) => ({
    status: code,
    body: { message, details: { causes: reason ? [{ reason, message: `the cause: ${message}` }] : [] } },
  });

  it.each([
    [201, '', undefined, 'accepted'],
    [404, 'pods "web" not found', undefined, 'gone'],
    [409, 'the UID in the precondition does not match', undefined, 'gone'],
    [429, 'Cannot evict pod', 'DisruptionBudget', 'refused'],
    [429, 'the server has received too many requests', undefined, 'throttled'],
    [500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.', undefined, 'two-budgets'],
    [500, 'etcdserver: leader changed', undefined, 'failing'],
    [504, '', undefined, 'failing'],
    [400, 'admission webhook "guard.example.com" denied the request: not now', undefined, 'failing'],
    [403, 'admission webhook "guard.example.com" denied the request: not now', undefined, 'failing'],
    [403, 'pods "web" is forbidden: User cannot create resource "pods/eviction"', undefined, 'forbidden'],
    [403, 'unable to create new content in namespace shop', 'NamespaceTerminating', 'namespace-terminating'],
  ] as const)('%i %s is understood', (code, message, reason, meaning) => {
    expect(readEvictionAnswer(status(code, message, reason)).meaning).toBe(meaning);
  });

  it('names the webhook, gives the words of the budget, and can do with any body', () => {
    expect(readEvictionAnswer(status(500, 'Internal error occurred: failed calling webhook "a.b": EOF')).webhook).toBe('a.b');
    expect(readEvictionAnswer(status(429, 'x', 'DisruptionBudget')).message).toBe('the cause: x');
    expect(readEvictionAnswer({ status: 502, body: '<html>' })).toMatchObject({ meaning: 'failing', message: 'status 502' });
  });
});

describe('attemptAfter', () => {
  const at = (seconds: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + seconds * 1000);
  const refused = readEvictionAnswer({ status: 429, body: { message: 'no' } });

  it('property: the next try is after the shortest wait, and before the longest', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 5 }),
        (random, pauses) => {
          let seconds = 0;
          let attempt = attemptAfter(undefined, 'shop/web', refused, at(0), defaultOptions, random);
          for (const pause of pauses) {
            seconds += pause;
            attempt = attemptAfter(attempt, 'shop/web', refused, at(seconds), defaultOptions, random);
          }
          const wait = (Date.parse(attempt.dueAt) - at(seconds).getTime()) / 1000;
          expect(wait).toBeGreaterThanOrEqual(5);
          expect(wait).toBeLessThanOrEqual(20);
          expect(attempt.firstAt).toBe(at(0).toISOString());
        },
      ),
    );
  });

  it('D24: patience with errors begins with the first error, not with the first refusal', () => {
    const before = attemptAfter(undefined, 'shop/web', refused, at(0), defaultOptions, 0);
    const first = attemptAfter(before, 'shop/web', noAnswer('EOF'), at(600), defaultOptions, 0);
    expect(blocksByErrors(first, at(600), defaultOptions)).toBe(false);
    const later = attemptAfter(first, 'shop/web', noAnswer('EOF'), at(900), defaultOptions, 0);
    expect(blocksByErrors(later, at(900), defaultOptions)).toBe(true);
    expect(blocksByErrors(before, at(9000), defaultOptions)).toBe(false);
  });
});

describe('withSince', () => {
  const held = (pod: string, verdict: 'block' | 'wait', reason = 'unmanaged') => ({ verdict, reason, pod, node: 'a', message: 'm' });

  it('keeps since when a pod is in the way for the same reason, and puts blockers first', () => {
    const at = new Date('2026-11-21T12:00:00Z');
    const before = [
      { ...held('shop/b', 'wait'), since: 'earlier' },
      { ...held('shop/c', 'block', 'other'), since: 'earlier' },
    ];
    expect(withSince([held('shop/b', 'wait'), held('shop/c', 'block')], before, at).map(({ pod, since }) => [pod, since])).toEqual([
      ['shop/c', at.toISOString()],
      ['shop/b', 'earlier'],
    ]);
  });
});
