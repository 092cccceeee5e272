import type { RotationOptions } from '../../functions/config/rotation-options.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { ClusterPorts, KubernetesAnswer, RotationReads, RotationWrites } from '../../functions/rotation/ports.ts';
import type { GroupSnapshot, NodeSnapshot, RotationRecord, Snapshot, TimelineEvent, Workload } from '../../functions/rotation/record.ts';
import { createRecord, readRecord, updateRecord } from '../../functions/rotation/record-store.ts';
import type { Step } from '../../functions/rotation/step.ts';
import { readConfigurationIn } from '../../functions/store/configuration.ts';
import { createDesk } from './desk.ts';
import { createRotationRecord } from './records.ts';

/** A group as DescribeAutoScalingGroups answers it. */
export interface AutoScalingGroup {
  readonly AutoScalingGroupName: string;
  MinSize: number;
  MaxSize: number;
  DesiredCapacity: number;
  Instances: { InstanceId: string; AvailabilityZone: string; LifecycleState: string }[];
  Tags: { Key: string; Value: string; PropagateAtLaunch: boolean }[];
  SuspendedProcesses: { ProcessName: string }[];
}

export interface KubernetesObject {
  metadata: { name: string; namespace?: string; resourceVersion?: string; [field: string]: unknown };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export const blueName = 'payments-a';
export const greenName = 'payments-b';

/** Blue and green of two nodes each; Deployment shop/web with two pods, on green. */
export async function soakWorld(
  overrides: {
    readonly record?: Partial<RotationRecord>;
    readonly options?: Partial<RotationOptions>;
    readonly rotation?: Readonly<Record<string, unknown>>;
  } = {},
) {
  const desk = await createDesk(overrides.rotation);
  const base = createRotationRecord();
  const at = desk.clock().toISOString();
  const record = createRotationRecord({
    blue: { kind: 'autoScaling', name: blueName },
    green: { kind: 'autoScaling', name: greenName },
    size: 2,
    phase: 'soak',
    phaseStartedAt: { acquire: at, drain: at, soak: at },
    snapshot: snapshotOfWorld(),
    ...overrides.record,
    options: { ...base.options, ...overrides.options },
  });
  await createRecord(desk.store, record);
  const groups = new Map([group(blueName, 'a'), group(greenName, 'b')].map((one) => [one.AutoScalingGroupName, one]));
  const nodes = [...groups.values()].flatMap(({ Instances }) => Instances.map(({ InstanceId }) => node(InstanceId)));
  for (const one of nodes.slice(0, 2)) Object.assign(one, { spec: { ...one.spec, unschedulable: true } });
  const objects = new Map<string, KubernetesObject[]>([
    ['/api/v1/nodes', nodes],
    ['/api/v1/pods', [pod('web-1', 'node-b1'), pod('web-2', 'node-b2')]],
    ['/apis/apps/v1/deployments', [deployment('web', 2)]],
    ['/apis/apps/v1/replicasets', [replicaSet('web')]],
  ]);
  const alarms: { AlarmName: string; StateValue: string; composite?: boolean }[] = [];
  const asked: unknown[] = [];
  const gateAnswers = new Map<string, () => unknown>();
  const patches: { path: string; patch: Readonly<Record<string, unknown>> }[] = [];
  const failing = new Map<string, CollectionError>();
  const events: Omit<TimelineEvent, 'at' | 'phase'>[] = [];
  const one = (path: string) => {
    const [, collection = '', name = ''] = /^(.*)\/([^/]+)$/.exec(path.replace(/(\/deployments\/[^/]+)\/scale$/, '$1')) ?? [];
    const [, namespace] = /\/namespaces\/([^/]+)\//.exec(path) ?? [];
    const list = objects.get(collection.replace(/\/namespaces\/[^/]+/, '')) ?? [];
    return list.find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
  };
  /** Answers given instead of the patch, first to last. */
  const patchAnswers: KubernetesAnswer[] = [];

  const cluster = { name: 'payments', version: '1.35', status: 'ACTIVE', zonalShiftConfig: { enabled: false } };
  const reads = {
    eks: { describeCluster: async () => ({ cluster: { ...cluster } }) },
    autoScaling: {
      async *describeAutoScalingGroups({ AutoScalingGroupNames }: { AutoScalingGroupNames?: readonly string[] }) {
        yield {
          AutoScalingGroups: [...groups.values()].filter((one) => AutoScalingGroupNames?.includes(one.AutoScalingGroupName) ?? true),
        };
      },
      async *describePolicies() {
        yield {};
      },
      async *describeScheduledActions() {
        yield {};
      },
      async *describeInstanceRefreshes() {
        yield {};
      },
      describeLifecycleHooks: async () => ({}),
      describeWarmPool: async () => ({}),
    },
    cloudWatch: {
      async *describeAlarms(input: { AlarmNames: readonly string[] }) {
        const error = failing.get('alarms');
        if (error) throw error;
        asked.push(input);
        const found = alarms.filter(({ AlarmName }) => input.AlarmNames.includes(AlarmName));
        yield { MetricAlarms: found.filter(({ composite }) => !composite) };
        yield { CompositeAlarms: found.filter(({ composite }) => composite) };
      },
    },
    kubernetes: {
      async get(path: string) {
        const found = one(path);
        if (!found) throw new CollectionError('NotFound', `GET ${path} answered 404`);
        return structuredClone(found);
      },
      async *list(path: string) {
        const error = failing.get(path);
        if (error) throw error;
        yield { items: structuredClone(objects.get(path) ?? []) };
      },
    },
  };
  const writes = {
    autoScaling: {
      async resumeProcesses({ AutoScalingGroupName, ScalingProcesses }: { AutoScalingGroupName: string; ScalingProcesses: string[] }) {
        const found = groups.get(AutoScalingGroupName);
        if (found) found.SuspendedProcesses = found.SuspendedProcesses.filter(({ ProcessName }) => !ScalingProcesses.includes(ProcessName));
      },
    },
    kubernetes: {
      async patch(path: string, patch: Readonly<Record<string, unknown>>): Promise<KubernetesAnswer> {
        patches.push({ path, patch });
        const given = patchAnswers.shift();
        if (given) return given;
        const found = one(path);
        if (!found) return { status: 404, body: {} };
        const metadata = Object(patch.metadata);
        if (metadata.resourceVersion !== found.metadata.resourceVersion) return { status: 409, body: {} };
        Object.assign(found, { spec: { ...found.spec, ...Object(patch.spec) } });
        found.metadata.annotations = { ...Object(found.metadata.annotations), ...metadata.annotations };
        found.metadata.resourceVersion = `${Number(found.metadata.resourceVersion) + 1}`;
        return { status: 200, body: structuredClone(found) };
      },
    },
  };

  /** A step on the record as it stands. */
  const step = async (): Promise<Step> => {
    const stored = await readRecord(desk.store, record.cluster, record.rotationId);
    if (!stored) throw new Error('no record');
    const { rotation: configuration } = await readConfigurationIn(desk.store);
    return {
      record: stored.record,
      now: desk.clock(),
      reads: asPorts<RotationReads>(reads),
      writes: asPorts<RotationWrites>(writes),
      outside: {
        store: desk.store,
        clock: desk.clock,
        randomId: desk.randomId,
        random: () => 0.5,
        pause: async () => {},
        gates: {
          invoke: async (functionArn, payload) => {
            asked.push({ functionArn, payload });
            return gateAnswers.get(functionArn)?.();
          },
        },
      },
      configuration,
      update: (change) => updateRecord(desk.store, record, desk.randomId, change),
      note: (event) => events.push(event),
      timeLeftMs: () => 60_000,
    };
  };
  const stored = async () => (await step()).record;
  return { ...desk, record, cluster, groups, objects, alarms, asked, gateAnswers, patches, patchAnswers, failing, events, step, stored };
}

/** The ports that a test needs; any other fails when it is called. */
function asPorts<Ports extends ClusterPorts['reads'] | ClusterPorts['writes']>(given: object): Ports {
  return given as Ports;
}

function group(AutoScalingGroupName: string, letter: string): AutoScalingGroup {
  return {
    AutoScalingGroupName,
    MinSize: 1,
    MaxSize: 5,
    DesiredCapacity: 2,
    Instances: [1, 2].map((n) => ({ InstanceId: `i-${letter}${n}`, AvailabilityZone: 'eu-west-1a', LifecycleState: 'InService' })),
    Tags: [{ Key: 'team', Value: 'payments', PropagateAtLaunch: true }],
    SuspendedProcesses: [],
  };
}

export function node(instanceId: string): KubernetesObject {
  return {
    metadata: { name: instanceId.replace('i-', 'node-'), resourceVersion: '1', annotations: {}, labels: {} },
    spec: { providerID: `aws:///eu-west-1a/${instanceId}` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

export function pod(name: string, nodeName: string, ready = true): KubernetesObject {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: '2026-11-21T11:00:00Z',
      labels: { app: 'web' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs-web', controller: true }],
    },
    spec: { nodeName },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-11-21T12:00:00Z' }],
    },
  };
}

export function deployment(name: string, replicas: number): KubernetesObject {
  return { metadata: { name, namespace: 'shop', uid: `deployment-${name}`, resourceVersion: '7' }, spec: { replicas } };
}

function replicaSet(owner: string): KubernetesObject {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: owner, uid: `deployment-${owner}`, controller: true }];
  return { metadata: { name: `${owner}-1`, namespace: 'shop', uid: 'rs-web', ownerReferences } };
}

export function groupSnapshotOf(overrides: Partial<GroupSnapshot> = {}): GroupSnapshot {
  return {
    kind: 'autoScaling',
    name: blueName,
    autoScalingGroupName: blueName,
    bounds: { min: 1, desired: 2, max: 5 },
    status: null,
    issues: [],
    version: null,
    releaseVersion: null,
    labels: {},
    taints: [],
    updateConfig: null,
    nodeRepair: false,
    warmPool: null,
    suspendedProcesses: [],
    operator: null,
    zones: [],
    newInstancesProtected: false,
    protectedInstances: [],
    tags: [{ key: 'team', value: 'payments', propagateAtLaunch: true }],
    policies: [],
    scheduledActions: [],
    lifecycleHooks: [],
    targetGroups: [],
    classicLoadBalancers: [],
    maxInstanceLifetimeSeconds: null,
    ...overrides,
  };
}

export function nodeSnapshotOf(overrides: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    name: 'node-a1',
    instanceId: 'i-a1',
    zone: 'eu-west-1a',
    group: 'blue',
    ready: true,
    unschedulable: false,
    scaleDownDisabled: null,
    excludedFromLoadBalancers: null,
    allocatable: {},
    ...overrides,
  };
}

export function workloadOf(overrides: Partial<Workload> = {}): Workload {
  return { kind: 'Deployment', namespace: 'shop', name: 'web', desired: 2, ready: 2, restarts: 0, pending: 0, crashing: 0, ...overrides };
}

export function snapshotOfWorld(overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    takenAt: '2026-11-21T12:00:00.000Z',
    clusterVersion: '1.35',
    blue: groupSnapshotOf(),
    green: groupSnapshotOf({ name: greenName, autoScalingGroupName: greenName }),
    nodes: [nodeSnapshotOf(), nodeSnapshotOf({ name: 'node-a2', instanceId: 'i-a2' })],
    budgets: [],
    workloads: [workloadOf()],
    ...overrides,
  };
}
