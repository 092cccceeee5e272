import { describe, expect, it } from 'vitest';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { updateRecord } from '../../../functions/rotation/record-store.ts';
import { stop } from '../../../functions/rotation/revert/r0-stop.ts';
import { soakWorld } from '../soak-world.ts';

const given: NonNullable<RotationRecord['revert']> = {
  cause: 'alarm web is in ALARM',
  from: 'drain',
  since: '2026-11-21T11:59:00.000Z',
  starts: 0,
  notBefore: '2026-11-21T11:59:00.000Z',
  left: [],
};

const stopping = (record: Partial<RotationRecord> = {}) => soakWorld({ record: { phase: 'r0-stop', revert: given, ...record } });

/** Another start of the machine: a fence of its own. */
const startAgain = async (world: Awaited<ReturnType<typeof stopping>>) => {
  await updateRecord(world.store, world.record, world.randomId, (record) => ({ ...record, fence: record.fence + 1 }));
  return stop(await world.step());
};

describe('the beginning of a revert', () => {
  it('keeps why it began and from where, and waits for the step that may still be at work', async () => {
    const world = await stopping();
    expect(await stop(await world.step())).toEqual({ status: 'done', progress: { starts: 1 } });
    expect((await world.stored()).revert).toEqual({ ...given, starts: 1, notBefore: '2026-11-21T12:02:10.000Z' });
    expect(world.events).toMatchObject([{ kind: 'decision', message: 'the revert begins in drain, start 1: alarm web is in ALARM' }]);
  });

  it('waits for nobody when the step before is known to have ended', async () => {
    const world = await stopping({ notes: { settled: true } });
    await stop(await world.step());
    expect((await world.stored()).revert?.notBefore).toBe('2026-11-21T12:00:00.000Z');
  });

  it('finds cause and phase in the record where nobody gave them', async () => {
    const world = await stopping({ revert: null, desiredState: 'revert', desiredReason: 'bad images (anna)' });
    await stop(await world.step());
    expect(await world.stored()).toMatchObject({
      revert: { cause: 'an operator asked for the revert: bad images (anna)', from: 'soak', since: '2026-11-21T12:00:00.000Z', starts: 1 },
      desiredState: 'revert',
    });
    const silent = await stopping({ revert: null, waitingFor: 'green has 1 Ready nodes of 2' });
    await stop(await silent.step());
    expect((await silent.stored()).revert?.cause).toBe('the rotation stopped while green has 1 Ready nodes of 2');
  });

  it('counts a start once, however often its step is delivered', async () => {
    const world = await stopping();
    const [one, two] = [await world.step(), await world.step()];
    await stop(one);
    world.advance(60_000);
    await stop(two);
    await stop(await world.step());
    expect((await world.stored()).revert).toMatchObject({ starts: 1, notBefore: '2026-11-21T12:02:10.000Z' });
  });

  it('counts every start, finds out again what is left, and gives up after three', async () => {
    const world = await stopping({ revert: { ...given, left: ['r7-green-back: green is UPDATING'] } });
    await stop(await world.step());
    expect((await world.stored()).revert).toMatchObject({ starts: 1, left: [] });
    await startAgain(world);
    await startAgain(world);
    expect((await world.stored()).revert).toMatchObject({ starts: 3, left: [] });
    await startAgain(world);
    expect((await world.stored()).revert).toMatchObject({
      starts: 4,
      since: given.since,
      left: ['tried three times: 3 starts of the revert did not come to an end'],
    });
  });
});
