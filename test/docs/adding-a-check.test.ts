import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The code of the guide is the code of these files, which are compiled, linted and run; only the imports differ, because they live elsewhere. */
const files = {
  'test/docs/adding-a-check/deletion-protection.ts': [["'../../../functions/checks/", "'./"]],
  'test/docs/adding-a-check/deletion-protection.test.ts': [
    ["'./", "'../../functions/checks/"],
    ["'../../checks/", "'./"],
  ],
} as const;

const guide = readFileSync('docs/guide/adding-a-check.md', 'utf8');
const blocks = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => importsSorted(block));

/** The linter orders imports by where they lead. */
function importsSorted(source: string): string {
  const lines = source.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return [...lines.filter(isImport).sort(), ...lines.filter((line) => !isImport(line))].join('\n');
}

it.each(Object.entries(files))('the guide shows %s', (path, moves) => {
  const text = readFileSync(path, 'utf8');
  expect(blocks).toContain(importsSorted(moves.reduce((moved, [from, to]) => moved.replaceAll(from, to), text)));
});

it('shows no other code', () => {
  expect(blocks).toHaveLength(Object.keys(files).length);
});
