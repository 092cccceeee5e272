import { plannedBatches } from '../plan-drain.ts';
import { type Prediction, predict } from '../predict.ts';
import type { PreflightFacts } from './facts.ts';
import { once } from './once.ts';

/** How long this rotation would take. */
export const predictionOf = once((facts: PreflightFacts): Prediction => {
  const { size, options, create } = facts;
  const batches = plannedBatches(facts).map(({ load }) => load);
  return predict({ size, options, creates: create !== null, approval: facts.approvalRequired, batches });
});
