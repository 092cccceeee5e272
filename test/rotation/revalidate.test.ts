import { describe, expect, it } from 'vitest';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { revalidate } from '../../functions/rotation/revalidate.ts';
import { blueName, groupSnapshotOf, snapshotOfWorld, soakWorld } from './soak-world.ts';

async function asked(overrides: Partial<RotationRecord> = {}, change: (world: Awaited<ReturnType<typeof soakWorld>>) => void = () => {}) {
  const world = await soakWorld({ record: overrides });
  change(world);
  return { why: await revalidate(await world.step()), world };
}

describe('a rotation that stood still', () => {
  it('goes on where blue is what it was, and says so', async () => {
    const { why, world } = await asked();
    expect(why).toBeUndefined();
    expect(world.events).toMatchObject([
      { kind: 'decision', object: blueName, message: 'it stood still, and blue is what it was: it goes on' },
    ]);
  });

  it('goes on where blue has fewer instances: others may have taken one', async () => {
    const { why } = await asked({}, ({ groups }) => void groups.get(blueName)?.Instances.pop());
    expect(why).toBeUndefined();
  });

  it('does not where blue got another instance, is another release, or is gone', async () => {
    const stranger = { InstanceId: 'i-a9', AvailabilityZone: 'eu-west-1a', LifecycleState: 'InService' };
    const more = await asked({}, ({ groups }) => void groups.get(blueName)?.Instances.push(stranger));
    expect(more.why).toBe(`while it stood still ${blueName} got 1 other instances`);
    const newer = await asked({ snapshot: snapshotOfWorld({ blue: groupSnapshotOf({ releaseVersion: '1.34.1-20260101' }) }) });
    expect(newer.why).toContain(`while it stood still ${blueName} went from 1.34.1-20260101`);
    const gone = await asked({}, ({ groups }) => void groups.delete(blueName));
    expect(gone.why).toBe(`while it stood still ${blueName} was deleted`);
  });

  it.each(['acquire', 'snapshot', 'preflight'] as const)('in %s does not: nothing was changed, and what it saw is old', async (phase) => {
    expect((await asked({ phase })).why).toContain('what it had seen is old: start it again');
  });

  it.each(['create-green', 'freeze', 'scale-green', 'drain', 'approval'] as const)('in %s looks at blue', async (phase) => {
    expect((await asked({ phase }, ({ groups }) => void groups.delete(blueName))).why).toContain('was deleted');
  });

  it('goes on without a look before it has seen anything, and once the way is forward', async () => {
    const gone = ({ groups }: Awaited<ReturnType<typeof soakWorld>>) => void groups.delete(blueName);
    expect((await asked({ phase: 'snapshot', snapshot: null }, gone)).why).toBeUndefined();
    expect((await asked({ phase: 'retire-blue', committed: true }, gone)).why).toBeUndefined();
    expect((await asked({ phase: 'finish' }, gone)).why).toBeUndefined();
  });
});
