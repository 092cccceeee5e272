import { describe, expect, it } from 'vitest';
import { runContextSchema } from '../../functions/fleet/run-input.ts';
import { scanItem } from '../../functions/fleet/scan-item.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { demoNow } from '../../simulator/fleet/clock.ts';
import { demoFleet } from '../../simulator/fleet/demo-fleet.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';

const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
const context = (configuration: Readonly<Record<string, unknown>> = {}, input: object = {}) =>
  runContextSchema.parse({
    schemaVersion: '1',
    runId,
    startedAt: '2026-11-21T06:00:00Z',
    now: '2026-11-22T00:00:00Z',
    input,
    configurationHash: 'x',
    configuration: createConfiguration(configuration),
  });

async function firstCluster() {
  const { demoTargets } = await import('../../simulator/fleet/demo-fleet.ts');
  for (const target of demoTargets) {
    const [name] = await demoFleet().listClusters(target);
    if (name !== undefined) return { ...target, name };
  }
  throw new Error('the demo has no cluster');
}

const scan = async (store: ObjectStore, name?: string, of = context()) => {
  const item = { ...(await firstCluster()), ...(name === undefined ? {} : { name }) };
  return {
    item,
    coverage: await scanItem(item, {
      store,
      context: of,
      sources: demoFleet(),
      clock: () => demoNow,
      complete: async (one) => one,
      document: (report) => store.put(`documents/${report.cluster.name}`, ''),
    }),
  };
};

describe('scanItem', () => {
  it('writes inventory, report and findings, and the coverage last', async () => {
    const { store, written, text } = memoryStore();
    const { item, coverage } = await scan(store);
    const place = `${item.accountId}/${item.region}/${item.name}`;
    expect(written).toEqual([
      `inventory/${place}/${runId}.json.gz`,
      `runs/${runId}/clusters/${place}.json`,
      `findings/date=2026-11-21/account=${item.accountId}/region=${item.region}/${item.name}.jsonl`,
      `documents/${item.name}`,
      `runs/${runId}/coverage/${place}.json`,
    ]);
    expect(JSON.parse(text(written.at(-1) ?? ''))).toEqual(coverage);
    expect(JSON.parse(text(written[1] ?? ''))).toMatchObject({ analyzedAt: '2026-11-22T00:00:00Z', cluster: { name: item.name } });
  });

  it('keeps no inventory where the configuration says so', async () => {
    const { store, written } = memoryStore();
    await scan(store, undefined, context({ store: { keepInventories: false } }));
    expect(written.filter((key) => key.startsWith('inventory/'))).toEqual([]);
  });

  it('of an excluded or a vanished cluster writes its coverage alone', async () => {
    const { store, written } = memoryStore();
    expect((await scan(store, 'no-such-cluster')).coverage).toMatchObject({ status: 'failed', code: 'NotFound' });
    const excluded = await scan(store, 'sandbox-1', context({ clusters: { exclude: [{ name: 'sandbox-*' }] } }));
    expect(excluded.coverage).toMatchObject({ status: 'skipped', reason: 'excluded by name sandbox-*' });
    expect(written.map((key) => key.split('/').slice(2, 3)[0])).toEqual(['coverage', 'coverage']);
  });

  it.each([{ targetVersion: '1.36' }, { asOf: '2027-01-01' }])(
    'that judges by %j leaves the findings of the day as they are',
    async (input) => {
      const { store, written } = memoryStore();
      await scan(store, undefined, context({}, input));
      expect(written.filter((key) => key.startsWith('findings/'))).toEqual([]);
      await scan(store, undefined, context({}, { asOf: '2027-01-01', notify: true }));
      expect(written.filter((key) => key.startsWith('findings/'))).toHaveLength(1);
    },
  );

  it('judges by the target that the run was asked for', async () => {
    const { store, written, text } = memoryStore();
    await scan(store, undefined, context({}, { targetVersion: '1.36' }));
    const report = JSON.parse(text(written.find((key) => key.includes('/clusters/')) ?? ''));
    expect(report.cluster.targetVersion).toBe('1.36');
  });

  it('fails when the store refuses a write, and then has no coverage', async () => {
    const { store, written } = memoryStore();
    const refusing: ObjectStore = {
      ...store,
      put: async (key, body) => {
        if (key.startsWith('findings/')) throw new Error('refused');
        await store.put(key, body);
      },
    };
    await expect(scan(refusing)).rejects.toThrow('refused');
    expect(written.filter((key) => key.includes('/coverage/'))).toEqual([]);
  });
});
