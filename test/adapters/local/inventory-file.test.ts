import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInventoryFile, writeInventoryFile } from '../../../functions/adapters/local/inventory-file.ts';
import { createDescribedInventory } from '../../analysis/builders.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-inventory-'));
});
afterEach(() => rm(folder, { recursive: true }));

const inventory = createDescribedInventory({ 'eks.addons': [{ addonName: 'vpc-cni ☃' }] });
const json = JSON.stringify(inventory);

async function fileOf(body: string | Uint8Array, name = 'inventory.json'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, body);
  return path;
}

const failureOf = async (path: string) => {
  const error: unknown = await readInventoryFile(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'InventoryUnreadable' });
  const message = error instanceof Error ? error.message : '';
  expect(message).toContain(`cannot read the inventory ${path}: `);
  return message.slice(message.indexOf(path) + path.length + 2);
};

describe('readInventoryFile', () => {
  it.each([
    ['plain', json, 'a.json'],
    ['compressed', gzipSync(json), 'a.json.gz'],
    ['compressed without saying so', gzipSync(json, { level: 1 }), 'a.json'],
    ['plain with a name that says otherwise', json, 'a.json.gz'],
    ['compressed in two members', new Uint8Array([...gzipSync(json.slice(0, 50)), ...gzipSync(json.slice(50))]), 'a.gz'],
  ])('reads it %s, with one hash', async (_, body, name) => {
    const read = await readInventoryFile(await fileOf(body, name));
    expect(read.inventory).toEqual(inventory);
    expect(read.hash).toBe((await readInventoryFile(await fileOf(json, 'other.json'))).hash);
    expect(read.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reads a file with a byte order mark', async () => {
    expect((await readInventoryFile(await fileOf(`\ufeff${json}`))).inventory).toEqual(inventory);
  });

  it('names the file, what was expected and what is there', async () => {
    expect(await failureOf(join(folder, 'missing.json'))).toMatch(/ENOENT/);
    expect(await failureOf(folder)).toMatch(/EISDIR/);
    expect(await failureOf(await fileOf(''))).toMatch(/^expected JSON: /);
    expect(await failureOf(await fileOf('schemaVersion: "1"'))).toMatch(/^expected JSON: .*greenlight collect/);
    expect(await failureOf(await fileOf(json.slice(0, -1)))).toMatch(/^expected JSON: /);
    expect(await failureOf(await fileOf(gzipSync(json).subarray(0, 100)))).toMatch(/^expected a whole gzip file: /);
    expect(await failureOf(await fileOf(new Uint8Array([0x1f, 0x8b])))).toMatch(/^expected a whole gzip file: /);
    expect(await failureOf(await fileOf(gzipSync('not json')))).toMatch(/^expected JSON: /);
    expect(await failureOf(await fileOf('[]'))).toMatch(/^not an inventory: the value: /);
    expect(await failureOf(await fileOf('{"apiVersion":"v1","kind":"List"}'))).toMatch(/^not an inventory: schemaVersion: /);
    expect(await failureOf(await fileOf('{"schemaVersion":"9"}'))).toMatch(/version "9".*version "1"/);
    expect(await failureOf(await fileOf(json.replace('"111111111111"', '"1"')))).toMatch(
      /^not an inventory: cluster\.accountId: expected 12 digits/,
    );
  });
});

describe('writeInventoryFile', () => {
  it.each(['a.json', 'a.json.gz'])('writes %s so that it reads the same', async (name) => {
    const path = join(folder, name);
    await writeInventoryFile(path, inventory);
    expect((await readInventoryFile(path)).inventory).toEqual(inventory);
    const body = await readFile(path);
    expect(body[0] === 0x1f).toBe(name.endsWith('.gz'));
    await writeInventoryFile(path, inventory);
    expect(await readFile(path)).toEqual(body);
    expect(await readdir(folder)).toEqual([name]);
  });

  it('leaves nothing behind when it fails, and the old file as it was', async () => {
    await expect(writeInventoryFile(join(folder, 'no/such/folder.json'), inventory)).rejects.toThrow(/ENOENT/);
    await mkdir(join(folder, 'taken'));
    await expect(writeInventoryFile(join(folder, 'taken'), inventory)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    const path = await fileOf('old', 'old.json');
    const broken = { ...inventory, evidence: { 'eks.insights': { status: 'collected' as const, data: [1n] } } };
    await expect(writeInventoryFile(path, broken)).rejects.toThrow(/BigInt/);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect((await readdir(folder)).toSorted()).toEqual(['old.json', 'taken']);
  });
});
