import { describe, expect, it } from 'vitest';
import { type AccountSources, listAccount } from '../../functions/fleet/list-account.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { memoryStore } from '../../simulator/memory-store.ts';

const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
const account = { accountId: '111111111111', accountName: 'payments', regions: null };

const sources = (overrides: Partial<AccountSources> = {}): AccountSources => ({
  enabledRegions: async () => ['eu-west-1', 'us-east-1', 'ap-south-1'],
  listClusters: async (_accountId, region) => {
    if (region === 'us-east-1') throw new CollectionError('RegionDisabled', 'enable it');
    return region === 'eu-west-1' ? ['api', 'web'] : [];
  },
  ...overrides,
});

describe('listAccount', () => {
  it('writes each region in order, a failed one with its code, and goes on', async () => {
    const { store, text } = memoryStore();
    const listings = await listAccount(store, { runId, input: {} }, account, sources());
    expect(listings.map(({ target, clusters }) => [target.region, target.status, target.code, clusters])).toEqual([
      ['eu-west-1', 'scanned', null, ['api', 'web']],
      ['us-east-1', 'failed', 'RegionDisabled', []],
      ['ap-south-1', 'scanned', null, []],
    ]);
    const written = text(`runs/${runId}/lists/111111111111.jsonl`).trimEnd().split('\n');
    expect(written.map((line) => JSON.parse(line))).toEqual(listings);
  });

  it('asks for nothing but the regions that the run is narrowed to, or that the account names', async () => {
    const asked: string[] = [];
    const listing = sources({
      listClusters: async (_accountId, region) => {
        asked.push(region);
        return [];
      },
    });
    const { store } = memoryStore();
    await listAccount(store, { runId, input: { regions: ['ap-south-1', 'sa-east-1'] } }, account, listing);
    await listAccount(store, { runId, input: {} }, { ...account, regions: ['eu-north-1'] }, listing);
    expect(asked).toEqual(['ap-south-1', 'eu-north-1']);
  });

  it('is one failure when the account cannot be entered', async () => {
    const { store } = memoryStore();
    const denied = sources({
      enabledRegions: async () => {
        throw new CollectionError('AssumeRoleDenied', 'no trust');
      },
    });
    expect(await listAccount(store, { runId, input: {} }, account, denied)).toEqual([
      {
        target: { accountId: '111111111111', region: '*', status: 'failed', code: 'AssumeRoleDenied', message: 'no trust', reason: null },
        accountName: 'payments',
        clusters: [],
      },
    ]);
  });

  it('keeps the regions that were listed when it is done again, and asks for the others alone', async () => {
    const { store } = memoryStore();
    await listAccount(store, { runId, input: {} }, account, sources());
    const asked: string[] = [];
    const throttled = sources({
      listClusters: async (_accountId, region) => {
        asked.push(region);
        throw new CollectionError('Throttled', 'later');
      },
    });
    const again = await listAccount(store, { runId, input: {} }, account, throttled);
    expect(asked).toEqual(['us-east-1']);
    expect(again.map(({ target, clusters }) => [target.region, target.code, clusters])).toEqual([
      ['eu-west-1', null, ['api', 'web']],
      ['us-east-1', 'Throttled', []],
      ['ap-south-1', null, []],
    ]);
  });
});
