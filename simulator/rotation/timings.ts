/** How long things take in a live world, in milliseconds. */
export interface Timings {
  /** From a change to what controllers and scheduler make of it. */
  readonly controllers: number;
  /** From the wish for an instance to `InService`. */
  readonly launch: number;
  /** From there to its Node object. */
  readonly join: number;
  /** From there to Ready. */
  readonly ready: number;
  /** From `Terminating` to the end of an instance. */
  readonly terminate: number;
  /** After a launch that failed, until the group tries again. */
  readonly relaunch: number;
  /** An update of a managed node group, from UPDATING to ACTIVE. */
  readonly update: number;
  /** Until DescribeNodegroup shows what somebody else wrote to its Auto Scaling group. */
  readonly stale: number;
  /** CREATING, at least. */
  readonly create: number;
  /** Containers of a pod: pulled and started. */
  readonly start: number;
  /** From there to Ready. */
  readonly podReady: number;
  /** From the deletion of a pod to its end; never longer than its grace period. */
  readonly stop: number;
  readonly attach: number;
  /** From the end of a pod until its volume has left the node. */
  readonly detach: number;
  /** A volume on a node that is gone is taken away after so long. */
  readonly forceDetach: number;
  /** From the last sign of a kubelet to Ready Unknown. */
  readonly nodeMonitorGrace: number;
  /** What pods tolerate of an unreachable node unless they say otherwise. */
  readonly unreachableToleration: number;
  /** From registration in a target group to healthy. */
  readonly targetHealthy: number;
  /** Real APIs take time; 0 keeps a step within one instant. */
  readonly call: number;
}

export const defaultTimings: Timings = {
  controllers: 100,
  launch: 10_000,
  join: 25_000,
  ready: 10_000,
  terminate: 20_000,
  relaunch: 30_000,
  update: 15_000,
  stale: 60_000,
  create: 60_000,
  start: 2_000,
  podReady: 3_000,
  stop: 2_000,
  attach: 3_000,
  detach: 10_000,
  forceDetach: 360_000,
  nodeMonitorGrace: 40_000,
  unreachableToleration: 300_000,
  targetHealthy: 20_000,
  call: 0,
};
