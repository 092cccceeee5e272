import { describe, expect, it } from 'vitest';
import { rotationHandlers } from '../../../simulator/rotation/machines.ts';
import type { RotationRig } from './rig.ts';
import { endOf, fewSteps, smallRotation } from './small-rotation.ts';

/** Every task is carried out twice in a row; Step Functions sees one of both answers.
 *  @returns tasks that had answered `done`, and wrote again */
function delivered(rig: RotationRig, counts: 'first' | 'second'): readonly string[] {
  const wroteAgain: string[] = [];
  for (const [name, handler] of Object.entries(rotationHandlers(rig.outside))) {
    rig.handlers[name] = async (event) => {
      const first = await handler(event);
      const before = rig.world.audit.writes().length;
      const second = await handler(event);
      const isDone = JSON.stringify(first).includes('"status":"done"');
      if (isDone && rig.world.audit.writes().length > before) wroteAgain.push(JSON.stringify(event));
      // A start is the one that was answered last: each takes a fence of its own.
      return counts === 'first' && name === 'RotationStepFunction' ? first : second;
    };
  }
  return wroteAgain;
}

describe.each([
  { goesBack: false, outcome: 'succeeded' },
  { goesBack: true, outcome: 'reverted' },
])('a rotation whose every task is delivered twice, $outcome', ({ goesBack, outcome }) => {
  it.each(['first', 'second'] as const)('ends as if it were not, whichever answer counts (the %s)', async (counts) => {
    const once = await smallRotation({ goesBack });
    await once.rotate({ input: { options: fewSteps } });
    const twice = await smallRotation({ goesBack });
    const wroteAgain = delivered(twice, counts);
    await twice.rotate({ input: { options: fewSteps } });
    expect(await endOf(twice)).toEqual(await endOf(once));
    expect(await endOf(twice)).toMatchObject({ outcome, evictedTwice: [], lost: [], breaches: [] });
    expect(wroteAgain).toEqual([]);
  });

  it('is told once, whatever is delivered twice', async () => {
    const rig = await smallRotation({ goesBack });
    delivered(rig, 'second');
    await rig.rotate({ input: { options: fewSteps } });
    const ids = rig.notices.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids.at(-1)).toBe('rot-1/finished');
  });
});
