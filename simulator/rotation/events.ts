import { reconcileGroup, type Sizes, startInstance, terminate, writeSizes } from './auto-scaling.ts';
import { showEksLater } from './auto-scaling-ports.ts';
import type { PodTrouble } from './behaviour.ts';
import { type LiveCluster, podsOf, touch } from './cluster.ts';
import type { Declaration } from './declare.ts';
import type { LiveNodegroup } from './node-groups.ts';
import { groupOfNode, setNodeReady } from './nodes.ts';
import type { LiveDeployment, LiveNode, Taint } from './objects.ts';
import { deletePod, finalize, succeed } from './pods.ts';
import { isServing } from './sampler.ts';
import { clusterOf, type GroupTroubles, groupOf, type Instance, type LiveAutoScalingGroup, type LiveWorld } from './world.ts';

/** What happens to a cluster without being asked for: by AWS, by the hardware, by other people and their tools. Groups are named by managed
 *  node group or Auto Scaling group, workloads and pods as `namespace/name`. */
export function worldEvents(world: LiveWorld, clusterName = [...world.clusters.keys()][0] ?? '') {
  const cluster = clusterOf(world, clusterName);
  const { clock } = world;
  const after = (seconds: number, happen: () => void) => clock.after(seconds * 1000, happen);
  const down = (what: 'EndpointUnreachable' | 'Unauthorized', call: string, fromSeconds: number, untilSeconds: number) =>
    world.faults.add({ call, what, from: clock.now() + fromSeconds * 1000, until: clock.now() + untilSeconds * 1000 });
  const becomes = (name: string, status: 'True' | 'False' | 'Unknown') => {
    const node = nodeNamed(cluster, name);
    if (isServing(node) && status !== 'True') world.audit.tookOutside(node);
    setNodeReady(cluster, node, status);
    if (isServing(node)) world.audit.gaveBack(node);
  };
  /** Nodes that go with what is done are taken by others. */
  const takingOutside = (group: LiveAutoScalingGroup, act: () => void) => {
    const staying = () => [...group.instances.values()].filter(({ lifecycleState }) => !lifecycleState.startsWith('Terminating'));
    const before = staying();
    act();
    const left = new Set(staying());
    for (const { nodeName } of before.filter((instance) => !left.has(instance))) {
      const node = cluster.objects.nodes.get(nodeName ?? '');
      if (node) world.audit.tookOutside(node);
    }
    showEksLater(world, group);
  };
  return {
    /** In so many seconds from now. */
    after,

    /** Zones without capacity, all, or none again; hanging hooks, nodes that never join or stay NotReady, no addresses for pods. */
    trouble(group: string, troubles: Partial<GroupTroubles>) {
      Object.assign(groupOf(world, group).troubles, troubles);
      reconcileGroup(world, groupOf(world, group));
    },
    /** EC2 takes an instance away (spot, hardware, an operator): node and pods are gone at once, and the group launches another. */
    terminateInstance(node: string, cause = 'the instance was terminated from outside') {
      const { group, instance } = placeOf(cluster, node);
      world.audit.tookOutside(nodeNamed(cluster, node));
      terminate(world, group, instance, cause, 0);
      clock.after(0, () => reconcileGroup(world, group));
    },
    /** A kubelet is heard of no more; its instance is replaced later, or never. */
    killNode(node: string, replacedAfterSeconds?: number) {
      const { group, instance } = placeOf(cluster, node);
      const object = nodeNamed(cluster, node);
      world.audit.tookOutside(object);
      clock.after(world.timings.nodeMonitorGrace, () => setNodeReady(cluster, object, 'Unknown'));
      if (replacedAfterSeconds !== undefined) {
        after(replacedAfterSeconds, () => {
          instance.healthy = false;
          terminate(world, group, instance, 'its health check failed');
        });
      }
    },
    nodeReady: becomes,
    /** NotReady and Ready again, so many times, each for so many seconds. */
    flap(node: string, times: number, seconds: number) {
      for (let turn = 0; turn < times; turn += 1) {
        after(turn * 2 * seconds, () => becomes(node, 'False'));
        after((turn * 2 + 1) * seconds, () => becomes(node, 'True'));
      }
    },
    /** Somebody writes a desired capacity, or an alarm or schedule does; a suspended process does nothing.
     *  @returns whether it was written */
    resize(group: string, desired: number, by: { readonly who: string; readonly process?: string } = { who: 'somebody' }) {
      const live = groupOf(world, group);
      if (by.process !== undefined && live.suspended.has(by.process)) return false;
      const inBounds = Math.min(live.max, Math.max(live.min, desired));
      takingOutside(live, () => writeSizes(world, live, { desired: inBounds }, by.who));
      return true;
    },
    /** Somebody writes sizes and bounds, as `terraform apply` does. */
    sizes(group: string, sizes: Sizes, who = 'somebody') {
      const live = groupOf(world, group);
      takingOutside(live, () => writeSizes(world, live, sizes, who));
    },
    /** AZRebalance launches an instance in one zone and then ends one in another, unless it is suspended. */
    rebalance(group: string, from: string, to: string) {
      const live = groupOf(world, group);
      const victim = [...live.instances.values()].find(({ zone, lifecycleState }) => zone === from && lifecycleState === 'InService');
      if (live.suspended.has('AZRebalance') || !victim) return false;
      takingOutside(live, () => {
        startInstance(world, live, to);
        terminate(world, live, victim, 'AZRebalance');
      });
      return true;
    },
    /** @returns whether it began */
    instanceRefresh(group: string) {
      const live = groupOf(world, group);
      if (live.suspended.has('InstanceRefresh')) return false;
      live.instanceRefreshes.push({ id: `refresh-${world.next()}`, status: 'InProgress' });
      return true;
    },
    protect(node: string, isProtected = true) {
      placeOf(cluster, node).instance.protectedFromScaleIn = isProtected;
    },
    /** Stopped instances beside the group. */
    warmPool(group: string, count: number) {
      groupOf(world, group).warmed = Array.from({ length: count }, () => `i-warm${world.next()}`);
    },
    updates(nodegroup: string, troubles: Partial<LiveNodegroup['troubles']>) {
      Object.assign(nodegroupNamed(cluster, nodegroup).troubles, troubles);
    },
    /** Health issues of a managed node group; with any it is DEGRADED. */
    health(nodegroup: string, issues: LiveNodegroup['issues']) {
      nodegroupNamed(cluster, nodegroup).issues = issues;
    },

    cordon(node: string, unschedulable = true, who = 'somebody') {
      const object = nodeNamed(cluster, node);
      if (isServing(object) && unschedulable) world.audit.tookOutside(object);
      object.spec.unschedulable = unschedulable;
      touch(cluster, object);
      if (isServing(object)) world.audit.gaveBack(object);
      const group = groupOfNode(cluster, node);
      const name = group?.nodegroupName ?? group?.name ?? null;
      world.audit.cordoned({ principal: who, cluster: cluster.name, node, group: name, unschedulable });
    },
    /** Somebody's tool sets an annotation or label of a node, or takes it away (null). */
    mark(node: string, kind: 'annotations' | 'labels', key: string, value: string | null) {
      const { metadata } = nodeNamed(cluster, node);
      if (value === null) delete metadata[kind][key];
      else metadata[kind][key] = value;
      touch(cluster, { metadata });
    },
    /** Somebody puts a taint on a node.
     *  @returns what takes it off again */
    taint(node: string, taint: Taint) {
      const object = nodeNamed(cluster, node);
      object.spec.taints = [...(object.spec.taints ?? []), taint];
      touch(cluster, object);
      return () => {
        object.spec.taints = (object.spec.taints ?? []).filter((one) => one !== taint);
        touch(cluster, object);
      };
    },
    setReplicas(workload: string, replicas: number) {
      const deployment = deploymentNamed(cluster, workload);
      deployment.spec.replicas = replicas;
      deployment.metadata.generation += 1;
      touch(cluster, deployment);
    },
    /** What the metric of a HorizontalPodAutoscaler asks for. */
    demand(workload: string, replicas: number) {
      const autoscaler = cluster.objects.autoscalers.get(workload);
      if (!autoscaler) throw new Error(`cluster ${cluster.name} has no HorizontalPodAutoscaler ${workload}`);
      autoscaler.status.desiredReplicas = replicas;
      touch(cluster, autoscaler);
    },
    /** Pods of a workload that start from now on are not well; those that run are replaced.
     *  @returns what makes them well */
    podTrouble(trouble: PodTrouble) {
      cluster.behaviours.troubles.push(trouble);
      return () => void cluster.behaviours.troubles.splice(cluster.behaviours.troubles.indexOf(trouble), 1);
    },
    /** Pods of a Deployment get a finalizer: deleted, they stay. */
    finalizer(workload: string, on = true) {
      const owner = deploymentNamed(cluster, workload).metadata.uid;
      const replicaSets = [...cluster.objects.replicaSets.values()].filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner);
      for (const pod of replicaSets.flatMap((one) => podsOf(cluster, one))) {
        pod.metadata.finalizers = on ? ['example.com/hold'] : [];
        touch(cluster, pod);
        finalize(cluster, pod);
      }
    },
    /** Something is applied: another budget, another workload. */
    apply: (declaration: Declaration) => declaration.apply(cluster),
    deletePod(name: string, graceSeconds?: number) {
      const pod = cluster.objects.pods.get(name);
      if (pod) deletePod(cluster, pod, graceSeconds);
    },
    /** The containers of a pod end by themselves, and well. */
    complete(name: string) {
      const pod = cluster.objects.pods.get(name);
      if (pod) succeed(cluster, pod);
    },
    /** A namespace is deleted: nothing can be made in it from now on, and what is in it goes, controllers and budgets before long.
     *  @param seconds until the namespace controller has got so far */
    terminateNamespace(name: string, seconds = 0) {
      const namespace = cluster.objects.namespaces.get(name);
      if (!namespace) throw new Error(`cluster ${cluster.name} has no namespace ${name}`);
      namespace.status = { phase: 'Terminating' };
      after(seconds, () => {
        const { deployments, replicaSets, statefulSets, daemonSets, jobs, budgets, autoscalers } = cluster.objects;
        for (const kind of [deployments, replicaSets, statefulSets, daemonSets, jobs, budgets, autoscalers])
          for (const [key, { metadata }] of kind) if (metadata.namespace === name) kind.delete(key);
        for (const pod of cluster.podsByNamespace.get(name) ?? []) deletePod(cluster, pod);
        cluster.changed();
      });
    },

    apiServerDown: (fromSeconds: number, untilSeconds: number) => down('EndpointUnreachable', 'kubernetes:*', fromSeconds, untilSeconds),
    credentialsExpired: (fromSeconds: number, untilSeconds: number) => down('Unauthorized', '*', fromSeconds, untilSeconds),
    alarm: (name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') => void world.services.alarms.set(name, state),
    /** Instances of a group do not pass the health checks of a target group.
     *  @returns what lets them pass again */
    unhealthyTargets(arn: string, group: string) {
      const target = world.services.targetGroups.get(arn);
      if (!target) throw new Error(`there is no target group ${arn}`);
      target.unhealthyGroups.add(group);
      return () => void target.unhealthyGroups.delete(group);
    },
  };
}

function nodeNamed(cluster: LiveCluster, name: string): LiveNode {
  const node = cluster.objects.nodes.get(name);
  if (!node) throw new Error(`cluster ${cluster.name} has no node ${name}: it has ${[...cluster.objects.nodes.keys()].join(', ')}`);
  return node;
}

function deploymentNamed(cluster: LiveCluster, name: string): LiveDeployment {
  const found = cluster.objects.deployments.get(name);
  if (!found)
    throw new Error(`cluster ${cluster.name} has no Deployment ${name}: it has ${[...cluster.objects.deployments.keys()].join(', ')}`);
  return found;
}

function nodegroupNamed(cluster: LiveCluster, name: string): LiveNodegroup {
  const found = cluster.nodegroups.get(name);
  if (!found) throw new Error(`cluster ${cluster.name} has no node group ${name}: it has ${[...cluster.nodegroups.keys()].join(', ')}`);
  return found;
}

function placeOf(cluster: LiveCluster, node: string): { readonly group: LiveAutoScalingGroup; readonly instance: Instance } {
  const group = groupOfNode(cluster, nodeNamed(cluster, node).metadata.name);
  const instance = group && [...group.instances.values()].find(({ nodeName }) => nodeName === node);
  if (!group || !instance) throw new Error(`node ${node} belongs to no Auto Scaling group`);
  return { group, instance };
}
