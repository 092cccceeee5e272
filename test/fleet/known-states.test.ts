import { describe, expect, it } from 'vitest';
import { readClusterState, readClusterStates, readLatest } from '../../functions/fleet/known-states.ts';
import { keys } from '../../functions/store/layout.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { place, stateOf } from './builders.ts';

describe('known states', () => {
  it('are read one by one or all, in the order of their keys', async () => {
    const { store } = memoryStore();
    const names = Array.from({ length: 40 }, (_, index) => `cluster-${String(index).padStart(2, '0')}`);
    for (const name of names.toReversed())
      await store.put(keys.clusterState({ ...place, name }), JSON.stringify(stateOf({ cluster: { name } })));
    await store.put(keys.latest, '{}');
    expect((await readClusterStates(store)).map(({ cluster }) => cluster.name)).toEqual(names);
    expect(await readClusterState(store, { ...place, name: 'cluster-07' })).toEqual(stateOf({ cluster: { name: 'cluster-07' } }));
  });

  it('are none in an empty store', async () => {
    const { store } = memoryStore();
    expect(await readClusterStates(store)).toEqual([]);
    expect(await readClusterState(store, place)).toBeUndefined();
    expect(await readLatest(store)).toBeUndefined();
  });

  it.each([
    ['no JSON', 'hello', /Unexpected token/],
    ['another shape', JSON.stringify({ ...stateOf(), verdict: 'FINE' }), /verdict/],
    ['of a newer version', JSON.stringify({ ...stateOf(), schemaVersion: '2' }), /schemaVersion "2", this program reads "1"/],
  ])('that are %s are refused by their key', async (_, body, reason) => {
    const { store } = memoryStore();
    const key = keys.clusterState(place);
    await store.put(key, body);
    for (const read of [readClusterState(store, place), readClusterStates(store)]) {
      const error = await read.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain(`cannot read ${key} of the store: `);
      expect(String(error)).toMatch(reason);
    }
    await store.put(keys.latest, '{"schemaVersion":"9"}');
    await expect(readLatest(store)).rejects.toThrow(/cannot read state\/latest\.json .* schemaVersion "9"/);
  });
});
