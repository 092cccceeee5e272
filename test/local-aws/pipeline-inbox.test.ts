import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inventory, parseInventory } from '../../functions/inventory/inventory.ts';
import { type ClusterPlace, keys } from '../../functions/store/layout.ts';
import { asRoot } from './aws-client.ts';
import { bytes, outputs, remove, succeeded } from './deployed.ts';
import { DENIED_ACCOUNT, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT } from './pipeline-world.ts';

/** What an in-cluster collector leaves for a cluster that cannot be reached: only its own account may, and only what is of that cluster is used. */

const scope = { asOf: '2026-11-25', notify: true, accounts: [PAYMENTS_ACCOUNT], regions: ['us-east-1'], clusters: ['payments', 'legacy'] };
const payments = { accountId: PAYMENTS_ACCOUNT, region: 'us-east-1', name: 'payments' };
const legacy = { ...payments, name: 'legacy' };

/** What was seen of cluster payments, by a scan of it. */
let seen: Inventory;
beforeAll(async () => {
  const { runId } = await succeeded(scope);
  seen = parseInventory(JSON.parse(gunzipSync(await bytes(keys.inventory(runId, payments))).toString()));
});
afterAll(() => remove(keys.inbox(legacy)));

const s3 = (account: string) => new S3Client({ ...asRoot(account, 'S3'), forcePathStyle: true });
const place = (Key: string) => ({ Bucket: outputs().FindingsBucketName, Key });
/** As the account's own credentials. */
const put = (account: string, key: string, Body: string | Uint8Array = 'x') =>
  s3(account).send(new PutObjectCommand({ ...place(key), Body }));
const leave = (inventory: Inventory, { accountId, ...of }: ClusterPlace) =>
  put(accountId, keys.inbox({ accountId, ...of }), gzipSync(JSON.stringify(inventory)));

/** How the cluster ended in a run: what was missing, which checks could not say anything, and what was seen of its nodes. */
async function scanned(name: string) {
  const run = await succeeded(scope);
  const coverage = run.coverage.clusters.find((cluster) => cluster.name === name);
  const report = run.clusters.find(({ cluster }) => cluster.name === name);
  const key = keys.inventory(run.runId, { ...legacy, name });
  const inventory = parseInventory(JSON.parse(gunzipSync(await bytes(key)).toString()));
  const unknown = report && 'checks' in report ? report.checks.filter(({ status }) => status === 'unknown') : undefined;
  return { unavailable: coverage?.unavailable, unknown, nodes: inventory.evidence['kubernetes.nodes'] };
}

describe('the inbox', () => {
  it.each([
    ['below the prefix of another account', PAYMENTS_ACCOUNT, `inbox/${LOGISTICS_ACCOUNT}/us-east-1/orders.json.gz`],
    ['below a prefix that begins like its own', PAYMENTS_ACCOUNT, `inbox/${PAYMENTS_ACCOUNT}0/us-east-1/orders.json.gz`],
    ['outside of the inbox', PAYMENTS_ACCOUNT, 'state/latest.json'],
    ['from an account that is not of the fleet', '444444444444', 'inbox/444444444444/us-east-1/any.json.gz'],
  ])('takes nothing %s', async (_, account, key) => {
    await expect(put(account, key)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is written by the accounts of the fleet, and read by none of them', async () => {
    const key = `inbox/${DENIED_ACCOUNT}/us-east-1/unseen.json.gz`;
    await put(DENIED_ACCOUNT, key);
    const client = s3(DENIED_ACCOUNT);
    await expect(client.send(new GetObjectCommand(place(key)))).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Bucket } = place('');
    await expect(client.send(new ListObjectsV2Command({ Bucket, Prefix: 'inbox/' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await remove(key);
  });
});

describe('a cluster whose endpoint refuses', () => {
  it('takes nothing from a file that says it is of another cluster, and says so', async () => {
    await leave(seen, legacy);
    const { unavailable, unknown, nodes } = await scanned('legacy');
    expect(Object.keys(unavailable ?? {})).toEqual(['EndpointUnreachable']);
    expect(unknown).not.toEqual([]);
    const said = `an inbox file is there, but: it says that it is of ${PAYMENTS_ACCOUNT}/us-east-1/payments`;
    expect(nodes).toMatchObject({ status: 'unavailable', code: 'EndpointUnreachable', message: expect.stringContaining(said) });
  });

  it('is read through the file of its own collector', async () => {
    const arn = seen.cluster.arn.replace(/payments$/, 'legacy');
    await leave({ ...seen, cluster: { ...legacy, arn } }, legacy);
    const { unavailable, unknown, nodes } = await scanned('legacy');
    expect(unavailable).toEqual({});
    expect(unknown).toEqual([]);
    expect(nodes).toEqual({ ...seen.evidence['kubernetes.nodes'], collectedAt: seen.collectedAt });
  });

  it('is out of reach again without it', async () => {
    await remove(keys.inbox(legacy));
    expect(Object.keys((await scanned('legacy')).unavailable ?? {})).toEqual(['EndpointUnreachable']);
  });
});
