import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configCommand } from '../../../bin/commands/config.ts';
import { readConfiguration } from '../../../bin/commands/configuration.ts';
import { configurationHash } from '../../../functions/config/hash.ts';
import { readConfigurationIn } from '../../../functions/store/configuration.ts';
import { openStore } from '../../../functions/wiring/stores.ts';
import { loopbackS3 } from '../../adapters/aws/loopback-s3.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => runCommand(configCommand, ['config', ...args]);

describe('greenlight config', () => {
  it('writes a first file that says what to fill in, and never over another', async () => {
    const file = join(folder, 'greenlight.yaml');
    expect(await run('init', file)).toMatchObject({ code: 0, out: '' });
    const first = await readFile(file, 'utf8');
    expect(await run('init', file)).toMatchObject({ code: 1, err: [expect.stringContaining('exists already and stays as it is')] });
    expect(await readFile(file, 'utf8')).toBe(first);
    expect(await readdir(folder)).toEqual(['greenlight.yaml']);
  });

  it('validates: code 1 and every problem, suppressions of checks that do not exist among them', async () => {
    const file = join(folder, 'greenlight.yaml');
    await writeFile(file, 'accounts: { explicit: [{ id: "111111111111" }] }\n');
    expect(await run('validate', file)).toEqual({ out: '', err: [`${file} is valid`], code: 0 });
    await writeFile(file, 'accounts: {}\nseverities: { cluster-statis: off }\n');
    const { err, code } = await run('validate', file);
    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(
      /greenlight\.yaml:1 accounts: [\s\S]*greenlight\.yaml:2 severities\.cluster-statis: .*did you mean "cluster-status"\?/,
    );
    expect(await run('validate', join(folder, 'none.yaml'))).toMatchObject({
      code: 1,
      err: [expect.stringContaining('greenlight config init')],
    });
  });

  describe('validate --publish', () => {
    const written = async (text: string): Promise<string> => {
      const file = join(folder, 'greenlight.yaml');
      await writeFile(file, text);
      return file;
    };
    const valid = 'accounts: { explicit: [{ id: "111111111111" }] }\nseverities: { cluster-status: info }\n';

    it('puts what was read in force, with its hash and its place', async () => {
      const file = await written(valid);
      const store = join(folder, 'store');
      const { out, err, code } = await run('validate', file, '--publish', '--store', store);
      const inForce = await readConfigurationIn(openStore(store));
      expect(inForce).toEqual(await readConfiguration(file));
      const hash = configurationHash(inForce);
      expect({ out, err, code }).toEqual({
        out: '',
        err: [`${file} is valid`, `published configuration ${hash} to ${store}/config/greenlight.json`],
        code: 0,
      });
      // For people who look into the bucket.
      expect(await readFile(join(store, 'config/greenlight.json'), 'utf8')).toMatch(/^\{\n {2}"accounts": \{\n[\s\S]*\n\}\n$/);
    });

    it('puts it into a bucket', async () => {
      const server = await loopbackS3();
      try {
        for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
        const file = await written(valid);
        expect(await run('validate', file, '--publish', '--store', 's3://greenlight/')).toMatchObject({
          code: 0,
          err: [expect.anything(), expect.stringMatching(/ [0-9a-f]{16} to s3:\/\/greenlight\/config\/greenlight\.json$/)],
        });
        expect(server.objects.get('greenlight/config/greenlight.json')?.contentType).toBe('application/json');
        const failed = await run('validate', file, '--publish', '--store', 's3://green-light');
        expect(failed.code).toBe(1);
        expect(failed.err[1]).toMatch(/^cannot publish .*greenlight\.yaml to s3:\/\/green-light\/config\/greenlight\.json: .*NoSuchBucket/);
      } finally {
        vi.unstubAllEnvs();
        await server.close();
      }
    });

    it('publishes nothing that is wrong, and leaves what is in force', async () => {
      const store = join(folder, 'store');
      expect((await run('validate', await written('accounts: {}\n'), '--publish', '--store', store)).code).toBe(1);
      expect(await readdir(folder)).toEqual(['greenlight.yaml']);
    });

    it('says where it wants to publish, and wants to be told to', async () => {
      const file = await written(valid);
      expect(await run('validate', file, '--publish')).toMatchObject({
        code: 1,
        err: [expect.stringMatching(/needs --store s3:\/\/BUCKET: .*FindingsBucketName/)],
      });
      expect(await run('validate', file, '--store', folder)).toMatchObject({
        code: 1,
        err: [expect.stringContaining('give --publish too')],
      });
      expect(await readdir(folder)).toEqual(['greenlight.yaml']);
    });
  });

  it('prints the schema and nothing else', async () => {
    const { out, err } = await run('schema');
    expect(err).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ type: 'object', properties: { accounts: {} } });
  });
});
