import type { Inventory } from '../inventory/inventory.ts';
import type { RotationPlan } from './decide/plan.ts';
import type { Outcome, Phase } from './phases.ts';
import type { Problem, TimelineEvent } from './record.ts';

/** What is rehearsed. */
export interface Rehearsal {
  readonly inventory: Inventory;
  /** Blue. @default the only node group */
  readonly nodegroup?: string | undefined;
  /** Options of the rotation, as its input has them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What goes wrong meanwhile, by the names of the simulator. */
  readonly faults: readonly string[];
  /** Goes back after the last batch, to see what a revert would be like. */
  readonly revert: boolean;
}

/** How a rehearsal went: the machines and functions of a real rotation on a copy of a cluster, with a clock of its own. */
export interface RehearsalResult {
  readonly cluster: { readonly accountId: string; readonly region: string; readonly name: string };
  /** Null where the preflight did not come to one. */
  readonly plan: RotationPlan | null;
  readonly problems: readonly Problem[];
  /** What was not seen of the cluster, and is taken to be usual: the rehearsal is as good as this is short. */
  readonly assumptions: readonly string[];
  readonly timeline: readonly TimelineEvent[];
  /** From start to end, by the simulated clock. */
  readonly durationMs: number;
  readonly outcome: { readonly name: Outcome; readonly cause: string };
  readonly revert?: {
    readonly outcome: Outcome;
    readonly durationMs: number;
    readonly steps: readonly { readonly phase: Phase; readonly durationMs: number }[];
  };
}
