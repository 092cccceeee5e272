import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../functions/analysis/cluster-report.ts';
import { verdictOf } from '../../functions/analysis/verdict.ts';
import { severities } from '../../functions/checks/finding.ts';

const required = { severity: 'required' } as const;
const recommended = { severity: 'recommended' } as const;
const info = { severity: 'info' } as const;
const essential = { essential: true };
const other = { essential: false };

const bestFirst: readonly Verdict[] = ['READY', 'READY_WITH_WARNINGS', 'CANNOT_DETERMINE', 'NOT_READY'];
const badness = (verdict: Verdict) => bestFirst.indexOf(verdict);

describe('verdictOf', () => {
  it.each([
    [[], [], 'READY'],
    [[info], [], 'READY'],
    [[recommended], [], 'READY_WITH_WARNINGS'],
    [[], [other], 'READY_WITH_WARNINGS'],
    [[], [essential], 'CANNOT_DETERMINE'],
    [[recommended], [other, essential], 'CANNOT_DETERMINE'],
    [[required], [], 'NOT_READY'],
    [[info, recommended, required], [essential], 'NOT_READY'],
  ] as const)('%j with unknown %j is %s', (findings, unknown, verdict) => {
    expect(verdictOf(findings, unknown)).toBe(verdict);
  });

  const findings = fc.array(fc.record({ severity: fc.constantFrom(...severities) }), { maxLength: 6 });
  const unknown = fc.array(fc.record({ essential: fc.boolean() }), { maxLength: 4 });

  it('never gets worse when a finding goes', () => {
    fc.assert(
      fc.property(findings, unknown, fc.nat(), (all, missing, at) => {
        fc.pre(all.length > 0);
        const fewer = all.toSpliced(at % all.length, 1);
        expect(badness(verdictOf(fewer, missing))).toBeLessThanOrEqual(badness(verdictOf(all, missing)));
      }),
    );
  });

  it('never gets better when something becomes unknown, and never READY where that is essential', () => {
    fc.assert(
      fc.property(findings, unknown, fc.boolean(), (all, missing, isEssential) => {
        const more = verdictOf(all, [...missing, { essential: isEssential }]);
        expect(badness(more)).toBeGreaterThanOrEqual(badness(verdictOf(all, missing)));
        expect(more).not.toBe('READY');
        if (isEssential) expect(['CANNOT_DETERMINE', 'NOT_READY']).toContain(more);
      }),
    );
  });

  it('does not depend on the order', () => {
    const shuffled = findings.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, unknown, ([all, reordered], missing) => {
        expect(verdictOf(reordered, missing.toReversed())).toBe(verdictOf(all, missing));
      }),
    );
  });
});
