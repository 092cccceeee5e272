import type { LiveGroup } from '../../node-groups/live-group.ts';
import type { Problem } from '../../record.ts';
import type { PreflightFacts } from './facts.ts';
import { groupsOf, nameOfGroup } from './group-names.ts';
import { block, blockIf, counted, listed, warn } from './problems.ts';

/** (1) Both groups are ACTIVE with no update in progress, blue has the nodes and green has none, and the cluster itself is at rest.
 *  F-10, F-11, F-13, F-32, F-88, F-89. */
export function groups(facts: PreflightFacts): Problem[] {
  return [
    ...clusterAtRest(facts),
    ...groupsOf(facts).flatMap(({ side, group }) => [...status(group), ...updating(group), ...degraded(side, group)]),
    ...sizes(facts),
    ...strangers(facts),
  ];
}

function clusterAtRest({ cluster, clusterName }: PreflightFacts): Problem[] {
  if (!cluster || cluster.status === 'ACTIVE') return [];
  const message = `it is ${cluster.status ?? 'in an unknown state'}: an update of the control plane cannot be paused`;
  return [block('cluster-not-active', '1', `Cluster ${clusterName}`, message, 'wait until the cluster is ACTIVE')];
}

/** A plain Auto Scaling group has no status, except that it may be on its way out. */
const isAlive = ({ status }: LiveGroup): boolean => status === null || ['ACTIVE', 'DEGRADED', 'UPDATING'].includes(status);

function status(group: LiveGroup): Problem[] {
  const { status: is } = group;
  if (isAlive(group)) return [];
  return [block('group-not-active', '1', nameOfGroup(group), `it is ${is}`, 'wait until it is ACTIVE, or name another group')];
}

function updating(group: LiveGroup): Problem[] {
  if (!isAlive(group) || (!group.updating && group.status !== 'UPDATING')) return [];
  const message = 'an update of it is in progress, and a managed node group takes no other change meanwhile';
  return [block('group-updating', '1', nameOfGroup(group), message, 'wait until the update has ended')];
}

/** Issues that pass by themselves, or say how an earlier change went; what serves goes on serving (cr#2326: the flag persists). */
const passing: readonly string[] = [
  'AutoScalingGroupRateLimitExceeded',
  'IamThrottling',
  'InternalFailure',
  'LimitExceeded',
  'NodeTerminationFailure',
  'PodEvictionFailure',
];
/** Issues of launches: they are green's business, and blue launches nothing unless it loses a node. */
const ofLaunches: readonly string[] = [
  'AsgInstanceLaunchFailures',
  'InstanceLimitExceeded',
  'InsufficientFreeAddresses',
  'NodeCreationFailure',
  'UnhealthyNodes',
];

/** An issue that nobody understands refuses: a launch template, role or Auto Scaling group that is gone would only be met later. */
function degraded(side: 'blue' | 'green', group: LiveGroup): Problem[] {
  const understood = (code: string) => passing.includes(code) || (side === 'blue' && ofLaunches.includes(code));
  const issues = group.issues.map(({ code, message }) =>
    blockIf(
      !understood(code),
      'group-degraded',
      '1',
      nameOfGroup(group),
      `EKS reports ${code}: ${message}`,
      'resolve the issue that EKS reports for the node group',
    ),
  );
  if (group.status !== 'DEGRADED' || issues.length > 0) return issues;
  return [block('group-degraded', '1', nameOfGroup(group), 'it is DEGRADED, and EKS names no issue', 'find out why it is DEGRADED')];
}

/** Which group is active must be beyond doubt: the wrong one would be emptied. */
function sizes({ blue, green, create, greenIsOurs }: PreflightFacts): Problem[] {
  const found: Problem[] = [];
  if (blue && green && blue.live.autoScalingGroupName === green.live.autoScalingGroupName) {
    const message = `blue and green are the same Auto Scaling group ${blue.live.autoScalingGroupName}`;
    found.push(block('same-group', '1', nameOfGroup(green.live), message, 'name another group as green'));
  }
  if (blue && blue.live.bounds.desired === 0 && blue.live.instances.length === 0)
    found.push(
      block('blue-empty', '1', nameOfGroup(blue.live), 'it has no node: there is nothing to rotate', 'name the active group as blue'),
    );
  const present = Math.max(green?.live.bounds.desired ?? 0, green?.live.instances.length ?? 0);
  if (green && !create && present > 0 && !greenIsOurs) {
    const message = `it has ${counted(present, 'node')} that this rotation did not launch: which group is active cannot be told`;
    found.push(block('green-not-empty', '1', nameOfGroup(green.live), message, 'bring it to 0 nodes, or exchange blue and green'));
  }
  return found;
}

/** Instances in service that are no nodes: they count for the size of blue and serve nothing. */
function strangers({ blue, view }: PreflightFacts): Problem[] {
  if (!blue || !view) return [];
  const known = new Set(view.nodes.flatMap(({ spec }) => spec?.providerID?.split('/').at(-1) ?? []));
  const missing = blue.live.instances
    .filter(({ id, lifecycleState }) => lifecycleState === 'InService' && !known.has(id))
    .map(({ id }) => id);
  if (missing.length === 0) return [];
  const message = `${counted(missing.length, 'instance')} in service, but not among the nodes of the cluster: ${listed(missing.sort())}`;
  return [warn('instance-without-node', '1', nameOfGroup(blue.live), message, 'terminate what never joined, or find out why')];
}
