/** The phases of a rotation, in order: one state of the machine each, in PascalCase there. */
export const forwardPhases = [
  'acquire',
  'snapshot',
  'preflight',
  'create-green',
  'freeze',
  'scale-green',
  'validate-green',
  'cordon-blue',
  'drain',
  'soak',
  'approval',
  'retire-blue',
  'finish',
] as const;

/** The steps of a revert, in order. */
export const revertPhases = [
  'r0-stop',
  'r1-uncordon-blue',
  'r2-blue-whole',
  'r3-cordon-green',
  'r4-replicas',
  'r5-drain-green',
  'r6-baseline',
  'r7-green-back',
  'r8-restore-blue',
  'r9-verify',
] as const;

export const phases = [...forwardPhases, ...revertPhases] as const;
export type ForwardPhase = (typeof forwardPhases)[number];
export type RevertPhase = (typeof revertPhases)[number];
export type Phase = (typeof phases)[number];

/** How a rotation ends. The first three are successes of the execution; the others fail it with `Rotation<Outcome>`. */
export const outcomes = ['succeeded', 'noop', 'planned', 'busy', 'refused', 'reverted', 'hold-both-up', 'dirty-finish'] as const;
export type Outcome = (typeof outcomes)[number];
export const successes: readonly Outcome[] = ['succeeded', 'noop', 'planned'];

/** Name of the error that a failed rotation ends with: `RotationHoldBothUp` for `hold-both-up`. */
export function errorNameOf(outcome: Outcome): string {
  return `Rotation${outcome.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
}

export function isRevertPhase(phase: Phase): phase is RevertPhase {
  return revertPhases.some((one) => one === phase);
}

/** Band of the fault matrix (rotation.md §6) that a phase belongs to. */
export type Band = 'Pre' | 'Grow' | 'Move' | 'Soak' | 'Retire' | 'Rev';
export function bandOf(phase: Phase): Band {
  if (isRevertPhase(phase)) return 'Rev';
  if (phase === 'scale-green' || phase === 'validate-green') return 'Grow';
  if (phase === 'cordon-blue' || phase === 'drain') return 'Move';
  if (phase === 'soak' || phase === 'approval') return 'Soak';
  if (phase === 'retire-blue' || phase === 'finish') return 'Retire';
  return 'Pre';
}
