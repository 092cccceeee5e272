import { noopReason } from '../decide/noop.ts';
import { planRotation, shortenedPlan } from '../decide/plan.ts';
import { findProblems, refusalOf, refuses } from '../decide/preflight/all.ts';
import { readPreflightFacts } from '../read/preflight-facts.ts';
import type { RotationRecord } from '../record.ts';
import { done, failed, type PhaseStep } from '../step.ts';

/** Looks for everything that would keep the rotation from succeeding, in one pass, and changes nothing (rotation.md §4.3). What was found is
 *  `record.problems`, what would be done `record.notes.plan`; `record.notes.noop` says why there is nothing to do.
 *  @throws CollectionError of what must be read, when the API does not answer */
export const preflight: PhaseStep = async (step) => {
  const facts = await readPreflightFacts(step);
  const problems = findProblems(facts);
  const plan = shortenedPlan(planRotation(facts));
  const noop = noopReason(facts);
  await step.update(
    ({ notes: { noop: _before, ...notes }, ...record }): RotationRecord => ({
      ...record,
      problems,
      notes: { ...notes, plan, ...(noop !== undefined && { noop }) },
    }),
  );
  const progress = {
    blocks: problems.filter(refuses).length,
    waived: problems.filter(({ waived }) => waived).length,
    warnings: problems.filter(({ severity }) => severity === 'warn').length,
    batches: plan.batches.length,
    expectedMinutes: plan.duration.total.expected,
  };
  // Where nothing is to be done nothing can be in the way.
  if (noop !== undefined) return done(progress);
  const refusal = refusalOf(problems);
  return refusal === undefined ? done(progress) : failed(refusal, progress);
};
