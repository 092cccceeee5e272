import type { LiveGroup } from '../node-groups/live-group.ts';
import { pairTag, rotationTag, standbyTag, standbyTaint } from '../read/cluster-view.ts';
import type { GroupPlace, GroupSnapshot } from '../record.ts';
import type { LiveWorld } from './live-world.ts';

/** Sizes that a group must have. What is left out may be anything. */
interface WantedBounds {
  readonly min?: number;
  readonly desired?: number | { readonly atLeast: number };
  readonly max?: number;
}

/** `node group workers-a`, `Auto Scaling group payments-a`. */
export function nameOfGroup({ kind, name }: GroupPlace): string {
  return `${kind === 'managed' ? 'node group' : 'Auto Scaling group'} ${name}`;
}

/** A max below what runs would lower desired, which nobody may: it may be as high as desired then. */
export function sameBounds(live: LiveGroup, { min, desired, max }: WantedBounds): string[] {
  const is = (size: keyof LiveGroup['bounds'], wanted: string) =>
    `${nameOfGroup(live)} has ${size} ${live.bounds[size]} instead of ${wanted}`;
  const differences: string[] = [];
  if (min !== undefined && live.bounds.min !== min) differences.push(is('min', `${min}`));
  if (typeof desired === 'number' && live.bounds.desired !== desired) differences.push(is('desired', `${desired}`));
  if (typeof desired === 'object' && live.bounds.desired < desired.atLeast) differences.push(is('desired', `at least ${desired.atLeast}`));
  const highest = max === undefined ? undefined : Math.max(max, live.bounds.desired);
  if (highest !== undefined && live.bounds.max !== highest) differences.push(is('max', `${highest}`));
  return differences;
}

/** Blue as a standby: nothing runs, and no autoscaler wakes it. A managed group cannot have max 0, so a taint guards it. */
export function blueAfterSuccess(live: LiveGroup): string[] {
  const differences = sameBounds(live, live.kind === 'managed' ? { min: 0, desired: 0 } : { min: 0, desired: 0, max: 0 });
  if (live.instances.length > 0) differences.push(`${nameOfGroup(live)} still has ${live.instances.length} instances`);
  if (live.kind === 'managed') {
    if (!live.taints.some(isStandbyTaint)) differences.push(`${nameOfGroup(live)} has no standby taint: an autoscaler could wake it`);
    if (!live.tags.some(({ key }) => key === standbyTag))
      differences.push(`${nameOfGroup(live)} has no standby tag: an autoscaler could wake it`);
  }
  return differences;
}

/** All but the sizes, the same for both groups and both ends, except that the guard belongs to blue after a success.
 *  @param before null for a group that the rotation made */
export function groupDifferences(
  before: GroupSnapshot | null,
  live: LiveGroup,
  world: Pick<LiveWorld, 'end' | 'stamps' | 'blue'>,
): string[] {
  const guarded = world.end === 'succeeded' && live === world.blue;
  return [
    ...processDifferences(before, live, world),
    ...labelDifferences(before, live),
    ...taintDifferences(before, live, guarded),
    ...tagDifferences(before, live, world.end, guarded),
    ...targetDifferences(before, live, world),
  ];
}

function processDifferences(before: GroupSnapshot | null, live: LiveGroup, { stamps }: Pick<LiveWorld, 'stamps'>): string[] {
  const known = before?.suspendedProcesses ?? [];
  const ours = stamps.suspended[live.autoScalingGroupName] ?? [];
  return [
    ...live.suspendedProcesses
      .filter((process) => ours.includes(process) && !known.includes(process))
      .map((process) => `process ${process} of ${live.autoScalingGroupName} is still suspended`),
    ...known
      .filter((process) => !live.suspendedProcesses.includes(process))
      .map((process) => `process ${process} of ${live.autoScalingGroupName} was suspended before, and is not now`),
  ];
}

function labelDifferences(before: GroupSnapshot | null, live: LiveGroup): string[] {
  return Object.entries(before?.labels ?? {})
    .filter(([key, value]) => live.labels[key] !== value)
    .map(([key, value]) => `${nameOfGroup(live)} has label ${key} ${given(live.labels[key])} instead of "${value}"`);
}

type Taint = GroupSnapshot['taints'][number];

function taintDifferences(before: GroupSnapshot | null, live: LiveGroup, guarded: boolean): string[] {
  const known = before?.taints ?? [];
  const isSame = (a: Taint) => (b: Taint) => a.key === b.key && (a.value ?? '') === (b.value ?? '') && a.effect === b.effect;
  const lost = known.filter((taint) => !live.taints.some(isSame(taint)));
  const left = guarded ? [] : live.taints.filter((taint) => isStandbyTaint(taint) && !known.some(isSame(taint)));
  return [
    ...lost.map(({ key, effect }) => `${nameOfGroup(live)} has lost its taint ${key}:${effect}`),
    ...left.map(({ key, effect }) => `${nameOfGroup(live)} still has the taint ${key}:${effect}`),
  ];
}

function isStandbyTaint({ key }: Taint): boolean {
  return key === standbyTaint.key;
}

function tagDifferences(before: GroupSnapshot | null, live: LiveGroup, end: LiveWorld['end'], guarded: boolean): string[] {
  const known = new Map(before?.tags.map((tag) => [tag.key, tag]));
  const now = new Map(live.tags.map((tag) => [tag.key, tag]));
  const marks = [rotationTag, ...(guarded ? [] : [standbyTag]), ...(end === 'reverted' ? [pairTag] : [])];
  const name = live.autoScalingGroupName;
  return [
    ...[...known.values()].flatMap(({ key, value, propagateAtLaunch }) => {
      const tag = now.get(key);
      if (tag?.value !== value) return `${name} has tag ${key} ${given(tag?.value)} instead of "${value}"`;
      if (tag.propagateAtLaunch === propagateAtLaunch) return [];
      return `${name} has tag ${key} with PropagateAtLaunch ${tag.propagateAtLaunch} instead of ${propagateAtLaunch}`;
    }),
    ...marks.filter((key) => now.has(key) && !known.has(key)).map((key) => `${name} still has the tag ${key}`),
  ];
}

/** Of green: what was attached to it for the rotation is taken back. A group that the rotation made keeps it. */
function targetDifferences(before: GroupSnapshot | null, live: LiveGroup, { end, stamps }: Pick<LiveWorld, 'end' | 'stamps'>): string[] {
  if (!before) return [];
  const name = live.autoScalingGroupName;
  const compare = (what: string, known: readonly string[], now: readonly string[], ours: readonly string[]) => [
    ...known.filter((one) => !now.includes(one)).map((one) => `${what} ${one} is no longer attached to ${name}`),
    ...(end === 'reverted' ? ours : [])
      .filter((one) => now.includes(one) && !known.includes(one))
      .map((one) => `${what} ${one} is still attached to ${name}`),
  ];
  return [
    ...compare('target group', before.targetGroups, live.targetGroups, stamps.attachedTargetGroups),
    ...compare('load balancer', before.classicLoadBalancers, live.classicLoadBalancers, stamps.attachedLoadBalancers),
  ];
}

function given(value: string | undefined): string {
  return value === undefined ? 'no more' : `"${value}"`;
}
