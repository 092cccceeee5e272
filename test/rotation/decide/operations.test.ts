import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operation, refusalOf } from '../../../functions/rotation/decide/operations.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { createRotationRecord } from '../records.ts';

const now = new Date('2026-11-21T13:00:00Z');
const revert = {
  cause: 'pod shop/web-1 is stuck',
  from: 'drain' as const,
  since: now.toISOString(),
  starts: 1,
  notBefore: now.toISOString(),
  left: [],
};
const approval = { state: 'pending' as const, deadline: '2026-11-22T12:00:00Z', nonce: '7f3a', by: null, at: null };
const outcome = { name: 'succeeded' as const, cause: 'green serves 4 nodes', at: '2026-11-21T12:30:00Z' };

const refusal = (operation: Operation, overrides: Partial<RotationRecord>, nonce?: string) =>
  refusalOf(createRotationRecord({ phase: 'drain', ...overrides }), operation, now, nonce);

describe('what a rotation takes', () => {
  it('is pause and abort under way, resume while it is paused, and the right answer to an approval', () => {
    expect(refusal('pause', {})).toBeUndefined();
    expect(refusal('abort', {})).toBeUndefined();
    expect(refusal('abort', { desiredState: 'pause' })).toBeUndefined();
    expect(refusal('resume', { desiredState: 'pause' })).toBeUndefined();
    expect(refusal('approve', { approval }, '7f3a')).toBeUndefined();
    expect(refusal('reject', { approval }, '7f3a')).toBeUndefined();
    expect(refusal('pause', { committed: true, phase: 'retire-blue' })).toBeUndefined();
  });

  it.each<[string, Operation, Partial<RotationRecord>, RegExp]>([
    ['pause, which it is already', 'pause', { desiredState: 'pause', desiredReason: 'lunch (alice)' }, /paused already: lunch \(alice\)$/],
    ['pause of a revert', 'pause', { revert }, /a revert is not held up/],
    ['pause after an abort', 'pause', { desiredState: 'revert' }, /was aborted/],
    ['resume of what runs', 'resume', {}, /not paused; a maintenance window or rotation\.freeze/],
    ['resume after an abort', 'resume', { desiredState: 'revert' }, /was aborted/],
    ['resume of a revert', 'resume', { revert, desiredState: 'pause' }, /nothing brings it forward again/],
    ['abort of a revert', 'abort', { revert }, /is reverting already: pod shop\/web-1 is stuck/],
    ['abort twice', 'abort', { desiredState: 'revert', desiredReason: 'images (bob)' }, /aborted already: images \(bob\)/],
    ['approve without a request', 'approve', {}, /asks for no approval now: it is in drain/],
    ['approve in a revert', 'approve', { approval, revert }, /nothing left to approve/],
    [
      'approve what was rejected',
      'approve',
      { approval: { ...approval, state: 'rejected', by: 'bob', at: 'then' } },
      /rejected already by bob at then/,
    ],
    [
      'approve with the nonce of an earlier request',
      'approve',
      { approval: { ...approval, nonce: 'other' } },
      /nonce is not that of the request/,
    ],
    [
      'approve after the deadline',
      'approve',
      { approval: { ...approval, deadline: '2026-11-21T13:00:00Z' } },
      /deadline passed at .*onNoAnswer/,
    ],
    ['anything at its end', 'pause', { outcome }, /^it has ended succeeded at 2026-11-21T12:30:00Z: green serves 4 nodes$/],
  ])('is not %s', (_, operation, overrides, sentence) => {
    expect(refusal(operation, overrides, '7f3a')).toMatch(sentence);
  });

  it('is no abort after the commit point: it says what happens instead, and the command for the way back', () => {
    const back =
      'greenlight rotate start --account 111111111111 --region eu-west-1 --cluster payments --nodegroup workers-b --green workers-a';
    expect(refusal('abort', { committed: true, phase: 'retire-blue' })).toBe(
      `the size of workers-a has been lowered already, so the way is forward: it finishes by itself; when it has ended, to go back, rotate in the other direction: ${back}`,
    );
    expect(refusal('abort', { outcome })).toContain(back);
    const asg = { kind: 'autoScaling' as const, name: 'asg-b' };
    expect(refusal('abort', { committed: true, green: asg })).toContain('--asg asg-b --green workers-a');
  });

  it('goes forward after the commit point, although a stopped execution left a cause to revert', () => {
    expect(refusal('abort', { committed: true, phase: 'finish', revert })).toMatch(/way is forward/);
    expect(refusal('abort', { committed: true, phase: 'finish', revert, notes: { rotateBack: true } })).toMatch(/reverting already/);
  });

  it('is nothing at all once it has ended', () => {
    const operations = fc.constantFrom<Operation[]>('pause', 'resume', 'abort', 'approve', 'reject');
    fc.assert(
      fc.property(operations, fc.constantFrom('continue', 'pause', 'revert'), fc.boolean(), (operation, desiredState, committed) => {
        expect(refusal(operation, { outcome, desiredState, committed, approval }, '7f3a')).toMatch(/has ended/);
      }),
    );
  });
});
