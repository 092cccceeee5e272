import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGlob, matchesGlob } from '../../functions/config/globs.ts';

describe('matchesGlob', () => {
  it.each([
    ['payments', 'payments', 'payments-2'],
    ['dev-*', 'dev-', 'xdev-1'],
    ['*-dev', 'a-dev', 'a-dev-b'],
    ['*', '', undefined],
    ['*', '.hidden', undefined],
    ['a*', 'a/b/c', 'b/a'],
    ['a**b', 'ab', 'a'],
    ['a?c', 'a/c', 'ac'],
    ['?', '🚦', 'ab'],
    ['{dev,test}-*', 'test-1', 'prod-1'],
    ['a{,b}c', 'ac', 'abbc'],
    ['{a,{b,c}d}e', 'cde', 'ce'],
    ['{a*,b?}c', 'a12c', 'bc'],
    ['x{a}y', 'x{a}y', 'xay'],
    ['{a,b', '{a,b', 'a'],
    ['a,b}', 'a,b}', 'b'],
    ['{a,{b,c}', '{a,c', 'a'],
    ['{a{,b}', '{ab', 'b'],
    ['[ab]1', 'b1', 'c1'],
    ['[a-c]', 'b', '-'],
    ['[a-]', '-', 'b'],
    ['[!a]', 'b', 'a'],
    ['[]a]', ']', 'b'],
    ['[,}]', ',', '['],
    ['{[,],b}', ',', '[,]'],
    ['[ab', '[ab', 'a'],
    ['[]', '[]', ''],
    ['[!]', '[!]', '!'],
    ['!(a)*', '!(a)b', 'b'],
    ['a.c*', 'a.c', 'abc'],
    ['^a$*', '^a$', 'a'],
    ['\\**', '\\x', '*'],
    ['line*end', 'line\nend', 'line\nen'],
  ])('%j matches %j and not %j', (pattern, match, other) => {
    expect(matchesGlob(pattern, match)).toBe(true);
    if (other !== undefined) expect(matchesGlob(pattern, other)).toBe(false);
  });

  const plain = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '-', '(', '\\', '🚦'), maxLength: 8 });

  it('is equality where nothing is special, and where special characters are classes of themselves', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(matchesGlob(a, b)).toBe(a === b);
        expect(matchesGlob(Array.from(a, (character) => `[${character}]`).join(''), b)).toBe(a === b);
      }),
    );
  });

  it('finds what stands between stars', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(matchesGlob(`*${a}*`, b)).toBe(b.includes(a));
      }),
    );
  });

  it('reads braces as an alternative of whole patterns', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 });
    fc.assert(
      fc.property(pattern, pattern, pattern, plain, (a, b, rest, text) => {
        expect(matchesGlob(`{${a},${b}}${rest}`, text)).toBe(matchesGlob(a + rest, text) || matchesGlob(b + rest, text));
      }),
    );
  });

  it('agrees with a regular expression on * and ?', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        expect(matchesGlob(glob, name)).toBe(new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name));
      }),
    );
  });

  it('does not backtrack: patterns that would never end elsewhere end within the time of a test', () => {
    const hostile = fc.constantFrom('*a', '{a,a*}', '{a,{a,a}}', '?*', '[ab]*');
    fc.assert(
      fc.property(hostile, fc.integer({ min: 20, max: 60 }), (part, times) => {
        expect(matchesGlob(`${part.repeat(times)}!`, 'a'.repeat(500))).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('takes any pattern', () => {
    const pattern = fc.string({ unit: fc.constantFrom('{', '}', ',', '[', ']', '!', '-', '*', 'a'), maxLength: 40 });
    fc.assert(
      fc.property(pattern, (glob) => {
        expect(() => matchesGlob(glob, 'aaa')).not.toThrow();
      }),
    );
    expect(matchesGlob('{'.repeat(100_000), '{'.repeat(100_000))).toBe(true);
  });
});

describe('isGlob', () => {
  it.each(['*', 'a?', '{a,b}', '[a]'])('%s is one', (pattern) => expect(isGlob(pattern)).toBe(true));
  it.each(['', 'payments', 'a-b.c/d', ']}'])('%j is none', (pattern) => expect(isGlob(pattern)).toBe(false));
});
