import type { Execution } from '../simulator/step-functions/run-asl.ts';
import type { Rotated } from './rotation-run.ts';

/** List prices of us-east-1 in dollars, without the free tier: Step Functions, Lambda on Arm, S3.
 *  @see https://aws.amazon.com/step-functions/pricing/ https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/s3/pricing/ */
const prices = {
  transition: 0.025 / 1000,
  gigabyteSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  s3Read: 0.0004 / 1000,
  s3Write: 0.005 / 1000,
};
/** Memory of the function that does the steps. */
const gigabytes = 1;

/** What a rotation costs, with so many looks more than were measured, each like the average step. */
export function dollarsOf({ execution, steps, store }: Rotated, moreLooks: number): number {
  const seconds = steps.reduce((sum, { from, to }) => sum + (to - from), 0) / 1000;
  const measured =
    transitionsOf(execution) * prices.transition +
    steps.length * prices.invocation +
    seconds * gigabytes * prices.gigabyteSecond +
    store.reads * prices.s3Read +
    store.writes * prices.s3Write;
  return measured * (1 + moreLooks / steps.length);
}

/** States entered, those of nested executions too, and the start of each. */
export function transitionsOf({ visited, nested }: Execution): number {
  return 1 + visited.length + nested.reduce((sum, one) => sum + transitionsOf(one), 0);
}
