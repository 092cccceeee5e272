import { describe, expect, it } from 'vitest';
import { clusterStateSchema, latestSchema } from '../../functions/fleet/cluster-state.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { startExecution } from '../../simulator/step-functions/run-asl.ts';
import { publishFor } from '../handlers/simulated-pipeline.ts';
import { aslText } from './asl-texts.ts';
import { outbox, realHandlers, smallWorld } from './real-scan.ts';

const fleetScan = aslText('fleet-scan');

/** Two runs on two days over one store, the first of which does what `over` says. */
async function twoRuns(over: (store: ObjectStore) => ObjectStore) {
  const memory = memoryStore();
  await publishFor(memory.store, smallWorld);
  const box = outbox();
  const run = (store: ObjectStore, day: number) =>
    startExecution(
      fleetScan,
      { store, handlers: realHandlers(store, () => smallWorld, box.ports) },
      { name: `fleet-scan:${day}`, startTime: `2026-11-${day}T06:00:00Z`, input: { asOf: '2026-11-21', notify: true } },
    );
  const first = await run(over(memory.store), 21);
  const writes = memory.written.length - 1;
  return { ...memory, box, first, writes, second: await run(memory.store, 22) };
}

/** A store whose user is killed right after its nth write: the write is done, and what follows is not. */
const killedAfter = (nth: number) => (store: ObjectStore) => {
  let written = 0;
  const count = <T>(result: T): T => {
    written += result === false ? 0 : 1;
    if (written !== nth || result === false) return result;
    throw new Error('killed');
  };
  const guarded: ObjectStore = {
    ...store,
    put: async (key, body) => count(await store.put(key, body)),
    putIfAbsent: async (key, body) => count(await store.putIfAbsent(key, body)),
    putIfUnchanged: async (key, body, version) => count(await store.putIfUnchanged(key, body, version)),
  };
  return guarded;
};

const calm = await twoRuns((store) => store);

describe('a fleet scan of which a step is killed', () => {
  it('is compared with one that is not', () => {
    expect([calm.first.status, calm.second.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(calm.writes).toBeGreaterThan(30);
  });

  // A step that writes more than it does undisturbed, because it is done again, is covered by the first of its writes.
  it.each(Array.from({ length: calm.writes }, (_, index) => index + 1))(
    'after write %i, loses nothing and tells nothing twice, at the latest in the next run',
    async (nth) => {
      const { box, second, text } = await twoRuns(killedAfter(nth));
      expect(second).toMatchObject({ status: 'SUCCEEDED', output: { totals: { clusters: 3 } } });
      const ids = box.alerts.flatMap(({ event }) => (Array.isArray(event.items) ? event.items.map((item) => item.id) : []));
      expect(new Set(ids).size).toBe(ids.length);
      const count = (type: string) => box.events.filter(({ detailType }) => detailType === type).length;
      expect([count('Cluster Support Milestone'), count('Cluster Discovered')]).toEqual([1, 2]);
      const latest = latestSchema.parse(JSON.parse(text(keys.latest)));
      for (const [region, name] of Object.entries({ 'eu-west-1': 'payments-next', 'us-east-1': 'payments-us' })) {
        const state = clusterStateSchema.parse(JSON.parse(text(keys.clusterState({ accountId: '111111111111', region, name }))));
        expect(state).toMatchObject({ runId: latest.runId, failedRuns: 0 });
      }
    },
  );
});
