import { rotation as rotationSchema } from '../../../functions/config/rotation.ts';
import { effectiveOptions, type RotationOptions } from '../../../functions/config/rotation-options.ts';
import { CollectionError, type ErrorCode } from '../../../functions/inventory/error-codes.ts';
import { workloadsOf } from '../../../functions/rotation/decide/workloads.ts';
import { describeGroup, groupSnapshot } from '../../../functions/rotation/node-groups/describe-group.ts';
import { instanceIdOf } from '../../../functions/rotation/node-groups/nodes-of-group.ts';
import type { Phase } from '../../../functions/rotation/phases.ts';
import type { ClusterPorts, RotationReads, RotationWrites } from '../../../functions/rotation/ports.ts';
import { readCluster } from '../../../functions/rotation/read/read-cluster.ts';
import {
  type GroupPlace,
  noStamps,
  type RotationRecord,
  recordSchema,
  type Snapshot,
  type TimelineEvent,
} from '../../../functions/rotation/record.ts';
import type { PhaseStep, Step, StepOutcome } from '../../../functions/rotation/step.ts';
import { zoneOf } from '../../../functions/workloads/zones.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { createRotationRecord } from '../records.ts';

type Fields = Record<string, unknown>;

export interface FakeGroup {
  readonly kind: GroupPlace['kind'];
  readonly name: string;
  readonly asg: string;
  min: number;
  desired: number;
  max: number;
  instances: { InstanceId: string; AvailabilityZone: string; LifecycleState: string; ProtectedFromScaleIn?: boolean }[];
  suspended: Set<string>;
  tags: Map<string, { value: string; propagate: boolean }>;
  targetGroups: string[];
  loadBalancers: string[];
  operator: string | null;
  refreshes: { InstanceRefreshId: string; Status: string }[];
  /** Only of managed groups. */
  status: string;
  taints: { key: string; value: string; effect: string }[];
  issues: { code: string; message: string }[];
  nodegroup: Fields;
  /** Zones that new instances go to, in turn. */
  zones: string[];
  /** New instances stay without a node. */
  neverJoin: boolean;
  cpu: string;
}

export interface FakeNode {
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string>; resourceVersion: string };
  spec: { providerID: string; unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status: Fields;
}

const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const clusterTag = 'kubernetes.io/cluster/payments';

/** Two groups of nodes whose sizes have consequences once `settle` is called, and no scheduler: pods stay where they are put. */
export async function groupsWorld(
  given: { readonly kind?: GroupPlace['kind']; readonly size?: number; readonly options?: Partial<RotationOptions> } = {},
) {
  const { kind = 'managed', size = 4 } = given;
  let now = Date.parse('2026-11-21T12:00:00Z');
  let next = 0;
  const groups = new Map<string, FakeGroup>();
  const nodes: FakeNode[] = [];
  const pods: Fields[] = [];
  const objects = new Map<string, Fields[]>();
  const targetHealth = new Map<string, { Id: string; State: string; Reason?: string }[]>();
  const calls: { call: string; input: Fields }[] = [];
  const events: Omit<TimelineEvent, 'at' | 'phase'>[] = [];
  const races = new Map<string, () => void>();
  const refusals = new Map<string, ErrorCode>();
  const cluster = { version: '1.35', status: 'ACTIVE' };

  function addGroup(name: string, wanted: number, overrides: Partial<FakeGroup> = {}): FakeGroup {
    const group: FakeGroup = {
      kind,
      name,
      asg: kind === 'managed' ? `eks-${name}` : name,
      min: Math.min(1, wanted),
      desired: wanted,
      max: wanted + 4,
      instances: [],
      suspended: new Set(),
      tags: new Map([[clusterTag, { value: 'owned', propagate: true }]]),
      targetGroups: [],
      loadBalancers: [],
      operator: null,
      refreshes: [],
      status: 'ACTIVE',
      taints: [],
      issues: [],
      nodegroup: {},
      zones,
      neverJoin: false,
      cpu: '2',
      ...overrides,
    };
    groups.set(name, group);
    launch(group);
    return group;
  }

  function launch(group: FakeGroup): void {
    while (group.instances.length < group.desired) {
      next += 1;
      const zone = group.zones[group.instances.length % group.zones.length] ?? 'eu-west-1a';
      const id = `i-${next}`;
      group.instances.push({ InstanceId: id, AvailabilityZone: zone, LifecycleState: 'InService' });
      if (!group.neverJoin) nodes.push(fakeNode(id, zone, group.cpu));
    }
  }

  /** What the groups want comes true: launches, terminations, the end of updates. */
  function settle(): void {
    for (const group of groups.values()) {
      if (group.status === 'UPDATING' || group.status === 'CREATING') group.status = 'ACTIVE';
      if (group.status === 'DELETING') groups.delete(group.name);
      launch(group);
      while (group.instances.length > group.desired && !group.suspended.has('Terminate')) {
        const gone = group.instances.findLast(({ ProtectedFromScaleIn }) => !ProtectedFromScaleIn);
        if (!gone) break;
        group.instances = group.instances.filter((one) => one !== gone);
        const index = nodes.findIndex((node) => instanceIdOf(node) === gone.InstanceId);
        if (index >= 0) nodes.splice(index, 1);
      }
    }
  }

  function groupOf(name: string): FakeGroup {
    const group = groups.get(name) ?? [...groups.values()].find(({ asg }) => asg === name);
    if (!group) throw new CollectionError('NotFound', `no group ${name}`);
    return group;
  }

  function write(call: string, input: Fields): void {
    races.get(call)?.();
    races.delete(call);
    calls.push({ call, input: structuredClone(input) });
    const code = refusals.get(call);
    if (code) throw new CollectionError(code, `${call} is refused`);
  }

  function setSizes(
    group: FakeGroup,
    { min = group.min, max = group.max, desired }: { min?: number | undefined; max?: number | undefined; desired?: number | undefined },
  ) {
    const wanted = desired ?? Math.min(max, Math.max(min, group.desired));
    if (min > wanted || wanted > max) throw new CollectionError('Internal', `min ${min} desired ${wanted} max ${max}`);
    Object.assign(group, { min, max, desired: wanted });
  }

  const reads: RotationReads = {
    eks: {
      describeCluster: async () => ({ cluster: { ...cluster } }),
      async *listNodegroups() {
        yield { nodegroups: [...groups.values()].filter((one) => one.kind === 'managed').map(({ name }) => name) };
      },
      describeNodegroup: async ({ nodegroupName }) => {
        const group = groupOf(nodegroupName);
        if (group.kind !== 'managed') throw new CollectionError('NotFound', nodegroupName);
        return {
          nodegroup: {
            nodegroupName,
            status: group.status,
            version: '1.35',
            releaseVersion: '1.35.1-20261101',
            // Stale on purpose: sizes are those of the Auto Scaling group.
            scalingConfig: { minSize: 0, maxSize: 99, desiredSize: 77 },
            taints: group.taints,
            labels: {},
            health: { issues: group.issues },
            resources: { autoScalingGroups: [{ name: group.asg }] },
            ...group.nodegroup,
          },
        };
      },
      async *listUpdates() {},
      describeUpdate: async () => ({}),
      async *listInsights() {},
    },
    autoScaling: {
      async *describeAutoScalingGroups({ AutoScalingGroupNames }) {
        const all = [...groups.values()].filter(({ asg }) => AutoScalingGroupNames?.includes(asg) ?? true);
        yield { AutoScalingGroups: all.map(answerOf) };
      },
      async *describeScheduledActions() {
        yield { ScheduledUpdateGroupActions: [{ ScheduledActionName: 'night' }] };
      },
      async *describePolicies() {
        yield { ScalingPolicies: [{ PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' }] };
      },
      describeLifecycleHooks: async () => ({
        LifecycleHooks: [{ LifecycleHookName: 'drain', LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' }],
      }),
      async *describeInstanceRefreshes({ AutoScalingGroupName }) {
        yield { InstanceRefreshes: groupOf(AutoScalingGroupName).refreshes };
      },
      describeWarmPool: async () => ({ Instances: [] }),
    },
    ec2: { async *describeSubnets() {}, async *describeInstanceTypes() {} },
    serviceQuotas: { getServiceQuota: async () => ({}) },
    loadBalancing: {
      async *describeTargetGroups() {},
      describeTargetGroupAttributes: async () => ({}),
      describeTargetHealth: async ({ TargetGroupArn }) => ({
        TargetHealthDescriptions: (targetHealth.get(TargetGroupArn) ?? []).map(({ Id, State, Reason }) => ({
          Target: { Id },
          TargetHealth: { State, Reason },
        })),
      }),
    },
    cloudWatch: { async *describeAlarms() {}, getMetricStatistics: async () => ({}) },
    kubernetes: {
      get: async (path) => {
        if (path === '/version') return { major: '1', minor: '35', gitVersion: 'v1.35.2-eks-abc' };
        const node = nodes.find(({ metadata }) => path === `/api/v1/nodes/${metadata.name}`);
        if (!node) throw new CollectionError('NotFound', path);
        return structuredClone(node);
      },
      async *list(path) {
        const items = path === '/api/v1/nodes' ? nodes : path === '/api/v1/pods' ? pods : (objects.get(path) ?? []);
        yield { items: structuredClone(items) };
      },
      createSelfSubjectAccessReview: async () => ({}),
    },
  };

  const writes: RotationWrites = {
    eks: {
      createNodegroup: async (input) => {
        write('createNodegroup', input);
        const { nodegroupName, clusterName: _, scalingConfig: __, ...given } = input;
        addGroup(nodegroupName, 0, { status: 'CREATING', nodegroup: given, min: 0, max: 1 });
      },
      deleteNodegroup: async (input) => {
        write('deleteNodegroup', { ...input });
        groupOf(input.nodegroupName).status = 'DELETING';
      },
      updateNodegroupConfig: async (input) => {
        write('updateNodegroupConfig', input);
        const group = groupOf(input.nodegroupName);
        if (group.status !== 'ACTIVE') throw new CollectionError('Throttled', `${group.name} is ${group.status}`);
        const { minSize, maxSize, desiredSize } = (input.scalingConfig ?? {}) as Record<string, number | undefined>;
        const taints = (input.taints ?? {}) as Record<string, FakeGroup['taints'] | undefined>;
        if (input.scalingConfig) setSizes(group, { min: minSize, max: maxSize, desired: desiredSize });
        const gone = [...(taints.removeTaints ?? []), ...(taints.addOrUpdateTaints ?? [])].map(({ key }) => key);
        group.taints = [...group.taints.filter(({ key }) => !gone.includes(key)), ...(taints.addOrUpdateTaints ?? [])];
        group.status = 'UPDATING';
      },
    },
    autoScaling: {
      updateAutoScalingGroup: async (input) => {
        write('updateAutoScalingGroup', { ...input });
        setSizes(groupOf(input.AutoScalingGroupName), { min: input.MinSize, max: input.MaxSize, desired: input.DesiredCapacity });
      },
      suspendProcesses: async (input) => {
        write('suspendProcesses', { ...input });
        for (const process of input.ScalingProcesses) groupOf(input.AutoScalingGroupName).suspended.add(process);
      },
      resumeProcesses: async (input) => {
        write('resumeProcesses', { ...input });
        for (const process of input.ScalingProcesses) groupOf(input.AutoScalingGroupName).suspended.delete(process);
      },
      createOrUpdateTags: async ({ Tags }) => {
        write('createOrUpdateTags', { Tags });
        for (const { ResourceId, Key, Value, PropagateAtLaunch } of Tags)
          groupOf(String(ResourceId)).tags.set(String(Key), { value: String(Value), propagate: PropagateAtLaunch === true });
      },
      deleteTags: async ({ Tags }) => {
        write('deleteTags', { Tags });
        for (const { ResourceId, Key } of Tags) groupOf(String(ResourceId)).tags.delete(String(Key));
      },
      attachLoadBalancerTargetGroups: async (input) => {
        write('attachLoadBalancerTargetGroups', { ...input });
        groupOf(input.AutoScalingGroupName).targetGroups.push(...input.TargetGroupARNs);
      },
      attachLoadBalancers: async (input) => {
        write('attachLoadBalancers', { ...input });
        groupOf(input.AutoScalingGroupName).loadBalancers.push(...input.LoadBalancerNames);
      },
    },
    kubernetes: {
      patch: async (path, patch) => {
        write('patch', { path, ...patch });
        const node = nodes.find(({ metadata }) => path === `/api/v1/nodes/${metadata.name}`);
        if (!node) return { status: 404, body: {} };
        const { metadata = {}, spec = {} } = patch as {
          metadata?: { annotations?: Record<string, string | null>; resourceVersion?: string };
          spec?: Fields;
        };
        if (metadata.resourceVersion !== node.metadata.resourceVersion) return { status: 409, body: {} };
        for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
          if (value === null) delete node.metadata.annotations[key];
          else node.metadata.annotations[key] = value;
        }
        Object.assign(node.spec, spec);
        node.metadata.resourceVersion = String(Number(node.metadata.resourceVersion) + 1);
        return { status: 200, body: {} };
      },
      evictPod: async () => ({ status: 500, body: {} }),
      deletePod: async () => ({ status: 500, body: {} }),
    },
  };
  const ports: ClusterPorts = { reads, writes };

  const blue = addGroup('workers-a', size);
  const green = addGroup('workers-b', 0, { max: size });
  const base = createRotationRecord();
  const place = (name: string): GroupPlace => ({ kind, name });
  let record: RotationRecord = {
    ...base,
    options: effectiveOptions({ ...given.options }),
    stamps: noStamps,
    size,
    blue: place('workers-a'),
    green: place('workers-b'),
    snapshot: await takeSnapshot(),
  };
  record = recordSchema.parse(record);

  async function takeSnapshot(): Promise<Snapshot> {
    const view = await readCluster(reads.kubernetes, new Date(now));
    const [before, after] = await Promise.all([
      describeGroup(reads, 'payments', place('workers-a')),
      describeGroup(reads, 'payments', place('workers-b')),
    ]);
    if (!before) throw new Error('blue is not there');
    const idsOfBlue = before.instances.map(({ id }) => id);
    return {
      takenAt: new Date(now).toISOString(),
      clusterVersion: '1.35',
      blue: groupSnapshot(before),
      green: after ? groupSnapshot(after) : null,
      nodes: view.nodes.map((node) => ({
        name: node.metadata.name,
        instanceId: instanceIdOf(node) ?? null,
        zone: zoneOf(node) ?? null,
        group: idsOfBlue.includes(instanceIdOf(node) ?? '') ? 'blue' : 'green',
        ready: true,
        unschedulable: node.spec?.unschedulable === true,
        scaleDownDisabled: node.metadata.annotations?.['cluster-autoscaler.kubernetes.io/scale-down-disabled'] ?? null,
        excludedFromLoadBalancers: null,
        allocatable: Object.fromEntries(Object.entries(node.status?.allocatable ?? {}).map(([key, value]) => [key, String(value)])),
      })),
      budgets: [],
      workloads: workloadsOf(view),
    };
  }

  async function run(phase: Phase, act: PhaseStep): Promise<StepOutcome> {
    record = { ...record, phase, phaseStartedAt: { [phase]: new Date(now).toISOString(), ...record.phaseStartedAt } };
    const step: Step = {
      record,
      now: new Date(now),
      reads: ports.reads,
      writes: ports.writes,
      outside: {
        store: memoryStore().store,
        gates: { invoke: async () => ({}) },
        clock: () => new Date(now),
        pause: async () => {},
        random: () => 0.5,
        randomId: () => 'id',
      },
      configuration: rotationSchema.parse({ enabled: true }),
      update: async (change) => {
        record = recordSchema.parse(change(record));
        return record;
      },
      note: (event) => events.push(event),
      timeLeftMs: () => 60_000,
    };
    return act(step);
  }

  return {
    reads,
    writes,
    groups,
    blue,
    green,
    nodes,
    pods,
    objects,
    cluster,
    targetHealth,
    calls,
    events,
    races,
    refusals,
    addGroup,
    settle,
    takeSnapshot,
    run,
    /** Steps until a phase has ended, what the groups want coming true after each. */
    async runUntilEnd(phase: Phase, act: PhaseStep, most = 40): Promise<StepOutcome> {
      for (let one = 1; ; one += 1) {
        const outcome = await run(phase, act);
        if (outcome.status !== 'wait' || one === most) return outcome;
        settle();
        now += 15_000;
      }
    },
    record: () => record,
    change: (changes: Partial<RotationRecord>) => {
      record = recordSchema.parse({ ...record, ...changes });
    },
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    callsOf: (call: string) => calls.filter((one) => one.call === call).map(({ input }) => input),
    sizes: ({ min, desired, max }: FakeGroup) => ({ min, desired, max }),
    nodesOf: (group: FakeGroup) => nodes.filter((node) => group.instances.some(({ InstanceId }) => InstanceId === instanceIdOf(node))),
  };
}

export type GroupsWorld = Awaited<ReturnType<typeof groupsWorld>>;

function fakeNode(id: string, zone: string, cpu: string): FakeNode {
  return {
    metadata: {
      name: `ip-${id}`,
      labels: { 'topology.kubernetes.io/zone': zone },
      annotations: {},
      resourceVersion: '1',
    },
    spec: { providerID: `aws:///${zone}/${id}` },
    status: {
      allocatable: { cpu, memory: '4Gi', pods: '10' },
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { kubeletVersion: 'v1.35.1-eks-123' },
    },
  };
}

function answerOf(group: FakeGroup): Fields {
  return {
    AutoScalingGroupName: group.asg,
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    AvailabilityZones: zones,
    Instances: structuredClone(group.instances),
    SuspendedProcesses: [...group.suspended].map((ProcessName) => ({ ProcessName })),
    Tags: [...group.tags].map(([Key, { value, propagate }]) => ({ Key, Value: value, PropagateAtLaunch: propagate })),
    TargetGroupARNs: [...group.targetGroups],
    LoadBalancerNames: [...group.loadBalancers],
    ...(group.operator !== null && { Operator: { Principal: group.operator } }),
  };
}

/** A pod of ReplicaSet web, bound to a node. */
export function podOn(node: string, name: string, more: Fields = {}): Fields {
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: name,
      creationTimestamp: '2026-11-01T00:00:00Z',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'web', resources: { requests: { cpu: '500m' } } }], ...more },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
