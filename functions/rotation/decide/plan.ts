import * as z from 'zod';
import { plannedBatches } from './plan-drain.ts';
import { predictionSchema } from './predict.ts';
import { addressNeeds } from './preflight/addresses.ts';
import { assessedPods } from './preflight/assessed-pods.ts';
import { predictionOf } from './preflight/duration.ts';
import type { PreflightFacts } from './preflight/facts.ts';
import { nameOfPod } from './preflight/group-names.ts';
import { headroomOf, newNodesOf } from './preflight/new-nodes.ts';
import { vcpuNeeds } from './preflight/quota.ts';

const groupPlanSchema = z.object({
  kind: z.enum(['managed', 'autoScaling']),
  name: z.string(),
  version: z.string().nullable(),
  releaseVersion: z.string().nullable(),
  min: z.number(),
  desired: z.number(),
  max: z.number(),
  zones: z.array(z.string()),
});

/** What a rotation would do, as things are now: what `rotate plan` prints, and the report keeps. */
export const rotationPlanSchema = z.object({
  blue: groupPlanSchema.nullable(),
  /** Null where it could not be read. */
  green: groupPlanSchema.extend({ created: z.boolean(), instanceTypes: z.array(z.string()) }).nullable(),
  /** Nodes that green gets; how many of them are yet to be launched; how many more it may have where a zone is short. */
  nodes: z.object({ size: z.number(), toLaunch: z.number(), headroom: z.number() }),
  batches: z.array(
    z.object({
      nodes: z.array(z.string()),
      /** In this order. `owner`: its pods go one after the other; null: many at a time. */
      evictions: z.array(z.object({ tier: z.number(), owner: z.string().nullable(), count: z.number(), pods: z.array(z.string()) })),
    }),
  ),
  /** Pods that would wait, or block, at their node's turn, and why. */
  heldUp: z.array(
    z.object({ pod: z.string(), node: z.string(), verdict: z.enum(['block', 'wait']), reason: z.string(), message: z.string() }),
  ),
  /** vCPUs of the quota; null where it is not known, or another quota counts. */
  quota: z.object({ needed: z.number(), free: z.number(), limit: z.number() }).nullable(),
  /** Addresses by zone. */
  addresses: z.array(z.object({ zone: z.string(), needed: z.number(), free: z.number() })),
  /** In minutes. */
  duration: predictionSchema,
  /** What is changed, and what of it is put back: one sentence each. */
  changes: z.array(z.string()),
  restores: z.array(z.string()),
  /** Names were left out, because there are too many; the counts are whole. */
  shortened: z.boolean(),
  heldUpCount: z.number(),
});
export type RotationPlan = z.output<typeof rotationPlanSchema>;

export function planRotation(facts: PreflightFacts): RotationPlan {
  const { blue, green, create, size } = facts;
  const vcpus = vcpuNeeds(facts);
  const heldUp = assessedPods(facts).flatMap(({ pod, node, assessment: { verdict, reason, message } }) =>
    verdict === 'block' || verdict === 'wait' ? [{ pod: podNameOf(nameOfPod(pod)), node, verdict, reason, message }] : [],
  );
  return {
    blue: blue && groupPlan(blue.live),
    green: greenPlan(facts),
    nodes: { size, toLaunch: newNodesOf(facts), headroom: headroomOf(facts) },
    batches: plannedBatches(facts).map(({ nodes, evictions }) => ({
      nodes: [...nodes],
      evictions: evictions.map(({ tier, owner, pods }) => ({
        tier,
        owner,
        count: pods.length,
        pods: pods.map((pod) => podNameOf(nameOfPod(pod))),
      })),
    })),
    heldUp,
    heldUpCount: heldUp.length,
    quota: vcpus ? { needed: vcpus.most, free: vcpus.free, limit: vcpus.limit } : null,
    addresses: addressNeeds(facts).map(({ zone, needed, free }) => ({ zone, needed, free })),
    duration: predictionOf(facts),
    changes: changesOf(facts, blue?.live.name ?? 'blue', create?.name ?? green?.live.name ?? 'green'),
    restores: restoresOf(facts, blue?.live.name ?? 'blue', create?.name ?? green?.live.name ?? 'green'),
    shortened: false,
  };
}

/** `shop/web-1`. */
const podNameOf = (object: string): string => object.replace(/^Pod /, '');

type Live = NonNullable<PreflightFacts['blue']>['live'];
function groupPlan({ kind, name, version, releaseVersion, bounds, zones }: Live): z.output<typeof groupPlanSchema> {
  return { kind, name, version, releaseVersion, ...bounds, zones: [...zones] };
}

/** A green that is made from blue has what blue has, except for what is overridden; its release is the newest unless one is named. */
function greenPlan({ blue, green, create, clusterVersion }: PreflightFacts): RotationPlan['green'] {
  if (green) return { ...groupPlan(green.live), created: false, instanceTypes: [...green.source.instanceTypes] };
  if (!create || !blue) return null;
  return {
    ...groupPlan(blue.live),
    name: create.name ?? 'a new node group',
    version: create.version ?? clusterVersion,
    releaseVersion: create.releaseVersion ?? null,
    min: 0,
    desired: 0,
    created: true,
    instanceTypes: [...(create.instanceTypes ?? blue.source.instanceTypes)],
  };
}

function changesOf({ create, size, options }: PreflightFacts, blue: string, green: string): string[] {
  return [
    ...(create ? [`${green} is created from the specification of ${blue}, with no node`] : []),
    `processes of both Auto Scaling groups are suspended, and ${blue} is held at ${size} nodes`,
    `${green} grows to ${size} nodes, up to ${options.headroomNodes} nodes or ${options.headroomPercent} % more where a zone is short`,
    `the nodes of ${blue} are annotated and cordoned, and excluded from load balancers batch by batch`,
    `the pods of ${blue} are moved by eviction, disruption budgets respected`,
    ...(options.surge ? ['workloads with one replica, or a budget that allows nothing, get one replica more while they move'] : []),
    options.deleteBlue
      ? `${blue} goes to 0 nodes, and is deleted after its rollback window`
      : `${blue} goes to 0 nodes, guarded as a standby`,
    `${green} gets the minimum and maximum of ${blue}`,
  ];
}

function restoresOf({ options }: PreflightFacts, blue: string, green: string): string[] {
  return [
    `processes of ${blue} and ${green}, except for those that were suspended before`,
    'tags and annotations of this rotation',
    ...(options.surge ? ['replica counts that were raised, exactly'] : []),
  ];
}

/** Beyond so many pods a record would grow by megabytes with every name. */
const mostNames = 5000;
const mostHeldUp = 500;

/** The plan as a record keeps it. */
export function shortenedPlan(plan: RotationPlan): RotationPlan {
  const names = plan.batches.reduce((sum, batch) => sum + batch.evictions.reduce((all, { count }) => all + count, 0), 0);
  if (names <= mostNames && plan.heldUp.length <= mostHeldUp) return plan;
  const batches = plan.batches.map((batch) => ({ ...batch, evictions: batch.evictions.map((row) => ({ ...row, pods: [] })) }));
  return { ...plan, batches: names > mostNames ? batches : plan.batches, heldUp: plan.heldUp.slice(0, mostHeldUp), shortened: true };
}
