import { expect } from 'vitest';
import { keysBelow, object } from './deployed.ts';
import type { Execution } from './executions.ts';
import { expectNoMarks, state, torn, whole } from './rotate-witness.ts';
import { reportsOf } from './rotations.ts';
import { availability, samplesSince } from './samples.ts';

/** What must hold before a test of a fault begins: nothing is left of the one before. */
export async function expectQuiet(): Promise<void> {
  await whole();
  expectNoMarks();
  expect(await keysBelow('rotations/open/')).toEqual([]);
}

/** Nothing was out meanwhile, and nothing went down with a node but where a test has killed it.
 *  @param since seconds since 1970 */
export function expectServed(since: number): void {
  expect(torn()).toEqual([]);
  expect(availability(samplesSince(since)).outage).toEqual({});
}

/** Runs something that must leave everything as it was. */
export async function asBefore(work: () => Promise<Execution>): Promise<Execution> {
  const since = Date.now() / 1000;
  const before = await state();
  const execution = await work();
  await whole();
  expect(await state()).toEqual(before);
  expectServed(since);
  return execution;
}

/** How an execution ends whose rotation was reverted. */
export const reverted = (cause: string) => ({ status: 'FAILED', error: 'RotationReverted', cause: expect.stringContaining(cause) });

/** The cause that the report of a rotation gives for its end. */
export async function expectOutcome(rotationId: string, name: string, cause: string): Promise<void> {
  const [json] = await reportsOf(rotationId);
  expect(await object(json)).toMatchObject({ outcome: { name, cause: expect.stringContaining(cause) } });
}
