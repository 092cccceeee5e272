import { describe, expect, it } from 'vitest';
import { approval } from '../../../functions/rotation/phases/approval.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { updateRecord } from '../../../functions/rotation/record-store.ts';
import { soakWorld } from '../soak-world.ts';

const hour = 60 * 60_000;
const asking = (options = {}, rotation = {}) =>
  soakWorld({ options: { requireApproval: true, ...options }, rotation, record: { phase: 'approval' } });
type World = Awaited<ReturnType<typeof asking>>;

const answer = (world: World, state: 'approved' | 'rejected') =>
  updateRecord(world.store, world.record, world.randomId, (record) => ({
    ...record,
    approval:
      record.approval && ({ ...record.approval, state, by: 'anna', at: world.clock().toISOString() } satisfies RotationRecord['approval']),
  }));

describe('the approval', () => {
  it('is not waited for where nobody wants it', async () => {
    const world = await soakWorld();
    expect(await approval(await world.step())).toMatchObject({ status: 'done' });
    expect((await world.stored()).approval).toBeNull();
  });

  it('is wanted by the rotation or by the configuration', async () => {
    const world = await soakWorld({ rotation: { approval: { required: true } } });
    expect(await approval(await world.step())).toMatchObject({ status: 'wait', hold: true });
  });

  it('is asked for once, with one nonce and one deadline', async () => {
    const world = await asking();
    expect(await approval(await world.step())).toMatchObject({
      status: 'wait',
      hold: true,
      waitSeconds: 60,
      why: 'an approval is waited for until 2026-11-22T12:00:00.000Z',
    });
    const first = (await world.stored()).approval;
    expect(first).toMatchObject({ state: 'pending', deadline: '2026-11-22T12:00:00.000Z', by: null });
    world.advance(hour);
    await approval(await world.step());
    expect((await world.stored()).approval).toEqual(first);
  });

  it('keeps the request of a duplicate that was faster', async () => {
    const world = await asking();
    const [one, two] = [await world.step(), await world.step()];
    await approval(one);
    const first = (await world.stored()).approval;
    await approval(two);
    expect((await world.stored()).approval).toEqual(first);
  });

  it('is done when somebody approves, and fails with who rejects', async () => {
    for (const [state, expected] of [
      ['approved', { status: 'done', progress: { approvedBy: 'anna' } }],
      ['rejected', { status: 'failed', cause: 'anna rejected the approval' }],
    ] as const) {
      const world = await asking();
      await approval(await world.step());
      await answer(world, state);
      expect(await approval(await world.step())).toEqual(expected);
    }
  });

  it('that nobody gives in time reverts, or goes on where the options say so', async () => {
    for (const [onNoAnswer, expected] of [
      ['revert', { status: 'failed', cause: 'nobody answered the approval request until 2026-11-22T12:00:00.000Z' }],
      ['continue', { status: 'done' }],
    ] as const) {
      const world = await asking({ onNoAnswer });
      await approval(await world.step());
      world.advance(24 * hour - 1000);
      expect(await approval(await world.step())).toMatchObject({ status: 'wait', waitSeconds: 1 });
      world.advance(1000);
      expect(await approval(await world.step())).toMatchObject(expected);
    }
  });

  it('looks at the gates while it waits, and does not go on what nobody knows', async () => {
    const world = await asking({ onNoAnswer: 'continue' }, { gates: { alarms: ['web'] } });
    expect(await approval(await world.step())).toMatchObject({ status: 'wait', hold: true });
    await answer(world, 'approved');
    expect(await approval(await world.step())).toMatchObject({ status: 'wait', why: expect.stringContaining('alarm web does not exist') });
    world.alarms.push({ AlarmName: 'web', StateValue: 'ALARM' });
    expect(await approval(await world.step())).toMatchObject({ status: 'failed', cause: 'alarm web is in ALARM' });
  });

  it('without an answer does not go on what nobody knows either', async () => {
    const world = await asking({ onNoAnswer: 'continue' }, { gates: { alarms: ['web'] } });
    await approval(await world.step());
    world.advance(24 * hour);
    expect(await approval(await world.step())).toMatchObject({ status: 'wait' });
  });
});
