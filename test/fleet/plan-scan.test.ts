import { beforeEach, describe, expect, it } from 'vitest';
import { type PlanScanOptions, planScan } from '../../functions/fleet/plan-scan.ts';
import { runContextSchema } from '../../functions/fleet/run-input.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';

const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
const context = (input: object = {}) =>
  runContextSchema.parse({
    schemaVersion: '1',
    runId,
    startedAt: '2026-11-21T06:00:00Z',
    now: '2026-11-21T06:00:00Z',
    input,
    configurationHash: 'x',
    configuration: createConfiguration(),
  });
const [payments, retail] = ['111111111111', '222222222222'];
const lines = (...items: unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');
const listing = (accountId: string, region: string, clusters: string[], status = 'scanned') => ({
  target: { accountId, region, status, code: null, message: null, reason: null },
  accountName: `name of ${accountId}`,
  clusters,
});

let memory: ReturnType<typeof memoryStore>;
let fetched: string[];
beforeEach(async () => {
  memory = memoryStore();
  fetched = [];
  const { store } = memory;
  await store.put(
    `runs/${runId}/items/targets.jsonl`,
    lines(...[payments, retail].map((accountId) => ({ accountId, accountName: null, regions: null }))),
  );
  await store.put(
    `runs/${runId}/lists/${payments}.jsonl`,
    lines(listing(payments, 'eu-west-1', ['a', 'b', 'c']), listing(payments, 'us-east-1', [])),
  );
  await store.put(`runs/${runId}/lists/${retail}.jsonl`, lines(listing(retail, 'eu-west-1', ['d']), listing(retail, '*', [], 'failed')));
});

const plan = (overrides: Partial<PlanScanOptions> = {}) =>
  planScan({
    store: memory.store,
    context: context(),
    attempt: '1a2b3c4d',
    fetchCatalogue: async (accountId, region) => void fetched.push(`${accountId} ${region}`),
    onProblem: () => {},
    ...overrides,
  });
const planned = (key: string) =>
  memory
    .text(key)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).name);

describe('planScan', () => {
  it('takes one cluster of each account and region in turn', async () => {
    expect(await plan()).toEqual({ clusters: 4, clustersKey: `runs/${runId}/items/clusters.jsonl` });
    expect(planned(`runs/${runId}/items/clusters.jsonl`)).toEqual(['a', 'd', 'b', 'c']);
    expect(JSON.parse(memory.text(`runs/${runId}/items/clusters.jsonl`).split('\n')[1] ?? '')).toEqual({
      accountId: retail,
      accountName: `name of ${retail}`,
      region: 'eu-west-1',
      name: 'd',
    });
  });

  it('is narrowed to the clusters of the input, by glob', async () => {
    expect(await plan({ context: context({ clusters: ['[ab]', 'd'] }) })).toMatchObject({ clusters: 3 });
  });

  it('fetches the catalogue of each region that has clusters once, through the next account where one fails', async () => {
    await plan();
    expect(fetched).toEqual([`${payments} eu-west-1`]);
    const problems: unknown[] = [];
    const asked: string[] = [];
    await plan({
      fetchCatalogue: async (accountId) => {
        asked.push(accountId);
        throw new CollectionError('AccessDenied', 'no');
      },
      onProblem: (region, error) => problems.push([region, error instanceof Error && error.name]),
    });
    expect(asked).toEqual([payments, retail]);
    expect(problems).toEqual([
      ['eu-west-1', 'AccessDenied'],
      ['eu-west-1', 'AccessDenied'],
    ]);
  });

  it('of a resumed run plans again what has no result or failed, and keeps the whole plan for the summary', async () => {
    const coverage = (name: string, status: string) =>
      memory.store.put(
        `runs/${runId}/coverage/${payments}/eu-west-1/${name}.json`,
        JSON.stringify({ ...listing(payments, 'eu-west-1', []).target, name, status, unavailable: {} }),
      );
    await coverage('a', 'scanned');
    await coverage('b', 'failed');
    await coverage('c', 'skipped');
    const resumed = await plan({ attempt: 'ffffffff' });
    expect(resumed).toEqual({ clusters: 2, clustersKey: `runs/${runId}/items/clusters-ffffffff.jsonl` });
    expect(planned(resumed.clustersKey)).toEqual(['d', 'b']);
    expect(planned(`runs/${runId}/items/clusters.jsonl`)).toHaveLength(4);
  });

  it('gives a catalogue up after three accounts: its clusters ask by themselves', async () => {
    const accounts = Array.from({ length: 5 }, (_, index) => String(300_000_000_000 + index));
    for (const accountId of accounts)
      await memory.store.put(`runs/${runId}/lists/${accountId}.jsonl`, lines(listing(accountId, 'ap-south-1', ['x'])));
    const asked: string[] = [];
    await plan({
      fetchCatalogue: async (accountId, region) => {
        asked.push(`${region} ${accountId}`);
        if (region === 'ap-south-1') throw new CollectionError('Timeout', 'no answer');
      },
    });
    expect(asked.filter((one) => one.startsWith('ap-south-1'))).toEqual(accounts.slice(0, 3).map((id) => `ap-south-1 ${id}`));
  });
});
