import { errorNameOf, type Outcome } from './phases.ts';

const failures = ['busy', 'refused', 'reverted', 'hold-both-up', 'dirty-finish'] as const satisfies readonly Outcome[];

/** How the rotation machines can fail, beside the codes of `inventory/error-codes.ts`. */
export const rotationErrors: readonly string[] = [
  /** The input of an execution is wrong. */
  'InvalidInput',
  /** Another start of a machine has taken the rotation over: this one must not write any more. */
  'LeaseLost',
  ...failures.map(errorNameOf),
];
