import { describe, expect, it } from 'vitest';
import { jobWorld, pair, smallWorld, statefulWorld } from '../../../simulator/rotation/sample-worlds.ts';
import { expectInvariants } from './invariants.ts';
import { rotationRig } from './rig.ts';

const quick = { poolSoakMinutes: 2, batchSoakMinutes: 0.2 };

describe('a rotation succeeds, and nothing else is otherwise than before', () => {
  it.each([
    ['of a pair', smallWorld],
    ['of a StatefulSet with volumes in two zones', statefulWorld],
    ['past a Job, which it waits for', () => jobWorld(600)],
  ])('%s', async (_, world) => {
    const rig = await rotationRig(world());
    const execution = await rig.rotate({ input: { options: quick } });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { rotationId: 'rot-1', outcome: 'succeeded' } });
    await expectInvariants(rig, 'succeeded');
  });

  it('with green created from blue', async () => {
    const [blue] = pair(4);
    const rig = await rotationRig(smallWorld({ cluster: { groups: blue ? [blue] : [] } }));
    const { pair: _, ...input } = rig.input;
    const execution = await rig.rotate({
      input: { ...input, pair: undefined, blue: { nodegroup: 'workers-a' }, green: { create: {} }, options: quick },
    });
    expect(execution.output).toMatchObject({ outcome: 'succeeded' });
    const { lost, breaches } = rig.world.audit;
    expect([lost, breaches]).toEqual([[], []]);
    const was = rig.before.groups['workers-a'];
    const { 'workers-a': left, ...made } = rig.after().groups;
    expect(left).toMatchObject({ min: 0, desired: 0, instances: 0 });
    expect(Object.values(made)).toMatchObject([
      { min: was?.min, desired: 4, max: was?.max, suspended: was?.suspended, labels: was?.labels },
    ]);
  });

  it('and back again, by its pair', async () => {
    const rig = await rotationRig(smallWorld());
    await rig.rotate({ input: { options: quick } });
    const back = await rig.rotate({ input: { options: quick }, name: 'rot-2' });
    expect(back.output).toMatchObject({ outcome: 'succeeded' });
    const { groups } = rig.after();
    expect(groups['workers-a']).toMatchObject({
      min: rig.before.groups['workers-a']?.min,
      max: rig.before.groups['workers-a']?.max,
      taints: [],
    });
    expect(groups['workers-b']).toMatchObject({ desired: 0, instances: 0 });
  });
});
