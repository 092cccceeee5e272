import { describe, expect, it } from 'vitest';
import { readTimeline } from '../../functions/rotation/timeline.ts';
import { keys } from '../../functions/store/layout.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { payments } from './desk.ts';

const event = (message: string) => ({ at: '2026-11-21T12:00:00.000Z', phase: 'drain', kind: 'pod', object: 'Pod shop/web-1', message });

describe('the timeline', () => {
  it('has what every start did, in the order of fences and steps', async () => {
    const { store } = memoryStore();
    const put = (fence: number, sequence: number, body: unknown) =>
      store.put(keys.rotationEvent(payments, 'rot-a', fence, sequence), JSON.stringify(body));
    await put(10, 1, [event('fourth')]);
    await put(2, 11, [event('third')]);
    await put(2, 2, [event('first'), event('second')]);
    expect((await readTimeline(store, payments, 'rot-a')).map(({ message }) => message)).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('names what cannot be read, and goes on', async () => {
    const { store } = memoryStore();
    const broken = keys.rotationEvent(payments, 'rot-a', 1, 2);
    await store.put(keys.rotationEvent(payments, 'rot-a', 1, 1), JSON.stringify([event('first')]));
    await store.put(broken, 'no JSON');
    await store.put(keys.rotationEvent(payments, 'rot-a', 1, 3), JSON.stringify([event('third')]));
    expect(await readTimeline(store, payments, 'rot-a')).toMatchObject([
      { message: 'first' },
      { at: '2026-11-21T12:00:00.000Z', kind: 'problem', object: broken },
      { message: 'third' },
    ]);
  });
});
