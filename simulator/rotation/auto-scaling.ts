import { stableId } from '../build/stable-names.ts';
import { awsFailure } from './aws-errors.ts';
import { joinNode, removeNode, setNodeReady } from './nodes.ts';
import { clusterOf, type Instance, type LiveAutoScalingGroup, type LiveWorld } from './world.ts';

/** Instances that a group counts against its desired capacity: neither on their way out nor in a warm pool. */
export function countedInstances(group: LiveAutoScalingGroup): Instance[] {
  return [...group.instances.values()].filter(({ lifecycleState }) => /^(Pending|InService)/.test(lifecycleState));
}

export interface Sizes {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly desired?: number | undefined;
}

/** Writes the sizes of a group; a desired capacity that is not given moves only as far as the bounds push it.
 *  @throws CollectionError as UpdateAutoScalingGroup refuses */
export function writeSizes(world: LiveWorld, group: LiveAutoScalingGroup, sizes: Sizes, principal: string): void {
  const min = sizes.min ?? group.min;
  const max = sizes.max ?? group.max;
  const desired = sizes.desired ?? Math.min(max, Math.max(min, group.desired));
  if (min > max || desired < min || desired > max) {
    const why = `desired capacity ${desired} must be between min size ${min} and max size ${max}`;
    throw awsFailure('autoscaling:UpdateAutoScalingGroup', `Auto Scaling group ${group.name}`, 'ValidationError', why);
  }
  world.audit.sized(group, { min, max, desired }, principal);
  group.min = min;
  group.max = max;
  group.desired = desired;
  reconcileGroup(world, group);
}

/** Launches what is missing and terminates what is too much, as far as its processes may. */
export function reconcileGroup(world: LiveWorld, group: LiveAutoScalingGroup): void {
  const difference = group.desired - countedInstances(group).length;
  if (difference > 0 && !group.suspended.has('Launch')) launch(world, group, difference);
  if (difference < 0 && !group.suspended.has('Terminate')) {
    for (const victim of victimsOf(world, group, -difference)) terminate(world, group, victim, 'the group was made smaller');
  }
}

function launch(world: LiveWorld, group: LiveAutoScalingGroup, many: number): void {
  for (let launched = 0; launched < many; launched += 1) {
    const zone = nextZone(group);
    if (zone === undefined) {
      showLaunchFailure(world, group, true);
      world.clock.after(world.timings.relaunch, () => reconcileGroup(world, group));
      return;
    }
    startInstance(world, group, zone);
  }
  showLaunchFailure(world, group, false);
}

/** The zone with the fewest instances that has capacity: balanced as well as it goes. */
function nextZone({ zones, troubles, instances }: LiveAutoScalingGroup): string | undefined {
  const { noCapacity } = troubles;
  const open = noCapacity === 'all' ? [] : zones.filter((zone) => !noCapacity?.includes(zone));
  const inZone = Map.groupBy(
    [...instances.values()].filter(({ lifecycleState }) => !lifecycleState.startsWith('Terminating')),
    ({ zone }) => zone,
  );
  const sizeOf = (zone: string) => inZone.get(zone)?.length ?? 0;
  return open.reduce<string | undefined>((best, zone) => (best === undefined || sizeOf(zone) < sizeOf(best) ? zone : best), undefined);
}

/** A managed node group says so in its health. */
function showLaunchFailure(world: LiveWorld, group: LiveAutoScalingGroup, failed: boolean): void {
  const nodegroup = clusterOf(world, group.clusterName).nodegroups.get(group.nodegroupName ?? '');
  if (!nodegroup) return;
  nodegroup.issues = nodegroup.issues.filter(({ code }) => code !== 'AsgInstanceLaunchFailures');
  if (!failed) return;
  const message = `Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient ${group.template.instanceType} capacity.`;
  nodegroup.issues.push({ code: 'AsgInstanceLaunchFailures', message, resourceIds: [group.name] });
}

/** Puts an instance into the group: Pending, InService, then a node that becomes Ready. */
export function startInstance(world: LiveWorld, group: LiveAutoScalingGroup, zone: string): Instance {
  const { clock, timings } = world;
  const instance: Instance = {
    id: `i-${stableId(`${group.name}/${world.next()}`)}`,
    zone,
    type: group.template.instanceType,
    launchedAt: clock.now(),
    lifecycleState: 'Pending',
    healthy: true,
    protectedFromScaleIn: group.newInstancesProtected,
  };
  group.instances.set(instance.id, instance);
  clock.after(timings.launch, () => {
    if (instance.lifecycleState === 'Pending') instance.lifecycleState = 'InService';
    clock.after(timings.join, () => join(world, group, instance));
  });
  return instance;
}

/** How often what keeps an instance from going on is looked at again. */
const lookAgain = 5_000;

function join(world: LiveWorld, group: LiveAutoScalingGroup, instance: Instance): void {
  if (group.instances.get(instance.id) !== instance) return;
  if (group.troubles.neverJoin) {
    world.clock.after(lookAgain, () => join(world, group, instance));
    return;
  }
  joinNode(clusterOf(world, group.clusterName), group, instance);
  world.clock.after(world.timings.ready, () => becomeReady(world, group, instance));
}

function becomeReady(world: LiveWorld, group: LiveAutoScalingGroup, instance: Instance): void {
  const cluster = clusterOf(world, group.clusterName);
  const node = cluster.objects.nodes.get(instance.nodeName ?? '');
  if (!node) return;
  if (group.troubles.notReady) world.clock.after(lookAgain, () => becomeReady(world, group, instance));
  else setNodeReady(cluster, node, 'True');
}

/** From the zone that has most, by chance among those that are not protected: budgets and pods are not asked. */
function victimsOf(world: LiveWorld, group: LiveAutoScalingGroup, many: number): Instance[] {
  const left = countedInstances(group);
  const victims: Instance[] = [];
  while (victims.length < many) {
    const open = left.filter(({ protectedFromScaleIn }) => !protectedFromScaleIn);
    const byZone = Map.groupBy(left, ({ zone }) => zone);
    const most = Math.max(0, ...open.map(({ zone }) => byZone.get(zone)?.length ?? 0));
    const choice = open.filter(({ zone }) => byZone.get(zone)?.length === most);
    const victim = choice[Math.floor(world.random() * choice.length)];
    if (!victim) break;
    victims.push(victim);
    left.splice(left.indexOf(victim), 1);
  }
  return victims;
}

/** Ends an instance: `Terminating` for a while, then it is gone, and its node and pods with it. */
export function terminate(
  world: LiveWorld,
  group: LiveAutoScalingGroup,
  instance: Instance,
  cause: string,
  after = world.timings.terminate,
): void {
  if (instance.lifecycleState.startsWith('Terminating')) return;
  instance.lifecycleState = 'Terminating';
  world.clock.after(after, () => finishTermination(world, group, instance, cause));
}

function finishTermination(world: LiveWorld, group: LiveAutoScalingGroup, instance: Instance, cause: string): void {
  if (group.troubles.terminationHangs) {
    instance.lifecycleState = 'Terminating:Wait';
    world.clock.after(lookAgain, () => finishTermination(world, group, instance, cause));
    return;
  }
  group.instances.delete(instance.id);
  const cluster = clusterOf(world, group.clusterName);
  const node = cluster.objects.nodes.get(instance.nodeName ?? '');
  if (node) removeNode(cluster, group, node, cause);
  reconcileGroup(world, group);
}
