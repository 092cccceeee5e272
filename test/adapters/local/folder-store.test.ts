import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../../../functions/adapters/local/folder-store.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import { objectStoreContract } from '../../contract/object-store.ts';

let parent: string;
let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'greenlight-store-'));
  folder = join(parent, 'store');
  store = folderStore(folder);
});
afterEach(() => rm(parent, { recursive: true }));

let places = 0;
objectStoreContract('a folder', async () => {
  places += 1;
  return folderStore(join(folder, String(places)));
});

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

  it.each([
    '',
    '/etc/passwd',
    '..',
    '../outside.json',
    'runs/../../outside.json',
    'runs//x',
    'runs/./x',
    'runs/',
    '.',
    'runs/x.tmp',
    'runs.tmp/x',
  ])('refuses the key %j', async (key) => {
    await mkdir(folder);
    for (const attempt of [
      () => store.get(key),
      () => store.put(key, 'x'),
      () => store.putIfAbsent(key, 'x'),
      () => store.putIfUnchanged(key, 'x', ''),
    ])
      await expect(attempt()).rejects.toThrow(`not a key of the store: "${key}"`);
    expect(await readdir(parent)).toEqual(['store']);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a conditional put', () => {
  it('leaves nothing but the object behind, won or lost', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.putIfAbsent('rotations/lease.json', String(index))));
    const version = (await store.get('rotations/lease.json'))?.version ?? '';
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.putIfUnchanged('rotations/lease.json', `new ${index}`, version)));
    expect(await store.putIfUnchanged('rotations/none/lease.json', 'x', version)).toBe(false);
    expect(await readdir(folder, { recursive: true })).toEqual(['rotations', 'rotations/lease.json']);
  });
});

describe('an object that is locked elsewhere', () => {
  it('can be read and is not replaced, with an error that says who has it', async () => {
    const impatient = folderStore(folder, { lockWaitMs: 30 });
    await store.put('state/latest.json', 'old');
    const version = (await store.get('state/latest.json'))?.version ?? '';
    const lock = { host: 'another-host', pid: 1, started: null, token: 'aaaaaaaaaaaa' };
    await writeFile(join(folder, 'state/latest.json.lock.tmp'), JSON.stringify(lock));
    const who = /latest\.json\.lock\.tmp is locked by process 1 on another-host/;
    await expect(impatient.put('state/latest.json', 'new')).rejects.toThrow(who);
    await expect(impatient.putIfUnchanged('state/latest.json', 'new', version)).rejects.toThrow(who);
    expect(await impatient.putIfUnchanged('state/latest.json', 'new', 'another version')).toBe(false);
    expect(await textOf('state/latest.json')).toBe('old');
    expect(await filesIn(folder)).toHaveLength(2);
    await impatient.put('state/other.json', 'x');
  });
});

describe('between processes', { timeout: 60_000 }, () => {
  it('loses no update', async () => {
    const each = 40;
    await Promise.all([1, 2].map(() => processDoes('count', folder, String(each))));
    expect(await textOf('counter.json')).toBe(String(2 * each));
    expect(await filesIn(folder)).toHaveLength(1);
  });

  it('breaks the lock of a process that was killed while it held it, once for all who wait', async () => {
    await store.put('counter.json', '0');
    await expect(processDoes('die', folder)).rejects.toThrow('SIGKILL');
    expect(await filesIn(folder)).toHaveLength(2);
    expect(await listed('')).toEqual(['counter.json']);
    await Promise.all([1, 2].map(() => processDoes('count', folder, '5')));
    expect(await textOf('counter.json')).toBe('10');
    expect(await filesIn(folder)).toHaveLength(1);
  });
});

/** Runs write-in-folder.ts. */
async function processDoes(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'write-in-folder.ts'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`ended with ${signal ?? code}: ${await said}`);
}

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
