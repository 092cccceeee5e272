import { describe, expect, it } from 'vitest';
import { readLease, takeLease } from '../../../functions/rotation/lease.ts';
import { rotationHandlers, rotationMachines, simulatedOutside } from '../../../simulator/rotation/machines.ts';
import { mortal } from './mortal.ts';
import type { RotationRig } from './rig.ts';
import { endOf, fewSteps, smallRotation } from './small-rotation.ts';

const cluster = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };

/** Another start of a machine, that then does nothing. */
async function anotherStart({ store, outside }: RotationRig): Promise<number> {
  let ids = 0;
  const randomId = () => {
    ids += 1;
    return `other-${ids}`;
  };
  const lease = await takeLease({ store, cluster, clock: outside.clock, randomId }, 'rot-1', 'arn:aws:states:eu-west-1:9:execution:other');
  return lease?.fence ?? 0;
}

const takesOver = 'TakeOverFunction: putIfUnchanged lease.json 1';

async function effectsOf(goesBack: boolean) {
  const rig = await smallRotation({ goesBack });
  const effects = mortal(rig, () => 'lives');
  await rig.rotate({ input: { options: fewSteps } });
  return effects;
}

describe.each([{ goesBack: false }, { goesBack: true }])('a rotation that loses its lease (goes back: $goesBack)', async ({ goesBack }) => {
  const effects = await effectsOf(goesBack);
  // Before the first lease there is none to lose; who takes one, later, wins; and what is at its end is nobody's any more.
  const ends = effects.findIndex(({ name }) => name.includes('tell finished'));
  const moments = effects.slice(0, ends).filter(({ name }) => !name.startsWith('StartRotation') && name !== takesOver);

  it.each([...Map.groupBy(moments, ({ name }) => name.split(':')[0] ?? '')])(
    'in %s writes nothing more, whenever',
    { timeout: 120_000 },
    async (_, group) => {
      const firstOfItsKind = group.filter(
        (effect, index) => effect.where === 'world' || group.findIndex(({ name }) => name === effect.name) === index,
      );
      for (const { number, name } of firstOfItsKind) {
        const rig = await smallRotation({ goesBack });
        let fence = 0;
        let after: readonly string[] = [];
        const seen = mortal(rig, async (effect): Promise<'lives'> => {
          if (effect.number === number) {
            fence = await anotherStart(rig);
            after = rig.world.audit.writes().map(({ call }) => call);
          }
          return 'lives';
        });
        const execution = await rig.rotate({ input: { options: fewSteps } });
        // The one that was let through already cannot be called back.
        const late = rig.world.audit.writes().slice(after.length + (seen[number - 1]?.where === 'world' ? 1 : 0));
        expect({ name, late: late.map(({ call, target }) => `${call} ${target}`) }).toEqual({ name, late: [] });
        expect({ name, lease: await readLease({ store: rig.store, cluster }) }).toMatchObject({ name, lease: { owner: 'rot-1', fence } });
        expect({ name, status: execution.status }).toEqual({ name, status: 'FAILED' });
      }
    },
  );
});

describe('a rotation that is taken over between two of its tasks', () => {
  /** The revert is run whole, by somebody else, before the nth task of the rotation. */
  async function takenOver(nth: number) {
    const rig = await smallRotation();
    const other = rotationHandlers(simulatedOutside(rig.world, { store: rig.store, principal: 'watchdog' }));
    const machines = rotationMachines(rig.world, rig.store, other);
    const step = rig.handlers.RotationStepFunction;
    let tasks = 0;
    let before = 0;
    rig.handlers.RotationStepFunction = async (event) => {
      tasks += 1;
      if (tasks === nth) {
        await machines.revert({ name: 'other', input: { rotationId: 'rot-1' } });
        before = rig.world.audit.writes('rotation').length;
      }
      return step?.(event);
    };
    const execution = await rig.rotate({ input: { options: fewSteps } });
    return { rig, execution, tasks, late: rig.world.audit.writes('rotation').slice(before) };
  }

  it.each([1, 2, 3, 4, 5, 7, 10, 13, 15, 18, 20, 22, 25, 28, 30, 32])('writes nothing more, before task %i', async (nth) => {
    const { rig, execution, tasks, late } = await takenOver(nth);
    expect(tasks).toBeGreaterThanOrEqual(nth);
    expect(late).toEqual([]);
    const { outcome, world, lost } = await endOf(rig);
    expect(outcome).toBe(nth <= 3 ? 'refused' : 'reverted');
    expect(world.groups).toEqual(rig.before.groups);
    expect(lost).toEqual([]);
    expect(execution.status).toBe('FAILED');
  });
});
