import * as z from 'zod';
import type { RotationOptions } from '../../config/rotation-options.ts';
import type { ForwardPhase } from '../phases.ts';

const minutes = z.number();

/** Minutes: at the best, as expected, and what the deadlines allow. */
export const spanSchema = z.object({ min: minutes, expected: minutes, max: minutes });
export type Span = z.output<typeof spanSchema>;

export const predictionSchema = z.object({
  phases: z.array(spanSchema.extend({ phase: z.string() })),
  total: spanSchema,
});
export type Prediction = z.output<typeof predictionSchema>;

/** A batch as far as it takes time. */
export interface BatchLoad {
  /** Pods that are evicted many at a time. */
  readonly parallel: number;
  /** Of each owner that moves its pods one after the other, how many. */
  readonly serial: readonly number[];
  /** Pods that budgets let go only a few at a time: the longest row of them. */
  readonly rounds: number;
}

export interface Predicted {
  readonly size: number;
  readonly options: RotationOptions;
  readonly creates: boolean;
  readonly approval: boolean;
  readonly batches: readonly BatchLoad[];
}

/** Estimates, in minutes: a node of the EKS images is Ready after 1 to 3, a pod has moved after half of one to one, a volume takes as long
 *  again. No decision hangs on them. */
const usual = { joinBest: 1, join: 3, podsBest: 0.25, pods: 0.5, volume: 1, settle: 0.5, retireStep: 2 };
/** A green node must have been Ready for so long. */
const readyFor = 2;

/** How long a rotation takes, phase by phase, by its options. The time until somebody answers an approval is in the maximum alone. */
export function predict({ size, options, creates, approval, batches }: Predicted): Prediction {
  const steps = growthSteps(size, options);
  const retire = retireSteps(size, options);
  const spans: (readonly [ForwardPhase, Span])[] = [
    ['snapshot', span(0, 0.5, 5)],
    ['preflight', span(0, 0.5, 10)],
    ...(creates ? [['create-green', span(0.5, 2, options.createDeadlineMinutes)] as const] : []),
    ['freeze', span(0, 1, options.freezeDeadlineMinutes)],
    ['scale-green', span(steps * usual.joinBest, steps * usual.join, options.scaleDeadlineMinutes)],
    ['validate-green', span(readyFor, readyFor + 1, options.validateDeadlineMinutes)],
    ['cordon-blue', span(0, 0.5, options.validateDeadlineMinutes)],
    ['drain', drain(options, batches)],
    ['soak', span(options.poolSoakMinutes, options.poolSoakMinutes, options.poolSoakMinutes + 10)],
    ...(approval ? [['approval', span(0, 0, options.approvalMinutes)] as const] : []),
    ['retire-blue', span(retire * 0.5, retire * usual.retireStep, options.retireDeadlineMinutes)],
    ['finish', span(0, 1, options.finishDeadlineMinutes)],
  ];
  const phases = spans.map(([phase, { min, expected, max }]) => ({
    phase,
    min: rounded(min),
    expected: rounded(expected),
    max: rounded(max),
  }));
  const sum = (key: keyof Span) => rounded(phases.reduce((total, one) => total + one[key], 0));
  return { phases, total: { min: sum('min'), expected: sum('expected'), max: sum('max') } };
}

/** Steps until green has `size` nodes: the canary, then at most a share of what it has. */
export function growthSteps(size: number, { canaryNodes, growPercent }: Pick<RotationOptions, 'canaryNodes' | 'growPercent'>): number {
  let steps = 0;
  for (let nodes = 0; nodes < size; steps += 1)
    nodes = nodes === 0 ? canaryNodes : nodes + Math.max(1, Math.floor((nodes * growPercent) / 100));
  return steps;
}

/** Steps until blue has none: at most a share of what it had. */
function retireSteps(size: number, { retirePercent }: RotationOptions): number {
  return size === 0 ? 0 : Math.ceil(size / Math.max(1, Math.floor((size * retirePercent) / 100)));
}

/** Batch after batch: what they hold, until they are seen empty twice, until their workloads are ready again, and the soak. */
function drain(options: RotationOptions, batches: readonly BatchLoad[]): Span {
  const twice = options.drainedSeconds / 60;
  const each = batches.map((load) =>
    span(
      twice + emptied(load, options, usual.podsBest) + options.batchSoakMinutes,
      twice + emptied(load, options, usual.pods) + usual.settle + options.batchSoakMinutes,
      options.batchDeadlineMinutes + options.settleMinutes + options.batchSoakMinutes,
    ),
  );
  const sum = (key: keyof Span) => each.reduce((total, one) => total + one[key], 0);
  return span(sum('min'), sum('expected'), Math.min(options.drainDeadlineMinutes, sum('max')));
}

/** Rows run beside each other; the longest counts. */
function emptied({ parallel, serial, rounds }: BatchLoad, { evictionsInFlight }: RotationOptions, aPod: number): number {
  const waves = Math.ceil(parallel / evictionsInFlight);
  return Math.max(waves * aPod, rounds * aPod, ...serial.map((pods) => pods * (aPod + usual.volume)));
}

/** What is allowed is never less than what is expected, nor that than the best: options may be smaller than the estimates. */
function span(min: number, expected: number, max: number): Span {
  const best = Math.min(min, max);
  return { min: best, expected: Math.min(Math.max(expected, best), max), max };
}

const rounded = (amount: number): number => Math.round(amount * 10) / 10;
