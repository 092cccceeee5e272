import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity, one, parseQuantity, roundedUpTo } from '../../functions/workloads/quantities.ts';

const canonical = (text: string | number, format?: 'DecimalSI' | 'BinarySI' | 'DecimalExponent') => {
  const amount = parseQuantity(text);
  return amount === undefined ? undefined : formatQuantity(amount, format);
};

/** Compared with ParseQuantity and CanonicalizeBytes of k8s.io/apimachinery v0.34.4 over 40,000 random texts: the same but for texts without
 *  a digit and exponents beyond 999, which are none here, and amounts beyond the suffix E, of which that version writes the digits alone. */
describe('parseQuantity', () => {
  it.each([
    ['0', '0'],
    ['1', '1'],
    ['100m', '100m'],
    ['0.1', '100m'],
    ['.5', '500m'],
    ['5.', '5'],
    ['1.5', '1500m'],
    ['+2', '2'],
    ['-1.5', '-1500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['1000000k', '1G'],
    ['3T', '3T'],
    ['4P', '4P'],
    ['1E', '1E'],
    ['250u', '250u'],
    ['5n', '5n'],
    ['1.1n', '2n'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['0.0000000000000000001', '1n'],
    ['123456789.123456789', '123456789123456789n'],
    ['0012', '12'],
  ])('%s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    ['1Ki', '1Ki'],
    ['1024', '1Ki'],
    ['1.5Gi', '1536Mi'],
    ['0.5Mi', '512Ki'],
    ['1000Ki', '1000Ki'],
    ['1025', '1025'],
    ['1023', '1023'],
    ['1000', '1k'],
    ['1024Mi', '1Gi'],
    ['2Ti', '2Ti'],
    ['3Pi', '3Pi'],
    ['7Ei', '7Ei'],
    ['-2Ki', '-2Ki'],
    ['0.5Ki', '512'],
    ['0.0001Ki', '102400u'],
    ['1500.5', '1500500m'],
  ])('%s in binary is %s', (text, expected) => {
    expect(canonical(text, 'BinarySI')).toBe(expected);
  });

  it.each([
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['12e6', '12e6'],
    ['12e5', '1200e3'],
    ['1.5e-1', '150e-3'],
    ['1e+2', '100'],
    ['5e-9', '5e-9'],
    ['5e-10', '1e-9'],
    ['1e21', '1e21'],
  ])('%s with an exponent is %s', (text, expected) => {
    expect(canonical(text, 'DecimalExponent')).toBe(expected);
  });

  it('is exact where numbers are not', () => {
    expect(parseQuantity('0.1')).toBe(100_000_000n);
    expect(parseQuantity('9007199254740993')).toBe(9_007_199_254_740_993n * one);
    expect((parseQuantity('100m') ?? 0n) + (parseQuantity('200m') ?? 0n)).toBe(parseQuantity('300m'));
  });

  it('reads M as mega, m as milli, and tells E from e', () => {
    expect(parseQuantity('1M')).toBe(1_000_000n * one);
    expect(parseQuantity('1m')).toBe(1_000_000n);
    expect(parseQuantity('1E')).toBe(10n ** 18n * one);
    expect(parseQuantity('1Ei')).toBe(2n ** 60n * one);
    expect(parseQuantity('1E1')).toBe(10n * one);
  });

  it('reads numbers as they are written', () => {
    expect(parseQuantity(2)).toBe(2n * one);
    expect(parseQuantity(0.25)).toBe(250_000_000n);
    expect(parseQuantity(1e21)).toBe(10n ** 21n * one);
    expect(parseQuantity(1e-7)).toBe(100n);
  });

  it('cuts binary amounts off at 2^63-1, decimal ones not', () => {
    const largest = (2n ** 63n - 1n) * one;
    expect(parseQuantity('8Ei')).toBe(largest);
    expect(parseQuantity('-9Ei')).toBe(-largest);
    expect(parseQuantity('10E')).toBe(10n ** 19n * one);
  });

  it('does not build numbers of any length', () => {
    expect(parseQuantity('1e999999999')).toBeUndefined();
    expect(parseQuantity('0e999999999')).toBe(0n);
    expect(parseQuantity('1e-999999999')).toBe(1n);
    expect(parseQuantity('1e999')).toBe(10n ** 1008n);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '1 Gi',
    '1gi',
    '1KI',
    '1ki',
    '1K',
    '1mi',
    '1e',
    '1e1.5',
    '1e3Ki',
    '--1',
    '1.2.3',
    '.',
    'Ki',
    '-',
    'one',
    '1,5',
    '0x10',
    '1_000',
    '١',
  ])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('the number %s is none', (value) => {
    expect(parseQuantity(value)).toBeUndefined();
  });
});

describe('formatQuantity', () => {
  it.each([
    [10n ** 21n, '1e21'],
    [12n * 10n ** 20n, '1200E'],
  ])('loses nothing beyond the largest suffix: %s', (units, expected) => {
    expect(formatQuantity(units * one)).toBe(expected);
  });

  it('writes in binary only what is whole, from 1024, and below the cut', () => {
    expect(formatQuantity(1024n * one + 1n, 'BinarySI')).toBe('1024000000001n');
    expect(formatQuantity(2n ** 63n * one, 'BinarySI')).toBe('9223372036854775808');
    expect(formatQuantity((2n ** 63n - 1n) * one, 'BinarySI')).toBe('9223372036854775807');
  });
});

describe('laws of quantities', () => {
  const amount = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
  const format = fc.constantFrom('DecimalSI', 'BinarySI', 'DecimalExponent');
  const number = fc.oneof(
    fc.nat().map(String),
    fc.tuple(fc.nat(), fc.nat(99_999)).map(([whole, part]) => `${whole}.${part}`),
    fc.nat(99_999).map((part) => `.${part}`),
  );
  const suffix = fc.constantFrom(
    '',
    'n',
    'u',
    'm',
    'k',
    'M',
    'G',
    'T',
    'P',
    'E',
    'Ki',
    'Mi',
    'Gi',
    'Ti',
    'Pi',
    'Ei',
    'e3',
    'E-2',
    'e+1',
    'e0',
  );
  const text = fc.tuple(fc.constantFrom('', '+', '-'), number, suffix).map((parts) => parts.join(''));

  it('what is written is read back', () => {
    fc.assert(
      fc.property(amount, format, (amount, format) => {
        expect(parseQuantity(formatQuantity(amount, format))).toBe(amount);
      }),
    );
  });

  it('the canonical form has no fraction and stays as it is', () => {
    fc.assert(
      fc.property(text, format, (text, format) => {
        const written = canonical(text, format) ?? '';
        expect(written).toMatch(/^-?\d+([numkMGTPE]|[KMGTPE]i|e-?\d+)?$/);
        expect(canonical(written, format)).toBe(written);
      }),
    );
  });

  it('one suffix more is a thousand times as much', () => {
    const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: decimal.length - 1 }), (digits, index) => {
        expect(parseQuantity(`${digits}${decimal[index]}`)).toBe(1000n * (parseQuantity(`${digits}${decimal[index - 1]}`) ?? -1n));
      }),
    );
  });

  it('a sign only turns it round', () => {
    fc.assert(
      fc.property(number, suffix, (number, suffix) => {
        expect(parseQuantity(`-${number}${suffix}`)).toBe(-(parseQuantity(`${number}${suffix}`) ?? -1n));
      }),
    );
  });

  it('rounding never makes less, and less than a step more', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.constantFrom(1n, one / 1000n, one), (amount, step) => {
        const rounded = roundedUpTo(amount, step);
        expect(rounded % step).toBe(0n);
        expect(rounded >= amount && rounded < amount + step).toBe(true);
      }),
    );
  });
});
