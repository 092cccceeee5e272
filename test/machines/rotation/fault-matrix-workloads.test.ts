import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { evictions } from './fault-scenarios/evictions.ts';
import { loadBalancing } from './fault-scenarios/load-balancing.ts';
import { type Band, play, type Scenario, type Scenarios, said } from './fault-scenarios/workload-scenario.ts';

import { expectInvariants } from './invariants.ts';

const bands = ['Pre', 'Grow', 'Move', 'Soak', 'Retire', 'Rev'] as const satisfies readonly Band[];
const outcome = z.enum(['succeeded', 'refused', 'reverted', 'hold-both-up', 'dirty-finish', 'prevented']);
const rowSchema = z.object({
  fault: z.string(),
  what: z.string(),
  cells: z.partialRecord(z.enum(bands), z.unknown()),
});
/** One outcome, or two: of a fault for ever, and for a while. */
const cellSchema = z.union([outcome.transform((only) => [only]), z.tuple([outcome, outcome])]);

const matrix = z.array(rowSchema).parse(JSON.parse(readFileSync(new URL('../fault-matrix.json', import.meta.url), 'utf8')));
const rows = matrix.filter(({ fault }) => fault >= 'F-40' && fault <= 'F-69');
const scenarios: Scenarios = { ...evictions, ...loadBalancing };

/** A fault that cannot happen ends as if there were none. */
const ends = (expected: z.output<typeof outcome>, band: Band) =>
  expected === 'prevented' ? (band === 'Rev' ? 'reverted' : 'succeeded') : expected;
const happyEnds: readonly string[] = ['succeeded', 'reverted'];

async function holds(scenario: Scenario, band: Band, lasts: boolean, expected: z.output<typeof outcome>): Promise<void> {
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
  await expectInvariants(rig, wanted, { foreign: (expected) => scenario.foreign?.(expected, seen) });
  const isTold = lasts && !(happyEnds.includes(wanted) && (band === 'Rev' || wanted === 'succeeded'));
  if (isTold && scenario.names) expect(said(seen).join('\n')).toMatch(scenario.names);
  scenario.see?.(seen);
}

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
