import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, raiseNeedsHuman, readNeedsHuman } from '../../../../functions/rotation/needs-human.ts';
import { createRotationRecord } from '../../../rotation/records.ts';
import { ended, openDeployment } from './deployment.ts';

let deployment: Awaited<ReturnType<typeof openDeployment>>;
beforeEach(async () => {
  deployment = await openDeployment();
});
afterEach(() => deployment.close());

const id = 'rot-payments-1';
const { cluster } = createRotationRecord();
const approval = { state: 'pending' as const, deadline: '2999-11-22T12:00:00Z', nonce: '7f3a', by: null, at: null };

describe('rotate pause and resume', () => {
  it('hold it and let it go, with who and why', async () => {
    await deployment.keep({ phase: 'drain' });
    expect(await deployment.rotate('pause', id, '--reason', 'lunch')).toMatchObject({
      code: 0,
      err: [`${id} is held from its next step on. Go on with: greenlight rotate resume ${id}`],
    });
    expect(await deployment.record()).toMatchObject({ desiredState: 'pause', desiredReason: 'lunch (tester)' });
    expect(await deployment.rotate('resume', id, '--by', 'alice')).toMatchObject({
      code: 0,
      err: [`${id} goes on in drain with its next look`],
    });
    expect((await deployment.record())?.notes.operations).toMatchObject([{ by: 'tester' }, { by: 'alice', operation: 'resume' }]);
  });

  it('say what stays as it is past the point of return', async () => {
    await deployment.keep({ phase: 'retire-blue', committed: true });
    expect((await deployment.rotate('pause', id)).err).toEqual([expect.stringContaining('the size of workers-a has been lowered already')]);
  });
});

describe('rotate abort', () => {
  it('says what the revert will do, and how long it should take', async () => {
    await deployment.keep({ phase: 'freeze', phaseStartedAt: { freeze: '2026-11-21T12:00:00.000Z' } });
    const { out, code } = await deployment.rotate('abort', id);
    expect(out).toBe(`${id} reverts from its next step on. The revert will
  1. see that workers-a has its 4 nodes, and replace any that were lost
  2. restore the bounds, processes, tags and annotations of workers-a
This should take about 5 min. Look on with: greenlight rotate watch ${id}
`);
    expect(code).toBe(0);
    expect(await deployment.record()).toMatchObject({ desiredState: 'revert' });
  });

  it('only says it for --dry-run, and refuses likewise', async () => {
    await deployment.keep({ phase: 'freeze' });
    expect((await deployment.rotate('abort', id, '--dry-run')).out).toContain(`A revert of ${id} would`);
    expect(await deployment.record()).toMatchObject({ desiredState: 'continue' });
    await deployment.keep({ rotationId: 'rot-2', committed: true });
    for (const args of [['--dry-run'], []])
      expect(await deployment.rotate('abort', 'rot-2', ...args)).toMatchObject({
        code: 1,
        err: [expect.stringMatching(/^rotation rot-2 does not take abort: the size of workers-a has been lowered already/)],
      });
  });
});

describe('rotate approve', () => {
  it.each([
    [[], 'approved', /^approved: .* takes workers-a to zero nodes/],
    [['--reject'], 'rejected', /^rejected: .* goes back to workers-a/],
  ])('answers the request: %j', async (args, state, sentence) => {
    await deployment.keep({ phase: 'approval', approval });
    expect(await deployment.rotate('approve', id, '--nonce', '7f3a', ...args)).toMatchObject({
      code: 0,
      err: [expect.stringMatching(sentence)],
    });
    expect((await deployment.record())?.approval).toMatchObject({ state, by: 'tester' });
  });

  it('needs the nonce of this request', async () => {
    await deployment.keep({ phase: 'approval', approval });
    expect(await deployment.rotate('approve', id)).toMatchObject({
      code: 1,
      err: [expect.stringContaining("required option '--nonce <nonce>'")],
    });
    expect(await deployment.rotate('approve', id, '--nonce', 'x')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('the nonce is not')],
    });
  });
});

describe('rotate acknowledge', () => {
  const flag = { rotationId: id, outcome: 'hold-both-up' as const, cause: 'stuck', at: '2026-11-21T12:30:00Z' };

  it('frees the cluster, once, with who and why', async () => {
    await deployment.keep(ended('hold-both-up'));
    await raiseNeedsHuman(deployment.store, cluster, flag);
    expect(await deployment.rotate('acknowledge', id, '--reason', 'volume detached')).toMatchObject({
      code: 0,
      err: ['acknowledged by volume detached (tester): payments may be rotated again'],
    });
    expect(await readNeedsHuman(deployment.store, cluster)).toMatchObject({ acknowledged: { by: 'volume detached (tester)' } });
    expect((await deployment.rotate('acknowledge', id, '--reason', 'again')).err).toEqual([
      expect.stringMatching(/^rot-payments-1 was acknowledged by volume detached \(tester\) at .* already$/),
    ]);
  });

  it('refuses without a reason, without a flag, and for another rotation than the flag is of', async () => {
    await deployment.keep(ended('hold-both-up'));
    expect(await deployment.rotate('acknowledge', id)).toMatchObject({ code: 1, err: [expect.stringMatching(/^--reason: say what/)] });
    expect(await deployment.rotate('acknowledge', id, '--reason', 'x')).toMatchObject({
      code: 1,
      err: ['nothing to acknowledge: no rotation of payments has needed anybody'],
    });
    await raiseNeedsHuman(deployment.store, cluster, { ...flag, rotationId: 'rot-other' });
    expect((await deployment.rotate('acknowledge', id, '--reason', 'x')).err).toEqual([
      'the flag of payments is of rotation rot-other, which ended hold-both-up: acknowledge that one',
    ]);
    expect(await acknowledge(deployment.store, cluster, 'bob', new Date())).toMatchObject({ acknowledged: { by: 'bob' } });
  });
});

describe('rotate status', () => {
  it('lists them, and shows one, as text and as JSON', async () => {
    expect(await deployment.rotate('status')).toMatchObject({
      code: 0,
      out: '',
      err: [expect.stringMatching(/^there is no rotation in /)],
    });
    await deployment.keep({ phase: 'drain' });
    await deployment.keep({ rotationId: 'rot-old', ...ended('reverted') });
    const list = await deployment.rotate('status');
    expect(list.out.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^rot-payments-1 .*running in drain$/),
      expect.stringMatching(/^rot-old .*reverted$/),
    ]);
    const short = await deployment.rotate('status', '--limit', '1', '--format', 'json');
    expect(JSON.parse(short.out)).toMatchObject([{ rotationId: id, state: 'running' }]);
    expect((await deployment.rotate('status', '--limit', '1')).err).toEqual(['1 older ones are not shown: --limit 2']);
    expect((await deployment.rotate('status', 'rot-old')).out).toContain('reverted at 2026-11-21 12:30:00 UTC');
    expect(JSON.parse((await deployment.rotate('status', id, '--format', 'json')).out)).toMatchObject({
      rotationId: id,
      phase: 'drain',
      schemaVersion: '1',
    });
  });

  it('says that there is no such rotation, and what a limit is', async () => {
    expect(await deployment.rotate('status', 'rot-x')).toMatchObject({
      code: 1,
      err: ['there is no rotation "rot-x" in the store: "greenlight rotate status" lists them'],
    });
    expect(await deployment.rotate('status', '--limit', '0')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('whole number above 0')],
    });
  });
});

describe('rotate watch', () => {
  it.each([
    ['succeeded', 0],
    ['reverted', 2],
  ] as const)('ends with what has ended: %s', async (name, code) => {
    await deployment.keep(ended(name));
    const ran = await deployment.rotate('watch', id);
    expect(ran.code).toBe(code);
    expect(ran.out).toMatch(new RegExp(`acquire begins\\n.* ${name}: because\\n$`));
  });

  it('says that there is nothing to watch', async () => {
    expect(await deployment.rotate('watch', 'rot-x')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('there is no rotation "rot-x"')],
    });
  });
});
