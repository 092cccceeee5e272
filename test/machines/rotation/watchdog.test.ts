import { describe, expect, it } from 'vitest';
import { bandOf } from '../../../functions/rotation/phases.ts';
import { findRotation } from '../../../functions/rotation/record-store.ts';
import { abandonedRotations } from '../../../functions/rotation/sweep.ts';
import { endedBy, type RotationRig } from './rig.ts';
import { endOf, expectUnharmed, fewSteps, smallRotation } from './small-rotation.ts';

const minute = 60_000;
const stopped = async (stopAt: number, goesBack = false) => {
  const rig = await smallRotation({ goesBack });
  const execution = await rig.rotate({ stopAt, input: { options: fewSteps } });
  return { rig, execution };
};

/** How a rotation that was stopped here must end (rotation.md §2 (d), F-72). */
async function expectedOf(rig: RotationRig): Promise<string | undefined> {
  if (!(await findRotation(rig.store, 'rot-1'))) return undefined;
  const { outcome, phase, committed, revert } = await rig.record();
  if (outcome) return outcome.name;
  if (committed && !revert) return 'succeeded';
  const at = revert?.from ?? phase;
  return bandOf(at) === 'Pre' && at !== 'create-green' && at !== 'freeze' ? 'refused' : 'reverted';
}

async function tasksOf(goesBack: boolean): Promise<readonly number[]> {
  const rig = await smallRotation({ goesBack });
  let tasks = 0;
  for (const [name, handler] of Object.entries(rig.handlers)) {
    rig.handlers[name] = (event) => {
      tasks += 1;
      return handler(event);
    };
  }
  const { nested } = await rig.rotate({ input: { options: fewSteps } });
  // Children are tasks of their parent.
  const children = (executions: typeof nested): number => executions.reduce((sum, one) => sum + 1 + children(one.nested), 0);
  return Array.from({ length: tasks + children(nested) }, (_, index) => index + 1);
}

const forward = await tasksOf(false);
const back = await tasksOf(true);

describe('a rotation whose execution is stopped', () => {
  it.each(forward)('at task %i is brought to its end by the rule on executions that ended, and once', async (stopAt) => {
    const { rig, execution } = await stopped(stopAt);
    expect(execution.status).toBe('ABORTED');
    const expected = await expectedOf(rig);
    const watchdog = await rig.revert(endedBy(execution));
    if (expected === undefined) {
      expect(watchdog).toMatchObject({ status: 'SUCCEEDED', output: { why: 'there is no rotation "rot-1"' } });
      return;
    }
    const end = await endOf(rig);
    expect(end).toMatchObject({ outcome: expected, evictedTwice: [], lost: [], breaches: [], finishedNotices: 1 });
    expect(watchdog.status).toBe('SUCCEEDED');
    if (end.outcome !== undefined) await expectUnharmed(rig, end.outcome);
    if (expected !== 'succeeded') expect(end.world.groups).toEqual(rig.before.groups);

    const writes = rig.world.audit.writes().length;
    const again = await rig.revert(endedBy(execution), { name: 'watchdog-2' });
    expect(again).toMatchObject({ status: 'SUCCEEDED', output: { outcome: expected, why: 'it is at its end' } });
    expect(rig.world.audit.writes().length).toBe(writes);
    expect(await endOf(rig)).toEqual(end);
  });

  it.each(forward.filter((nth) => nth % 4 === 2))('at task %i is found by the sweep alone, once its lease has expired', async (stopAt) => {
    const { rig } = await stopped(stopAt);
    const expected = await expectedOf(rig);
    expect(await abandonedRotations(rig.outside)).toEqual([]);
    rig.world.clock.advance(16 * minute);
    const open = (await rig.record()).outcome === null;
    expect(await abandonedRotations(rig.outside)).toEqual(open ? ['rot-1'] : []);
    if (open) await rig.revert({ rotationId: 'rot-1' });
    expect(await endOf(rig)).toMatchObject({ outcome: expected, evictedTwice: [], lost: [], breaches: [], finishedNotices: 1 });
    rig.world.clock.advance(16 * minute);
    expect(await abandonedRotations(rig.outside)).toEqual([]);
  });
});

describe('a revert that is stopped', () => {
  const begins = forward.length > 20 ? 20 : 1;
  it.each(back.filter((nth) => nth > begins))('at task %i of the rotation is resumed, and ends as it would have', async (stopAt) => {
    const { rig, execution } = await stopped(stopAt, true);
    expect(execution.status).toBe('ABORTED');
    // The rule speaks for the nested revert first, and for the rotation after that.
    for (const ended of [...execution.nested.filter(({ status, id }) => status === 'ABORTED' && id.includes('RevertRotation')), execution])
      await rig.revert(endedBy(ended), { name: `after-${ended.id.split(':').at(-1)}` });
    expect(await endOf(rig)).toMatchObject({ outcome: 'reverted', evictedTwice: [], lost: [], breaches: [], finishedNotices: 1 });
    await expectUnharmed(rig, 'reverted');
    expect(rig.after().groups).toEqual(rig.before.groups);
  });

  it('at each of its tasks in turn goes on, and three starts that do not come to an end leave both groups up', async () => {
    const { rig, execution } = await stopped(22);
    let last = execution;
    for (const name of ['one', 'two', 'three']) {
      last = await rig.revert(endedBy(last), { name, stopAt: 4 });
      expect(last.status).toBe('ABORTED');
    }
    await rig.revert(endedBy(last), { name: 'four' });
    const { outcome, finishedNotices, lost, breaches } = await endOf(rig);
    expect({ outcome, finishedNotices, lost, breaches }).toEqual({ outcome: 'hold-both-up', finishedNotices: 1, lost: [], breaches: [] });
    expect(rig.notices.map(({ kind }) => kind)).toContain('needs-human');
    const again = await rig.rotate({ name: 'rot-2' });
    expect(again).toMatchObject({ status: 'FAILED', error: 'RotationRefused' });
    expect(again.cause).toContain('nobody has acknowledged it yet');
  });
});

describe('an execution that ended', () => {
  it('while another one is at the rotation is nobody to go on for', async () => {
    const { rig, execution } = await stopped(22);
    const taken = await rig.revert({ rotationId: 'rot-1' }, { stopAt: 4, name: 'operator' });
    expect(taken.status).toBe('ABORTED');
    const writes = rig.world.audit.writes().length;
    const late = await rig.revert(endedBy(execution), { name: 'late' });
    expect(late).toMatchObject({ status: 'SUCCEEDED', output: { why: 'another execution is at it' } });
    expect(rig.world.audit.writes().length).toBe(writes);
    await rig.revert(endedBy(taken), { name: 'rule' });
    expect(await endOf(rig)).toMatchObject({ outcome: 'reverted' });
  });

  it('of a rotation that never was is no error', async () => {
    const rig = await smallRotation();
    const nothing = await rig.revert({ rotationId: 'rot-9' });
    expect(nothing).toMatchObject({ status: 'SUCCEEDED', output: { why: 'there is no rotation "rot-9"' } });
  });
});
