import { describe, expect, it } from 'vitest';
import { batchHold, startHold } from '../../functions/rotation/holds.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { createRecord } from '../../functions/rotation/record-store.ts';
import { keys } from '../../functions/store/layout.ts';
import { createRotationRecord } from './records.ts';
import { snapshotOfWorld, soakWorld } from './soak-world.ts';

const closed = { windows: [{ start: '01:00', end: '02:00', timezone: 'Europe/Berlin' }] };
const reverting: RotationRecord['revert'] = {
  cause: 'alarm web-errors is in ALARM',
  from: 'drain',
  since: '2026-11-21T12:00:00.000Z',
  starts: 1,
  notBefore: '2026-11-21T12:00:00.000Z',
  left: [],
};

const starting = (rotation = {}, record: Partial<RotationRecord> = {}) =>
  soakWorld({ rotation, record: { snapshot: null, phase: 'snapshot', ...record } });

/** Another rotation, with its marker. */
async function addOther(world: Awaited<ReturnType<typeof soakWorld>>, rotationId: string, overrides: Partial<RotationRecord> = {}) {
  const other = createRotationRecord({ rotationId, startedAt: '2026-11-21T11:00:00.000Z', ...overrides });
  await createRecord(world.store, other);
  const { accountId, region, name } = other.cluster;
  await world.store.put(keys.openRotation(rotationId), JSON.stringify({ rotationId, accountId, region, name, startedAt: other.startedAt }));
}

describe('the start of a rotation', () => {
  it('is held while no maintenance window is open', async () => {
    expect(await startHold(await (await starting(closed)).step())).toBe(
      'no maintenance window is open: every day 01:00 to 02:00 Europe/Berlin',
    );
    expect(await startHold(await (await starting()).step())).toBeUndefined();
  });

  it('is held while as many others run as may', async () => {
    const world = await starting({ maxConcurrent: 1 });
    await addOther(world, 'rot-orders-1');
    expect(await startHold(await world.step())).toContain('rot-orders-1');
  });

  it('is not held by its own marker, by rotations at their end, by dry runs, or by a marker without a record', async () => {
    const world = await starting({ maxConcurrent: 1 });
    await addOther(world, 'rot-ended', { outcome: { name: 'succeeded', cause: 'done', at: '2026-11-21T11:30:00.000Z' } });
    await addOther(world, 'rot-dry', { dryRun: true });
    const marker = { rotationId: 'rot-gone', accountId: '1', region: 'r', name: 'n', startedAt: '2026-11-21T10:00:00.000Z' };
    await world.store.put(keys.openRotation('rot-gone'), JSON.stringify(marker));
    await world.store.put(keys.openRotation('rot-payments-1'), JSON.stringify({ ...marker, rotationId: 'rot-payments-1' }));
    expect(await startHold(await world.step())).toBeUndefined();
  });

  it('is not held for a later one that waits, but for one that is at work', async () => {
    const world = await starting({ maxConcurrent: 1 });
    await addOther(world, 'rot-waits', { startedAt: '2026-11-21T12:30:00.000Z' });
    expect(await startHold(await world.step())).toBeUndefined();
    await addOther(world, 'rot-works', { startedAt: '2026-11-21T12:30:00.000Z', snapshot: snapshotOfWorld() });
    expect(await startHold(await world.step())).toContain('rot-works');
  });

  it('fails on a marker that says nothing: it is not known to be free', async () => {
    const world = await starting();
    await world.store.put(keys.openRotation('rot-broken'), 'no JSON');
    await expect(startHold(await world.step())).rejects.toThrow(/rotations\/open\/rot-broken answered in an unexpected shape/);
  });

  it('is never held for a dry run, nor again for one that has begun', async () => {
    expect(await startHold(await (await starting(closed, { dryRun: true })).step())).toBeUndefined();
    expect(await startHold(await (await soakWorld({ rotation: closed })).step())).toBeUndefined();
  });
});

describe('the next batch', () => {
  it('is held by a closed window and by the stop switch', async () => {
    expect(await batchHold(await (await soakWorld({ rotation: closed })).step())).toContain('no maintenance window is open');
    expect(await batchHold(await (await soakWorld({ rotation: { freeze: true } })).step())).toBe(
      'rotation.freeze is set in the configuration',
    );
    expect(await batchHold(await (await soakWorld()).step())).toBeUndefined();
  });

  it('of a revert is held by nothing', async () => {
    const world = await soakWorld({ rotation: { ...closed, freeze: true }, record: { revert: reverting } });
    expect(await batchHold(await world.step())).toBeUndefined();
  });
});
