import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../functions/fleet/change.ts';
import { changeKinds } from '../../functions/fleet/change.ts';
import { isChange } from '../../functions/notifications/item.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { appeared, arnOf, createChange, createLatest, createRun, itemsOf, milestone, plan, verdictChanged } from './builders.ts';

const cluster = { name: 'payments' };
const failure = { key: '111111111111/eu-west-1 AccessDenied', text: 'account 111111111111: AccessDenied: no' };

describe('what is told', () => {
  it.each<[string, Change, boolean]>([
    ['a milestone', milestone(7), true],
    ['a required finding that appeared', appeared(), true],
    ['one that became required', appeared({ kind: 'worsened', from: 'recommended' }), true],
    ['a recommended finding that appeared', appeared({}, { severity: 'recommended' }), false],
    ['one that became recommended', appeared({ kind: 'worsened', from: 'info' }, { severity: 'recommended' }), false],
    ['a verdict that changed', verdictChanged('READY', 'NOT_READY'), true],
    ['a cluster that is stale', createChange({ kind: 'stale', from: '2026-11-21T05:00:00Z' }), true],
    ['a required finding that was resolved', appeared({ kind: 'resolved' }), false],
    ['a new cluster', createChange({ kind: 'discovered', base: null }), false],
    ['a cluster that is gone', createChange({ kind: 'vanished' }), false],
    ['a new version', createChange({ kind: 'version-changed', from: '1.33', to: '1.34' }), false],
  ])('%s: as the contracts say', (_, change, expected) => {
    expect(itemsOf(createRun([cluster], [change])).map(({ kind }) => kind)).toEqual(expected ? [change.kind] : []);
  });

  it('is nothing when nothing changed, beyond the event that the run has ended', () => {
    expect(plan(createRun([cluster], []))).toEqual({ messages: [], events: [expect.objectContaining({ kind: 'completed' })] });
  });

  it('is one item for all new failures, on the default route', () => {
    const configuration = createConfiguration({ notifications: { routes: [{ owner: 'team-a', email: ['a@example.com'] }] } });
    const messages = plan(createRun([cluster], []), { newFailures: [failure, { ...failure, key: 'b' }], configuration }).messages;
    expect(messages).toMatchObject([{ owner: null, items: [{ kind: 'incomplete', failures: [failure, { key: 'b' }] }] }]);
  });

  it('makes every change an event, also what is no message', () => {
    const changes = changeKinds.map((kind) => (kind === 'milestone' ? milestone(7) : appeared({ kind }, { severity: 'info' })));
    const { events } = plan(createRun([cluster], changes));
    expect(events.map(({ kind }) => kind)).toEqual([...changeKinds, 'completed']);
  });
});

describe('the digest', () => {
  const configuration = createConfiguration({ notifications: { digest: { day: 'WED' } } });

  it('is told on its day to the default route, behind everything else', () => {
    const items = itemsOf(createRun([cluster], [milestone(7)]), { configuration, newFailures: [failure] });
    expect(items.map(({ kind }) => kind)).toEqual(['milestone', 'incomplete', 'digest']);
  });

  it('goes by the start of the run', () => {
    const late = createRun([cluster], [], { startedAt: '2026-11-25T23:59:00Z', finishedAt: '2026-11-26T00:30:00Z' });
    expect(itemsOf(late, { configuration }).map(({ kind }) => kind)).toEqual(['digest']);
    const told = createLatest({ sentOn: '2026-11-18' });
    expect(itemsOf({ ...late, startedAt: '2026-11-24T23:59:00Z' }, { configuration, latest: told })).toEqual([]);
  });

  it('waits for its day at first, and for the first run after it where none falls on it', () => {
    const next = createRun([cluster], [], { startedAt: '2026-11-26T06:00:00Z', finishedAt: '2026-11-26T06:30:00Z' });
    expect(itemsOf(next, { configuration, latest: null })).toEqual([]);
    const since = (startedAt: string) => ({ ...createLatest({ sentOn: null }), startedAt });
    expect(itemsOf(next, { configuration, latest: since('2026-11-25T06:00:00Z') })).toEqual([]);
    expect(itemsOf(next, { configuration, latest: since('2026-11-24T06:00:00Z') }).map(({ kind }) => kind)).toEqual(['digest']);
  });

  it('is not told by a run that is not of the whole fleet', () => {
    expect(itemsOf(createRun([cluster], []), { configuration, digest: false })).toEqual([]);
  });

  it('is not told twice on its day, once the state knows of it', () => {
    expect(itemsOf(createRun([cluster], []), { configuration, latest: createLatest({ sentOn: '2026-11-25' }) })).toEqual([]);
  });
});

describe('whom it is told', () => {
  const configuration = createConfiguration({
    notifications: {
      routes: [
        { owner: 'team-b', email: ['b@example.com'] },
        { owner: 'team-a', slack: { workspaceId: 'T0000000', channelId: 'C0000000' } },
      ],
    },
  });
  const of = (owner: string | null, name: string) => appeared({ owner, clusterArn: arnOf(name) });

  it('is the owner who has a route; all others share the default one, and each is told once for all clusters', () => {
    const changes = [of('team-b', 'one'), of(null, 'two'), of('team-c', 'three'), of('team-a', 'four'), of('team-b', 'five')];
    const { messages } = plan(createRun([], changes), { configuration });
    expect(messages.map(({ owner, items }) => [owner, items.map((item) => isChange(item) && item.cluster.name)])).toEqual([
      ['team-a', ['four']],
      ['team-b', ['five', 'one']],
      [null, ['three', 'two']],
    ]);
  });

  it('is told on the ways of the route: mail alone, or chat as well; the webhook belongs to the default route', () => {
    const { messages } = plan(createRun([], [of('team-a', 'x'), of('team-b', 'y'), of(null, 'z')]), { configuration });
    expect(messages.map(({ channels }) => channels)).toEqual([['alerts', 'chat'], ['alerts'], ['alerts', 'chat', 'slack']]);
  });
});

describe('the order', () => {
  it('is milestones by days left, required findings, verdicts (worst first), stale clusters', () => {
    const changes = [
      createChange({ kind: 'stale', clusterArn: arnOf('a') }),
      verdictChanged('NOT_READY', 'READY', { clusterArn: arnOf('a') }),
      verdictChanged('READY', 'NOT_READY', { clusterArn: arnOf('z') }),
      appeared({ clusterArn: arnOf('z') }),
      appeared({ kind: 'worsened', from: 'info', clusterArn: arnOf('a') }),
      milestone(30),
      milestone(-2),
      milestone(7),
    ];
    const items = itemsOf(createRun([], changes)).filter(isChange);
    expect(items.map(({ kind, change }) => `${kind} ${change.milestone?.daysLeft ?? change.clusterArn.at(-1)}`)).toEqual([
      'milestone -2',
      'milestone 7',
      'milestone 30',
      'worsened a',
      'appeared z',
      'verdict-changed z',
      'verdict-changed a',
      'stale a',
    ]);
  });

  it('does not depend on the order of the changes', () => {
    const changes = [
      ...['a', 'b', 'c'].flatMap((name) => [
        appeared({ clusterArn: arnOf(name) }),
        verdictChanged('READY', 'NOT_READY', { clusterArn: arnOf(name) }),
      ]),
      ...[1, 7, 7].map((days, index) => milestone(days, { clusterArn: arnOf(String(index)) })),
      ...['x', 'y'].map((discriminator) => appeared({}, { discriminator })),
    ];
    const sorted = itemsOf(createRun([], changes)).map(({ id }) => id);
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), (shuffled) => {
        expect(itemsOf(createRun([], shuffled)).map(({ id }) => id)).toEqual(sorted);
      }),
    );
  });
});

describe('nothing is lost', () => {
  it('every change that is told stands in exactly one message, for any owners and routes', () => {
    const owners = fc.constantFrom(null, 'team-a', 'team-b', 'team-c');
    const routes = fc.uniqueArray(fc.constantFrom('team-a', 'team-b', 'team-c'));
    fc.assert(
      fc.property(fc.array(owners, { maxLength: 60 }), routes, (list, routed: readonly string[]) => {
        const changes = list.map((owner, index) => appeared({ owner, clusterArn: arnOf(`c-${index}`) }));
        const configuration = createConfiguration({
          notifications: { routes: routed.map((owner) => ({ owner, email: ['x@example.com'] })) },
        });
        const { messages } = plan(createRun([], changes), { configuration });
        const told = messages.flatMap(({ items }) => items.map((item) => isChange(item) && item.change.clusterArn));
        expect(told.toSorted()).toEqual(changes.map(({ clusterArn }) => clusterArn).toSorted());
        for (const { owner, items } of messages)
          for (const item of items.filter(isChange))
            expect(owner).toBe(item.change.owner !== null && routed.includes(item.change.owner) ? item.change.owner : null);
      }),
    );
  });
});
