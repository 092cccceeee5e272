import { beforeEach, describe, expect, it } from 'vitest';
import { readRunOutcome } from '../../functions/fleet/read-run.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';

const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
const account = (accountId: string) => ({ accountId, accountName: null, regions: null });
const cluster = (name: string) => ({ accountId: '111111111111', accountName: null, region: 'eu-west-1', name });
const lines = (...items: unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');
const target = { accountId: '111111111111', region: 'eu-west-1', status: 'scanned', code: null, message: null, reason: null };
const failure = (error: string, cause: unknown) =>
  JSON.stringify({ Error: error, Cause: typeof cause === 'string' ? cause : JSON.stringify(cause) });

let store: ObjectStore;
beforeEach(async () => {
  store = memoryStore().store;
  await store.put(`runs/${runId}/items/targets.jsonl`, lines(account('111111111111'), account('222222222222')));
  await store.put(`runs/${runId}/lists/111111111111.jsonl`, lines({ target, accountName: null, clusters: ['a', 'b'] }));
  await store.put(`runs/${runId}/items/clusters.jsonl`, lines(cluster('a'), cluster('b')));
  const scanned = { ...target, name: 'a', unavailable: { Timeout: 2 } };
  await store.put(`runs/${runId}/coverage/111111111111/eu-west-1/a.json`, JSON.stringify(scanned));
});

const clusterNamed = async (name: string) => (await readRunOutcome(store, runId)).clusters.find((one) => one.name === name);
const account2 = async () => (await readRunOutcome(store, runId)).targets.find(({ accountId }) => accountId === '222222222222');

describe('readRunOutcome', () => {
  it('takes what functions wrote', async () => {
    expect((await readRunOutcome(store, runId)).targets).toContainEqual(target);
    expect(await clusterNamed('a')).toMatchObject({ status: 'scanned', unavailable: { Timeout: 2 } });
  });

  it('counts what left no result as failed, and says that nothing says why', async () => {
    expect(await clusterNamed('b')).toMatchObject({
      status: 'failed',
      code: 'Internal',
      message: expect.stringContaining('nothing says why'),
    });
    expect(await account2()).toMatchObject({ region: '*', status: 'failed', code: 'Internal' });
  });

  it.each([
    ['Lambda.Unknown', 'The cause could not be determined', 'Internal'],
    ['States.Timeout', '', 'Timeout'],
    ['Sandbox.Timedout', { errorMessage: 'RequestId: 1 Error: Task timed out after 900.00 seconds' }, 'Timeout'],
    ['Throttled', { errorType: 'Throttled', errorMessage: 'SlowDown' }, 'Throttled'],
    ['AccessDenied', { errorType: 'AccessDenied', errorMessage: 's3:PutObject refused' }, 'AccessDenied'],
    ['Runtime.OutOfMemory', { errorMessage: 'signal: killed' }, 'Internal'],
  ])('takes the code and the words of what the machine caught: %s', async (error, cause, code) => {
    await store.put(`runs/${runId}/failures/111111111111/eu-west-1/b.json`, failure(error, cause));
    await store.put(`runs/${runId}/failures/222222222222.json`, failure(error, cause));
    const words = typeof cause === 'string' ? cause : cause.errorMessage;
    expect(await clusterNamed('b')).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(await account2()).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('prefers the result of a second try to what was caught in the first', async () => {
    await store.put(`runs/${runId}/failures/111111111111/eu-west-1/a.json`, failure('Lambda.Unknown', ''));
    expect(await clusterNamed('a')).toMatchObject({ status: 'scanned' });
  });

  it('names the object that it cannot read', async () => {
    await store.put(`runs/${runId}/lists/111111111111.jsonl`, lines({ target, accountName: null, clusters: 'a' }));
    await expect(readRunOutcome(store, runId)).rejects.toThrow(`runs/${runId}/lists/111111111111.jsonl, line 1`);
  });
});
