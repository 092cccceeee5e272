import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore, writeInventory, writeObject } from '../../functions/wiring/stores.ts';
import { type LoopbackS3, loopbackS3 } from '../adapters/aws/loopback-s3.ts';
import { createDescribedInventory } from '../analysis/builders.ts';

let server: LoopbackS3;
let folder: string;
beforeEach(async () => {
  server = await loopbackS3({ region: 'eu-central-1' });
  folder = await mkdtemp(join(tmpdir(), 'greenlight-stores-'));
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true });
});

const signers = () =>
  server.requests.map(({ headers }) => /Credential=(\w+)\/\d{8}\/([\w-]+)\//.exec(headers.authorization ?? '')?.slice(1));

describe('openStore', () => {
  it('opens a folder', async () => {
    await openStore(join(folder, 'out')).put('runs/a', 'x');
    expect(await readFile(join(folder, 'out/runs/a'), 'utf8')).toBe('x');
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['s3://greenlight', 'greenlight/runs/a'],
    ['s3://greenlight/', 'greenlight/runs/a'],
    ['s3://greenlight/teams/platform', 'greenlight/teams/platform/runs/a'],
    ['s3://greenlight/teams/platform/', 'greenlight/teams/platform/runs/a'],
  ])('opens %s, with every operation', async (location, place) => {
    const store = openStore(location);
    await store.put('runs/a', 'x');
    expect([...server.objects.keys()]).toEqual([place]);
    expect(await store.putIfAbsent('runs/a', 'y')).toBe(false);
    expect(await store.putIfUnchanged('runs/a', 'y', (await store.get('runs/a'))?.version ?? '')).toBe(true);
    expect(await Array.fromAsync(store.list('runs/'))).toEqual(['runs/a']);
  });

  it('asks nobody before it is used', () => {
    openStore('s3://greenlight');
    expect(server.requests).toEqual([]);
  });

  it.each(['s3://', 's3://Bucket', 's3://bucket//x'])('refuses %s', (location) => {
    expect(() => openStore(location)).toThrow(`cannot use "${location}": expected s3://BUCKET[/PREFIX]`);
  });

  it('loads no SDK for a folder', async () => {
    const stores = resolve('functions/wiring/stores.ts');
    const code = `
      const { registerHooks } = await import('node:module');
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      const { openStore } = await import(${JSON.stringify(stores)});
      await openStore(${JSON.stringify(folder)}).put('runs/a', 'x');
      console.log(loaded.filter((url) => /@aws-sdk|@smithy/.test(url)).length, loaded.length > 0);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
    expect(stdout).toBe('0 true\n');
  });
});

describe('who asks S3', () => {
  const profiles = async () => {
    await writeFile(join(folder, 'config'), '[profile tooling]\nregion = eu-central-1\n');
    await writeFile(join(folder, 'credentials'), '[tooling]\naws_access_key_id = AKIATOOLING\naws_secret_access_key = s\n');
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  };

  it('is who the environment says', async () => {
    await writeObject('s3://greenlight/a', 'x', { region: 'us-east-1' });
    expect(signers()).toEqual([['AKIATEST', 'eu-central-1']]);
  });

  it('is the profile that was named', async () => {
    await profiles();
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    await writeObject('s3://greenlight/a', 'x', { profile: 'tooling', region: 'us-east-1' });
    expect(signers()).toEqual([['AKIATOOLING', 'eu-central-1']]);
  });

  it('asks in the region of the cluster where nothing else is configured, and follows to that of the bucket', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    await writeObject('s3://greenlight/a', 'x', { region: 'eu-west-1' });
    expect(signers()).toEqual([
      ['AKIATEST', 'eu-west-1'],
      ['AKIATEST', 'eu-central-1'],
    ]);
    await expect(openStore('s3://greenlight').get('a')).rejects.toThrow(/no region is configured; .* set AWS_REGION/);
  });
});

describe('writeInventory', () => {
  const inventory = createDescribedInventory();

  it('puts it into a bucket, compressed when the name ends in .gz', async () => {
    await writeInventory('s3://greenlight/inventories/payments.json.gz', inventory);
    await writeInventory('s3://greenlight/inventories/payments.json', inventory);
    const [compressed, plain] = ['.json.gz', '.json'].map((end) => server.objects.get(`greenlight/inventories/payments${end}`));
    expect(JSON.parse(gunzipSync(compressed?.body ?? '').toString())).toEqual(inventory);
    expect(JSON.parse(plain?.body.toString() ?? '')).toEqual(inventory);
    expect([compressed?.contentType, plain?.contentType]).toEqual(['application/gzip', 'application/json']);
  });

  it('writes a file otherwise', async () => {
    await writeInventory(join(folder, 'payments.json'), inventory);
    expect(JSON.parse(await readFile(join(folder, 'payments.json'), 'utf8'))).toEqual(inventory);
  });

  it('names what it could not write, and why', async () => {
    await expect(writeInventory('s3://nowhere/payments.json', inventory)).rejects.toThrow(
      /^s3:PutObject of s3:\/\/nowhere\/payments\.json: NoSuchBucket: .*; check the name/,
    );
  });
});
