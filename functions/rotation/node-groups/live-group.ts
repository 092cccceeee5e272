import type { GroupSnapshot } from '../record.ts';

export interface LiveInstance {
  readonly id: string;
  readonly zone: string;
  /** `InService`, `Pending`, `Terminating:Wait` …; instances of a warm pool (`Warmed:*`) are not among them. */
  readonly lifecycleState: string;
  readonly healthy: boolean;
  readonly protectedFromScaleIn: boolean;
}

/** A group of nodes as it is now: a managed node group with its Auto Scaling group, or a plain Auto Scaling group. Sizes are those of the
 *  Auto Scaling group, because DescribeNodegroup may be stale. */
export interface LiveGroup extends GroupSnapshot {
  /** Instances that the group counts. */
  readonly instances: readonly LiveInstance[];
  /** A managed group takes no other change while it is true. */
  readonly updating: boolean;
  /** Ids of instance refreshes that are pending or in progress. */
  readonly instanceRefreshes: readonly string[];
  /** What DescribeNodegroup answered, trimmed; null for a plain Auto Scaling group. */
  readonly nodegroup: Readonly<Record<string, unknown>> | null;
}

/** Sizes to write. What is left out stays as it is. */
export interface BoundsChange {
  readonly min?: number;
  readonly desired?: number;
  readonly max?: number;
}
