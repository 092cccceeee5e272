import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAnyTerm, matchesNodeAffinity, matchesNodeSelector } from '../../functions/workloads/node-affinity.ts';

const node = { metadata: { name: 'ip-10-0-0-1', labels: { zone: 'a', cpus: '16', huge: '9223372036854775807', empty: '' } } };
const term = (key: string, operator: string, values?: string[]) => ({ matchExpressions: [{ key, operator, values }] });
const matches = (key: string, operator: string, values?: string[]) => matchesAnyTerm([term(key, operator, values)], node);

/** Compared with GetRequiredNodeAffinity of k8s.io/component-helpers v0.34.4 over 20,000 random pods and nodes: the same. */
describe('matchesAnyTerm', () => {
  it.each([
    ['zone', 'In', ['a', 'b'], true],
    ['zone', 'In', ['b'], false],
    ['other', 'In', ['a'], false],
    ['zone', 'NotIn', ['b'], true],
    ['zone', 'NotIn', ['a'], false],
    ['other', 'NotIn', ['a'], true],
    ['zone', 'Exists', undefined, true],
    ['empty', 'Exists', [], true],
    ['other', 'Exists', undefined, false],
    ['other', 'DoesNotExist', undefined, true],
    ['zone', 'DoesNotExist', undefined, false],
    ['cpus', 'Gt', ['15'], true],
    ['cpus', 'Gt', ['16'], false],
    ['cpus', 'Lt', ['17'], true],
    ['cpus', 'Lt', ['16'], false],
    ['cpus', 'Lt', ['016'], false],
    ['huge', 'Gt', ['9223372036854775806'], true],
  ])('%s %s %j: %s', (key, operator, values, expected) => {
    expect(matches(key, operator, values)).toBe(expected);
  });

  it.each([
    ['Gt on a label that is no number', 'zone', 'Gt', ['1']],
    ['Gt on a label that is missing', 'other', 'Gt', ['1']],
    ['Lt on a label that is missing', 'other', 'Lt', ['1']],
    ['Gt with two values', 'cpus', 'Gt', ['1', '2']],
    ['Gt without a value', 'cpus', 'Gt', undefined],
    ['Gt with a fraction', 'cpus', 'Gt', ['1.5']],
    ['Lt beyond an int64', 'cpus', 'Lt', ['9223372036854775808']],
    ['an unknown operator', 'zone', 'Equals', ['a']],
    ['NotIn without values', 'zone', 'NotIn', []],
    ['a label that only the prototype has', 'constructor', 'Gt', ['1']],
  ])('%s matches nothing', (_, key, operator, values) => {
    expect(matches(key, operator, values)).toBe(false);
  });

  it.each([
    ['In', ['ip-10-0-0-1'], true],
    ['In', ['ip-10-0-0-2'], false],
    ['NotIn', ['ip-10-0-0-2'], true],
    ['NotIn', ['ip-10-0-0-1'], false],
    ['In', ['ip-10-0-0-1', 'ip-10-0-0-2'], false],
    ['Exists', undefined, false],
    ['Exists', ['ip-10-0-0-2'], false],
  ])('the field metadata.name %s %j: %s', (operator, values, expected) => {
    expect(matchesAnyTerm([{ matchFields: [{ key: 'metadata.name', operator, values }] }], node)).toBe(expected);
  });

  it('knows no other field', () => {
    expect(matchesAnyTerm([{ matchFields: [{ key: 'metadata.uid', operator: 'NotIn', values: ['x'] }] }], node)).toBe(false);
  });

  it('terms are alternatives, requirements in a term are not, and an empty term matches nothing', () => {
    const yes = term('zone', 'In', ['a']);
    const no = term('zone', 'In', ['b']);
    expect(matchesAnyTerm([no, yes], node)).toBe(true);
    expect(matchesAnyTerm([{ matchExpressions: [...yes.matchExpressions, ...no.matchExpressions] }], node)).toBe(false);
    expect(matchesAnyTerm([{ ...yes, matchFields: [{ key: 'metadata.name', operator: 'In', values: ['x'] }] }], node)).toBe(false);
    expect(matchesAnyTerm([{}], node)).toBe(false);
    expect(matchesAnyTerm([{ matchExpressions: [], matchFields: null }], node)).toBe(false);
    expect(matchesAnyTerm([], node)).toBe(false);
  });
});

describe('a pod and its node', () => {
  const affinity = (terms: ReturnType<typeof term>[]) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
  });

  it('without a wish every node will do', () => {
    expect(matchesNodeSelector({}, node)).toBe(true);
    expect(matchesNodeSelector({ nodeSelector: {} }, { metadata: { name: 'a' } })).toBe(true);
    expect(matchesNodeAffinity({}, node)).toBe(true);
    expect(matchesNodeAffinity({ affinity: { nodeAffinity: {} } }, node)).toBe(true);
  });

  it('an affinity without terms wishes for a node that cannot be', () => {
    expect(matchesNodeAffinity(affinity([]), node)).toBe(false);
  });

  it('all labels of the node selector must be there', () => {
    expect(matchesNodeSelector({ nodeSelector: { zone: 'a', cpus: '16' } }, node)).toBe(true);
    expect(matchesNodeSelector({ nodeSelector: { zone: 'a', cpus: '8' } }, node)).toBe(false);
    expect(matchesNodeSelector({ nodeSelector: { pool: 'x' } }, node)).toBe(false);
    expect(matchesNodeSelector({ nodeSelector: { zone: 'a' } }, { metadata: { name: 'bare' } })).toBe(false);
  });

  it('the affinity is its terms', () => {
    expect(matchesNodeAffinity(affinity([term('zone', 'In', ['a'])]), node)).toBe(true);
    expect(matchesNodeAffinity(affinity([term('zone', 'In', ['b'])]), node)).toBe(false);
  });
});

describe('laws of node affinity', () => {
  const key = fc.constantFrom('zone', 'cpus', 'constructor');
  const value = fc.constantFrom('', 'a', 'b', '8', '16');
  const aNode = fc.dictionary(key, value).map((labels) => ({ metadata: { name: 'n', labels } }));
  const requirement = fc.record({
    key,
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
    values: fc.array(value, { maxLength: 2 }),
  });
  const aTerm = fc.record({ matchExpressions: fc.array(requirement, { maxLength: 3 }) });
  const terms = fc.array(aTerm, { maxLength: 3 });

  it('one more alternative never matches less, one more requirement never more', () => {
    fc.assert(
      fc.property(aNode, terms, aTerm, requirement, (node, terms, more, requirement) => {
        expect(matchesAnyTerm([...terms, more], node)).toBe(matchesAnyTerm(terms, node) || matchesAnyTerm([more], node));
        const stricter = { matchExpressions: [...more.matchExpressions, requirement] };
        if (more.matchExpressions.length > 0 && matchesAnyTerm([stricter], node)) expect(matchesAnyTerm([more], node)).toBe(true);
      }),
    );
  });

  it('Gt and Lt leave out equality and what is no number', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (label, bound) => {
        const node = { metadata: { name: 'n', labels: { cpus: String(label) } } };
        expect(matchesAnyTerm([term('cpus', 'Gt', [String(bound)])], node)).toBe(label > bound);
        expect(matchesAnyTerm([term('cpus', 'Lt', [String(bound)])], node)).toBe(label < bound);
      }),
    );
  });
});
