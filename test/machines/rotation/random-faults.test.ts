import fc from 'fast-check';
import { expect, it } from 'vitest';
import { abandonedRotations } from '../../../functions/rotation/sweep.ts';
import type { FaultEffect, LiveFault } from '../../../simulator/rotation/faults.ts';
import type { Execution } from '../../../simulator/step-functions/run-asl.ts';
import { type Moment, mortal } from './mortal.ts';
import { endedBy, type RotationRig } from './rig.ts';
import { endOf, expectUnharmed, fewSteps, smallRotation } from './small-rotation.ts';

const minute = 60_000;

interface Trouble {
  readonly goesBack: boolean;
  /** What answers of AWS and the API server are like. */
  readonly faults: readonly LiveFault[];
  /** Effects at which the function dies. */
  readonly deaths: readonly { readonly number: number; readonly when: Moment }[];
  /** Tasks at which an execution is stopped: the first one, then that of the watchdog. */
  readonly stops: readonly number[];
}

const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.constantFrom('Throttled', 'Timeout', 'EndpointUnreachable', 'AccessDenied', 'Internal', 'lost-answer'),
  fc.constantFrom({ status: 409 }, { status: 429 }, { status: 500 }, { status: 503 }),
);
const fault: fc.Arbitrary<LiveFault> = fc.record({
  call: fc.constantFrom(
    '*',
    'write:*',
    'eks:*',
    'autoscaling:*',
    'kubernetes:*',
    'kubernetes:evict',
    'kubernetes:patch',
    'eks:UpdateNodegroupConfig',
  ),
  nth: fc.integer({ min: 1, max: 120 }),
  what: effect,
});
const trouble: fc.Arbitrary<Trouble> = fc.record({
  goesBack: fc.boolean(),
  faults: fc.array(fault, { maxLength: 4 }),
  deaths: fc.array(fc.record({ number: fc.integer({ min: 1, max: 300 }), when: fc.constantFrom('before', 'after') }), { maxLength: 3 }),
  stops: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 2 }),
});

/** The rotation, and after it the watchdog for as long as there is something to do: by the rule, and where nobody spoke for it by the sweep. */
async function lived({ goesBack, faults, deaths, stops: [stopAt, ...stops] }: Trouble): Promise<RotationRig> {
  const rig = await smallRotation({ goesBack });
  for (const one of faults) rig.world.faults.add(one);
  mortal(rig, ({ number }) => deaths.find((death) => death.number === number)?.when ?? 'lives');
  const execution = await rig.rotate({ ...(stopAt !== undefined && { stopAt }), input: { options: fewSteps } });
  let ended = endedOf(execution);
  for (const turn of Array.from({ length: 6 }, (_, index) => index)) {
    const stop = stops[turn];
    const started: Execution[] = [];
    for (const one of ended)
      started.push(await rig.revert(endedBy(one), { name: `rule-${turn}-${started.length}`, ...(stop !== undefined && { stopAt: stop }) }));
    ended = started.flatMap(endedOf);
    if (ended.length > 0) continue;
    rig.world.clock.advance(16 * minute);
    const abandoned = await abandonedRotations(rig.outside);
    if (abandoned.length === 0) break;
    for (const rotationId of abandoned) ended = endedOf(await rig.revert({ rotationId }, { name: `sweep-${turn}` }));
  }
  return rig;
}

/** What the rule hears of: those of node-rotation and revert-rotation that did not succeed. */
function endedOf(execution: Execution): Execution[] {
  const nested = execution.nested.filter(({ id }) => id.includes('RevertRotation')).flatMap(endedOf);
  return execution.status === 'SUCCEEDED' ? nested : [...nested, execution];
}

async function expectWell(rig: RotationRig): Promise<void> {
  const keys = await Array.fromAsync(rig.store.list('rotations/'));
  // It was stopped before its first task, or died before it had written its record: there is no rotation.
  if (!keys.some((key) => key.endsWith('/record.json'))) {
    expect(rig.world.audit.writes()).toEqual([]);
    return;
  }
  const end = await endOf(rig);
  const { samples, sizes, cordons } = rig.world.audit;
  const least = samples[0]?.schedulable.cpu ?? 0n;
  expect({
    ended: end.outcome !== undefined,
    lost: end.lost,
    breaches: end.breaches,
    deleted: end.deleted,
    evictedTwice: end.evictedTwice,
    loweredWithPods: sizes.filter(({ evictable }) => evictable.length > 0),
    lessCapacity: samples.filter(({ schedulable }) => (schedulable.cpu ?? 0n) < least),
    markers: await Array.fromAsync(rig.store.list('rotations/open/')),
    told: end.finishedNotices,
  }).toEqual({
    ...{ ended: true, lost: [], breaches: [], deleted: 0, evictedTwice: [], loweredWithPods: [], lessCapacity: [], markers: [], told: 1 },
  });
  const before = rig.before.groups;
  if (end.outcome === 'refused') expect(rig.world.audit.writes()).toEqual([]);
  if (end.outcome === 'reverted') expect(end.world.groups).toEqual(before);
  if (end.outcome === 'succeeded') expect(end.world.groups['workers-a']).toMatchObject({ desired: 0, min: 0, instances: 0 });
  if (end.outcome === 'hold-both-up')
    expect(end.world.groups['workers-a']?.desired).toBeGreaterThanOrEqual(before['workers-a']?.desired ?? 0);
  if (end.outcome !== undefined) await expectUnharmed(rig, end.outcome);
  const record = await rig.record();
  expect(record.outcome?.cause).toMatch(/\S+ \S+ \S+/);
  if (cordons.length === 0 && end.outcome === 'reverted') expect(end.disrupted).toBe(0);
}

/** Each takes about a fifth of a second. The seed is printed where one fails. */
const runs = 200;

it(`a rotation ends, and harms nobody, whatever happens to it at random (${runs} times)`, { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(trouble, async (one) => expectWell(await lived(one))),
    { numRuns: runs, endOnFailure: true },
  );
});

/** What was found once, and is never to come back. */
it('a revert that may not look at blue uncordons it all the same, and leaves green open where it could not', async () => {
  const faults: LiveFault[] = [
    { call: 'autoscaling:*', nth: 17, what: { status: 429 } },
    { call: '*', nth: 26, what: 'Internal' },
    { call: 'eks:*', nth: 82, what: 'AccessDenied' },
  ];
  await expectWell(await lived({ goesBack: true, faults, deaths: [{ number: 37, when: 'before' }], stops: [29] }));
});
