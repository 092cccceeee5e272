import { expect, it } from 'vitest';
import { inFlightLimit } from '../../../functions/adapters/kubernetes/in-flight.ts';

it('lets two begin, and each other in its turn when one has ended, well or not', async () => {
  const limited = inFlightLimit(2);
  const begun: number[] = [];
  const work = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const results = work.map(({ promise }, index) =>
    limited(() => {
      begun.push(index);
      return promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  work[1]?.reject(new Error('no'));
  await expect(results[1]).rejects.toThrow('no');
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of work) resolve();
  await Promise.allSettled(results);
  expect(begun).toEqual([0, 1, 2, 3]);
});
