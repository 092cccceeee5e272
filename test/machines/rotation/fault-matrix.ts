import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Band, play, type Scenario, type Scenarios, said } from './fault-scenarios/workload-scenario.ts';
import { expectInvariants } from './invariants.ts';

const bands = ['Pre', 'Grow', 'Move', 'Soak', 'Retire', 'Rev'] as const satisfies readonly Band[];
const outcomeSchema = z.enum(['succeeded', 'refused', 'reverted', 'hold-both-up', 'dirty-finish', 'busy', 'prevented']);
type Cell = z.output<typeof outcomeSchema>;
const rowSchema = z.object({ fault: z.string(), what: z.string(), cells: z.partialRecord(z.enum(bands), z.unknown()) });
/** One outcome, or two: of a fault for ever, and for a while. */
const cellSchema = z.union([outcomeSchema.transform((only) => [only]), z.tuple([outcomeSchema, outcomeSchema])]);

const matrix = z.array(rowSchema).parse(JSON.parse(readFileSync(new URL('../fault-matrix.json', import.meta.url), 'utf8')));

/** A fault that cannot happen ends as if there were none; who finds the cluster busy leaves the rotation that is under way alone. */
const ends = (expected: Cell, band: Band) =>
  expected === 'prevented' || expected === 'busy' ? (band === 'Rev' ? 'reverted' : 'succeeded') : expected;
const happyEnds: readonly string[] = ['succeeded', 'reverted'];

async function holds(scenario: Scenario, band: Band, lasts: boolean, expected: Cell): Promise<void> {
  const seen = await play(scenario, band, lasts);
  const { rig, execution, record } = seen;
  const wanted = ends(expected, band);
  expect({
    outcome: record.outcome?.name,
    error: execution.error ?? null,
    said: record.outcome?.name === wanted ? null : said(seen),
  }).toEqual({
    outcome: wanted,
    error: wanted === 'succeeded' ? null : expect.stringMatching(/^Rotation/),
    said: null,
  });
  await expectInvariants(rig, wanted, { foreign: (before) => scenario.foreign?.(before, seen) });
  const isTold = lasts && !(happyEnds.includes(wanted) && (band === 'Rev' || wanted === 'succeeded'));
  if (isTold && scenario.names) expect(said(seen).join('\n')).toMatch(scenario.names);
  await scenario.see?.(seen);
}

/** Plays the scenarios of some rows of the fault matrix (rotation.md §6). A cell without one fails, and a scenario without a cell. */
export function describeFaults(from: string, to: string, scenarios: Scenarios): void {
  const rows = matrix.filter(({ fault }) => fault >= from && fault <= to);
  describe.each(rows)('$fault $what', ({ fault, cells }) => {
    for (const band of bands.filter((one) => cells[one] !== undefined)) {
      const [always, ...once] = cellSchema.parse(cells[band]);
      const given = scenarios[fault]?.[band] ?? [];
      it(`${band} has a scenario`, () => expect(given).not.toEqual([]));
      for (const scenario of given) {
        const about = scenario.about === undefined ? '' : `, ${scenario.about}`;
        it(`${band}: ${always}${about}`, () => holds(scenario, band, true, always));
        for (const then of once) it(`${band}, for a while: ${then}${about}`, () => holds(scenario, band, false, then));
      }
    }
  });

  it('no scenario is left over', () => {
    const told = rows.flatMap(({ fault, cells }) => bands.filter((band) => cells[band] !== undefined).map((band) => `${fault} ${band}`));
    const given = Object.entries(scenarios).flatMap(([fault, byBand]) => Object.keys(byBand).map((band) => `${fault} ${band}`));
    expect(given.filter((one) => !told.includes(one))).toEqual([]);
  });
}
