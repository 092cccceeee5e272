import { notReadyKeys } from './nodes.ts';
import { nameOf } from './objects.ts';
import type { LiveWorld } from './world.ts';

/** Everything that a rotation may change and has to put back, as plain data: groups by name, nodes by name, replicas by workload. Two
 *  snapshots that are deeply equal say that nothing was left behind. */
export function worldSnapshot(world: LiveWorld) {
  return {
    groups: Object.fromEntries(
      [...world.autoScalingGroups.values()].map((group) => {
        const nodegroup = world.clusters.get(group.clusterName)?.nodegroups.get(group.nodegroupName ?? '');
        return [
          group.nodegroupName ?? group.name,
          {
            min: group.min,
            desired: group.desired,
            max: group.max,
            instances: group.instances.size,
            suspended: [...group.suspended].sort(),
            tags: Object.fromEntries([...group.tags.values()].map(({ key, value }) => [key, value])),
            targetGroups: [...group.targetGroups],
            loadBalancers: [...group.loadBalancers],
            status: nodegroup?.status ?? null,
            labels: { ...nodegroup?.labels },
            taints: (nodegroup?.taints ?? []).map((taint) => ({ ...taint })),
            nodegroupTags: { ...nodegroup?.tags },
          },
        ];
      }),
    ),
    clusters: Object.fromEntries(
      [...world.clusters.values()].map(({ name, objects }) => [
        name,
        {
          nodes: Object.fromEntries(
            [...objects.nodes.values()].map(({ metadata, spec }) => [
              metadata.name,
              {
                unschedulable: spec.unschedulable === true,
                labels: { ...metadata.labels },
                annotations: { ...metadata.annotations },
                taints: (spec.taints ?? []).filter(({ key }) => !notReadyKeys.has(key)).map((taint) => ({ ...taint })),
              },
            ]),
          ),
          replicas: Object.fromEntries(
            [...objects.deployments.values(), ...objects.statefulSets.values()].map((one) => [nameOf(one), one.spec.replicas]),
          ),
          minReplicas: Object.fromEntries([...objects.autoscalers.values()].map((one) => [nameOf(one), one.spec.minReplicas])),
        },
      ]),
    ),
  };
}
