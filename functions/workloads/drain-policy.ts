import type { LabelSelector } from './selectors.ts';

/** What a drain may do beyond the safest. */
export interface DrainPolicy {
  /** Pods of a DaemonSet that is gone may be evicted. */
  readonly allowOrphans: boolean;
  /** Globs of namespaces whose pods without a controller may be deleted; they do not come back. */
  readonly allowUnmanaged: readonly string[];
  /** Globs over `namespace/pod`: of pods that opted out, those that may be lost with their node. */
  readonly acceptLoss: readonly string[];
  /** Pods whose emptyDir must not be lost; null for none. */
  readonly protectEmptyDir: LabelSelector | null;
  /** What an annotation that refuses disruption means. */
  readonly disruptionAnnotations: 'respect' | 'warn' | 'ignore';
  /** How long a running Job is waited for, and what then. */
  readonly jobWaitMinutes: number;
  readonly overdueJobs: 'block' | 'evict';
  /** Time for a node to become empty; null where grace periods are not to be judged, as in the middle of a drain. */
  readonly nodeDeadlineMinutes: number | null;
  /** Cuts longer grace periods; null leaves each pod its own. */
  readonly maxGraceSeconds: number | null;
}

/** The safest of each. */
export const defaultDrainPolicy: DrainPolicy = {
  allowOrphans: false,
  allowUnmanaged: [],
  acceptLoss: [],
  protectEmptyDir: null,
  disruptionAnnotations: 'respect',
  jobWaitMinutes: 30,
  overdueJobs: 'block',
  nodeDeadlineMinutes: 30,
  maxGraceSeconds: null,
};
