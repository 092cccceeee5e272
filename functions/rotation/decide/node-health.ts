import type { DaemonSet } from '../../inventory/evidence/kubernetes-controllers.ts';
import { kubeletSkewLimit } from '../../versions/kubelet-skew.ts';
import { compareVersions, formatVersion, minorsBetween, parseVersion } from '../../versions/kubernetes-version.ts';
import { misfits, roomOn } from '../../workloads/fits.ts';
import { controllerOf } from '../../workloads/owners.ts';
import { isManagedByDaemonSet, isReady } from '../../workloads/pods.ts';
import { describeTaint } from '../../workloads/tolerations.ts';
import type { ClusterView, LiveNode, LivePod } from '../read/cluster-view.ts';
import type { GroupSnapshot, Workload } from '../record.ts';

export interface HealthFacts {
  readonly view: Pick<ClusterView, 'pods' | 'daemonSets'>;
  readonly green: readonly LiveNode[];
  /** Taints that the group gives its nodes. */
  readonly declared: GroupSnapshot['taints'];
  readonly blue: readonly LiveNode[];
  /** `gitVersion` of the API server. */
  readonly apiServer: string;
  readonly baseline: readonly Workload[];
}

/** What is wrong with green's nodes although they are Ready, one sentence each. */
export function unhealthy(facts: HealthFacts): string[] {
  return [
    ...facts.green.flatMap((node) => [...pressure(node), ...unexpectedTaints(node, facts), ...skew(node, facts.apiServer)]),
    ...daemonSetsNotReady(facts),
  ];
}

const pressures: readonly string[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

function pressure({ metadata, status }: LiveNode): string[] {
  return (status?.conditions ?? [])
    .filter((condition) => pressures.includes(condition.type) && condition.status !== 'False')
    .map((condition) => `node ${metadata.name} has ${condition.type} ${condition.status}`);
}

/** A taint that neither the group declares nor any of blue's nodes has: the node is not initialized, or something is wrong with it. */
function unexpectedTaints({ metadata, spec }: LiveNode, { declared, blue }: HealthFacts): string[] {
  const known = new Set([...declared.map(({ key }) => key), ...blue.flatMap((node) => node.spec?.taints?.map(({ key }) => key) ?? [])]);
  const passing = (key: string) => key.startsWith('node.kubernetes.io/') || key.startsWith('node.cloudprovider.kubernetes.io/');
  return (spec?.taints ?? [])
    .filter(({ key, effect }) => effect !== 'PreferNoSchedule' && (passing(key) || !known.has(key)))
    .map((taint) => `node ${metadata.name} has the taint ${describeTaint(taint)}, which is not its group's`);
}

function skew({ metadata, status }: LiveNode, apiServer: string): string[] {
  const said = status?.nodeInfo?.kubeletVersion ?? '';
  const [kubelet, server] = [parseVersion(said), parseVersion(apiServer)];
  if (!kubelet || !server) return [`node ${metadata.name}: kubelet "${said}" cannot be compared with API server "${apiServer}"`];
  const versions = `kubelet ${formatVersion(kubelet)}, and the API server is ${formatVersion(server)}`;
  if (compareVersions(kubelet, server) > 0) return [`node ${metadata.name} has ${versions}: a kubelet must not be newer`];
  const limit = kubeletSkewLimit(kubelet);
  if (minorsBetween(kubelet, server) > limit) return [`node ${metadata.name} has ${versions}: at most ${limit} minors older`];
  return [];
}

/** Every DaemonSet that belongs on a green node has a Ready pod there. One that was short of Ready pods before is no failure of green (V16). */
function daemonSetsNotReady({ view, green, baseline }: HealthFacts): string[] {
  const key = (namespace: string | null | undefined, name: string) => `${namespace ?? 'default'}/${name}`;
  const broken = new Set(
    baseline.filter(({ kind, ready, desired }) => kind === 'DaemonSet' && ready < desired).map((one) => key(one.namespace, one.name)),
  );
  const ready = new Set(
    view.pods
      .filter((pod) => isManagedByDaemonSet(pod) && isReady(pod) && pod.metadata.deletionTimestamp == null)
      .map((pod) => `${key(pod.metadata.namespace, controllerOf(pod)?.name ?? '')} ${pod.spec?.nodeName}`),
  );
  return view.daemonSets
    .map((set) => ({ set, name: key(set.metadata.namespace, set.metadata.name) }))
    .filter(({ name }) => !broken.has(name))
    .flatMap(({ set, name }) =>
      green
        .filter((node) => belongsOn(set, node) && !ready.has(`${name} ${node.metadata.name}`))
        .map((node) => `DaemonSet ${name} has no Ready pod on node ${node.metadata.name}`),
    );
}

/** Pods of DaemonSets tolerate every condition of a node; their controller adds it.
 *  @see https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations */
const added = ['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', 'network-unavailable'].map(
  (what) => ({
    key: `node.kubernetes.io/${what}`,
    operator: 'Exists',
  }),
);

function belongsOn({ metadata, spec }: DaemonSet, node: LiveNode): boolean {
  const template = spec?.template?.spec;
  const pod: LivePod = {
    metadata: { name: metadata.name, namespace: metadata.namespace },
    spec: {
      nodeSelector: template?.nodeSelector,
      affinity: template?.affinity,
      tolerations: [...(template?.tolerations ?? []), ...added],
    },
  };
  return misfits(pod, roomOn(node, []), () => undefined).length === 0;
}
