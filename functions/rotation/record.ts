import * as z from 'zod';
import { optionsSchema } from '../config/rotation-options.ts';
import { createSchema } from './input.ts';
import { outcomes, phases } from './phases.ts';

const iso = z.string();

/** A group of nodes that a rotation works with. */
export const groupPlaceSchema = z.object({
  kind: z.enum(['managed', 'autoScaling']),
  /** Of the managed node group, or of the Auto Scaling group. */
  name: z.string(),
});
export type GroupPlace = z.output<typeof groupPlaceSchema>;

const boundsSchema = z.object({ min: z.number(), desired: z.number(), max: z.number() });
export type Bounds = z.output<typeof boundsSchema>;
const taintSchema = z.object({ key: z.string(), value: z.string().nullable(), effect: z.string() });
const tagSchema = z.object({ key: z.string(), value: z.string(), propagateAtLaunch: z.boolean() });
const resourcesSchema = z.record(z.string(), z.string());

/** A group as it was before anything was changed: what a revert restores, and what the end is compared with. */
export const groupSnapshotSchema = z.object({
  ...groupPlaceSchema.shape,
  autoScalingGroupName: z.string(),
  bounds: boundsSchema,
  status: z.string().nullable(),
  issues: z.array(z.object({ code: z.string(), message: z.string() })),
  version: z.string().nullable(),
  releaseVersion: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  taints: z.array(taintSchema),
  /** `updateConfig`, as DescribeNodegroup answers it. */
  updateConfig: z.json().nullable(),
  nodeRepair: z.boolean(),
  warmPool: z.json().nullable(),
  suspendedProcesses: z.array(z.string()),
  operator: z.string().nullable(),
  zones: z.array(z.string()),
  newInstancesProtected: z.boolean(),
  protectedInstances: z.array(z.string()),
  /** Tags of the Auto Scaling group. */
  tags: z.array(tagSchema),
  policies: z.array(z.object({ name: z.string(), type: z.string() })),
  scheduledActions: z.array(z.string()),
  lifecycleHooks: z.array(z.object({ name: z.string(), transition: z.string() })),
  targetGroups: z.array(z.string()),
  classicLoadBalancers: z.array(z.string()),
  maxInstanceLifetimeSeconds: z.number().nullable(),
});
export type GroupSnapshot = z.output<typeof groupSnapshotSchema>;

/** A node as it was: of its annotations and labels only those that a rotation touches. */
export const nodeSnapshotSchema = z.object({
  name: z.string(),
  instanceId: z.string().nullable(),
  zone: z.string().nullable(),
  group: z.enum(['blue', 'green', 'other']),
  ready: z.boolean(),
  unschedulable: z.boolean(),
  scaleDownDisabled: z.string().nullable(),
  excludedFromLoadBalancers: z.string().nullable(),
  allocatable: resourcesSchema,
});
export type NodeSnapshot = z.output<typeof nodeSnapshotSchema>;

/** A workload as it was; broken ones are neither a failure of the rotation nor hidden (V16). */
export const workloadSchema = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  desired: z.number(),
  ready: z.number(),
  restarts: z.number(),
  pending: z.number(),
  crashing: z.number(),
});
export type Workload = z.output<typeof workloadSchema>;

export const snapshotSchema = z.object({
  takenAt: iso,
  clusterVersion: z.string(),
  blue: groupSnapshotSchema,
  /** Null where the rotation creates green. */
  green: groupSnapshotSchema.nullable(),
  nodes: z.array(nodeSnapshotSchema),
  budgets: z.array(z.object({ namespace: z.string(), name: z.string(), disruptionsAllowed: z.number() })),
  workloads: z.array(workloadSchema),
});
export type Snapshot = z.output<typeof snapshotSchema>;

/** Something about an object that keeps a rotation from going on, or is to be known. */
export const problemSchema = z.object({
  /** Stable id, e.g. `pod-blocked`; what `waive` names. */
  id: z.string(),
  /** Number of the point of rotation.md §4.3, or rule of §3. */
  rule: z.string(),
  severity: z.enum(['block', 'warn', 'info']),
  /** What it is about: `Pod shop/web-1`, `Auto Scaling group workers`. */
  object: z.string(),
  message: z.string(),
  /** What to do. */
  remedy: z.string().nullable(),
  waived: z.boolean().default(false),
});
export type Problem = z.output<typeof problemSchema>;

/** Why a pod does not move yet, at the last look. */
export const blockerSchema = z.object({
  verdict: z.enum(['block', 'wait', 'evict']),
  reason: z.string(),
  pod: z.string(),
  node: z.string(),
  message: z.string(),
  since: iso,
});
export type Blocker = z.output<typeof blockerSchema>;

/** Nodes that are drained together. */
export const batchSchema = z.object({
  index: z.number(),
  nodes: z.array(z.string()),
  /** Which group is emptied: blue, or green by a revert. */
  side: z.enum(['blue', 'green']),
  state: z.enum(['draining', 'settling', 'soaking', 'done', 'failed']),
  startedAt: iso,
  /** Since when its nodes carry our load-balancer label; null where none needed it. */
  excludedAt: iso.nullable(),
  /** By node: since when it is seen empty. */
  emptySince: z.record(z.string(), iso),
  drainedAt: iso.nullable(),
  settledAt: iso.nullable(),
  endedAt: iso.nullable(),
  blockers: z.array(blockerSchema),
  /** Evictions asked, by pod UID: first and last try, when the next is due, what was answered last. */
  evictions: z.record(
    z.string(),
    z.object({ pod: z.string(), firstAt: iso, lastAt: iso, dueAt: iso, status: z.number(), message: z.string() }),
  ),
  /** Workloads whose pods were moved, as `kind namespace/name`. */
  moved: z.array(z.string()),
  evicted: z.number(),
  /** Nodes given up with policy `quarantine`: never retire blue then. */
  quarantined: z.array(z.string()),
});
export type Batch = z.output<typeof batchSchema>;

const approvalSchema = z.object({
  state: z.enum(['pending', 'approved', 'rejected']),
  deadline: iso,
  nonce: z.string(),
  by: z.string().nullable(),
  at: iso.nullable(),
});

const reserved = z.record(z.string(), z.json());

/** What we change and must take back, written before it is done. */
export const stampsSchema = z.object({
  /** Processes that we suspended, by Auto Scaling group; what others had suspended is not among them. */
  suspended: z.record(z.string(), z.array(z.string())),
  frozen: z.boolean(),
  /** Target groups and classic load balancers that we attached to green's Auto Scaling group. */
  attachedTargetGroups: z.array(z.string()),
  attachedLoadBalancers: z.array(z.string()),
  /** Replica counts that a surge has raised, to be put back exactly: `Deployment shop/web` or `HorizontalPodAutoscaler …` → before. */
  surged: z.record(z.string(), z.number()),
  /** Nodes found cordoned by somebody else. */
  foreignCordons: z.array(z.string()),
  /** Pods that were deleted because a list allowed it, and are lost. */
  lost: z.array(z.string()),
  standbyGuard: z.boolean(),
  greenCordoned: z.boolean(),
});
export type Stamps = z.output<typeof stampsSchema>;

export const recordSchema = z.object({
  schemaVersion: z.literal(1),
  /** Another for every write, so that equal bodies cannot deceive and a retried put is recognized. */
  writeId: z.string(),
  rotationId: z.string(),
  cluster: z.object({ accountId: z.string(), region: z.string(), name: z.string(), arn: z.string() }),
  startedAt: iso,
  startedBy: z.string().nullable(),
  /** As it was given. */
  input: z.json(),
  options: optionsSchema,
  dryRun: z.boolean(),
  /** Null until it is known which group it is. */
  blue: groupPlaceSchema.nullable(),
  green: groupPlaceSchema.nullable(),
  /** What to create green with; null where it exists. */
  create: createSchema.nullable(),
  greenCreated: z.boolean(),
  pair: z.string().nullable(),
  /** N: nodes that serve. Set by the snapshot, raised by the freeze to what is live. */
  size: z.number(),
  phase: z.enum(phases),
  /** When each phase began, the first time. */
  phaseStartedAt: z.partialRecord(z.enum(phases), iso),
  lastStepAt: iso,
  fence: z.number(),
  sequence: z.number(),
  desiredState: z.enum(['continue', 'revert', 'pause']),
  /** Why a person asked for it. */
  desiredReason: z.string().nullable(),
  snapshot: snapshotSchema.nullable(),
  problems: z.array(problemSchema),
  stamps: stampsSchema,
  batches: z.array(batchSchema),
  approval: approvalSchema.nullable(),
  /** True from the first lowering of blue's size: the way back is then the same rotation with the colours exchanged. */
  committed: z.boolean(),
  /** Set while a revert is at work, and after it. */
  revert: z
    .object({ cause: z.string(), from: z.enum(phases), since: iso, starts: z.number(), notBefore: iso, left: z.array(z.string()) })
    .nullable(),
  /** Since when an API cannot be reached, or a green node is not Ready: what the patience of the options runs from. */
  troubleSince: z.record(z.string(), iso),
  /** Why the last step waits, in one sentence. */
  waitingFor: z.string().nullable(),
  outcome: z.object({ name: z.enum(outcomes), cause: z.string(), at: iso }).nullable(),
  /** What people were told, by identity: a notice is sent once. */
  told: z.array(z.string()),
  /** What phases keep for themselves between two steps. */
  notes: reserved,
});
export type RotationRecord = z.output<typeof recordSchema>;

/** What happened, for the timeline. */
export const timelineEventSchema = z.object({
  at: iso,
  phase: z.enum(phases),
  kind: z.enum(['phase', 'write', 'pod', 'node', 'wait', 'problem', 'decision', 'outcome']),
  object: z.string(),
  message: z.string(),
});
export type TimelineEvent = z.output<typeof timelineEventSchema>;

export const noStamps: Stamps = {
  suspended: {},
  frozen: false,
  attachedTargetGroups: [],
  attachedLoadBalancers: [],
  surged: {},
  foreignCordons: [],
  lost: [],
  standbyGuard: false,
  greenCordoned: false,
};
