import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cordonTaint, describeTaint, tolerates, untolerated } from '../../functions/workloads/tolerations.ts';

const gpu = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' };

describe('tolerates', () => {
  it.each([
    [{ key: 'nvidia.com/gpu', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
    [{ key: 'nvidia.com/gpu', value: 'true' }],
    [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
    [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    [{ operator: 'Exists' }],
    [{ key: '', operator: 'Exists', effect: '' }],
    [{ operator: 'Exists', tolerationSeconds: 0 }],
  ])('%j', (toleration) => {
    expect(tolerates([toleration], gpu)).toBe(true);
  });

  it.each([
    [{ key: 'nvidia.com/gpu', operator: 'Equal', value: 'false' }],
    [{ key: 'nvidia.com/gpu' }],
    [{ key: 'nvidia.com', operator: 'Exists' }],
    [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoExecute' }],
    [{ operator: 'Exists', effect: 'NoExecute' }],
    [{ key: 'nvidia.com/gpu', operator: 'Gt', value: '0' }],
    [{ key: 'nvidia.com/gpu', operator: 'exists' }],
    [{ key: 'nvidia.com/gpu', operator: 'Gt', value: 'true' }],
  ])('not %j', (toleration) => {
    expect(tolerates([toleration], gpu)).toBe(false);
  });

  it('a taint without a value is one with an empty value', () => {
    expect(tolerates([{ key: cordonTaint.key }], cordonTaint)).toBe(true);
    expect(tolerates([{ key: cordonTaint.key, value: '' }], cordonTaint)).toBe(true);
    expect(tolerates([{ key: cordonTaint.key }], { ...cordonTaint, value: '' })).toBe(true);
    expect(tolerates([{ key: cordonTaint.key, value: 'x' }], cordonTaint)).toBe(false);
  });

  it('no tolerations tolerate nothing', () => {
    expect(tolerates(undefined, gpu)).toBe(false);
    expect(tolerates(null, gpu)).toBe(false);
    expect(tolerates([], gpu)).toBe(false);
  });
});

describe('untolerated', () => {
  it('names NoSchedule and NoExecute, in the order of the node; PreferNoSchedule keeps nobody away', () => {
    const taints = [
      { key: 'a', effect: 'NoExecute' },
      { key: 'b', effect: 'PreferNoSchedule' },
      { key: 'c', effect: 'NoSchedule' },
    ];
    expect(untolerated([], taints).map(({ key }) => key)).toEqual(['a', 'c']);
    expect(untolerated([{ key: 'a', operator: 'Exists' }], taints).map(({ key }) => key)).toEqual(['c']);
    expect(untolerated([], undefined)).toEqual([]);
  });
});

describe('describeTaint', () => {
  it('is as kubectl writes it', () => {
    expect(describeTaint(gpu)).toBe('nvidia.com/gpu=true:NoSchedule');
    expect(describeTaint({ key: 'a', value: null, effect: 'NoExecute' })).toBe('a:NoExecute');
  });
});

describe('laws of tolerations', () => {
  const key = fc.constantFrom('a', 'b', 'node.kubernetes.io/unschedulable');
  const value = fc.constantFrom('', 'x', 'y');
  const effect = fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule');
  const taints = fc.array(fc.record({ key, value, effect }), { maxLength: 5 });
  const toleration = fc.record({ key, value, effect, operator: fc.constantFrom('Equal', 'Exists', 'Gt') }, { requiredKeys: [] });
  const tolerations = fc.array(toleration, { maxLength: 4 });

  it('a toleration of everything tolerates all taints', () => {
    fc.assert(
      fc.property(tolerations, taints, (others, taints) => {
        expect(untolerated([...others, { operator: 'Exists' }], taints)).toEqual([]);
      }),
    );
  });

  it('a toleration made from a taint tolerates it', () => {
    fc.assert(
      fc.property(taints, (taints) => {
        expect(untolerated(taints, taints)).toEqual([]);
      }),
    );
  });

  it('one more toleration never leaves more taints; one more taint never fewer', () => {
    fc.assert(
      fc.property(tolerations, toleration, taints, (tolerations, more, taints) => {
        expect(untolerated([...tolerations, more], taints).length).toBeLessThanOrEqual(untolerated(tolerations, taints).length);
        expect(untolerated(tolerations, taints.slice(1)).length).toBeLessThanOrEqual(untolerated(tolerations, taints).length);
      }),
    );
  });

  it('the order of tolerations does not matter', () => {
    fc.assert(
      fc.property(tolerations, taints, (tolerations, taints) => {
        expect(untolerated(tolerations.toReversed(), taints)).toEqual(untolerated(tolerations, taints));
      }),
    );
  });
});
