import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import { listItems } from '../../inventory/listing.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import { selectorIndex } from '../../workloads/selector-index.ts';
import { notReadyToLeave, stillServing, type TargetGroupHealth, wantedTargets } from '../decide/targets.ts';
import { instanceIdOf } from '../node-groups/nodes-of-group.ts';
import { excludeFromLoadBalancersLabel, type LiveNode, type LivePod } from '../read/cluster-view.ts';
import type { Batch } from '../record.ts';
import { type Side, type Step, seconds } from '../step.ts';
import { changeBatch } from './batch-record.ts';
import { eachInTime, patchNode } from './patch-node.ts';
import { otherSide, type Sides } from './sides.ts';

/** How the load balancers let go of a batch (D36). */
export interface Exclusion {
  /** The batch is out of them, or nothing had to leave. */
  readonly over: boolean;
  /** Why a pod may not be evicted yet; only pods that requests of a load balancer are sent to wait. */
  heldBack(pod: LivePod): string | undefined;
  /** Why the batch is not out yet. */
  readonly why: string | undefined;
}

const free: Exclusion = { over: true, heldBack: () => undefined, why: undefined };

/** Takes the nodes of a batch out of their load balancers: our label, once as large a share of the other group is healthy in the same target
 *  groups; then the pods that serve wait until the targets are deregistered, at most `deregistrationSeconds`.
 *
 *  Target groups are those of the group's Auto Scaling group, and of TargetGroupBindings with instance targets. Where there is none nothing is
 *  labelled: without their health nobody knows whether the others would carry the load. Foreign values of the label stay.
 *  @throws CollectionError as the ports do, `NotFound` and `Forbidden` of TargetGroupBindings excepted */
export async function excludeBatch(step: Step, side: Side, sides: Sides, batch: Batch): Promise<Exclusion> {
  const { options } = step.record;
  if (batch.excludedAt !== null && step.now.getTime() >= Date.parse(batch.excludedAt) + seconds(options.deregistrationSeconds)) return free;
  const arns = await targetGroupsOf(step, side, sides, batch);
  if (arns.length === 0) return free;

  const inBatch = sides.leaving.filter(({ metadata }) => batch.nodes.includes(metadata.name));
  const instances = inBatch.flatMap((node) => instanceIdOf(node) ?? []);
  const groups = await Promise.all(arns.map((arn) => healthOf(step, arn)));
  let excludedAt = batch.excludedAt;
  if (excludedAt === null) {
    const idsOf = (one: Side) => (sides.groups[one]?.instances ?? []).map(({ id }) => id);
    const [leaving, staying] = [idsOf(side), withoutForeign(step, sides, idsOf(otherSide(side)))];
    const notYet = notReadyToLeave(groups, leaving, staying);
    if (notYet !== undefined) return holding(notYet, await servingPods(step));
    await noteWanted(step, side, groups, leaving, staying);
    const left = await label(step, inBatch);
    if (left > 0) return holding(`${left} nodes are not excluded from load balancers yet`, await servingPods(step));
    excludedAt = step.now.toISOString();
    await changeBatch(step, batch, (latest) => ({ ...latest, excludedAt: latest.excludedAt ?? step.now.toISOString() }));
  }
  const delays = await Promise.all(arns.map((arn) => deregistrationSecondsOf(step, arn)));
  const until = Date.parse(excludedAt) + seconds(Math.min(options.deregistrationSeconds, Math.max(0, ...delays)));
  if (step.now.getTime() >= until) return free;
  // Right after the label the controller has not deregistered anything: all of them serve still.
  const serving = stillServing(groups, instances);
  if (batch.excludedAt !== null && serving.length === 0) return free;
  return holding(`load balancers let go of its node until ${new Date(until).toISOString()}`, await servingPods(step));
}

function holding(why: string, serves: (pod: LivePod) => boolean): Exclusion {
  return { over: false, why, heldBack: (pod) => (serves(pod) ? why : undefined) };
}

/** Instances without those that somebody else keeps out of load balancers: they took no requests before, and are not asked to now. */
function withoutForeign({ record }: Step, { staying }: Sides, instances: readonly string[]): string[] {
  const foreign = staying.filter(
    ({ metadata }) => ![undefined, null, record.rotationId].includes(metadata.labels?.[excludeFromLoadBalancersLabel]),
  );
  const excluded = new Set(foreign.flatMap((node) => instanceIdOf(node) ?? []));
  return instances.filter((id) => !excluded.has(id));
}

const wantedSchema = z.record(z.string(), z.number());

/** Healthy targets that green must have, by target group: as many as were asked of it before blue left. */
export function wantedTargetsIn({ notes }: Step['record']): Readonly<Record<string, number>> {
  return wantedSchema.safeParse(notes.wantedTargets).data ?? {};
}

/** Kept for the soak, which has no blue any more to compare with. */
async function noteWanted(
  { record, update }: Step,
  side: Side,
  groups: readonly TargetGroupHealth[],
  leaving: readonly string[],
  staying: readonly string[],
): Promise<void> {
  if (side === 'green') return;
  const before = wantedTargetsIn(record);
  const wanted = Object.fromEntries(
    groups.map((group) => [group.arn, Math.max(before[group.arn] ?? 0, wantedTargets(group, leaving, staying))]),
  );
  if (groups.every(({ arn }) => wanted[arn] === before[arn])) return;
  await update((latest) => ({ ...latest, notes: { ...latest.notes, wantedTargets: { ...wantedTargetsIn(latest), ...wanted } } }));
}

/** Labels nodes; a value of somebody else stays.
 *  @returns how many are left */
async function label(step: Step, nodes: readonly LiveNode[]): Promise<number> {
  const { rotationId } = step.record;
  const open = nodes.filter(({ metadata }) => metadata.labels?.[excludeFromLoadBalancersLabel] == null);
  let settled = 0;
  await eachInTime(step, open, async (node) => {
    const result = await patchNode(step, node, { labels: { [excludeFromLoadBalancersLabel]: rotationId } });
    if (result === 'done' || result === 'gone') settled += 1;
    if (result === 'done') step.note({ kind: 'node', object: `Node ${node.metadata.name}`, message: 'excluded from load balancers' });
  });
  return open.length - settled;
}

const bindingSchema = z.object({
  spec: z.object({ targetGroupARN: z.string().nullish(), targetType: z.string().nullish() }).nullish(),
});

/** Looked up once a batch, and kept in its notes. */
async function targetGroupsOf(step: Step, side: Side, sides: Sides, batch: Batch): Promise<readonly string[]> {
  const key = `target groups of batch ${batch.index}`;
  const kept = z.array(z.string()).safeParse(step.record.notes[key]);
  if (kept.success) return kept.data;
  const bound = await boundTargetGroups(step);
  const arns = [...new Set([...(sides.groups[side]?.targetGroups ?? []), ...bound])].sort();
  await step.update((latest) => ({ ...latest, notes: { ...latest.notes, [key]: arns } }));
  return arns;
}

async function boundTargetGroups({ reads }: Step): Promise<string[]> {
  const path = '/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings';
  try {
    const bindings = await listItems(reads.kubernetes.list(path, { limit: 500 }), 'items', bindingSchema, `GET ${path}`);
    return bindings.flatMap(({ spec }) => (spec?.targetType === 'instance' && spec.targetGroupARN ? [spec.targetGroupARN] : []));
  } catch (error) {
    // Without the AWS Load Balancer Controller there is no such kind.
    if (error instanceof CollectionError && (error.code === 'NotFound' || error.code === 'Forbidden')) return [];
    throw error;
  }
}

const healthSchema = z.object({
  TargetHealthDescriptions: z
    .array(z.object({ Target: z.object({ Id: z.string() }), TargetHealth: z.object({ State: z.string().nullish() }).nullish() }))
    .nullish(),
});

/** @throws CollectionError as the port does */
export async function healthOf({ reads }: Pick<Step, 'reads'>, arn: string): Promise<TargetGroupHealth> {
  const answer = await reads.loadBalancing.describeTargetHealth({ TargetGroupArn: arn });
  const { TargetHealthDescriptions } = parseAnswer(healthSchema, answer, 'elasticloadbalancing:DescribeTargetHealth');
  return {
    arn,
    states: new Map((TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => [Target.Id, TargetHealth?.State ?? ''])),
  };
}

const attributesSchema = z.object({ Attributes: z.array(z.object({ Key: z.string(), Value: z.string().nullish() })).nullish() });

/** What ELB waits for if nothing else is said.
 *  @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay */
const defaultDelay = 300;

async function deregistrationSecondsOf({ reads }: Step, arn: string): Promise<number> {
  const answer = await reads.loadBalancing.describeTargetGroupAttributes({ TargetGroupArn: arn });
  const { Attributes } = parseAnswer(attributesSchema, answer, 'elasticloadbalancing:DescribeTargetGroupAttributes');
  const value = Attributes?.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value;
  return value == null ? defaultDelay : Number(value);
}

const serviceSchema = z.object({
  metadata: z.object({ namespace: z.string().nullish() }),
  spec: z.object({ type: z.string().nullish(), selector: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** Pods that requests reach through a port of their node: behind Services of type LoadBalancer or NodePort, or in the network of the host. */
async function servingPods({ reads }: Step): Promise<(pod: LivePod) => boolean> {
  const path = '/api/v1/services';
  const services = await listItems(reads.kubernetes.list(path, { limit: 500 }), 'items', serviceSchema, `GET ${path}`);
  const open = services.filter(
    ({ spec }) => (spec?.type === 'LoadBalancer' || spec?.type === 'NodePort') && Object.keys(spec.selector ?? {}).length > 0,
  );
  const index = selectorIndex(open, ({ metadata, spec }) => ({
    namespace: metadata.namespace ?? 'default',
    selector: { matchLabels: spec?.selector ?? {} },
  }));
  return ({ metadata, spec }) => spec?.hostNetwork === true || index(metadata.namespace ?? 'default', metadata.labels ?? {}).length > 0;
}
