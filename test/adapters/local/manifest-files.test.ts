import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readManifestFiles } from '../../../functions/adapters/local/manifest-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-manifests-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const namesIn = async (path = folder) =>
  (await readManifestFiles(path)).files.map(({ file, objects }) => [file.replace(`${folder}/`, ''), ...objects.map(({ name }) => name)]);

describe('the manifests of a folder', () => {
  it('are YAML and JSON in it and below, in the order of their names', async () => {
    await write({
      'b.yaml': pod('b'),
      'a/c.YML': pod('c'),
      'a/d.json': '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"d"}}',
      'a/notes.txt': pod('no'),
    });
    expect(await namesIn()).toEqual([
      ['a/c.YML', 'c'],
      ['a/d.json', 'd'],
      ['b.yaml', 'b'],
    ]);
  });

  it('are not looked for in hidden folders, dependencies, or behind links to folders; a link to a file is read', async () => {
    await write({ 'a.yaml': pod('a'), '.git/b.yaml': pod('b'), 'node_modules/c.yaml': pod('c'), 'real/d.yaml': pod('d') });
    await symlink(folder, join(folder, 'real/loop'));
    await symlink(join(folder, 'a.yaml'), join(folder, 'linked.yaml'));
    expect((await namesIn()).map(([file]) => file)).toEqual(['a.yaml', 'linked.yaml', 'real/d.yaml']);
  });

  it('name what cannot be read, and go on', async () => {
    await write({ 'a.yaml': `${pod('a')}---\napiVersion: v1\nkind: "Pod\n`, 'b.yaml': pod('b') });
    await symlink(join(folder, 'nowhere'), join(folder, 'c.yaml'));
    const { files } = await readManifestFiles(folder);
    expect(files.map(({ objects }) => objects.length)).toEqual([1, 1, 0]);
    expect(files.map(({ problems }) => problems)).toMatchObject([
      [{ document: 2, line: 7 }],
      [],
      [{ document: 1, line: 1, message: expect.stringContaining('ENOENT') }],
    ]);
  });

  it('need not be well-formed where they are none: values of charts, configuration of tools', async () => {
    await write({ 'a.yaml': pod('a'), 'values.yaml': 'image: {{ bad\n', 'tsconfig.json': '{ // comment\n }' });
    expect((await readManifestFiles(folder)).files.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('are not there: that is a failure, not a pass', async () => {
    await expect(readManifestFiles(join(folder, 'no'))).rejects.toThrow(/^cannot read manifests: ENOENT/);
    await expect(readManifestFiles(folder)).rejects.toThrow(`there is no .yaml, .yml or .json file in ${folder}`);
    await write({ 'values.yaml': 'replicas: 3\n' });
    await expect(readManifestFiles(folder)).rejects.toThrow(`there is no Kubernetes object in ${folder}`);
  });

  it('have one hash, which every change changes', async () => {
    await write({ 'a.yaml': pod('a') });
    const { hash } = await readManifestFiles(folder);
    expect((await readManifestFiles(folder)).hash).toBe(hash);
    await write({ 'a.yaml': `${pod('a')}# changed\n` });
    expect((await readManifestFiles(folder)).hash).not.toBe(hash);
  });
});

it('one file is read by its name, whatever it ends in', async () => {
  await write({ rendered: pod('a') });
  expect(await namesIn(join(folder, 'rendered'))).toEqual([['rendered', 'a']]);
});

it('- is standard input', async () => {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([pod('a'), `---\n${pod('b')}`]) as never);
  const { path, files } = await readManifestFiles('-');
  expect(path).toBe('standard input');
  expect(files).toMatchObject([
    {
      file: 'standard input',
      objects: [
        { name: 'a', line: 1 },
        { name: 'b', line: 6 },
      ],
    },
  ]);
});
