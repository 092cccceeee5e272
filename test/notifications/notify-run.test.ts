import { describe, expect, it } from 'vitest';
import { type NotifyRunInput, notifyRun, sendSample } from '../../functions/notifications/notify-run.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { createLatest, createRun, milestone, now, runId } from './builders.ts';
import { fakePorts } from './fake-ports.ts';

describe('telling of a run', () => {
  const input = (overrides: Partial<NotifyRunInput> = {}): NotifyRunInput => ({
    store: memoryStore().store,
    runId,
    configuration: createConfiguration({ notifications: { digest: { day: 'WED' } } }),
    run: createRun([{ name: 'payments' }], [milestone(7)]),
    latest: createLatest(),
    newFailures: [],
    ports: fakePorts().ports,
    now,
    link: null,
    ...overrides,
  });

  it('sends what is planned, the digest of the day included', async () => {
    const { ports, delivered } = fakePorts();
    expect(await notifyRun(input({ ports }))).toEqual({ sent: { alerts: 1, chat: 1, slack: 1, events: 2 }, duplicates: 0 });
    expect(delivered.alerts[0]).toContain('and the weekly digest');
  });

  it('sends no digest for a part of the fleet', async () => {
    const { ports, delivered } = fakePorts();
    await notifyRun(input({ ports, digest: false }));
    expect(delivered.alerts[0]).not.toContain('weekly digest');
  });

  it('refuses the report of another run', async () => {
    await expect(notifyRun(input({ runId: 'other' }))).rejects.toThrow(`Telling what changed in run other: the report is of run ${runId}`);
  });
});

describe('the sample', () => {
  const configuration = createConfiguration({
    notifications: {
      routes: [
        { owner: 'team-a', email: ['a@example.com'] },
        { owner: 'team-b', slack: { workspaceId: 'T0000000', channelId: 'C0000000' } },
      ],
    },
  });

  it('reaches every route on each of its channels, and the bus, marked as a test', async () => {
    const { ports, delivered } = fakePorts();
    expect(await sendSample({ configuration, runId, ports, now, link: null })).toEqual([
      { channel: 'alerts', owner: 'team-a' },
      { channel: 'alerts', owner: 'team-b' },
      { channel: 'chat', owner: 'team-b' },
      { channel: 'alerts', owner: null },
      { channel: 'chat', owner: null },
      { channel: 'slack', owner: null },
      { channel: 'events', owner: null },
    ]);
    for (const text of [...delivered.alerts, ...delivered.chat, ...delivered.slack]) expect(text).toContain('TEST');
    for (const text of [...delivered.alerts, ...delivered.events]) expect(text).toContain('"simulated":true');
    expect(delivered.alerts.map((text) => JSON.parse(text).attributes.owner)).toEqual([['team-a'], ['team-b'], undefined]);
    expect(delivered.events[0]).toContain('Cluster Support Milestone');
  });

  it('can be sent again, and tries every way before it fails', async () => {
    const { ports, delivered } = fakePorts({
      before: (channel) => {
        if (channel === 'alerts') throw new Error('no');
      },
    });
    const failure = sendSample({ configuration, runId, ports, now, link: null });
    await expect(failure).rejects.toMatchObject({
      name: 'NotificationFailed',
      failures: ['team-a', 'team-b', null].map((owner) => ({ channel: 'alerts', owner, reason: 'no' })),
    });
    expect(delivered).toMatchObject({ chat: { length: 2 }, slack: { length: 1 }, events: { length: 1 } });
  });
});
