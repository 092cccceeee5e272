import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readNeedsHuman } from '../../../functions/rotation/needs-human.ts';
import type { Band } from '../../../functions/rotation/phases.ts';
import { failingRevertSteps, orchestratorScenarios, revertFailsAt, type Variant } from './fault-scenarios/orchestrator.ts';
import { endedBy } from './rig.ts';
import { endOf } from './small-rotation.ts';

const outcome = z.string().nullable();
const matrix = z
  .array(z.object({ fault: z.string(), what: z.string(), cells: z.record(z.string(), z.union([outcome, z.array(outcome)])) }))
  .parse(JSON.parse(readFileSync(new URL('../fault-matrix.json', import.meta.url), 'utf8')));
const bands: readonly Band[] = ['Pre', 'Grow', 'Move', 'Soak', 'Retire', 'Rev'];
const rows = matrix.filter(({ fault }) => fault >= 'F-70' && fault <= 'F-89');
/** F-73 and F-74 are in sizes.test.ts, F-83 below. */
const elsewhere = ['F-73', 'F-74', 'F-83'];

const cells = rows
  .filter(({ fault }) => !elsewhere.includes(fault))
  .flatMap(({ fault, what, cells: of }) =>
    bands.flatMap((band) => {
      const cell = of[band];
      if (cell === undefined) return [];
      const variants: readonly Variant[] = ['lasting', 'passing'];
      return (Array.isArray(cell) ? cell : [cell]).map((expected, index) => ({
        ...{ fault, what, band, expected },
        variant: variants[index] ?? 'lasting',
      }));
    }),
  );

describe('the orchestrator itself', () => {
  it('has a scenario for each row of the matrix', () => {
    expect(rows.map(({ fault }) => fault)).toEqual(Array.from({ length: 20 }, (_, index) => `F-${70 + index}`));
    expect([...Object.keys(orchestratorScenarios), ...elsewhere].toSorted()).toEqual(rows.map(({ fault }) => fault));
  });

  it.each(cells)('$fault, $what, in band $band ($variant): $expected', async ({ fault, band, variant, expected }) => {
    const { rig, instead } = (await orchestratorScenarios[fault]?.(band, variant)) ?? {};
    if (!rig) throw new Error(`there is no scenario for ${fault}`);
    const end = await endOf(rig);
    const { lost, breaches, deleted, evictedTwice, finishedNotices } = end;
    expect({ outcome: instead === undefined ? end.outcome : instead, lost, breaches, deleted, evictedTwice }).toEqual({
      ...{ outcome: expected, lost: [], breaches: [], deleted: 0, evictedTwice: [] },
    });
    const record = await rig.record();
    expect(finishedNotices).toBe(record.outcome && rig.trouble.tell === undefined ? 1 : 0);
    if (record.outcome) expect(record.outcome.cause.length).toBeGreaterThan(15);
    if (end.outcome === 'refused' || end.outcome === 'reverted') expect(end.world.groups).toEqual(rig.before.groups);
  });

  it.each(failingRevertSteps)('F-83, what %s of a revert writes is refused: both groups stay up, and somebody must look', async (phase) => {
    const { rig, execution } = await revertFailsAt(phase);
    const { outcome: ended, lost, breaches } = await endOf(rig);
    expect({ outcome: ended, lost, breaches }).toEqual({ outcome: 'hold-both-up', lost: [], breaches: [] });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RotationHoldBothUp' });
    const record = await rig.record();
    expect(record.revert?.left.join('\n')).toContain('AccessDenied');
    expect(await readNeedsHuman(rig.store, record.cluster)).toMatchObject({ rotationId: 'rot-1', acknowledged: null });
    const after = rig.after();
    // In R7 the groups are as they were; whatever is left, neither serves less than before.
    expect(after.groups['workers-a']?.desired).toBeGreaterThanOrEqual(rig.before.groups['workers-a']?.desired ?? 0);
    const open = Object.values(after.clusters).flatMap(({ nodes }) => Object.values(nodes).filter(({ unschedulable }) => !unschedulable));
    expect(open.length).toBeGreaterThanOrEqual(4);
    const again = await rig.revert(endedBy(execution));
    expect(again).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'hold-both-up' } });
  });
});
