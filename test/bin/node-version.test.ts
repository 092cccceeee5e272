import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tooOld } from '../../bin/node-version.ts';

it.each([
  ['20.20.2', true],
  ['22.18.9', true],
  ['22.19.0', false],
  ['22.20.1', false],
  ['23.0.0', false],
  ['24.21.0', false],
])('Node.js %s is too old: %s', (version, expected) => {
  expect(tooOld(version) !== undefined).toBe(expected);
});

it('says the same as package.json', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(text).toContain(`"node": ">=${/needs Node\.js (\S+)/.exec(tooOld('20.0.0') ?? '')?.[1]}"`);
});
