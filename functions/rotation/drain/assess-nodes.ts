import type { RotationOptions } from '../../config/rotation-options.ts';
import type { Configuration } from '../../config/schema.ts';
import { assessPod, type DrainAssessment, type DrainContext, drainContext, isEvictable } from '../../workloads/drain.ts';
import type { DrainPolicy } from '../../workloads/drain-policy.ts';
import type { ClusterView, LiveNode, LivePod } from '../read/cluster-view.ts';

export interface AssessedPod {
  readonly pod: LivePod;
  readonly node: string;
  readonly assessment: DrainAssessment;
}

/** A node, with what a drain would do to each pod that is bound to it. */
export interface AssessedNode {
  readonly node: string;
  /** By namespace and name. */
  readonly pods: readonly AssessedPod[];
  /** No pod is left that would have to move: it may be removed (V4). */
  readonly empty: boolean;
  /** A drain has nothing to do there (D29). Of what is left, pods that opted out still keep the node from being removed (D14). */
  readonly drained: boolean;
}

export interface DrainPlace {
  /** Nodes on which pods may land. */
  readonly destinations: readonly LiveNode[];
  readonly options: RotationOptions;
  /** `allow` of the rotation's configuration. */
  readonly allow: Configuration['rotation']['allow'];
  /** When the drain began; undefined before it, when grace periods are judged (D28) and no Job is overdue. */
  readonly startedAt: Date | undefined;
}

/** Assesses all pods of the named nodes, in the order of the names. Pure: it reads nothing but the view. */
export function assessNodes(view: ClusterView, nodeNames: readonly string[], place: DrainPlace): AssessedNode[] {
  return assessNodesWith(view, nodeNames, contextOf(view, place));
}

/** The same with a context that was made before. */
export function assessNodesWith(view: ClusterView, nodeNames: readonly string[], context: DrainContext): AssessedNode[] {
  const wanted = new Map<string, LivePod[]>(nodeNames.map((name) => [name, []]));
  for (const pod of view.pods) wanted.get(pod.spec?.nodeName ?? '')?.push(pod);
  return nodeNames.map((node) => {
    const pods = (wanted.get(node) ?? []).map((pod) => ({ pod, node, assessment: assessPod(pod, context) })).sort(byName);
    return {
      node,
      pods,
      empty: !pods.some(({ assessment }) => isEvictable(assessment)),
      drained: pods.every(({ assessment }) => assessment.verdict === 'skip'),
    };
  });
}

/** What surrounds the pods, indexed once for all of them. */
export function contextOf(view: ClusterView, { destinations, options, allow, startedAt }: DrainPlace): DrainContext {
  return drainContext({
    now: view.readAt.getTime(),
    pods: view.pods,
    nodes: view.nodes,
    podDisruptionBudgets: view.podDisruptionBudgets,
    persistentVolumes: view.persistentVolumes,
    deployments: view.deployments,
    replicaSets: view.replicaSets,
    statefulSets: view.statefulSets,
    daemonSets: view.daemonSets,
    jobs: view.jobs,
    destinations,
    ...(startedAt && { drainStartedAt: startedAt.getTime() }),
    policy: policyOf(options, allow, startedAt !== undefined),
  });
}

function policyOf(options: RotationOptions, allow: DrainPlace['allow'], started: boolean): DrainPolicy {
  return {
    allowOrphans: options.allowOrphans,
    allowUnmanaged: allow.unmanaged,
    acceptLoss: options.acceptLoss,
    protectEmptyDir: options.protectEmptyDir && { matchLabels: options.protectEmptyDir },
    disruptionAnnotations: options.disruptionAnnotations,
    jobWaitMinutes: options.jobWaitMinutes,
    overdueJobs: options.overdueJobs,
    nodeDeadlineMinutes: started ? null : options.nodeDeadlineMinutes,
    maxGraceSeconds: options.maxGraceSeconds,
  };
}

/** Pods are moved to nodes that are Ready and schedulable, and not Fargate's: those take no pod that they were not made for. */
export function destinationsAmong(nodes: readonly LiveNode[], leaving: ReadonlySet<string>): LiveNode[] {
  return nodes.filter((node) => !leaving.has(node.metadata.name) && takesPods(node) && !isFargate(node));
}

/** Ready, and not cordoned. */
export function takesPods({ spec, status }: LiveNode): boolean {
  const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
  return ready && spec?.unschedulable !== true;
}

function isFargate({ metadata }: LiveNode): boolean {
  return metadata.labels?.['eks.amazonaws.com/compute-type'] === 'fargate';
}

/** `Pod shop/web-1 on ip-10-0-1-2`: how a pod is named in messages. */
export function nameOfPod({ pod, node }: Pick<AssessedPod, 'pod' | 'node'>): string {
  return `Pod ${podKey(pod)} on ${node}`;
}

export function podKey({ metadata }: LivePod): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function byName(a: AssessedPod, b: AssessedPod): number {
  const [x, y] = [podKey(a.pod), podKey(b.pod)];
  return x < y ? -1 : x > y ? 1 : 0;
}
