import { existsSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { documents } from './documents.ts';

/** As GitHub makes them from headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const anchors = new Map(documents.map(({ path, prose }) => [path, anchorsOf(prose)]));
const links = documents.flatMap(({ path, prose }) =>
  [...prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => ({ path, link })),
);

it('there are documents and links', () => {
  expect(documents.map(({ path }) => path)).toContain('README.md');
  expect(links.length).toBeGreaterThan(50);
});

it('every link leads somewhere', () => {
  const dead = links.filter(({ path, link }) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    if (!existsSync(target)) return true;
    return anchor !== undefined && (statSync(target).isDirectory() || !anchors.get(target)?.includes(anchor));
  });
  expect(dead).toEqual([]);
});
