import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliverNotifications } from '../../functions/notifications/deliver.ts';
import { NotificationFailed } from '../../functions/notifications/failed.ts';
import type { Item } from '../../functions/notifications/item.ts';
import type { Channel, NotificationPorts } from '../../functions/notifications/ports.ts';
import { notificationRecordSchema } from '../../functions/notifications/record.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { appeared, arnOf, createChange, createRun, milestone, now, plan } from './builders.ts';
import { fakePorts } from './fake-ports.ts';

const configuration = createConfiguration({ notifications: { routes: [{ owner: 'team-a', email: ['a@example.com'] }] } });
/** Told on the default route, on the route of an owner (mail alone), and only as an event. */
const changes = [
  appeared({ clusterArn: arnOf('default-one') }),
  milestone(7, { clusterArn: arnOf('default-two') }),
  appeared({ clusterArn: arnOf('owned'), owner: 'team-a' }),
  appeared({ clusterArn: arnOf('event-only') }, { severity: 'info' }),
];
const otherRun = '2026-11-25T05-01-00Z-ffffffff';
const minutes = (number: number) => new Date(now.getTime() + number * 60_000);

function delivery(
  store: ObjectStore,
  ports: NotificationPorts,
  { runId = '', at = now }: { readonly runId?: string; readonly at?: Date } = {},
) {
  const run = createRun([], changes, runId === '' ? {} : { runId });
  return { plan: plan(run, { configuration }), run, store, ports, now: at, link: null };
}

const channelsOf: Readonly<Record<string, readonly Channel[]>> = {
  'default-one': ['alerts', 'chat', 'slack', 'events'],
  'default-two': ['alerts', 'chat', 'slack', 'events'],
  owned: ['alerts', 'events'],
  'event-only': ['events'],
};
const expected = Object.entries(channelsOf).flatMap(([name, channels]) => channels.map((channel) => ({ name, channel })));

/** How often a cluster was spoken of on a channel. */
const times = (delivered: ReturnType<typeof fakePorts>['delivered'], name: string, channel: Channel) =>
  delivered[channel].filter((text) => text.includes(`${name}`)).length;

const recordKey = ({ month, id }: Item) => keys.notification(month, id);

describe('a delivery', () => {
  it('tells each thing once on each of its channels, and records it', async () => {
    const { store, text, written } = memoryStore();
    const { ports, delivered } = fakePorts();
    const planned = delivery(store, ports);
    expect(await deliverNotifications(planned)).toEqual({ sent: { alerts: 2, chat: 1, slack: 1, events: 5 }, duplicates: 0 });
    for (const { name, channel } of expected) expect(times(delivered, name, channel)).toBe(1);
    expect(delivered.events.at(-1)).toContain('Fleet Scan Completed');
    expect(delivered.chat[0]).toContain('"owner":null');
    const [first] = planned.plan.events;
    expect(first && JSON.parse(text(recordKey(first)))).toEqual({
      schemaVersion: '1',
      id: first?.id,
      runId: planned.run.runId,
      kind: 'appeared',
      clusterArn: arnOf('default-one'),
      claimedAt: '2026-11-25T05:06:00Z',
      channels: {
        alerts: '2026-11-25T05:06:00Z',
        chat: '2026-11-25T05:06:00Z',
        slack: '2026-11-25T05:06:00Z',
        events: '2026-11-25T05:06:00Z',
      },
    });
    expect(new Set(written)).toEqual(new Set(planned.plan.events.map(recordKey)));
  });

  it('done again, by the same run or by another, tells nothing', async () => {
    const { store } = memoryStore();
    await deliverNotifications(delivery(store, fakePorts().ports));
    const again = fakePorts();
    expect(await deliverNotifications(delivery(store, again.ports))).toEqual({
      sent: { alerts: 0, chat: 0, slack: 0, events: 0 },
      duplicates: 5,
    });
    // Only that it has ended is new.
    expect((await deliverNotifications(delivery(store, again.ports, { runId: otherRun }))).sent).toEqual({
      alerts: 0,
      chat: 0,
      slack: 0,
      events: 1,
    });
  });

  it('goes without the webhook where none is configured', async () => {
    const { store } = memoryStore();
    const { ports, delivered } = fakePorts();
    const { postSlack: _, ...others } = ports;
    expect((await deliverNotifications(delivery(store, others))).sent).toEqual({ alerts: 2, chat: 1, slack: 0, events: 5 });
    expect(delivered.slack).toEqual([]);
  });

  it('puts ten events at a time', async () => {
    const calls: number[] = [];
    const { ports } = fakePorts();
    const run = createRun(
      [],
      Array.from({ length: 24 }, (_, index) => createChange({ kind: 'vanished', clusterArn: arnOf(`c-${index}`) })),
    );
    const counting = { ...ports, putEvents: async (entries: readonly object[]) => void calls.push(entries.length) };
    await deliverNotifications({ plan: plan(run), run, store: memoryStore().store, ports: counting, now, link: null });
    expect(calls).toEqual([10, 10, 5]);
  });
});

describe('a channel that fails', () => {
  it('does not keep the others from being tried; the next attempt sends only what is missing', async () => {
    const { store } = memoryStore();
    const first = fakePorts({
      before: (channel) => {
        if (channel === 'chat') throw new Error('sns:Publish of arn:topic: Throttled');
      },
    });
    await expect(deliverNotifications(delivery(store, first.ports))).rejects.toMatchObject({
      name: 'NotificationFailed',
      message: expect.stringContaining('chat topic for the default route: sns:Publish of arn:topic: Throttled'),
    });
    expect(first.delivered).toMatchObject({ alerts: { length: 2 }, chat: [], slack: { length: 1 }, events: { length: 5 } });
    const second = fakePorts();
    expect((await deliverNotifications(delivery(store, second.ports))).sent).toEqual({ alerts: 0, chat: 1, slack: 0, events: 0 });
    expect(second.delivered.chat[0]).toContain('default-one');
  });

  it('is named with the owner it was for, and without addresses', async () => {
    const { ports } = fakePorts({
      before: (channel) => {
        throw new Error(`${channel}: rejected jane@example.com at https://hooks.slack.com/services/T0/B0/secret`);
      },
    });
    const failure = await deliverNotifications(delivery(memoryStore().store, ports)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotificationFailed);
    expect(String(failure)).toContain('alerts topic for owner team-a: alerts: rejected (address left out) at (address left out)');
    expect(String(failure)).toContain('event bus: events: rejected');
    expect(String(failure)).not.toMatch(/jane|secret|hooks|vpc-cni/);
  });

  it('is said once, and a long list of failures is counted', async () => {
    const owners = Array.from({ length: 12 }, (_, index) => `team-${index}`);
    const run = createRun(
      [],
      owners.map((owner) => appeared({ owner, clusterArn: arnOf(owner) })),
    );
    const routes = owners.map((owner) => ({ owner, email: ['a@example.com'] }));
    const { ports } = fakePorts({
      before: () => {
        throw new Error('no '.repeat(1_000));
      },
    });
    const planned = plan(run, { configuration: createConfiguration({ notifications: { routes } }) });
    const failure = await deliverNotifications({ plan: planned, run, store: memoryStore().store, ports, now, link: null }).catch(String);
    // Twelve owners; the two calls for thirteen events failed in the same words.
    expect(failure).toMatch(/; and 3 more\. Run the step again/);
    expect(String(failure).length).toBeLessThan(6_000);
  });
});

/** Another run claims everything and dies before it sends. */
async function claimAndDie(store: ObjectStore, runId = otherRun, at = now): Promise<void> {
  const { ports } = fakePorts({
    before: () => {
      throw new Error('dead');
    },
  });
  await deliverNotifications(delivery(store, ports, { runId, at })).catch(() => {});
}

describe('a claim of another run', () => {
  it('that is young is respected, and this run does not pass over it', async () => {
    const { store } = memoryStore();
    await claimAndDie(store);
    const { ports, delivered } = fakePorts();
    await expect(deliverNotifications(delivery(store, ports, { at: minutes(14) }))).rejects.toThrow(
      `4 of them are being told by run ${otherRun}, which has not ended`,
    );
    for (const { name, channel } of expected) expect(times(delivered, name, channel)).toBe(0);
  });

  it('that is old and has not ended is taken over; the other run finds it told then', async () => {
    const { store } = memoryStore();
    await claimAndDie(store);
    const { ports, delivered } = fakePorts();
    await deliverNotifications(delivery(store, ports, { at: minutes(15) }));
    for (const { name, channel } of expected) expect(times(delivered, name, channel)).toBe(1);
    const late = fakePorts();
    await deliverNotifications(delivery(store, late.ports, { runId: otherRun, at: minutes(16) }));
    expect(late.delivered).toMatchObject({ alerts: [], chat: [], slack: [], events: [expect.stringContaining('Fleet Scan Completed')] });
  });

  it('whose record cannot be read is an error that names the object', async () => {
    const { store } = memoryStore();
    const planned = delivery(store, fakePorts().ports);
    const [first] = planned.plan.events;
    if (first === undefined) throw new Error('nothing planned');
    await store.put(recordKey(first), '{"schemaVersion":"1"}');
    await expect(deliverNotifications(planned)).rejects.toThrow(`Reading ${recordKey(first)}: id: `);
  });
});

/** A process that dies at its nth operation, in it or right after it: nothing it does later happens. */
function mortal(store: ObjectStore, diesAt: number, after: boolean, refused: ReadonlySet<number>) {
  let operations = 0;
  let calls = 0;
  let dead = false;
  const live =
    <A extends unknown[], R>(operation: (...of: A) => Promise<R>) =>
    async (...of: A): Promise<R> => {
      operations += 1;
      if (dead || (operations === diesAt && !after)) {
        dead = true;
        throw new Error('dead');
      }
      const result = await operation(...of);
      if (operations >= diesAt && after) {
        dead = true;
        throw new Error('dead');
      }
      return result;
    };
  const { ports, delivered } = fakePorts({
    before: () => {
      calls += 1;
      if (refused.has(calls)) throw new Error('refused');
    },
  });
  const { publishAlert, publishChat, postSlack, putEvents } = ports;
  return {
    delivered,
    store: {
      ...store,
      get: live(store.get),
      putIfAbsent: live(store.putIfAbsent),
      putIfUnchanged: live(store.putIfUnchanged),
    },
    ports: {
      publishAlert: live(publishAlert),
      publishChat: live(publishChat),
      ...(postSlack ? { postSlack: live(postSlack) } : {}),
      putEvents: live(putEvents),
    },
  };
}

describe('whatever fails and whoever dies', () => {
  const attempt = fc.record({
    diesAt: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(Number.POSITIVE_INFINITY)),
    after: fc.boolean(),
    refused: fc.uniqueArray(fc.integer({ min: 1, max: 5 })).map((list) => new Set(list)),
    other: fc.boolean(),
    minutes: fc.integer({ min: 0, max: 20 }),
  });

  it('in the end everything was told on every channel, and twice only what was told but not recorded', () =>
    fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 6 }), async (attempts) => {
        const { store, text } = memoryStore();
        const total = new Map<string, number>();
        const unrecorded = new Map<string, number>();
        const add = (to: Map<string, number>, key: string, number: number) => to.set(key, (to.get(key) ?? 0) + number);
        let at = 0;
        const last = { diesAt: Number.POSITIVE_INFINITY, after: false, refused: new Set<number>(), other: false, minutes: 60 };
        for (const { diesAt, after, refused, other, minutes: passed } of [...attempts, last]) {
          at += passed;
          const process = mortal(store, diesAt, after, refused);
          const planned = delivery(process.store, process.ports, { ...(other ? { runId: otherRun } : {}), at: minutes(at) });
          const outcome = await deliverNotifications(planned).then(
            () => 'told',
            (error: unknown) => error,
          );
          if (passed === last.minutes) expect(outcome).toBe('told');
          for (const { name, channel } of expected) {
            const key = `${name} ${channel}`;
            const sent = times(process.delivered, name, channel);
            add(total, key, sent);
            const item = planned.plan.events.find((of) => 'change' in of && of.change.clusterArn === arnOf(name));
            const stored = item && text(recordKey(item));
            const noted = stored ? notificationRecordSchema.parse(JSON.parse(stored)).channels[channel] : undefined;
            if (sent > 0 && noted === undefined) add(unrecorded, key, sent);
          }
        }
        for (const { name, channel } of expected) {
          const key = `${name} ${channel}`;
          expect([key, total.get(key)]).toEqual([key, 1 + (unrecorded.get(key) ?? 0)]);
        }
      }),
      { numRuns: 150 },
    ));

  it.each([
    ['two runs at once', false],
    ['two runs that take over from a third at once', true],
  ])('%s tell everything once, in whatever order their steps come', (_, takeOver) =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { store } = memoryStore();
        const { ports, delivered } = fakePorts();
        if (takeOver) await claimAndDie(store, '2026-11-25T04-00-00Z-00000000', minutes(-60));
        const slow = {
          ...store,
          get: scheduler.scheduleFunction(store.get),
          putIfAbsent: scheduler.scheduleFunction(store.putIfAbsent),
          putIfUnchanged: scheduler.scheduleFunction(store.putIfUnchanged),
        };
        const attempts = [delivery(slow, ports), delivery(slow, ports, { runId: otherRun })];
        const outcome = Promise.allSettled(attempts.map(deliverNotifications));
        await scheduler.waitFor(outcome);
        // Whoever fails gave way to the other one.
        for (const result of await outcome)
          if (result.status === 'rejected') expect(String(result.reason)).toContain('are being told by run');
        // Who had to give way finds everything told.
        for (const runId of ['', otherRun]) await deliverNotifications(delivery(store, ports, { runId, at: minutes(1) }));
        for (const { name, channel } of expected) expect(times(delivered, name, channel)).toBe(1);
        expect(delivered.events.filter((text) => text.includes('Fleet Scan Completed'))).toHaveLength(2);
      }),
      { numRuns: 50 },
    ),
  );
});
