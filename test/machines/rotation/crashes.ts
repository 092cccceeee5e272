import { expect } from 'vitest';
import { type Effect, type Fate, type Moment, mortal } from './mortal.ts';
import { endOf, expectUnharmed, fewSteps, smallRotation } from './small-rotation.ts';

/** A rotation of the small world, forward or back, and what it does to the outside. */
export async function crashMatrix({ goesBack }: { readonly goesBack: boolean }) {
  const run = async (fate: Fate) => {
    const rig = await smallRotation({ goesBack });
    const effects = mortal(rig, fate);
    await rig.rotate({ input: { options: fewSteps } });
    return { rig, end: await endOf(rig), effects };
  };
  const plain = await run(() => 'lives');
  const { effects } = plain;

  return {
    plain: plain.end,
    effects,
    /** Effects of the world, and of the store the first of each kind. What stands before an effect stands after the one before it: of the
     *  writes of the store a death after each is enough. */
    points: Map.groupBy(
      effects.flatMap((effect): { effect: Effect; when: Moment }[] => {
        if (effect.where === 'world')
          return [
            { effect, when: 'before' },
            { effect, when: 'after' },
          ];
        return effects.find(({ name }) => name === effect.name) === effect ? [{ effect, when: 'after' }] : [];
      }),
      ({ effect }) => effect.name.split(':')[0] ?? '',
    ),
    /** One death, at this effect. */
    async dies({ effect, when }: { readonly effect: Effect; readonly when: Moment }): Promise<void> {
      let happened = false;
      const { rig, end } = await run(({ number, name }) => {
        if (happened || number !== effect.number) return 'lives';
        expect(name).toBe(effect.name);
        happened = true;
        return when;
      });
      expect({ at: `${when} ${effect.name}`, happened, ...end }).toEqual({ at: `${when} ${effect.name}`, happened: true, ...plain.end });
      await expectUnharmed(rig, goesBack ? 'reverted' : 'succeeded');
    },
    /** A death at every so-manieth effect. */
    async diesOften(every: number, from: number, when: Moment): Promise<void> {
      let deaths = 0;
      const { rig, end } = await run(({ number }) => {
        if (number % every !== from) return 'lives';
        deaths += 1;
        return when;
      });
      expect({ every, from, when, ...end }).toEqual({ every, from, when, ...plain.end });
      await expectUnharmed(rig, goesBack ? 'reverted' : 'succeeded');
      expect(deaths).toBeGreaterThan(effects.length / every / 2);
    },
  };
}
