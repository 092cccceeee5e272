import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../../../functions/adapters/local/folder-store.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';

let parent: string;
let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'greenlight-store-'));
  folder = join(parent, 'store');
  store = folderStore(folder);
});
afterEach(() => rm(parent, { recursive: true }));

const textOf = async (key: string) => new TextDecoder().decode((await store.get(key))?.body);
const listed = async (prefix: string, of = store) => {
  const keys: string[] = [];
  for await (const key of of.list(prefix)) keys.push(key);
  return keys;
};
const filesIn = async (path: string) => (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

describe('get and put', () => {
  it('gives back what was put, and the last of it', async () => {
    expect(await store.get('runs/a/run.json')).toBeUndefined();
    await store.put('runs/a/run.json', 'old');
    await store.put('runs/a/run.json', new Uint8Array([0xe2, 0x98, 0x83]));
    expect(await textOf('runs/a/run.json')).toBe('☃');
    expect(await filesIn(folder)).toHaveLength(1);
  });

  it('has no object where there is a folder, or a file on the way', async () => {
    await store.put('runs/a/run.json', 'x');
    expect(await store.get('runs/a')).toBeUndefined();
    expect(await store.get('runs/a/run.json/deeper')).toBeUndefined();
  });

  it('leaves the old object and nothing else when a put fails', async () => {
    await store.put('state/latest.json', 'old');
    // What cannot be written fails after the temporary file was opened.
    const unwritable = new Proxy(new Uint8Array(1), { get: () => assertFails() });
    await expect(store.put('state/latest.json', unwritable)).rejects.toThrow();
    expect(await textOf('state/latest.json')).toBe('old');
    await store.put('runs/a/run.json', 'x');
    await expect(store.put('runs/a', 'a folder has this name')).rejects.toThrow();
    expect(await filesIn(folder)).toHaveLength(2);
  });

  it('does not show what a crash left half written', async () => {
    await store.put('runs/a/run.json', 'whole');
    await writeFile(join(folder, 'runs/a/run.json.0123456789ab.tmp'), 'ha');
    expect(await textOf('runs/a/run.json')).toBe('whole');
    expect(await listed('')).toEqual(['runs/a/run.json']);
  });

  it.each(['', '/etc/passwd', '..', '../outside.json', 'runs/../../outside.json', 'runs//x', 'runs/./x', 'runs/', '.'])(
    'refuses the key %j',
    async (key) => {
      await mkdir(folder);
      for (const attempt of [() => store.get(key), () => store.put(key, 'x'), () => store.putIfAbsent(key, 'x')])
        await expect(attempt()).rejects.toThrow(`not a key of the store: "${key}"`);
      expect(await readdir(parent)).toEqual(['store']);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});

describe('putIfAbsent', () => {
  it('lets one of many win, whole, and the others know', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    const won = await Promise.all(bodies.map((body) => store.putIfAbsent('rotations/lease.json', body)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await textOf('rotations/lease.json')).toBe(bodies[won.indexOf(true)]);
    expect(await store.putIfAbsent('rotations/lease.json', 'late')).toBe(false);
    expect(await filesIn(folder)).toHaveLength(1);
  });
});

describe('list', () => {
  it('gives keys below a prefix in the order of their code units', async () => {
    for (const key of ['runs/b/run.json', 'runs/a/run.json', 'runs/B/run.json', 'runs-old/x', 'state/latest.json'])
      await store.put(key, 'x');
    expect(await listed('runs/')).toEqual(['runs/B/run.json', 'runs/a/run.json', 'runs/b/run.json']);
    expect(await listed('runs/a')).toEqual(['runs/a/run.json']);
    expect(await listed('')).toHaveLength(5);
    expect(await listed('nothing/')).toEqual([]);
    expect(await listed('../')).toEqual([]);
  });

  it('is empty for a folder that does not exist yet', async () => {
    expect(await listed('')).toEqual([]);
  });

  it('gives the same keys however the folder is named', async () => {
    await store.put('runs/a/run.json', 'x');
    const before = process.cwd();
    process.chdir(folder);
    try {
      for (const name of ['.', './', '../store', `${folder}/`, '../store/../store'])
        expect(await listed('', folderStore(name))).toEqual(['runs/a/run.json']);
    } finally {
      process.chdir(before);
    }
  });
});

function assertFails(): never {
  throw new Error('disk full');
}
