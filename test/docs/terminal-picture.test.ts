import { describe, expect, it } from 'vitest';
import { terminalPicture } from '../../scripts/reference/terminal-picture.ts';

const textsOf = (lines: readonly string[]) =>
  [...terminalPicture(lines, 40).matchAll(/<text x="(\S+)" y="(\S+)" textLength="(\S+)" lengthAdjust="\w+" (.*?)>(.*?)<\/text>/g)].map(
    ([, x, y, length, look, text]) => ({ x, y, length, look, text }),
  );

describe('the picture of a terminal', () => {
  it('places words by column and row, and fits them to their cells', () => {
    expect(textsOf(['ab', '  cd e   f'])).toEqual([
      { x: '20', y: '33.5', length: '16.8', look: 'fill="#d0d7de"', text: 'ab' },
      { x: '36.8', y: '51.5', length: '33.6', look: 'fill="#d0d7de"', text: 'cd e' },
      { x: '95.6', y: '51.5', length: '8.4', look: 'fill="#d0d7de"', text: 'f' },
    ]);
  });

  it('has the colours of the text, until they end', () => {
    const looks = textsOf(['\u001b[31m\u001b[1mred\u001b[22m\u001b[39m plain \u001b[2mdim', 'still\u001b[0m over']).map(
      ({ text, look }) => [text, look],
    );
    expect(looks).toEqual([
      ['red', 'fill="#ff7b72" font-weight="bold"'],
      ['plain', 'fill="#d0d7de"'],
      ['dim', 'fill="#d0d7de" opacity="0.65"'],
      ['still', 'fill="#d0d7de" opacity="0.65"'],
      ['over', 'fill="#d0d7de"'],
    ]);
  });

  it('escapes what XML would read', () => {
    expect(textsOf(['<a> & b']).map(({ text }) => text)).toEqual(['&lt;a&gt; &amp; b']);
  });
});
