import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../functions/notifications/ports.ts';
import type { RotationNews } from '../../../functions/notifications/rotation/news.ts';
import { tellRotation } from '../../../functions/notifications/rotation/tell.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { fakePorts } from '../fake-ports.ts';
import { approvalNews, createNews, humanNews } from './builders.ts';

const now = new Date('2026-11-21T14:00:01Z');

function telling(ports = fakePorts()) {
  const kept = memoryStore();
  const tell = (news: RotationNews) => tellRotation({ news, store: kept.store, ports: ports.ports, now });
  const counts = () => Object.fromEntries(Object.entries(ports.delivered).map(([channel, list]) => [channel, list.length]));
  return { ...kept, tell, counts, delivered: ports.delivered };
}

describe('telling of a rotation', () => {
  it.each([
    ['an end', createNews(), { alerts: 1, chat: 1, slack: 1, events: 1 }],
    [
      'an end that needs somebody, of which people hear once',
      createNews({ outcome: 'hold-both-up' }),
      { alerts: 0, chat: 0, slack: 0, events: 1 },
    ],
    ['a plan, which who asked for it has', createNews({ outcome: 'planned' }), { alerts: 0, chat: 0, slack: 0, events: 1 }],
    ['what needs somebody', humanNews(), { alerts: 1, chat: 1, slack: 1, events: 0 }],
    ['an approval that is asked for', approvalNews(), { alerts: 1, chat: 1, slack: 1, events: 0 }],
    ['a phase', createNews({ kind: 'phase-changed', outcome: null }), { alerts: 0, chat: 0, slack: 0, events: 1 }],
  ])('%s', async (_, news, expected) => {
    const { tell, counts } = telling();
    await tell(news);
    expect(counts()).toEqual(expected);
  });

  it('says a thing once on each channel, however often it is told, and in whatever month', async () => {
    const { tell, counts, written } = telling();
    await tell(createNews());
    await tell(createNews({ at: '2026-12-01T00:00:00.000Z' }));
    expect(counts()).toEqual({ alerts: 1, chat: 1, slack: 1, events: 1 });
    expect(new Set(written).size).toBe(1);
    await tell(createNews({ id: 'rot-payments-0a1b2c-2/finished' }));
    expect(counts()).toMatchObject({ alerts: 2 });
  });

  it('tries the other channels when one fails, and repeats that one alone', async () => {
    let broken: Channel | undefined = 'chat';
    const { tell, counts } = telling(
      fakePorts({
        before: (channel) => {
          if (channel === broken) throw new Error('topic of somebody@example.com is gone');
        },
      }),
    );
    await expect(tell(createNews())).rejects.toThrow(
      /^Telling of rotation rot-payments-0a1b2c-1: chat topic for the default route: topic of \(address left out\) is gone/,
    );
    expect(counts()).toEqual({ alerts: 1, chat: 0, slack: 1, events: 1 });
    broken = undefined;
    await tell(createNews());
    expect(counts()).toEqual({ alerts: 1, chat: 1, slack: 1, events: 1 });
  });

  it('does without a webhook where there is none', async () => {
    const { ports, delivered } = fakePorts();
    await tellRotation({ news: createNews(), store: memoryStore().store, ports: { ...ports, postSlack: undefined }, now });
    expect(delivered).toMatchObject({ slack: [], chat: [expect.any(String)] });
  });

  it('keeps no record of phases', async () => {
    const { tell, written } = telling();
    await tell(createNews({ kind: 'phase-changed', outcome: null }));
    expect(written).toEqual([]);
  });
});
