import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import { noStamps, type RotationRecord } from '../../../functions/rotation/record.ts';
import { verifyRevert } from '../../../functions/rotation/revert/r9-verify.ts';
import { soakWorld } from '../soak-world.ts';

const revert: NonNullable<RotationRecord['revert']> = {
  cause: 'alarm web is in ALARM',
  from: 'drain',
  since: '2026-11-21T12:00:00.000Z',
  starts: 1,
  notBefore: '2026-11-21T12:00:00.000Z',
  left: [],
};

async function reverted(record: Partial<RotationRecord> = {}) {
  const at = '2026-11-21T12:00:00.000Z';
  const world = await soakWorld({ record: { phase: 'r9-verify', phaseStartedAt: { 'r9-verify': at }, revert, ...record } });
  for (const node of world.objects.get('/api/v1/nodes') ?? []) node.spec = { ...node.spec, unschedulable: false };
  return world;
}

describe('the end of a revert', () => {
  it('is done when everything is as it was', async () => {
    const world = await reverted();
    expect(await verifyRevert(await world.step())).toEqual({ status: 'done', progress: { differences: 0 } });
    const { revert: kept, notes } = await world.stored();
    expect(kept?.left).toEqual([]);
    expect(notes.lastLook).toMatchObject({
      at: '2026-11-21T12:00:00.000Z',
      differences: [],
      blue: { bounds: { min: 1, desired: 2, max: 5 } },
    });
  });

  it('waits for differences to go away, and names them', async () => {
    const world = await reverted();
    const blue = world.groups.get('payments-a');
    if (blue) blue.MinSize = 2;
    expect(await verifyRevert(await world.step())).toMatchObject({
      status: 'wait',
      why: 'not as it was yet: Auto Scaling group payments-a has min 2 instead of 1',
    });
    expect((await world.stored()).revert?.left).toEqual([]);
    if (blue) blue.MinSize = 1;
    expect(await verifyRevert(await world.step())).toMatchObject({ status: 'done' });
  });

  it('leaves what still differs after finishDeadlineMinutes', async () => {
    const world = await reverted();
    world.groups.delete('payments-b');
    world.advance(10 * 60_000 - 1);
    expect(await verifyRevert(await world.step())).toMatchObject({ status: 'wait' });
    world.advance(1);
    expect(await verifyRevert(await world.step())).toEqual({ status: 'done', progress: { differences: 1 } });
    const left = ['Auto Scaling group payments-b is gone'];
    expect(await world.stored()).toMatchObject({ revert: { left }, notes: { lastLook: { differences: left } } });
    await verifyRevert(await world.step());
    expect((await world.stored()).revert?.left).toEqual(left);
    expect(world.events).toContainEqual({ kind: 'problem', object: 'rot-payments-1', message: left[0] });
  });

  it('does not wait where something was left undone before', async () => {
    const world = await reverted({ revert: { ...revert, left: ['r2-blue-whole: blue is short of one node'] } });
    world.groups.delete('payments-b');
    expect(await verifyRevert(await world.step())).toMatchObject({ status: 'done' });
    expect((await world.stored()).revert?.left).toEqual([
      'r2-blue-whole: blue is short of one node',
      'Auto Scaling group payments-b is gone',
    ]);
  });

  it('resumes what we suspended even where something is left undone; what others suspended stays', async () => {
    const stamps = { ...noStamps, suspended: { 'payments-b': ['AZRebalance'] } };
    const world = await reverted({ stamps, revert: { ...revert, left: ['r7-green-back: it keeps its nodes'] } });
    const green = world.groups.get('payments-b');
    if (green) green.SuspendedProcesses = [{ ProcessName: 'AZRebalance' }, { ProcessName: 'HealthCheck' }];
    expect(await verifyRevert(await world.step())).toMatchObject({ status: 'done' });
    expect(green?.SuspendedProcesses).toEqual([{ ProcessName: 'HealthCheck' }]);
    expect((await world.stored()).revert?.left).toEqual(['r7-green-back: it keeps its nodes']);
  });

  it('looks at the replicas that were surged, unless they are settled', async () => {
    const stamps = { ...noStamps, surged: { 'Deployment shop/web': 1 } };
    const world = await reverted({ stamps });
    expect(await verifyRevert(await world.step())).toMatchObject({
      status: 'wait',
      why: expect.stringContaining('has 2 replicas instead of 1'),
    });
    const settled = await reverted({ stamps, notes: { surgesSettled: { 'Deployment shop/web': 'somebody else has changed it' } } });
    expect(await verifyRevert(await settled.step())).toMatchObject({ status: 'done' });
  });

  it('has nothing to compare before the snapshot', async () => {
    const world = await reverted({ snapshot: null });
    expect(await verifyRevert(await world.step())).toMatchObject({ status: 'done' });
  });

  it('does not take a world that cannot be read for one that is as it was', async () => {
    const world = await reverted();
    world.failing.set('/api/v1/nodes', new CollectionError('EndpointUnreachable', 'no answer'));
    await expect(verifyRevert(await world.step())).rejects.toThrow('no answer');
  });
});
