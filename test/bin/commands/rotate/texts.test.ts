import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLines } from '../../../../bin/commands/rotate/text/changes.ts';
import { listText } from '../../../../bin/commands/rotate/text/list.ts';
import { planText, problemsText } from '../../../../bin/commands/rotate/text/plan.ts';
import { rehearsalText } from '../../../../bin/commands/rotate/text/rehearsal.ts';
import { statusText } from '../../../../bin/commands/rotate/text/status.ts';
import { aboutText, durationText, someOf } from '../../../../bin/commands/rotate/text/words.ts';
import type { RotationPlan } from '../../../../functions/rotation/decide/plan.ts';
import { statusOf } from '../../../../functions/rotation/decide/status.ts';
import type { RotationRecord } from '../../../../functions/rotation/record.ts';
import { createBatch, createDoneBatch } from '../../../rotation/batches-of.ts';
import { createRotationRecord } from '../../../rotation/records.ts';

const plain = { columns: 110, color: false };
const at = (time: string) => `2026-11-21T${time}.000Z`;
const now = new Date(at('12:26:00'));
const blocker = {
  verdict: 'block' as const,
  reason: 'budget',
  pod: 'shop/web-1',
  node: 'ip-10-0-1-1',
  message: 'budget web allows none',
  since: at('12:23:00'),
};
const draining: Partial<RotationRecord> = {
  phase: 'drain',
  phaseStartedAt: { acquire: at('12:00:00'), snapshot: at('12:00:02'), freeze: at('12:01:00'), drain: at('12:10:00') },
  batches: [createDoneBatch(0), createDoneBatch(1), createBatch({ index: 2, evicted: 3, blockers: [blocker] })],
  waitingFor: 'Pod shop/web-1: budget web allows none',
};
const status = (overrides: Partial<RotationRecord> = {}, when = now) => statusOf(createRotationRecord({ ...draining, ...overrides }), when);
const textOf = (overrides: Partial<RotationRecord> = {}) => statusText(status(overrides), plain).join('\n');

describe('words', () => {
  it.each([
    [0, '0 s'],
    [12_400, '12 s'],
    [70_000, '1 min 10 s'],
    [3_600_000, '1 h'],
    [4_800_000, '1 h 20 min'],
    [180_000_000, '2 d 2 h'],
    [-5, '0 s'],
  ])('%i ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('estimates in whole minutes', () => {
    expect(aboutText(59_000)).toBe('less than a minute');
    expect(aboutText(95_000)).toBe('about 2 min');
  });

  it('names some and counts the rest', () => {
    expect(someOf(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
    expect(someOf(['a', 'b'], 2)).toBe('a, b');
  });
});

describe('the text of a status', () => {
  it('shows groups, phases with times, the batch, what is in the way, and the time left', () => {
    expect(textOf()).toBe(`payments  workers-a → workers-b, 4 nodes
rot-payments-1, account 111111111111, eu-west-1, started 2026-11-21 12:00:00 UTC
running, about 1 h 12 min left

  ✓ acquire           12:00:00  2 s
  ✓ snapshot          12:00:02  58 s
  ✓ freeze            12:01:00  9 min
  ▸ drain             12:10:00  16 min       ██████████░░░░░░░░░░ 2 of 4 nodes
  · soak
  · retire-blue
  · finish

Batch 3 of 4 draining: ip-10-0-1-1; 3 pods evicted
Waits: Pod shop/web-1: budget web allows none
In the way
  - Pod shop/web-1 on ip-10-0-1-1, for 3 min: budget web allows none`);
  });

  it('says how an approval is given', () => {
    const approval = { state: 'pending' as const, deadline: at('13:00:00'), nonce: '7f3a', by: null, at: null };
    expect(textOf({ approval })).toContain(
      'Asks for an approval until 2026-11-21 13:00:00 UTC: greenlight rotate approve rot-payments-1 --nonce 7f3a',
    );
  });

  it('says who paused it and how it goes on', () => {
    const text = textOf({ desiredState: 'pause', desiredReason: 'lunch (alice)' });
    expect(text).toContain('\npaused: lunch (alice)\n');
    expect(text).toContain('Go on with: greenlight rotate resume rot-payments-1');
  });

  it('says why it reverts and what a revert could not do', () => {
    const revert = {
      cause: 'shop/web-1 is stuck',
      from: 'drain' as const,
      since: at('12:25:00'),
      starts: 1,
      notBefore: at('12:25:00'),
      left: ['r5-drain-green: shop/db-0'],
    };
    const text = textOf({ revert, phase: 'r0-stop', phaseStartedAt: { ...draining.phaseStartedAt, 'r0-stop': at('12:25:00') } });
    expect(text).toContain('\nreverting, about');
    expect(text).toContain('  ✗ drain');
    expect(text).toContain('Reverts because: shop/web-1 is stuck\nNot done: r5-drain-green: shop/db-0');
  });

  it('says how it ended, and which findings refused it', () => {
    const problem = {
      id: 'pod-blocked',
      rule: 'D8',
      severity: 'block' as const,
      object: 'Pod shop/one',
      message: 'no controller',
      remedy: null,
      waived: false,
    };
    const outcome = { name: 'refused' as const, cause: 'the preflight found 1 block', at: at('12:05:00') };
    const text = textOf({ outcome, batches: [], problems: [problem, { ...problem, object: 'Pod shop/two', waived: true }] });
    expect(text).toContain('refused at 2026-11-21 12:05:00 UTC');
    expect(text).toContain('Refused because of\n  - Pod shop/one: no controller (pod-blocked)');
    expect(text).not.toContain('shop/two');
  });

  it('warns past the point of return', () => {
    expect(textOf({ committed: true })).toContain('past the point of return: the way is forward');
  });

  it('colours nothing but where it may, and obeys no control character of a name', () => {
    const record = createRotationRecord({
      ...draining,
      waitingFor: 'pod \u001b[31mred\u0007',
      blue: { kind: 'managed', name: 'a\u001b[2J' },
    });
    expect(statusText(statusOf(record, now), plain).join('')).not.toMatch(/[^\P{Cc}]/u);
    expect(statusText(status(), { ...plain, color: true }).join('')).toContain('\u001b[');
  });
});

describe('the lines of a watch', () => {
  it('tell everything at the first look, and what is new at the next', () => {
    const first = status();
    expect(changeLines(undefined, first)).toEqual([
      '12:26:00 acquire begins',
      '12:26:00 snapshot begins',
      '12:26:00 freeze begins',
      '12:26:00 drain begins',
      '12:26:00 batch 3 of 4 of blue draining: ip-10-0-1-1',
      '12:26:00 pod shop/web-1 on ip-10-0-1-1: budget web allows none',
      '12:26:00 waits: Pod shop/web-1: budget web allows none',
    ]);
    expect(changeLines(first, status({}, new Date(at('12:27:00'))))).toEqual([]);
    const soaking = createBatch({ index: 2, state: 'soaking' });
    const next = status({ batches: [createDoneBatch(0), createDoneBatch(1), soaking], waitingFor: null });
    expect(changeLines(first, next)).toEqual(['12:26:00 batch 3 of 4 of blue soaking: ip-10-0-1-1']);
    const done = status({ batches: [createDoneBatch(0), createDoneBatch(1), createDoneBatch(2)], waitingFor: null });
    expect(changeLines(next, done)).toEqual(['12:26:00 3 of 4 nodes drained']);
  });

  it.each<[Partial<RotationRecord>, string]>([
    [{ desiredState: 'pause', desiredReason: 'lunch (alice)' }, 'paused: lunch (alice)'],
    [{ desiredState: 'revert', desiredReason: 'bob' }, 'aborted: bob'],
    [{ outcome: { name: 'succeeded', cause: 'green serves', at: at('12:26:00') }, waitingFor: null }, 'succeeded: green serves'],
    [
      { approval: { state: 'pending', deadline: at('13:00:00'), nonce: 'n', by: null, at: null } },
      'asks for an approval until 2026-11-21T13:00:00.000Z: greenlight rotate approve rot-payments-1 --nonce n',
    ],
  ])('say what happened: %j', (overrides, line) => {
    expect(changeLines(status(), status(overrides)).map((one) => one.slice(9))).toEqual([line]);
    expect(changeLines(status(overrides), status(overrides))).toEqual([]);
  });

  it('say that it goes on, and by whom it was approved', () => {
    expect(changeLines(status({ desiredState: 'pause' }), status())).toEqual(['12:26:00 goes on']);
    const approval = { state: 'pending' as const, deadline: at('13:00:00'), nonce: 'n', by: null, at: null };
    const approved = { ...approval, state: 'approved' as const, by: 'alice', at: at('12:25:00') };
    expect(changeLines(status({ approval }), status({ approval: approved }))).toEqual(['12:26:00 approved by alice']);
  });
});

describe('the list', () => {
  it('has a row for each, readable or not', () => {
    const rows = listText(
      [
        { rotationId: 'rot-a', record: createRotationRecord(draining) },
        { rotationId: 'rot-b', problem: 'no record' },
      ],
      now,
      plain,
    );
    expect(rows[0]).toMatch(/^ROTATION +CLUSTER/);
    expect(rows[1]).toMatch(/^rot-a .*running in drain$/);
    expect(rows[2]).toMatch(/^rot-b .*unreadable: no record$/);
  });
});

const span = { min: 40, expected: 80, max: 2_000 };
const plan: RotationPlan = {
  blue: {
    kind: 'managed',
    name: 'workers-a',
    version: '1.34',
    releaseVersion: '1.34.1-20261101',
    min: 2,
    desired: 4,
    max: 8,
    zones: ['eu-west-1a'],
  },
  green: {
    kind: 'managed',
    name: 'a new node group',
    version: '1.34',
    releaseVersion: null,
    min: 0,
    desired: 0,
    max: 8,
    zones: ['eu-west-1a'],
    created: true,
    instanceTypes: ['m5.large'],
  },
  nodes: { size: 4, toLaunch: 4, headroom: 2 },
  batches: [
    {
      nodes: ['ip-10-0-1-1'],
      evictions: [{ tier: 1, owner: null, count: 9, pods: ['shop/a', 'shop/b', 'shop/c', 'shop/d', 'shop/e', 'shop/f', 'shop/g'] }],
    },
    {
      nodes: ['ip-10-0-1-2', 'ip-10-0-1-3'],
      evictions: [{ tier: 2, owner: 'Deployment kube-system/coredns', count: 1, pods: ['kube-system/coredns-1'] }],
    },
  ],
  heldUp: [{ pod: 'shop/db-0', node: 'ip-10-0-1-1', verdict: 'block', reason: 'local-data', message: 'its data is on the node' }],
  heldUpCount: 3,
  quota: { needed: 8, free: 20, limit: 64 },
  addresses: [{ zone: 'eu-west-1a', needed: 120, free: 4_000 }],
  duration: { phases: [{ phase: 'drain', ...span }], total: span },
  changes: ['workers-a is held at 4 nodes'],
  restores: ['tags and annotations of this rotation'],
  shortened: false,
};

describe('the text of a plan', () => {
  it('says what would be done, in which order, how long, and what would be in the way', () => {
    expect(
      planText(plan, plain).join('\n'),
    ).toBe(`Blue   workers-a: managed node group of 1.34.1-20261101, min 2, desired 4, max 8, eu-west-1a
Green  a new node group: made from blue, managed node group of 1.34, min 0, desired 0, max 8, eu-west-1a,
       m5.large

Takes about 1 h 20 min: at best 40 min, and by its deadlines at most 1 d 9 h
  drain 1 h 20 min

Nodes: 4 serve, 4 are launched, up to 2 more where a zone is short
vCPUs: 8 of 20 that the quota of 64 leaves
Addresses that are needed, of those free: eu-west-1a 120 of 4000

2 batches, in this order
  1. ip-10-0-1-1
     - 9 pods many at a time: shop/a, shop/b, shop/c, shop/d, shop/e, shop/f and 3 more
  2. ip-10-0-1-2, ip-10-0-1-3
     - last: 1 pod one after the other, of Deployment kube-system/coredns: kube-system/coredns-1

Pods that would wait or block
  - block: shop/db-0 on ip-10-0-1-1: its data is on the node
  and 2 more

It would change
  - workers-a is held at 4 nodes

And put back at the end
  - tags and annotations of this rotation`);
  });

  it('does without what could not be read', () => {
    const text = planText(
      { ...plan, blue: null, green: null, quota: null, addresses: [], batches: [], heldUp: [], heldUpCount: 0 },
      plain,
    ).join('\n');
    expect(text).toContain('Blue   could not be read');
    expect(text).toContain('vCPUs: the quota is not known');
    expect(text).not.toMatch(/batch|Addresses|would wait/);
  });

  it('lists what blocks before what warns', () => {
    const problem = { id: 'b', rule: '1', severity: 'warn' as const, object: 'Node x', message: 'odd', remedy: null, waived: false };
    expect(problemsText([problem, { ...problem, id: 'a', severity: 'block', remedy: 'remove it', waived: true }], plain)).toEqual([
      'Found by the preflight',
      '  ✗ Node x: odd (a, waived)',
      '      remove it',
      '  ! Node x: odd (b)',
      '',
    ]);
    expect(problemsText([], plain)).toEqual([]);
  });

  it('keeps to the width of the terminal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 160 }), (columns) => {
        const wide = planText({ ...plan, changes: ['word '.repeat(80)] }, { columns, color: false });
        for (const line of wide) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('the text of a rehearsal', () => {
  const event = (time: string, kind: 'phase' | 'pod', message: string) => ({
    at: at(time),
    phase: 'drain' as const,
    kind,
    object: 'workers-a',
    message,
  });
  const result = {
    cluster: { accountId: '111111111111', region: 'eu-west-1', name: 'payments' },
    plan,
    problems: [],
    assumptions: ['images are pulled in 20 s'],
    timeline: [event('12:00:00', 'phase', 'drain begins'), event('12:01:10', 'pod', 'evicted'), event('12:02:00', 'phase', 'soak begins')],
    durationMs: 4_800_000,
    outcome: { name: 'succeeded' as const, cause: 'green serves 4 nodes' },
  };

  it('tells plan, timeline, end, and what was assumed', () => {
    const text = rehearsalText(result, plain).join('\n');
    expect(text).toContain('Rehearsal on a copy of payments (111111111111, eu-west-1): nothing real was touched');
    expect(text).toContain('  +0 s          workers-a: drain begins\n  +2 min        workers-a: soak begins');
    expect(text).not.toContain('evicted');
    expect(text).toContain('succeeded after 1 h 20 min: green serves 4 nodes');
    expect(text).toContain('  - images are pulled in 20 s');
    expect(text).not.toContain('The way back');
  });

  it('tells the way back', () => {
    const revert = { outcome: 'reverted' as const, durationMs: 600_000, steps: [{ phase: 'r2-blue-whole' as const, durationMs: 60_000 }] };
    expect(rehearsalText({ ...result, revert }, plain).join('\n')).toContain(
      'The way back: reverted after 10 min\n  r2-blue-whole      1 min',
    );
  });
});
