import type { RotationOptions } from '../../../config/rotation-options.ts';
import type { ErrorCode } from '../../../inventory/error-codes.ts';
import type { LabelSelector } from '../../../workloads/selectors.ts';
import type { CreateGreen } from '../../input.ts';
import type { LiveGroup } from '../../node-groups/live-group.ts';
import type { ClusterView } from '../../read/cluster-view.ts';
import type { Problem, Snapshot } from '../../record.ts';

/** What a preflight asks the outside for. Each is read once; one that could not be read is a finding of its own (V15). */
export const pieces = [
  'cluster',
  'blue',
  'green',
  'view',
  'quota',
  'subnets',
  'instanceTypes',
  'networking',
  'webhooks',
  'autoscalers',
  'nodePools',
  'scheduledActions',
  'lifecycleHooks',
  'volumeAttachments',
  'insights',
  'access',
] as const;
export type Piece = (typeof pieces)[number];

export interface Unreadable {
  readonly piece: Piece;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The cluster, from DescribeCluster. */
export interface ClusterFacts {
  readonly status: string | null;
  readonly ipFamily: string | null;
  readonly zonalShift: boolean;
  readonly autoMode: boolean;
}

/** What new nodes of a group are made of. Empty lists and null: not known. */
export interface GroupSource {
  readonly subnets: readonly string[];
  readonly instanceTypes: readonly string[];
  /** `ON_DEMAND`, `SPOT`, `CAPACITY_BLOCK`. */
  readonly capacityType: string | null;
  readonly amiType: string | null;
  readonly launchTemplate: { readonly id: string | null; readonly name: string | null; readonly version: string | null } | null;
  /** Tags of the managed node group. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface GroupFacts {
  readonly live: LiveGroup;
  readonly source: GroupSource;
}

export interface SubnetFacts {
  readonly id: string;
  readonly zone: string | null;
  readonly freeAddresses: number;
}

/** A type of instance, from DescribeInstanceTypes. */
export interface InstanceTypeFacts {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** As Kubernetes says it: `amd64`, `arm64`; null where neither. */
  readonly architecture: string | null;
  readonly networkInterfaces: number | null;
  readonly addressesPerInterface: number | null;
  readonly gpus: { readonly resource: string; readonly count: number } | null;
}

/** Quota of running on-demand standard instances, in vCPUs. */
export interface QuotaFacts {
  readonly limit: number;
  /** What CloudWatch saw last. */
  readonly used: number;
}

/** How the VPC CNI keeps addresses ready: its settings on DaemonSet aws-node. Null: not set. */
export interface NetworkingFacts {
  readonly warmAddresses: number | null;
  readonly minimumAddresses: number | null;
  readonly warmInterfaces: number | null;
  readonly prefixes: boolean;
  /** Pods get addresses of other subnets than their nodes. */
  readonly customSubnets: boolean;
}

/** A webhook that may keep pods from being made, evicted or deleted. */
export interface WebhookFacts {
  readonly configuration: string;
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  readonly name: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** Whether its rules reach pods that are made, deleted or evicted. */
  readonly reachesPods: boolean;
  readonly namespaceSelector: LabelSelector | null;
  readonly objectSelector: LabelSelector | null;
  /** Null where the backend is outside of the cluster. */
  readonly service: {
    readonly namespace: string;
    readonly name: string;
    /** Labels of its pods; null where the service does not exist, or selects nothing. */
    readonly selector: Readonly<Record<string, string>> | null;
    /** Labels of the namespace of the service. */
    readonly namespaceLabels: Readonly<Record<string, string>>;
  } | null;
}

/** A Cluster Autoscaler that runs in the cluster. */
export interface AutoscalerFacts {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  /** Its flags, without the dashes: `nodes` may be there several times. */
  readonly flags: readonly { readonly name: string; readonly value: string }[];
}

export interface ScheduledActionFacts {
  readonly group: string;
  readonly name: string;
  /** ISO; null where EC2 Auto Scaling does not say. */
  readonly nextAt: string | null;
}

export interface LifecycleHookFacts {
  readonly group: string;
  readonly name: string;
  readonly transition: string;
  readonly heartbeatSeconds: number | null;
}

export interface VolumeAttachmentFacts {
  readonly name: string;
  readonly node: string;
  readonly volume: string | null;
  readonly attached: boolean;
  readonly deletedAt: string | null;
  readonly error: string | null;
}

export interface InsightFacts {
  readonly name: string;
  /** `PASSING`, `WARNING`, `ERROR`, `UNKNOWN`. */
  readonly status: string;
  readonly reason: string | null;
}

/** What the rotation may do in the cluster, asked by SelfSubjectAccessReview. */
export interface AccessFacts {
  /** `create pods/eviction`. */
  readonly action: string;
  readonly allowed: boolean;
}

/** Everything that a preflight judges. Null: it could not be read, and `unreadable` says why. */
export interface PreflightFacts {
  readonly now: Date;
  readonly rotationId: string;
  readonly clusterName: string;
  readonly clusterVersion: string;
  /** N: nodes that green is to have. */
  readonly size: number;
  readonly options: RotationOptions;
  readonly allow: { readonly force: readonly string[]; readonly unmanaged: readonly string[] };
  /** A person must agree before blue is retired. */
  readonly approvalRequired: boolean;
  readonly snapshot: Snapshot;
  /** What green is made with; null where it exists. */
  readonly create: CreateGreen | null;
  /** Nodes that are in green already were launched by this rotation. */
  readonly greenIsOurs: boolean;
  /** Processes that this rotation has suspended, by Auto Scaling group. */
  readonly ourSuspensions: Readonly<Record<string, readonly string[]>>;
  readonly unreadable: readonly Unreadable[];
  /** Names of the nodes of each group, by their instances. */
  readonly blueNodes: ReadonlySet<string>;
  readonly greenNodes: ReadonlySet<string>;
  readonly cluster: ClusterFacts | null;
  readonly blue: GroupFacts | null;
  /** Null also where it is to be created. */
  readonly green: GroupFacts | null;
  readonly view: ClusterView | null;
  readonly quota: QuotaFacts | null;
  /** Subnets of green. */
  readonly subnets: readonly SubnetFacts[] | null;
  /** Of blue and green. */
  readonly instanceTypes: readonly InstanceTypeFacts[] | null;
  readonly networking: NetworkingFacts | null;
  readonly webhooks: readonly WebhookFacts[] | null;
  readonly autoscalers: readonly AutoscalerFacts[] | null;
  /** Names of Karpenter's node pools. */
  readonly nodePools: readonly string[] | null;
  readonly scheduledActions: readonly ScheduledActionFacts[] | null;
  readonly lifecycleHooks: readonly LifecycleHookFacts[] | null;
  readonly volumeAttachments: readonly VolumeAttachmentFacts[] | null;
  /** Of category ROLLBACK_READINESS. */
  readonly insights: readonly InsightFacts[] | null;
  readonly access: readonly AccessFacts[] | null;
}

/** A theme of the preflight: pure, and independent of the others. */
export type Theme = (facts: PreflightFacts) => Problem[];
