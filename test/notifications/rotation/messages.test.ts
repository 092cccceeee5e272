import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rotationBusEntry, rotationEvent } from '../../../functions/notifications/rotation/event.ts';
import { rotationEventSchema } from '../../../functions/notifications/rotation/event-schema.ts';
import {
  rotationAlert,
  rotationChat,
  rotationMail,
  rotationSlack,
  rotationSubject,
} from '../../../functions/notifications/rotation/messages.ts';
import type { RotationNews } from '../../../functions/notifications/rotation/news.ts';
import { approvalNews, clusterArn, createNews, humanNews } from './builders.ts';

describe('the mail of a rotation', () => {
  it('says that it went well, and what to put into code', () => {
    expect(rotationSubject(createNews())).toBe('[EKS] payments: workers-a rotated to workers-b');
    expect(rotationMail(createNews())).toBe(`payments: workers-a rotated to workers-b
  Account 111111111111, eu-west-1, cluster payments, rotation
  rot-payments-0a1b2c-1

green serves 4 nodes, and blue is a standby of 0.

To do: Put the new sizes into Terraform, CloudFormation or eksctl: the report
       says which, so that the next apply does not undo the rotation.

Report: https://example.com/report
Console: https://example.com/execution
`);
  });

  it('asks for an approval with the command that gives it, and says what silence does', () => {
    const news = approvalNews();
    expect(rotationSubject(news)).toBe('[EKS] payments: approve the rotation of workers-a to workers-b by 2026-11-22 14:00 UTC');
    expect(rotationMail(news)).toBe(`payments: approve the rotation of workers-a to workers-b by 2026-11-22 14:00
UTC
  Account 111111111111, eu-west-1, cluster payments, rotation
  rot-payments-0a1b2c-1

All pods run on workers-b; workers-a is empty, cordoned and still up, so that
going back is quick.
After the approval workers-a goes to zero nodes; without an answer the
rotation does what its option onNoAnswer says.

To do: Approve, or refuse with the same command and --reject; opening a link
       approves nothing.
  greenlight rotate approve rot-payments-0a1b2c-1 --nonce 7f3a --store \\
    s3://findings
  greenlight rotate approve rot-payments-0a1b2c-1 --nonce 7f3a --store \\
    s3://findings --reject

Console: https://example.com/execution
`);
  });

  it('names what is left, who is in the way, and how to acknowledge it', () => {
    const text = rotationMail(humanNews());
    expect(rotationSubject(humanNews())).toBe('[EKS] payments: needs you: rotation stopped, workers-a and workers-b are both up');
    expect(text).toContain('No pod was lost and both groups serve; both cost money until somebody decides.');
    expect(text).toContain('In the way:\n  - shop/db-0: budget db allows no eviction now');
    expect(text.replaceAll(/ \\\n\s+/g, ' ')).toContain(
      'greenlight rotate acknowledge rot-payments-0a1b2c-1 --reason "what was done" --store s3://findings',
    );
  });

  it.each([
    ['refused', 'rotation of workers-a refused', 'Nothing was changed.'],
    ['reverted', 'rotation of workers-a reverted', 'workers-a serves again, and everything is as it was.'],
    ['noop', 'nothing to rotate in workers-a', 'Nothing was changed.'],
    ['planned', 'rotation of workers-a planned', 'It was a dry run: nothing was changed.'],
    ['busy', 'rotation of workers-a not started', 'Nothing was changed.'],
    ['dirty-finish', 'rotated to workers-b, but not everything could be tidied up', 'All pods run on workers-b.'],
    ['unheard-of', 'rotation of workers-a ended unheard-of', 'green serves 4 nodes'],
  ])('%s: %s', (outcome, headline, meaning) => {
    const news = createNews({ outcome });
    expect(rotationSubject(news)).toBe(`[EKS] payments: ${headline}`);
    expect(rotationMail(news)).toContain(meaning);
  });

  it('does without groups, links and store that are not known', () => {
    const text = rotationMail(
      createNews({ blue: null, green: null, outcome: 'refused', reportLink: null, consoleLink: null, store: null }),
    );
    expect(text).toContain('payments: rotation of a node group refused');
    expect(text).not.toContain('http');
    expect(rotationMail(approvalNews({ store: null }))).toContain(
      'greenlight rotate approve rot-payments-0a1b2c-1 --nonce 7f3a --reject\n',
    );
  });
});

describe('the other channels', () => {
  it('filter by kind and cluster; what needs somebody is heard by who wants ends too', () => {
    expect(rotationAlert(createNews()).attributes).toEqual({
      kind: ['rotation-finished'],
      accountId: ['111111111111'],
      region: ['eu-west-1'],
      cluster: ['payments'],
    });
    expect(rotationAlert(humanNews()).attributes.kind).toEqual(['needs-human', 'rotation-finished']);
    expect(rotationAlert(approvalNews()).attributes.kind).toEqual(['approval-requested']);
  });

  it('put chat messages into the thread of the cluster, with the commands as next steps', () => {
    const { content, metadata } = rotationChat(approvalNews());
    expect(metadata).toMatchObject({ threadId: clusterArn, eventType: 'approval-requested', additionalContext: { phase: 'approval' } });
    expect(content.nextSteps).toEqual([
      'Approve, or refuse with the same command and --reject; opening a link approves nothing.',
      '`greenlight rotate approve rot-payments-0a1b2c-1 --nonce 7f3a --store s3://findings`',
      '`greenlight rotate approve rot-payments-0a1b2c-1 --nonce 7f3a --store s3://findings --reject`',
    ]);
    expect(content.description).toContain('Console: https://example.com/execution');
  });

  it('escape what Slack would read as a mention or a link', () => {
    const news = humanNews({ cause: 'pod <!channel> & co', blockers: ['<@U1>: stuck'] });
    for (const text of [JSON.stringify(rotationSlack(news)), JSON.stringify(rotationChat(news))]) {
      expect(text).toContain('&lt;!channel&gt; &amp; co');
      expect(text).not.toMatch(/<[!@]/);
    }
    expect(JSON.stringify(rotationSlack(news))).toContain('<https://example.com/report|Report>');
  });

  it('tell the bus of phases and ends alone', () => {
    expect(rotationBusEntry(createNews({ kind: 'phase-changed', outcome: null, phase: 'drain' }))).toMatchObject({
      detailType: 'Rotation Phase Changed',
      resources: [clusterArn],
      detail: { kind: 'rotation-phase-changed', phase: 'drain', outcome: null },
    });
    expect(rotationBusEntry(createNews())).toMatchObject({ detailType: 'Rotation Finished', detail: { outcome: 'succeeded' } });
    expect(rotationBusEntry(approvalNews())).toBeUndefined();
    expect(rotationBusEntry(humanNews())).toBeUndefined();
  });

  it('give the nonce to those alone who are asked', () => {
    expect(rotationEvent(approvalNews()).approval).toEqual({ deadline: '2026-11-22T14:00:00.000Z', nonce: '7f3a' });
    expect(rotationEvent(approvalNews({ kind: 'phase-changed' })).approval).toBeNull();
  });
});

const text = fc.string({ unit: 'binary', maxLength: 4_000, size: 'max' });
const anyNews: fc.Arbitrary<RotationNews> = fc
  .record({
    kind: fc.constantFrom<RotationNews['kind'][]>('finished', 'approval-requested', 'needs-human', 'phase-changed'),
    outcome: fc.option(fc.constantFrom('succeeded', 'refused', 'reverted', 'hold-both-up', 'dirty-finish', 'noop')),
    blue: fc.option(text),
    cause: fc.option(text),
    blockers: fc.array(text, { maxLength: 10 }),
  })
  .map((some) => createNews({ ...some, approval: { deadline: '2026-11-22T14:00:00.000Z', nonce: 'n' } }));

describe('whatever others called things', () => {
  it('the forms keep to the limits of their channels', () => {
    fc.assert(
      fc.property(anyNews, (news) => {
        const { subject, event } = rotationAlert(news);
        expect(subject.length).toBeLessThan(100);
        expect(subject).toMatch(/^[\x20-\x7e]+$/);
        expect(rotationEventSchema.safeParse(event).success).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200_000);
        const { content } = rotationChat(news);
        expect(content.description.length).toBeLessThan(3_000);
        const { blocks } = rotationSlack(news);
        for (const block of blocks) {
          const shown = 'text' in block ? JSON.parse(JSON.stringify(block.text)) : { text: '' };
          expect(shown.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
        }
        expect(rotationMail(news)).not.toMatch(/[^\P{Cc}\n]/u);
      }),
      { numRuns: 40 },
    );
  });
});
