import { rotation as rotationSchema } from '../../../functions/config/rotation.ts';
import type { RotationOptions } from '../../../functions/config/rotation-options.ts';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import { workloadsOf } from '../../../functions/rotation/decide/workloads.ts';
import { describeGroup, groupSnapshot } from '../../../functions/rotation/node-groups/describe-group.ts';
import type { ClusterPorts, KubernetesAnswer, PodName, RotationReads, RotationWrites } from '../../../functions/rotation/ports.ts';
import { readCluster } from '../../../functions/rotation/read/read-cluster.ts';
import { noStamps, type RotationRecord, recordSchema, type TimelineEvent } from '../../../functions/rotation/record.ts';
import type { Side, Step } from '../../../functions/rotation/step.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { createRotationRecord } from '../records.ts';

type Labels = Record<string, string>;
type Fields = Readonly<Record<string, unknown>>;

export interface FakeNode {
  readonly name: string;
  readonly group: Side | 'other';
  readonly zone: string;
  ready: boolean;
  unschedulable: boolean;
  annotations: Labels;
  labels: Labels;
  version: number;
}

export interface FakePod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** `Deployment web`, `StatefulSet db`; null for a pod that nobody controls. */
  readonly of: FakeWorkload | null;
  node: string | null;
  readonly createdAt: number;
  readyAt: number;
  deletedAt: number | null;
  finalizers?: string[];
  phase?: string;
  extra?: { readonly metadata?: Fields; readonly spec?: Fields; readonly status?: Fields };
}

export interface FakeWorkload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
  replicas: number;
  /** Seconds. @default 5 */
  readonly grace?: number;
  readonly start?: number;
  /** Each pod has a ReadWriteOnce volume of its own. */
  readonly volumes?: boolean;
  readonly spec?: Fields;
  readonly labels?: Labels;
  /** Pods crash on nodes of that group. */
  crashesOn?: Side;
  version?: number;
}

export interface FakeBudget {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

export const start = Date.parse('2026-11-21T12:00:00Z');
export const rotationId = 'rot-payments-1';

/** Seconds for which a volume stays attached after its pod is gone. */
const detach = 6;

/** A small cluster of two Auto Scaling groups with controllers, budgets and a scheduler. Time stands still until it is advanced. */
export function drainWorld(given: { readonly blue?: number; readonly green?: number; readonly other?: number } = {}) {
  let now = start;
  let uids = 0;
  const nodes: FakeNode[] = [];
  const pods: FakePod[] = [];
  const workloads: FakeWorkload[] = [];
  const budgets: FakeBudget[] = [];
  /** Volume → node, and since when nobody uses it there. */
  const attachments = new Map<string, { node: string; freeSince: number | null }>();
  /** Extra lists: services, target group bindings, autoscalers. */
  const lists = new Map<string, object[]>();
  const objects = new Map<string, { metadata: { resourceVersion: string }; spec: Record<string, unknown> }>();
  const targetGroups = new Map<string, { delay: number; states: Map<string, string> }>();
  const attached: Record<'blue' | 'green', string[]> = { blue: [], green: [] };
  const calls: string[] = [];
  const cluster = { name: 'payments', version: '1.35', status: 'ACTIVE', zonalShiftConfig: { enabled: false } };
  const reads: string[] = [];
  const graces: (number | undefined)[] = [];
  /** An answer instead of the usual one, or an error to be thrown; undefined: the usual one. */
  const faults: { evict?: (pod: PodName) => KubernetesAnswer | Error | undefined; patch?: (path: string) => KubernetesAnswer | undefined } =
    {};
  let overdrawn = 0;

  const addNode = (group: FakeNode['group'], index: number, parts: Partial<FakeNode> = {}) => {
    const zone = parts.zone ?? ['a', 'b', 'c'][(index - 1) % 3] ?? 'a';
    const node: FakeNode = {
      name: `${group}-${index}`,
      group,
      zone,
      ready: true,
      unschedulable: false,
      annotations: {},
      labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': `${group}-${index}` },
      version: 1,
      ...parts,
    };
    nodes.push(node);
    return node;
  };
  for (const group of ['blue', 'green', 'other'] as const)
    for (let index = 1; index <= (given[group] ?? (group === 'other' ? 0 : 3)); index += 1) addNode(group, index);

  const nodeNamed = (name: string | null) => nodes.find((node) => node.name === name);
  const claimOf = (pod: FakePod) => (pod.of?.volumes ? `data-${pod.name}` : undefined);
  const isReady = (pod: FakePod) =>
    pod.node !== null && pod.deletedAt === null && pod.readyAt <= now && !isCrashing(pod) && pod.phase === undefined && canMount(pod);
  const isCrashing = (pod: FakePod) => pod.of?.crashesOn !== undefined && nodeNamed(pod.node)?.group === pod.of.crashesOn;
  const canMount = (pod: FakePod) => {
    const claim = claimOf(pod);
    return claim === undefined || attachments.get(`pv-${claim}`)?.node === pod.node;
  };

  const addPod = (of: FakeWorkload | null, parts: Partial<FakePod> = {}): FakePod => {
    uids += 1;
    const pod: FakePod = {
      uid: `uid-${uids}`,
      namespace: of?.namespace ?? 'shop',
      name: `${of?.name ?? 'pod'}-${uids}`,
      of,
      node: null,
      createdAt: now,
      readyAt: now + (of?.start ?? 5) * 1000,
      deletedAt: null,
      ...parts,
    };
    pods.push(pod);
    return pod;
  };

  /** A workload whose pods run, spread over the nodes given. */
  const addWorkload = (parts: Partial<FakeWorkload> & { readonly name: string }, on: readonly string[] = []): FakeWorkload => {
    const workload: FakeWorkload = { kind: 'Deployment', namespace: 'shop', replicas: on.length, ...parts };
    workloads.push(workload);
    on.forEach((node, index) => {
      const pod = addPod(workload, { name: nameOf(workload, index), node, readyAt: now, createdAt: now - 3600_000 });
      const claim = claimOf(pod);
      if (claim !== undefined) attachments.set(`pv-${claim}`, { node, freeSince: null });
    });
    return workload;
  };
  const nameOf = (workload: FakeWorkload, index: number) =>
    workload.kind === 'StatefulSet' ? `${workload.name}-${index}` : `${workload.name}-x-${(uids + 1).toString(36)}`;

  const tick = () => {
    for (const pod of [...pods]) {
      if (pod.deletedAt !== null && pod.deletedAt <= now && !pod.finalizers?.length) pods.splice(pods.indexOf(pod), 1);
    }
    for (const [, attachment] of attachments) {
      const used = pods.some((pod) => pod.node === attachment.node && `pv-${claimOf(pod)}` === keyOfAttachment(attachment));
      attachment.freeSince = used ? null : (attachment.freeSince ?? now);
    }
    for (const [volume, { freeSince }] of [...attachments])
      if (freeSince !== null && now - freeSince >= detach * 1000) attachments.delete(volume);
    for (const workload of workloads) {
      if (workload.kind === 'DaemonSet') continue;
      const own = pods.filter((pod) => pod.of === workload && (workload.kind === 'StatefulSet' || pod.deletedAt === null));
      for (let index = own.length; index < workload.replicas; index += 1) {
        const free = Array.from({ length: workload.replicas }, (_, one) => one).find(
          (one) =>
            !own.some(({ name }) => name === `${workload.name}-${one}`) && !pods.some(({ name }) => name === `${workload.name}-${one}`),
        );
        if (workload.kind === 'StatefulSet' && free === undefined) break;
        addPod(workload, { name: nameOf(workload, free ?? 0) });
      }
      for (const extra of own.slice(workload.replicas).filter(({ deletedAt }) => deletedAt === null)) extra.deletedAt = now;
    }
    for (const pod of pods.filter(({ node, deletedAt }) => node === null && deletedAt === null)) {
      const [target] = nodes
        .filter((node) => node.ready && !node.unschedulable)
        .sort((a, b) => podsOn(a.name) - podsOn(b.name) || (a.name < b.name ? -1 : 1));
      if (!target) continue;
      pod.node = target.name;
      pod.readyAt = now + (pod.of?.start ?? 5) * 1000;
    }
    for (const pod of pods) {
      const claim = claimOf(pod);
      if (claim !== undefined && pod.node !== null && !attachments.has(`pv-${claim}`)) {
        attachments.set(`pv-${claim}`, { node: pod.node, freeSince: null });
        pod.readyAt = Math.max(pod.readyAt, now + 1000);
      }
    }
  };
  const keyOfAttachment = (attachment: { node: string }) => [...attachments].find(([, one]) => one === attachment)?.[0];
  const podsOn = (name: string) => pods.filter(({ node }) => node === name).length;

  const advance = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      now += 1000;
      tick();
    }
  };

  // What the API answers.
  const ownerReference = (workload: FakeWorkload) => {
    const kind = workload.kind === 'Deployment' ? 'ReplicaSet' : workload.kind;
    const name = workload.kind === 'Deployment' ? `${workload.name}-x` : workload.name;
    return { apiVersion: 'apps/v1', kind, name, uid: `uid-of-${name}`, controller: true };
  };
  const labelsOf = (pod: FakePod) => ({ app: pod.of?.name ?? pod.name, ...pod.of?.labels });
  const podObject = (pod: FakePod) => {
    const ready = isReady(pod);
    const claim = claimOf(pod);
    const waiting = isCrashing(pod) && pod.readyAt <= now ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} };
    return {
      metadata: {
        name: pod.name,
        namespace: pod.namespace,
        uid: pod.uid,
        labels: labelsOf(pod),
        creationTimestamp: new Date(pod.createdAt).toISOString(),
        ...(pod.deletedAt !== null && { deletionTimestamp: new Date(pod.deletedAt).toISOString() }),
        ...(pod.finalizers && { finalizers: pod.finalizers }),
        ownerReferences: pod.of ? [ownerReference(pod.of)] : [],
        ...pod.extra?.metadata,
      },
      spec: {
        ...(pod.node !== null && { nodeName: pod.node }),
        terminationGracePeriodSeconds: pod.of?.grace ?? 5,
        containers: [{ name: 'app' }],
        volumes: claim === undefined ? [] : [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
        ...pod.of?.spec,
        ...pod.extra?.spec,
      },
      status: {
        phase: pod.phase ?? (pod.node !== null && pod.readyAt <= now ? 'Running' : 'Pending'),
        conditions: [
          pod.node === null
            ? { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/6 nodes are available: 6 Insufficient cpu.' }
            : { type: 'PodScheduled', status: 'True' },
          {
            type: 'Ready',
            status: ready ? 'True' : 'False',
            lastTransitionTime: new Date(ready ? pod.readyAt : pod.createdAt).toISOString(),
          },
        ],
        containerStatuses: pod.node === null ? [] : [{ name: 'app', ready, restartCount: 0, state: waiting }],
        ...pod.extra?.status,
      },
    };
  };
  const nodeObject = (node: FakeNode) => ({
    metadata: { name: node.name, labels: node.labels, annotations: node.annotations, resourceVersion: String(node.version) },
    spec: { providerID: `aws:///${node.zone}/i-${node.name}`, ...(node.unschedulable && { unschedulable: true }) },
    status: {
      allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: node.ready ? 'True' : 'False' }],
    },
  });
  const matching = (budget: FakeBudget) => pods.filter((pod) => pod.namespace === budget.namespace && labelsOf(pod).app === budget.app);
  const statusOf = (budget: FakeBudget) => {
    const expected = workloads
      .filter(({ namespace, name }) => namespace === budget.namespace && name === budget.app)
      .reduce((sum, one) => sum + one.replicas, 0);
    const healthy = matching(budget).filter(isReady).length;
    const percent = (value: number | string) =>
      typeof value === 'number' ? value : Math.ceil((Number(value.replace('%', '')) * expected) / 100);
    const desired = budget.maxUnavailable === undefined ? percent(budget.minAvailable ?? 0) : expected - percent(budget.maxUnavailable);
    return { disruptionsAllowed: Math.max(0, healthy - desired), currentHealthy: healthy, desiredHealthy: desired, expectedPods: expected };
  };
  const metadataOf = (workload: FakeWorkload) => ({
    name: workload.name,
    namespace: workload.namespace,
    uid: `uid-of-${workload.name}`,
    resourceVersion: String(workload.version ?? 1),
  });
  const controllerObject = (workload: FakeWorkload) => ({
    metadata: metadataOf(workload),
    spec: { replicas: workload.replicas, selector: { matchLabels: { app: workload.name } } },
    status: {
      replicas: workload.replicas,
      readyReplicas: pods.filter((pod) => pod.of === workload && isReady(pod)).length,
      desiredNumberScheduled: pods.filter((pod) => pod.of === workload).length,
    },
  });
  const ofKind = (kind: FakeWorkload['kind']) => workloads.filter((one) => one.kind === kind);
  const listOf = (path: string): object[] => {
    switch (path) {
      case '/api/v1/nodes':
        return nodes.map(nodeObject);
      case '/api/v1/pods':
        return pods.map(podObject);
      case '/apis/policy/v1/poddisruptionbudgets':
        return budgets.map((budget) => ({
          metadata: { name: budget.name, namespace: budget.namespace },
          spec: {
            selector: { matchLabels: { app: budget.app } },
            ...(budget.minAvailable !== undefined && { minAvailable: budget.minAvailable }),
            ...(budget.maxUnavailable !== undefined && { maxUnavailable: budget.maxUnavailable }),
          },
          status: statusOf(budget),
        }));
      case '/apis/apps/v1/deployments':
        return ofKind('Deployment').map(controllerObject);
      case '/apis/apps/v1/statefulsets':
        return ofKind('StatefulSet').map(controllerObject);
      case '/apis/apps/v1/daemonsets':
        return ofKind('DaemonSet').map(controllerObject);
      case '/apis/apps/v1/replicasets':
        return ofKind('Deployment').map((workload) => ({
          metadata: {
            name: `${workload.name}-x`,
            namespace: workload.namespace,
            uid: `uid-of-${workload.name}-x`,
            ownerReferences: [
              { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name, uid: `uid-of-${workload.name}`, controller: true },
            ],
          },
        }));
      case '/apis/batch/v1/jobs':
        return [];
      case '/api/v1/persistentvolumes':
        return workloads.flatMap((workload) =>
          workload.volumes
            ? Array.from({ length: workload.replicas }, (_, index) => `data-${workload.name}-${index}`).map((claim) => ({
                metadata: { name: `pv-${claim}` },
                spec: { accessModes: ['ReadWriteOnce'], claimRef: { namespace: workload.namespace, name: claim } },
                status: { phase: 'Bound' },
              }))
            : [],
        );
      case '/apis/storage.k8s.io/v1/volumeattachments':
        return [...attachments].map(([volume, { node }]) => ({
          metadata: { name: `csi-${volume}` },
          spec: { nodeName: node, source: { persistentVolumeName: volume } },
        }));
      default: {
        const extra = lists.get(path);
        if (!extra && !path.endsWith('/services') && !path.endsWith('/horizontalpodautoscalers'))
          throw new CollectionError('NotFound', `GET ${path} answered 404`);
        return extra ?? [];
      }
    }
  };
  const deploymentAt = (path: string) => {
    const [, namespace, name] = /namespaces\/([^/]+)\/deployments\/([^/]+)\/scale$/.exec(path) ?? [];
    return workloads.find((one) => one.kind === 'Deployment' && one.namespace === namespace && one.name === name);
  };
  const kubernetes: RotationReads['kubernetes'] = {
    get: async (path) => {
      reads.push(path);
      const node = path.startsWith('/api/v1/nodes/') && nodeNamed(path.slice('/api/v1/nodes/'.length));
      if (node) return nodeObject(node);
      const deployment = deploymentAt(path);
      if (deployment) return controllerObject(deployment);
      const object = objects.get(path);
      if (object) return object;
      throw new CollectionError('NotFound', `GET ${path} answered 404`);
    },
    list: async function* (path) {
      reads.push(path);
      const items = listOf(path);
      for (let from = 0; from === 0 || from < items.length; from += 500) yield { items: items.slice(from, from + 500) };
    },
    createSelfSubjectAccessReview: async () => ({}),
  };

  const ok = (body: unknown = {}): KubernetesAnswer => ({ status: 200, body });
  const status = (code: number, message: string, reason?: string): KubernetesAnswer => ({
    status: code,
    body: { kind: 'Status', message, details: { causes: reason ? [{ reason, message }] : [] } },
  });
  const remove = (pod: FakePod, grace?: number) => {
    pod.deletedAt ??= now + (grace ?? pod.of?.grace ?? 5) * 1000;
  };
  const writes: RotationWrites['kubernetes'] = {
    patch: async (path, patch) => {
      const fault = faults.patch?.(path);
      if (fault) return fault;
      calls.push(`patch ${path}`);
      const { metadata = {}, spec = {} } = patch as { metadata?: Record<string, unknown>; spec?: Record<string, unknown> };
      const wanted = metadata.resourceVersion;
      const deployment = deploymentAt(path);
      if (deployment) {
        if (wanted !== undefined && wanted !== String(deployment.version ?? 1)) return status(409, 'the object has been modified');
        deployment.replicas = Number(spec.replicas);
        deployment.version = (deployment.version ?? 1) + 1;
        return ok();
      }
      const object = objects.get(path);
      if (object) {
        Object.assign(object.spec, spec);
        return ok();
      }
      const node = nodeNamed(path.slice('/api/v1/nodes/'.length));
      if (!node) return status(404, 'not found');
      if (wanted !== undefined && wanted !== String(node.version)) return status(409, 'the object has been modified');
      if ('unschedulable' in spec) node.unschedulable = spec.unschedulable === true;
      node.annotations = merged(node.annotations, metadata.annotations);
      node.labels = merged(node.labels, metadata.labels);
      node.version += 1;
      return ok();
    },
    evictPod: async (name, options) => {
      const fault = faults.evict?.(name);
      if (fault instanceof Error) throw fault;
      if (fault) return fault;
      calls.push(`evict ${name.namespace}/${name.name}`);
      graces.push(options?.gracePeriodSeconds);
      const pod = pods.find((one) => one.namespace === name.namespace && one.name === name.name);
      if (!pod) return status(404, 'not found');
      if (pod.uid !== name.uid) return status(409, 'the UID in the precondition does not match');
      const over = budgets.filter((budget) => matching(budget).includes(pod));
      if (over.length > 1)
        return status(500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
      if (isReady(pod) && over[0] && statusOf(over[0]).disruptionsAllowed <= 0) {
        overdrawn += 1;
        return status(429, `Cannot evict pod as it would violate the pod's disruption budget ${over[0].name}.`, 'DisruptionBudget');
      }
      remove(pod, options?.gracePeriodSeconds);
      return { status: 201, body: {} };
    },
    deletePod: async (name) => {
      calls.push(`delete ${name.namespace}/${name.name}`);
      const pod = pods.find((one) => one.uid === name.uid);
      if (!pod) return status(404, 'not found');
      remove(pod);
      return ok();
    },
  };

  const unused = async (): Promise<never> => {
    throw new Error('not asked in these tests');
  };
  async function* nothing(): AsyncIterable<unknown> {
    yield {};
  }
  const groupAnswer = (side: Side) => ({
    AutoScalingGroupName: side,
    MinSize: 0,
    MaxSize: 10,
    DesiredCapacity: nodes.filter(({ group }) => group === side).length,
    AvailabilityZones: ['a', 'b', 'c'],
    Instances: nodes
      .filter(({ group }) => group === side)
      .map(({ name, zone }) => ({ InstanceId: `i-${name}`, AvailabilityZone: zone, LifecycleState: 'InService', HealthStatus: 'Healthy' })),
    TargetGroupARNs: attached[side],
  });
  const ports: ClusterPorts = {
    reads: {
      eks: {
        describeCluster: async () => ({ cluster: { ...cluster } }),
        listNodegroups: nothing,
        describeNodegroup: unused,
        listUpdates: nothing,
        describeUpdate: unused,
        listInsights: nothing,
      },
      autoScaling: {
        describeAutoScalingGroups: async function* ({ AutoScalingGroupNames = ['blue', 'green'] }) {
          const sides = (['blue', 'green'] as const).filter((side) => AutoScalingGroupNames.includes(side) && !missing.has(side));
          yield { AutoScalingGroups: sides.map(groupAnswer) };
        },
        describeScheduledActions: nothing,
        describePolicies: nothing,
        describeLifecycleHooks: async () => ({}),
        describeInstanceRefreshes: nothing,
        describeWarmPool: async () => ({}),
      },
      ec2: { describeSubnets: nothing, describeInstanceTypes: nothing },
      serviceQuotas: { getServiceQuota: unused },
      loadBalancing: {
        describeTargetGroups: nothing,
        describeTargetGroupAttributes: async ({ TargetGroupArn }) => ({
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(targetGroups.get(TargetGroupArn)?.delay ?? 300) }],
        }),
        describeTargetHealth: async ({ TargetGroupArn }) => ({
          TargetHealthDescriptions: [...(targetGroups.get(TargetGroupArn)?.states ?? [])].map(([Id, State]) => ({
            Target: { Id },
            TargetHealth: { State },
          })),
        }),
      },
      cloudWatch: { describeAlarms: nothing, getMetricStatistics: unused },
      kubernetes,
    },
    writes: {
      eks: { createNodegroup: unused, deleteNodegroup: unused, updateNodegroupConfig: unused },
      autoScaling: {
        updateAutoScalingGroup: unused,
        suspendProcesses: unused,
        resumeProcesses: unused,
        createOrUpdateTags: unused,
        deleteTags: unused,
        attachLoadBalancerTargetGroups: unused,
        attachLoadBalancers: unused,
      },
      kubernetes: writes,
    },
  };
  /** Groups that do not exist. */
  const missing = new Set<Side>();

  let record: RotationRecord | undefined;
  const events: Omit<TimelineEvent, 'at' | 'phase'>[] = [];
  /** Takes the snapshot of what is there now. */
  const begin = async (parts: Partial<RotationRecord> = {}, options: Partial<RotationOptions> = {}): Promise<RotationRecord> => {
    const base = createRotationRecord();
    const view = await readCluster(kubernetes, new Date(now));
    const blue = await describeGroup(ports.reads, 'payments', { kind: 'autoScaling', name: 'blue' });
    if (!blue) throw new Error('the world has no blue');
    const at = new Date(now).toISOString();
    record = recordSchema.parse({
      ...base,
      options: { ...base.options, ...options },
      rotationId,
      blue: { kind: 'autoScaling', name: 'blue' },
      green: { kind: 'autoScaling', name: 'green' },
      size: nodes.filter(({ group }) => group === 'blue').length,
      phase: 'drain',
      phaseStartedAt: { drain: at },
      stamps: noStamps,
      snapshot: {
        takenAt: at,
        clusterVersion: '1.34',
        blue: groupSnapshot(blue),
        green: null,
        nodes: nodes.map((node) => ({
          name: node.name,
          instanceId: `i-${node.name}`,
          zone: node.zone,
          group: node.group,
          ready: node.ready,
          unschedulable: node.unschedulable,
          scaleDownDisabled: null,
          excludedFromLoadBalancers: null,
          allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
        })),
        budgets: [],
        workloads: workloadsOf(view),
      },
      ...parts,
    });
    reads.length = 0;
    return record;
  };
  const current = (): RotationRecord => {
    if (!record) throw new Error('begin() first');
    return record;
  };
  const step = (parts: { readonly configuration?: object; readonly random?: number; readonly timeLeftMs?: () => number } = {}): Step => ({
    record: current(),
    now: new Date(now),
    reads: ports.reads,
    writes: ports.writes,
    outside: {
      store: memoryStore().store,
      gates: { invoke: unused },
      clock: () => new Date(now),
      pause: async () => {},
      random: () => parts.random ?? 0.5,
      randomId: () => 'id',
    },
    configuration: rotationSchema.parse({ enabled: true, ...parts.configuration }),
    update: async (change) => {
      record = recordSchema.parse(change(current()));
      return record;
    },
    note: (event) => events.push(event),
    timeLeftMs: parts.timeLeftMs ?? (() => 60_000),
  });

  return {
    nodes,
    pods,
    workloads,
    budgets,
    attachments,
    lists,
    objects,
    targetGroups,
    attached,
    missing,
    calls,
    cluster,
    reads,
    graces,
    events,
    faults,
    ports,
    addNode,
    addPod,
    addWorkload,
    advance,
    begin,
    step,
    status,
    record: current,
    setRecord: (change: (record: RotationRecord) => RotationRecord) => {
      record = change(current());
    },
    view: () => readCluster(kubernetes, new Date(now)),
    nodeNamed,
    isReady,
    overdrawn: () => overdrawn,
    now: () => now,
  };
}

export type DrainWorld = ReturnType<typeof drainWorld>;

function merged(before: Labels, patch: unknown): Labels {
  const all: Record<string, string | null> = { ...before, ...(patch as Record<string, string | null> | undefined) };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
