import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectCommand } from '../../../bin/commands/collect.ts';
import { parseInventory } from '../../../functions/inventory/inventory.ts';
import { type LoopbackAws, loopbackAws } from '../../adapters/aws/loopback-aws.ts';
import { type LoopbackS3, loopbackS3 } from '../../adapters/aws/loopback-s3.ts';
import { runCommand } from './run-command.ts';

let aws: LoopbackAws;
let s3: LoopbackS3;
let folder: string;
beforeEach(async () => {
  [aws, s3, folder] = await Promise.all([loopbackAws(), loopbackS3(), mkdtemp(join(tmpdir(), 'greenlight-collect-'))]);
  for (const [name, value] of Object.entries({ ...s3.environment, AWS_ENDPOINT_URL: aws.url })) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([aws.close(), s3.close(), rm(folder, { recursive: true })]);
});

const collect = (...args: string[]) =>
  runCommand(collectCommand, ['collect', '--cluster', 'payments', '--region', 'eu-west-1', ...args], { region: 'us-east-1' });
const payments = { cluster: { name: 'payments', accountId: '111111111111', region: 'eu-west-1' } };

describe('greenlight collect', () => {
  it('writes a file, and says what to do with it', async () => {
    const output = join(folder, 'payments.json');
    expect(await collect('-o', output)).toEqual({
      out: '',
      err: [`wrote ${output}: judge it with "greenlight analyze ${output}"`],
      code: 0,
    });
    expect(parseInventory(JSON.parse(await readFile(output, 'utf8')))).toMatchObject(payments);
  });

  it('writes into a bucket, with credentials that need not be those of the cluster', async () => {
    const output = 's3://greenlight/inventories/payments.json.gz';
    expect(await collect('-o', output, '--role-arn', 'arn:aws:iam::111111111111:role/scan')).toEqual({
      out: '',
      err: [`wrote ${output}`],
      code: 0,
    });
    const { body } = s3.objects.get('greenlight/inventories/payments.json.gz') ?? {};
    expect(parseInventory(JSON.parse(gunzipSync(body ?? '').toString()))).toMatchObject(payments);
    expect(s3.requests.map(({ headers }) => headers.authorization)).toEqual([expect.stringContaining('Credential=AKIATEST/')]);
  });

  it.each(['s3://greenlight/inventories/..', 's3://Greenlight/payments.json'])('refuses %s before it asks anybody', async (output) => {
    const { out, err, code } = await collect('-o', output);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err.join('\n')).toContain('s3://BUCKET/KEY');
    expect(aws.requests).toEqual([]);
  });
});
