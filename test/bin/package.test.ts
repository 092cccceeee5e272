import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '../..');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-package-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const npm = (...words: string[]) =>
    execFileSync('npm', [...words, '--offline', '--cache', join(folder, 'cache')], { cwd: root, encoding: 'utf8' });
  const greenlight = (...words: string[]) =>
    execFileSync(join(folder, 'bin/greenlight'), words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  let files: readonly string[] = [];

  beforeAll(() => {
    const answer = npm('pack', '--json', '--silent', '--pack-destination', folder);
    const [packed] = z
      .array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }))
      .parse(JSON.parse(answer.slice(answer.indexOf('['))));
    files = packed?.files.map(({ path }) => path) ?? [];
    npm('install', '--global', '--prefix', folder, join(folder, packed?.filename ?? ''));
  }, 120_000);

  it('is one bundled file, without a dependency', () => {
    expect(files.toSorted()).toEqual(['LICENSE', 'README.md', 'dist/THIRD-PARTY.txt', 'dist/greenlight.mjs', 'package.json']);
    expect(readdirSync(join(folder, 'lib/node_modules'))).toEqual(['eks-greenlight']);
  });

  it('says its version, explains its checks, and scans the demo fleet where nothing else is installed', () => {
    expect(greenlight('--version').trim()).toBe(version);
    expect(greenlight('checks', 'support-ending')).toContain('End of support');
    expect(greenlight('demo', '--quiet')).toMatch(/14 clusters in 3 accounts/);
    expect(readdirSync(join(folder, 'greenlight-out/runs'))).toHaveLength(1);
  });

  it('names the licenses of what is in it', () => {
    const notices = readFileSync(join(folder, 'lib/node_modules/eks-greenlight/dist/THIRD-PARTY.txt'), 'utf8');
    for (const name of ['commander', 'zod', 'yaml', '@aws-sdk/client-eks']) expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });
});
