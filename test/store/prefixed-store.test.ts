import { describe, expect, it } from 'vitest';
import { prefixedStore } from '../../functions/store/prefixed-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { objectStoreContract } from '../contract/object-store.ts';

objectStoreContract('a part of another', async () => prefixedStore(memoryStore().store, 'teams/platform'));

describe('prefixedStore', () => {
  it('puts the prefix before every key, and shows nothing else of the store', async () => {
    const { store, written } = memoryStore();
    await store.put('teams/platform-old/runs/a', 'x');
    await store.put('runs/a', 'x');
    const part = prefixedStore(store, 'teams/platform');
    await part.put('runs/b', 'x');
    await part.putIfAbsent('runs/c', 'x');
    const version = (await part.get('runs/b'))?.version ?? '';
    await part.putIfUnchanged('runs/b', 'y', version);
    expect(written.slice(2)).toEqual(['teams/platform/runs/b', 'teams/platform/runs/c', 'teams/platform/runs/b']);
    expect(await Array.fromAsync(part.list(''))).toEqual(['runs/b', 'runs/c']);
    expect(await part.get('runs/a')).toBeUndefined();
  });
});
