import { describe, expect, it } from 'vitest';
import type { Change } from '../../functions/fleet/change.ts';
import { messageAttributes } from '../../functions/notifications/attributes.ts';
import { alertEvent } from '../../functions/notifications/event.ts';
import { eventEntry } from '../../functions/notifications/event-bridge.ts';
import { notificationEventSchema } from '../../functions/notifications/event-schema.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { createReport } from '../report/text/builders.ts';
import { appeared, arnOf, createChange, createRun, itemsOf, milestone, plan, runId, told, verdictChanged } from './builders.ts';

const cluster = { name: 'payments', tags: { Environment: 'production', secret: 'x' } };

describe('the event for machines', () => {
  it('holds the full change, the facts of the cluster without its tags, and the link', () => {
    const change = appeared({}, { facts: { installed: 'v1' } });
    const event = alertEvent(told(itemsOf(createRun([cluster], [change])), { owner: 'team-a' }));
    expect(event).toMatchObject({
      schemaVersion: '1',
      runId,
      owner: 'team-a',
      itemsOmitted: 0,
      link: 'https://example.com/report.html',
      items: [
        {
          ...change,
          id: expect.stringMatching(/^[0-9a-f]{32}$/),
          cluster: {
            name: 'payments',
            accountId: '111111111111',
            accountName: 'shop',
            version: '1.34',
            verdict: 'READY',
            environment: 'production',
          },
        },
      ],
    });
    expect(event).not.toHaveProperty('simulated');
    expect(JSON.stringify(event)).not.toContain('"secret"');
  });

  it('is of the public shape, whatever it tells', () => {
    const configuration = createConfiguration({ notifications: { digest: { day: 'WED' } } });
    const changes = [
      appeared(),
      milestone(7),
      verdictChanged('READY', 'NOT_READY'),
      createChange({ kind: 'stale', clusterArn: arnOf('gone') }),
    ];
    const support = { ...createReport().support, endOfStandardSupport: '2026-12-02', daysToEndOfStandardSupport: 7 };
    const items = itemsOf(createRun([{ ...cluster, support }], changes), { configuration, newFailures: [{ key: 'a', text: 'b' }] });
    expect(items.map(({ kind }) => kind)).toEqual(['milestone', 'appeared', 'verdict-changed', 'stale', 'incomplete', 'digest']);
    for (const event of [alertEvent(told(items)), alertEvent(told(items, { simulated: true }))])
      expect(notificationEventSchema.parse(event)).toEqual(event);
  });

  it('leaves out facts first, then the last items, and says so', () => {
    const big = 'x'.repeat(20_000);
    const of = (count: number, more: object) =>
      alertEvent(
        told(
          itemsOf(
            createRun(
              [],
              Array.from({ length: count }, (_, i) => appeared({}, { discriminator: `${i}`, ...more })),
            ),
          ),
        ),
      );
    const withoutFacts = of(20, { facts: { big } });
    expect(withoutFacts).toMatchObject({ factsOmitted: true, itemsOmitted: 0 });
    expect(withoutFacts.items).toHaveLength(20);
    const fewer = of(20, { message: big });
    expect(fewer).toMatchObject({ factsOmitted: true, itemsOmitted: 20 - (Array.isArray(fewer.items) ? fewer.items.length : 0) });
    expect(JSON.stringify(fewer).length).toBeGreaterThan(60_000);
    expect(of(30, {})).toMatchObject({ itemsOmitted: 5 });
  });
});

describe('the attributes', () => {
  it('are the distinct values of all items; what does not apply is left out', () => {
    const clusters = [cluster, { name: 'other', tags: { environment: 'production' } }];
    const items = itemsOf(
      createRun(clusters, [
        appeared({ owner: 'team-x' }),
        milestone(7, { clusterArn: arnOf('other') }),
        verdictChanged('READY', 'NOT_READY'),
      ]),
    );
    expect(messageAttributes(told(items))).toEqual({
      kind: ['milestone', 'appeared', 'verdict-changed'],
      severity: ['required'],
      accountId: ['111111111111'],
      region: ['eu-west-1'],
      cluster: ['other', 'payments'],
      owner: ['team-x'],
      version: ['1.34'],
      environment: ['production'],
    });
  });

  it('name the owner whose route it is, and nobody on the default route where nobody is known', () => {
    const items = itemsOf(createRun([], [appeared({ owner: null })]));
    expect(messageAttributes(told(items, { owner: 'team-a' })).owner).toEqual(['team-a']);
    expect(messageAttributes(told(items))).not.toHaveProperty('owner');
    expect(messageAttributes(told(items))).not.toHaveProperty('version');
  });

  it('count items that the text does not spell out, as far as they fit', () => {
    const changes = Array.from({ length: 2_000 }, (_, index) => appeared({ clusterArn: arnOf(`cluster-${index}`) }));
    const { cluster: names = [] } = messageAttributes(told(itemsOf(createRun([], changes))));
    expect(names.length).toBeGreaterThan(100);
    expect(JSON.stringify(names).length).toBeLessThanOrEqual(6_000);
  });
});

describe('an event on the bus', () => {
  const entryOf = (change: Change) => {
    const run = createRun([cluster], [change]);
    const [item] = plan(run).events;
    if (item === undefined) throw new Error('no event');
    return eventEntry(item, { run, link: 'https://example.com/report.html' });
  };

  it.each<[Change, string]>([
    [appeared({}, { severity: 'recommended' }), 'Finding Appeared'],
    [appeared({ kind: 'worsened' }), 'Finding Appeared'],
    [appeared({ kind: 'resolved' }), 'Finding Resolved'],
    [verdictChanged('READY', 'NOT_READY'), 'Verdict Changed'],
    [milestone(7), 'Cluster Support Milestone'],
    [createChange({ kind: 'discovered', base: null }), 'Cluster Discovered'],
    [createChange({ kind: 'vanished' }), 'Cluster Vanished'],
    [createChange({ kind: 'version-changed' }), 'Cluster Version Changed'],
    [createChange({ kind: 'stale' }), 'Cluster Stale'],
  ])('says of $kind: %s', (change, detailType) => {
    expect(entryOf(change)).toMatchObject({
      detailType,
      resources: [arnOf('payments')],
      detail: { schemaVersion: '1', runId, ...change, cluster: { name: 'payments' }, link: 'https://example.com/report.html' },
    });
  });

  it('names the ARN of the subject too', () => {
    const arn = 'arn:aws:eks:eu-west-1:111111111111:addon/payments/vpc-cni/x';
    expect(entryOf(appeared({}, { subject: { kind: 'Addon', namespace: null, name: 'vpc-cni', arn } })).resources).toEqual([
      arnOf('payments'),
      arn,
    ]);
  });

  it('leaves out facts that are too much, and says so', () => {
    const { detail } = entryOf(appeared({}, { facts: { big: 'x'.repeat(300_000) } }));
    expect(detail).toMatchObject({ factsOmitted: true, finding: { facts: {}, message: 'vpc-cni is wrong' } });
    expect(entryOf(appeared()).detail).not.toHaveProperty('factsOmitted');
  });

  it('says that the run has ended, and how', () => {
    const run = createRun([{ ...createReport(), name: 'payments' }], []);
    const [item] = plan(run).events;
    if (item === undefined) throw new Error('no event');
    expect(eventEntry(item, { run, link: null })).toEqual({
      detailType: 'Fleet Scan Completed',
      resources: [],
      detail: {
        schemaVersion: '1',
        runId,
        link: null,
        startedAt: run.startedAt,
        finishedAt: run.finishedAt,
        complete: true,
        totals: run.totals,
        reportKey: `runs/${runId}/run.json`,
      },
    });
  });
});
