import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, count, flow, hanging, harmless, table, wrap } from '../../../functions/report/text/layout.ts';

const words = fc.array(fc.stringMatching(/^[a-zé/:.-]{1,30}$/), { maxLength: 30 }).map((list) => list.join(' '));

describe('wrap', () => {
  it('keeps every word whole and every line in the width, but for longer words', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join(' ')).toBe(text);
        for (const line of lines) if (line.length > width) expect(line).not.toContain(' ');
      }),
    );
  });

  it('makes one space of all white space and no line of nothing', () => {
    expect(wrap('  a\n\tb  c ', 80)).toEqual(['a b c']);
    expect(wrap(' \n', 80)).toEqual([]);
  });
});

describe('hanging', () => {
  it('puts further lines under the first', () => {
    expect(hanging('  → ', 'one two three four five six seven', 24)).toEqual(['  → one two three four', '    five six seven']);
  });
});

describe('harmless', () => {
  it('takes away what a terminal would obey', () => {
    expect(harmless('a\u001b[31mb\u0007\u009b\u202ec\r')).toBe('a\ufffd[31mb\ufffd\ufffd\ufffdc\ufffd');
    expect(harmless('→ ☃ ü\n\t')).toBe('→ ☃ ü\n\t');
  });
});

describe('flow', () => {
  const loud = { text: 'two', decorate: (text: string) => `<${text}>` };

  it('fills lines and indents the further ones; decoration has no width', () => {
    expect(flow([{ text: 'one' }, loud, { text: 'three' }], 15, '  ')).toEqual(['one  <two>  three']);
    expect(flow([{ text: 'one' }, loud, { text: 'three' }], 14, '  ')).toEqual(['one  <two>', '  three']);
    expect(flow([{ text: 'one' }, loud, { text: 'three' }], 1, '  ')).toEqual(['one', '  <two>', '  three']);
  });

  it('keeps a piece on one line', () => {
    expect(flow([{ text: 'a\nb\u001b' }], 80, ' ')).toEqual(['a b\ufffd']);
  });
});

describe('table', () => {
  const columns: readonly Column<readonly [string, number]>[] = [
    { title: 'NAME', priority: 0, text: ([name]) => name },
    { title: 'EXTRA', priority: 2, text: () => 'something' },
    { title: 'N', priority: 0, align: 'right', text: ([, number]) => String(number) },
  ];
  const plain = (cell: string) => cell;

  it('aligns, and leaves the least important column out where it does not fit', () => {
    const rows = [
      ['a', 1],
      ['long', 100],
    ] as const;
    expect(table(rows, columns, 80, plain)).toEqual(['NAME  EXTRA        N', 'a     something    1', 'long  something  100']);
    expect(table(rows, columns, 19, plain)).toEqual(['NAME    N', 'a       1', 'long  100']);
    expect(table(rows, columns, 3, plain)).toEqual(table(rows, columns, 19, plain));
  });

  it('stands with no rows, with very many, and with cells that would break it', () => {
    expect(table([], columns, 80, plain)).toEqual(['NAME  EXTRA  N']);
    expect(
      table(
        Array.from({ length: 200_000 }, () => ['a', 1] as const),
        columns,
        80,
        plain,
      ),
    ).toHaveLength(200_001);
    expect(table([['a\nb\u001b[2J', 1]], columns, 80, plain)).toHaveLength(2);
    expect(table([['a\nb\u001b[2J', 1]], columns, 80, plain).join()).not.toContain('\u001b');
  });
});

describe('count', () => {
  it('knows one from many', () => {
    expect([0, 1, 2, -1].map((number) => count(number, 'day'))).toEqual(['0 days', '1 day', '2 days', '-1 days']);
  });
});
