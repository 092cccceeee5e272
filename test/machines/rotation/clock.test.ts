import { describe, expect, it } from 'vitest';
import { rotationHandlers } from '../../../simulator/rotation/machines.ts';
import { clusterOf, groupOf } from '../../../simulator/rotation/world.ts';
import { mortal } from './mortal.ts';
import { endedBy } from './rig.ts';
import { beforeTask, beforeTasks, endOf, expectUnharmed, fewSteps, smallRotation, type Task } from './small-rotation.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const jumps = [
  ['twenty minutes', 20 * minute],
  ['five hours', 5 * hour],
  ['nine days', 9 * day],
] as const;

type At = Partial<Task> & Pick<Task, 'phase'>;
const forward: readonly At[] = [
  { phase: 'create-green' },
  { phase: 'freeze' },
  { phase: 'freeze', nth: 2 },
  { phase: 'scale-green' },
  { phase: 'scale-green', nth: 3 },
  { phase: 'validate-green' },
  { phase: 'validate-green', nth: 2 },
  { phase: 'cordon-blue' },
  { phase: 'cordon-blue', nth: 2 },
  { phase: 'drain' },
  { phase: 'drain', part: 'drain-nodes', nth: 2 },
  { phase: 'drain', part: 'drain-nodes', nth: 4 },
  { phase: 'drain', part: 'settle-batch' },
  { phase: 'drain', part: 'soak-batch' },
  { phase: 'drain', nth: 2 },
  { phase: 'soak' },
  { phase: 'approval' },
  { phase: 'retire-blue' },
  { phase: 'retire-blue', nth: 2 },
  { phase: 'finish' },
  { phase: 'finish', nth: 2 },
];
const back: readonly At[] = [
  { phase: 'r0-stop' },
  { phase: 'r1-uncordon-blue' },
  { phase: 'r2-blue-whole' },
  { phase: 'r3-cordon-green' },
  { phase: 'r4-replicas' },
  { phase: 'r5-drain-green' },
  { phase: 'r5-drain-green', part: 'drain-nodes', nth: 2 },
  { phase: 'r5-drain-green', part: 'settle-batch' },
  { phase: 'r6-baseline' },
  { phase: 'r7-green-back', nth: 2 },
  { phase: 'r8-restore-blue' },
  { phase: 'r9-verify' },
];
const where = ({ phase, part = 'plan-batch', nth = 1 }: At): string => `${phase} ${part} ${nth}`;

describe.each(jumps)('an execution that stands still for %s', (_, jump) => {
  it.each(['snapshot', 'preflight'] as const)('before anything is changed is refused, once it has seen something (%s)', async (phase) => {
    const rig = await smallRotation();
    const jumped = beforeTask(rig, { phase }, () => rig.world.clock.advance(jump));
    await rig.rotate({ input: { options: fewSteps } });
    expect(jumped()).toBe(true);
    const { outcome, disrupted, world } = await endOf(rig);
    expect({ outcome, disrupted }).toEqual(
      phase === 'snapshot' ? { outcome: 'succeeded', disrupted: 12 } : { outcome: 'refused', disrupted: 0 },
    );
    if (phase === 'preflight') expect(world.groups).toEqual(rig.before.groups);
  });

  it.each(forward.map((at) => [where(at), at] as const))('before %s goes on, where blue is what it was', async (_at, at) => {
    const rig = await smallRotation();
    const jumped = beforeTask(rig, at, () => rig.world.clock.advance(jump));
    await rig.rotate({ input: { options: fewSteps } });
    expect(jumped()).toBe(true);
    expect(await endOf(rig)).toMatchObject({ outcome: 'succeeded', disrupted: 12, evictedTwice: [], lost: [], breaches: [] });
    await expectUnharmed(rig, 'succeeded');
  });

  it.each(back.map((at) => [where(at), at] as const))('before %s of a revert goes on', async (_at, at) => {
    const rig = await smallRotation({ goesBack: true });
    const jumped = beforeTask(rig, at, () => rig.world.clock.advance(jump));
    await rig.rotate({ input: { options: fewSteps } });
    expect(jumped()).toBe(true);
    expect(await endOf(rig)).toMatchObject({ outcome: 'reverted', evictedTwice: [], lost: [], breaches: [] });
    await expectUnharmed(rig, 'reverted');
  });
});

describe('an execution that stands still while blue becomes another', () => {
  it.each(forward.filter(({ phase }) => !['retire-blue', 'finish', 'approval'].includes(phase)).map((at) => [where(at), at] as const))(
    'before %s goes back',
    async (_at, at) => {
      const rig = await smallRotation();
      beforeTask(rig, at, () => {
        const nodegroup = clusterOf(rig.world, 'payments').nodegroups.get('workers-a');
        rig.world.clock.advance(day);
        if (nodegroup) Object.assign(nodegroup, { releaseVersion: '1.34.9-20270101' });
      });
      await rig.rotate({ input: { options: fewSteps } });
      const record = await rig.record();
      expect(record.outcome).toMatchObject({ name: 'reverted' });
      expect(record.outcome?.cause).toContain('while it stood still workers-a went from');
      const [before, after] = [rig.before.groups, rig.after().groups].map(({ 'workers-a': { ...blue } = { min: 0 }, ...groups }) => ({
        ...groups,
        blue,
      }));
      expect(after).toEqual(before);
      expect(groupOf(rig.world, 'workers-b').instances.size).toBe(0);
    },
  );
});

describe('clocks that differ', () => {
  it.each([false, true])(
    'from function to function by minutes, forwards and backwards, change nothing (goes back: %s)',
    async (goesBack) => {
      const rig = await smallRotation({ goesBack });
      let skew = 0;
      let tasks = 0;
      Object.assign(rig.handlers, rotationHandlers({ ...rig.outside, clock: () => new Date(rig.world.clock.now() + skew) }));
      beforeTasks(rig, () => {
        tasks += 1;
        skew = [0, -2 * minute, minute, -1 * minute][tasks % 4] ?? 0;
      });
      await rig.rotate({ input: { options: fewSteps } });
      expect(await endOf(rig)).toMatchObject({
        outcome: goesBack ? 'reverted' : 'succeeded',
        evictedTwice: [],
        lost: [],
        breaches: [],
      });
    },
  );
});

describe('a function that stands still in the middle of a step', () => {
  it('for longer than its lease writes nothing more, and the watchdog goes on', async () => {
    const plain = await smallRotation();
    const effects = mortal(plain, () => 'lives');
    await plain.rotate({ input: { options: fewSteps } });
    // Between what is written down and what is then done.
    const firsts = effects.filter(
      ({ where: place, name }, index) => place === 'store' && name.includes('record.json') && effects[index + 1]?.where === 'world',
    );
    expect(firsts.length).toBeGreaterThan(4);
    for (const { number, name } of firsts) {
      const rig = await smallRotation();
      let writes = 0;
      mortal(rig, (effect) => {
        if (effect.number === number) {
          rig.world.clock.advance(16 * minute);
          writes = rig.world.audit.writes().length;
        }
        return 'lives';
      });
      const execution = await rig.rotate({ input: { options: fewSteps } });
      const late = rig.world.audit.writes().length - writes;
      // What a child has lost, the parent finds out and goes back.
      if (execution.error === 'LeaseLost') expect({ name, late }).toEqual({ name, late: 0 });
      else expect(name).toContain('drain-nodes');
      await rig.revert(endedBy(execution));
      const { outcome, lost, breaches, evictedTwice } = await endOf(rig);
      expect({ name, lost, breaches, evictedTwice }).toEqual({ name, lost: [], breaches: [], evictedTwice: [] });
      expect(['reverted', 'succeeded']).toContain(outcome);
    }
  });
});
