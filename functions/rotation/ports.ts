import type { KubernetesPort } from '../inventory/ports.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Phase } from './phases.ts';

/** What a rotation asks of the outside, and does there. A port is one API operation in the API's own words; answers are `unknown`, and parsed
 *  by who asked. Adapters throw `CollectionError` with a code of the closed list; `Forbidden` and `AccessDenied` are never retried. */

type Fields = Readonly<Record<string, unknown>>;

interface NodegroupName {
  readonly clusterName: string;
  readonly nodegroupName: string;
}

/** Amazon EKS, read. */
export interface EksReadPort {
  describeCluster(input: { readonly name: string }): Promise<unknown>;
  listNodegroups(input: { readonly clusterName: string }): AsyncIterable<unknown>;
  describeNodegroup(input: NodegroupName): Promise<unknown>;
  listUpdates(input: { readonly name: string; readonly nodegroupName?: string }): AsyncIterable<unknown>;
  describeUpdate(input: { readonly name: string; readonly updateId: string; readonly nodegroupName?: string }): Promise<unknown>;
  listInsights(input: { readonly clusterName: string }): AsyncIterable<unknown>;
}

/** Amazon EKS, written. Inputs are those of the API. */
export interface EksWritePort {
  createNodegroup(input: NodegroupName & Fields): Promise<unknown>;
  deleteNodegroup(input: NodegroupName): Promise<unknown>;
  updateNodegroupConfig(input: NodegroupName & Fields): Promise<unknown>;
}

interface GroupName {
  readonly AutoScalingGroupName: string;
}

/** Amazon EC2 Auto Scaling, read. */
export interface AutoScalingReadPort {
  /** @param input no names: all groups of the account and region */
  describeAutoScalingGroups(input: { readonly AutoScalingGroupNames?: readonly string[] }): AsyncIterable<unknown>;
  describeScheduledActions(input: GroupName): AsyncIterable<unknown>;
  describePolicies(input: GroupName): AsyncIterable<unknown>;
  describeLifecycleHooks(input: GroupName): Promise<unknown>;
  describeInstanceRefreshes(input: GroupName): AsyncIterable<unknown>;
  describeWarmPool(input: GroupName): Promise<unknown>;
}

/** Amazon EC2 Auto Scaling, written. */
export interface AutoScalingWritePort {
  updateAutoScalingGroup(
    input: GroupName & { readonly MinSize?: number; readonly MaxSize?: number; readonly DesiredCapacity?: number },
  ): Promise<unknown>;
  suspendProcesses(input: GroupName & { readonly ScalingProcesses: readonly string[] }): Promise<unknown>;
  resumeProcesses(input: GroupName & { readonly ScalingProcesses: readonly string[] }): Promise<unknown>;
  createOrUpdateTags(input: { readonly Tags: readonly Fields[] }): Promise<unknown>;
  deleteTags(input: { readonly Tags: readonly Fields[] }): Promise<unknown>;
  attachLoadBalancerTargetGroups(input: GroupName & { readonly TargetGroupARNs: readonly string[] }): Promise<unknown>;
  attachLoadBalancers(input: GroupName & { readonly LoadBalancerNames: readonly string[] }): Promise<unknown>;
}

/** Amazon EC2, read. */
export interface Ec2ReadPort {
  describeSubnets(input: {
    readonly Filters: readonly { readonly Name: string; readonly Values: readonly string[] }[];
  }): AsyncIterable<unknown>;
  describeInstanceTypes(input: { readonly InstanceTypes: readonly string[] }): AsyncIterable<unknown>;
}

export interface ServiceQuotasReadPort {
  getServiceQuota(input: { readonly ServiceCode: string; readonly QuotaCode: string }): Promise<unknown>;
}

export interface LoadBalancingReadPort {
  describeTargetGroups(input: { readonly TargetGroupArns: readonly string[] }): AsyncIterable<unknown>;
  describeTargetGroupAttributes(input: { readonly TargetGroupArn: string }): Promise<unknown>;
  describeTargetHealth(input: { readonly TargetGroupArn: string }): Promise<unknown>;
}

export interface CloudWatchReadPort {
  describeAlarms(input: { readonly AlarmNames: readonly string[] }): AsyncIterable<unknown>;
  /** For the usage of a quota. */
  getMetricStatistics(input: Fields): Promise<unknown>;
}

/** An answer of the API server, whatever its status; the body is a `Status` where the status is an error. */
export interface KubernetesAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The API server, read. Lists are never from a cache: they carry no `resourceVersion`. */
export interface KubernetesReadPort extends Pick<KubernetesPort, 'get' | 'list'> {
  /** `spec` of a SelfSubjectAccessReview; a review changes nothing. */
  createSelfSubjectAccessReview(spec: Fields): Promise<unknown>;
}

/** The API server, written. Every answer comes back as it is, errors too; what is thrown is that there was none (`EndpointUnreachable`,
 *  `Timeout`, `Unauthorized` after a fresh token). */
export interface KubernetesWritePort {
  /** JSON merge patch of one object; a `metadata.resourceVersion` in it is a condition (409 when it does not hold). */
  patch(path: string, patch: Fields): Promise<KubernetesAnswer>;
  /** `policy/v1` Eviction with `preconditions.uid`. */
  evictPod(pod: PodName, options?: { readonly gracePeriodSeconds?: number }): Promise<KubernetesAnswer>;
  /** DELETE with `preconditions.uid`; only of what a list names. */
  deletePod(pod: PodName): Promise<KubernetesAnswer>;
}

export interface RotationReads {
  readonly eks: EksReadPort;
  readonly autoScaling: AutoScalingReadPort;
  readonly ec2: Ec2ReadPort;
  readonly serviceQuotas: ServiceQuotasReadPort;
  readonly loadBalancing: LoadBalancingReadPort;
  readonly cloudWatch: CloudWatchReadPort;
  readonly kubernetes: KubernetesReadPort;
}

export interface RotationWrites {
  readonly eks: EksWritePort;
  readonly autoScaling: AutoScalingWritePort;
  readonly kubernetes: KubernetesWritePort;
}

/** What a gate function or alarm says. */
export type GateVerdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** A Lambda function that is asked whether to go on, in the tooling account. */
export interface GatePort {
  invoke(functionArn: string, payload: Fields): Promise<unknown>;
}

/** Something that people, or the event bus, are to hear of a rotation. */
export interface RotationNotice {
  readonly kind: 'phase-changed' | 'finished' | 'approval-requested' | 'needs-human';
  /** Rotation and state: who was told is not told again. */
  readonly id: string;
  readonly at: string;
  readonly rotationId: string;
  /** Who asked for a plan has it: nobody else is told. */
  readonly dryRun: boolean;
  readonly cluster: { readonly accountId: string; readonly region: string; readonly name: string; readonly arn: string };
  readonly blue: string | null;
  readonly green: string | null;
  readonly phase: Phase;
  /** Of a rotation that has ended. */
  readonly outcome: string | null;
  /** One sentence. */
  readonly cause: string | null;
  /** The objects in the way, by name. */
  readonly blockers: readonly string[];
  readonly approval: { readonly deadline: string; readonly nonce: string } | null;
  readonly reportKey: string | null;
}

/** One cluster's outside, entered through the rotate role of its account. */
export interface ClusterPorts {
  readonly reads: RotationReads;
  /** Not fenced yet. */
  readonly writes: RotationWrites;
}

export interface ClusterName {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** What the machines' functions are given. */
export interface RotationOutside {
  readonly store: ObjectStore;
  /** @throws CollectionError AssumeRoleDenied, AccessDenied, EndpointUnreachable … */
  openCluster(cluster: ClusterName): Promise<ClusterPorts>;
  readonly gates: GatePort;
  /** Rejects when a notice could not be delivered; it is then tried again with the next step. */
  tell(notice: RotationNotice): Promise<void>;
  clock(): Date;
  /** Waits inside a step. Only for seconds: what takes longer is another step. */
  pause(milliseconds: number): Promise<void>;
  randomId(): string;
  /** From 0 to 1, for jitter. */
  random(): number;
}

/** Of that, what is enough for who enters no account. */
export type RotationDesk = Pick<RotationOutside, 'store' | 'clock' | 'randomId' | 'tell'>;
