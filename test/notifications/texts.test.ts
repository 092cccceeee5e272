import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatMessage } from '../../functions/notifications/chat.ts';
import { alertEvent } from '../../functions/notifications/event.ts';
import { mailSubject, mailText } from '../../functions/notifications/mail.ts';
import type { Told } from '../../functions/notifications/message-parts.ts';
import { alertMessage } from '../../functions/notifications/render.ts';
import { slackMessage } from '../../functions/notifications/slack.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { createReport } from '../report/text/builders.ts';
import { appeared, arnOf, createChange, createRun, itemsOf, milestone, runId, told, verdictChanged } from './builders.ts';

const support = { ...createReport().support, supportType: 'EXTENDED' as const };
const finding = {
  check: 'addon-version-unsupported',
  message: 'vpc-cni v1.12.0 does not support Kubernetes 1.35',
  hop: '1.35',
  remediation: 'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name vpc-cni --addon-version v1.21.1-eksbuild.3',
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html',
};
const changes = [appeared({}, finding), milestone(7), verdictChanged('READY_WITH_WARNINGS', 'NOT_READY')];
const findings = changes.flatMap((change) => (change.finding ? [change.finding] : []));
const run = createRun([{ name: 'payments', verdict: 'NOT_READY', support, findings }], changes);
const items = itemsOf(run);

describe('a mail', () => {
  it('says what changed, where, what it costs, what to do and where the evidence is', () => {
    const message = told(items, { owner: 'team-payments' });
    expect(mailSubject(message)).toBe('[EKS] payments: standard support ends in 7 days (2026-12-02), and 2 more');
    expect(mailText(message)).toBe(`3 changes in the EKS clusters of team-payments, found by the scan of
2026-11-25 05:05 UTC.

1. payments: standard support ends in 7 days (2026-12-02)
   Account shop (111111111111), eu-west-1, Kubernetes 1.34, NOT READY
   From 00:00 UTC of that day extended support is billed: 365 USD a month more
   for this cluster, until it is upgraded.
   To do: Fix the required finding in the report, then upgrade to 1.35:
     aws eks update-cluster-version --region eu-west-1 --name payments \\
       --kubernetes-version 1.35
   Background: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html

2. payments: vpc-cni v1.12.0 does not support Kubernetes 1.35
   Account shop (111111111111), eu-west-1, Kubernetes 1.34, NOT READY
   It stands in the way of Kubernetes 1.35.
   To do:
     aws eks update-addon --region eu-west-1 --cluster-name payments \\
       --addon-name vpc-cni --addon-version v1.21.1-eksbuild.3
   Background: https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html

3. payments: NOT READY for Kubernetes 1.35 (was READY, WITH WARNINGS)
   Account shop (111111111111), eu-west-1, Kubernetes 1.34
   1 required and 0 recommended findings.
   To do: Fix what is required; the report has the command for each finding.

Report: https://example.com/report.html
Evidence, in the bucket of findings:
  runs/${runId}/clusters/111111111111/eu-west-1/payments.json
To accept a finding for a while, add it to suppressions in greenlight.yaml,
with a reason and an expiry date.
`);
  });

  const textOf = (
    change: Parameters<typeof createRun>[1][number],
    cluster: Parameters<typeof createRun>[0][number] = { name: 'payments' },
  ) => mailText(told(itemsOf(createRun([cluster], [change]))));

  it.each([
    [2, 'payments: standard support ends in 2 days (2026-12-02)', 'From 00:00 UTC of that day extended support is billed'],
    [1, 'payments: standard support ends in 1 day (2026-12-02)', 'From 00:00 UTC of that day extended support is billed'],
    [0, 'payments: standard support ended today (2026-12-02)', 'Since 00:00 UTC of that day extended support is billed'],
    [-3, 'payments: standard support ended 3 days ago (2026-12-02)', 'Since 00:00 UTC of that day extended support is billed'],
  ])('counts the days: %i left', (daysLeft, headline, consequence) => {
    const text = textOf(milestone(daysLeft), { name: 'payments', support });
    expect(text).toContain(headline);
    expect(text).toContain(consequence);
  });

  it('speaks of an upgrade by EKS where the policy is STANDARD, and at the end of extended support', () => {
    const standard = textOf(milestone(7), { name: 'payments', support: { ...support, supportType: 'STANDARD' } });
    expect(standard).toContain('EKS may upgrade the control plane by itself');
    expect(standard).not.toContain('USD');
    const extended = textOf(milestone(7, {}, { end: 'extended' }), { name: 'payments', support: { ...support, monthlySurchargeUsd: 365 } });
    expect(extended.replaceAll(/\s+/g, ' ')).toContain(
      'nodes and add-ons stay behind. Until the upgrade, extended support costs 365 USD a month',
    );
  });

  it('says of a stale cluster since when, and why it could not be scanned', () => {
    const stale = createRun([], [createChange({ kind: 'stale', from: '2026-11-22T05:03:11Z' })]);
    const failed = {
      accountId: '111111111111',
      region: 'eu-west-1',
      name: 'payments',
      status: 'failed' as const,
      reason: null,
      unavailable: {},
    };
    const coverage = { ...stale.coverage, clusters: [{ ...failed, code: 'AccessDenied' as const, message: 'not authorized' }] };
    const text = mailText(told(itemsOf({ ...stale, coverage }, { configuration: createConfiguration() })));
    expect(text).toContain('payments: not scanned since 2026-11-22');
    expect(text).toContain('Account shop (111111111111), eu-west-1\n');
    expect(text).toContain('The last attempt failed with AccessDenied: not authorized.');
  });

  it('says why a finding is told again or anew', () => {
    expect(textOf(appeared({ from: 'suppressed' }))).toContain('It was suppressed until now; the suppression no longer holds.');
    expect(textOf(appeared({ kind: 'worsened', from: 'recommended' }))).toContain('This was recommended, and is required now.');
    expect(textOf(appeared({}, { hop: null, remediation: 'Run three replicas' }))).toContain('To do: Run three replicas');
  });

  it('names the new gaps of a run that is incomplete, the first ten of them', () => {
    const failures = Array.from({ length: 12 }, (_, index) => ({ key: String(index), text: `account ${index}: AccessDenied: no` }));
    const message = told(itemsOf(createRun([], []), { newFailures: failures }));
    expect(mailSubject(message)).toBe('[EKS] Scan incomplete: 12 new gaps');
    expect(mailText(message)).toContain('account 9: AccessDenied: no\n  and 2 more, which the report lists');
    expect(mailSubject(told(itemsOf(createRun([], []), { newFailures: failures.slice(0, 1) })))).toBe(
      '[EKS] Scan incomplete: account 0: AccessDenied: no',
    );
  });

  it('says the end of support once, when milestone and finding come together', () => {
    const ending = { check: 'support-ending', message: 'Standard support of Kubernetes 1.34 ends on 2026-12-02' };
    const text = (...list: Parameters<typeof createRun>[1]) => mailText(told(itemsOf(createRun([], list))));
    expect(text(milestone(30), appeared({}, ending))).toBe(text(milestone(30)));
    expect(text(milestone(30, { clusterArn: arnOf('other') }), appeared({}, ending))).toContain(ending.message);
    expect(text(appeared({}, ending))).toContain(ending.message);
  });

  it('spells out 25 items and counts the rest', () => {
    const many = createRun(
      [],
      Array.from({ length: 31 }, (_, index) => appeared({ clusterArn: arnOf(`c-${String(index).padStart(2, '0')}`) })),
    );
    const message = told(itemsOf(many));
    expect(mailSubject(message)).toBe('[EKS] c-00: vpc-cni is wrong, and 30 more');
    expect(mailText(message)).toContain('\n25. c-24: ');
    expect(mailText(message)).not.toContain('c-25');
    expect(mailText(message)).toContain('And 6 more, which the report lists.');
  });

  it('has a subject that keeps its end, however long the beginning becomes in ASCII', () => {
    const long = createRun([], [appeared({}, { message: `Größe → ${'ﬃ'.repeat(90)}` }), verdictChanged('READY', 'NOT_READY')]);
    const subject = mailSubject(told(itemsOf(long)));
    expect(subject).toMatch(/^\[EKS\] payments: Grosse|^\[EKS\] payments: Gro\?e -> (ffi)+f{0,2}\.\.\., and 1 more$/);
    expect(subject).toHaveLength(99);
  });

  it('carries the digest behind the changes, and alone under its own subject', () => {
    const configuration = createConfiguration({ notifications: { digest: { day: 'WED' } } });
    const both = told(itemsOf(createRun([{ name: 'payments', support }], [milestone(7)]), { configuration }));
    expect(mailSubject(both)).toBe('[EKS] payments: standard support ends in 7 days (2026-12-02), and the weekly digest');
    expect(mailText(both)).toMatch(/1 change in your EKS clusters[\s\S]*Weekly digest: 1 cluster[\s\S]*\nFleet\n {2}- 1 cluster/);
    const alone = told(both.items.filter(({ kind }) => kind === 'digest'));
    expect(mailSubject(alone)).toMatch(/^\[EKS\] Weekly digest: 1 cluster/);
    expect(mailText(alone)).toMatch(/^The state of your EKS clusters, as of the scan of 2026-11-25 05:05 UTC\.\n\nFleet\n/);
  });
});

describe('a chat message', () => {
  it('is in the schema of Amazon Q, in the thread of its cluster, with the commands as next steps', () => {
    expect(chatMessage(told(items.slice(0, 1), { owner: 'team-payments' }))).toEqual({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: 'payments: standard support ends in 7 days (2026-12-02)',
        description:
          '1 change in the EKS clusters of team-payments, found by the scan of 2026-11-25 05:05 UTC.\n\n' +
          'account shop (111111111111), eu-west-1, Kubernetes 1.34, NOT READY\n' +
          'From 00:00 UTC of that day extended support is billed: 365 USD a month more for this cluster, until it is upgraded.\n\n' +
          'Report: https://example.com/report.html',
        nextSteps: [
          'payments: Fix the required finding in the report, then upgrade to 1.35: ' +
            '`aws eks update-cluster-version --region eu-west-1 --name payments --kubernetes-version 1.35`',
        ],
        keywords: ['EKS', 'milestone'],
      },
      metadata: {
        threadId: arnOf('payments'),
        summary: 'payments: standard support ends in 7 days (2026-12-02)',
        eventType: 'milestone',
        additionalContext: { runId, owner: 'team-payments', report: 'https://example.com/report.html' },
      },
    });
  });

  it('has a thread of the run when it speaks of several clusters', () => {
    const several = itemsOf(createRun([], [milestone(7), milestone(7, { clusterArn: arnOf('other') })]));
    expect(chatMessage(told(several)).metadata.threadId).toBe(`eks-greenlight/${runId}`);
  });

  it('leaves out whole items when it becomes too long, and counts them', () => {
    const many = itemsOf(
      createRun(
        [],
        Array.from({ length: 30 }, (_, index) => appeared({ clusterArn: arnOf(`cluster-${index}`) })),
      ),
    );
    const { description } = chatMessage(told(many)).content;
    expect(description.length).toBeLessThan(3_000);
    const shown = description.match(/^\*\d+\. /gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(description).toContain(`And ${30 - shown} more, which the report lists.`);
  });
});

describe('a Slack message', () => {
  it('has a header, the items and a link', () => {
    const { text, blocks } = slackMessage(told(items.slice(0, 2)));
    expect(text).toBe('payments: standard support ends in 7 days (2026-12-02), and 1 more');
    expect(blocks).toMatchObject([
      { type: 'header', text: { type: 'plain_text', text } },
      { type: 'context', elements: [{ type: 'mrkdwn', verbatim: true }] },
      { type: 'section', text: { text: expect.stringMatching(/^\*1\. payments: standard support ends/) } },
      { type: 'section', text: { text: expect.stringContaining('```aws eks update-addon --region eu-west-1') } },
      { type: 'section', text: { text: '<https://example.com/report.html|Open the report>' } },
    ]);
  });

  it('shows names as they are: no mention, no link, no way out of the command', () => {
    const change = appeared({}, { message: '<!channel> & <http://x|y>', remediation: 'kubectl ```<!here>```' });
    const nasty = itemsOf(createRun([], [change, milestone(7)]));
    for (const said of [JSON.stringify(slackMessage(told(nasty)).blocks.slice(1)), JSON.stringify(chatMessage(told(nasty)).content)]) {
      expect(said).not.toMatch(/<!|<http:\/\/x/);
      expect(said).toContain('&lt;!channel&gt; &amp; ');
      expect(said.match(/```/g)?.length ?? 0).toBeLessThanOrEqual(4);
    }
  });
});

describe('a sample', () => {
  it('is marked wherever it is read', () => {
    const sample = told(items.slice(0, 1), { simulated: true });
    expect(mailSubject(sample)).toMatch(/^\[TEST\] \[EKS\] payments/);
    expect(mailText(sample)).toMatch(/^This is a test/);
    expect(chatMessage(sample).content).toMatchObject({ title: expect.stringMatching(/^TEST /), keywords: ['EKS', 'TEST', 'milestone'] });
    expect(slackMessage(sample).text).toMatch(/^TEST /);
    expect(alertEvent(sample)).toMatchObject({ simulated: true });
  });
});

describe('whatever the names are', () => {
  const wild = fc.string({ unit: 'binary', maxLength: 3_000, size: 'max' });
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 120 });
  const message = fc
    .array(fc.record({ name, text: wild, remediation: wild, days: fc.integer({ min: -7, max: 400 }) }), {
      minLength: 1,
      maxLength: 40,
      size: 'max',
    })
    .map((list): Told => {
      const wildChanges = list.flatMap(({ name: of, text, remediation, days }, index) => [
        appeared({ clusterArn: arnOf(of), owner: of }, { message: text, remediation, discriminator: String(index), facts: { text } }),
        milestone(days, { clusterArn: arnOf(of) }),
      ]);
      const clusters = list.map(({ name: of, text }) => ({ name: of, tags: { ENVIRONMENT: text } }));
      return told(itemsOf(createRun(clusters, wildChanges)), { owner: list[0]?.name ?? null });
    });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  it('a mail has an ASCII subject of less than 100 characters and no control characters', () => {
    fc.assert(
      fc.property(message, (of) => {
        expect(mailSubject(of)).toMatch(/^\[EKS\] [\x20-\x7e]{1,93}$/);
        expect(mailText(of)).not.toMatch(control);
        expect(mailText(of).isWellFormed()).toBe(true);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('an SNS message stays below 256 KB in all', () => {
    fc.assert(
      fc.property(message, (of) => {
        const { subject, text, event, attributes } = alertMessage(of);
        const body = JSON.stringify({ default: JSON.stringify(event), email: text, sms: subject });
        expect(Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes))).toBeLessThan(256 * 1024);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('Slack gets at most 50 blocks of at most 3,000 characters, a header of at most 150, and nothing cut within an entity', () => {
    fc.assert(
      fc.property(message, (of) => {
        const { blocks } = slackMessage(of);
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of blocks.slice(1)) {
          const texts = JSON.stringify(block).match(/"text":"((?:[^"\\]|\\.)*)"/g) ?? [];
          for (const text of texts) expect(JSON.parse(`{${text}}`).text.length).toBeLessThanOrEqual(3_000);
        }
        expect(blocks[0]).toMatchObject({ text: { text: expect.stringMatching(/^[\s\S]{1,150}$/) } });
        expect(JSON.stringify(blocks.slice(1))).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });
});
