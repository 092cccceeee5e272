import type { z } from 'zod';
import type { AppliedVersions } from './applied-versions.ts';
import type { ClusterSources, KubernetesPort } from './ports.ts';

/** What one AWS account must allow so that a key can be collected: IAM actions. */
export interface AwsPermission {
  readonly actions: readonly string[];
}

/** What the ClusterRole must allow: one RBAC rule. */
export type KubernetesPermission = KubernetesResourcePermission | KubernetesUrlPermission;

/** URLs that are no resource. */
export interface KubernetesUrlPermission {
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly 'get'[];
}

export interface KubernetesResourcePermission {
  readonly apiGroup: string;
  readonly resources: readonly string[];
  readonly verbs: readonly ('get' | 'list')[];
  /** Only objects of these names, in whatever namespace; a list cannot be limited so. @default all */
  readonly resourceNames?: readonly string[];
}

/** What a collector works with. */
export interface CollectContext {
  readonly clusterName: string;
  /** When the scan of the cluster began. */
  readonly now: Date;
  readonly sources: ClusterSources;
  /** Objects per page of a Kubernetes list. */
  readonly pageSize: number;
  /** Through which API versions the objects of the lists that were read so far were applied. */
  readonly appliedVersions: AppliedVersions;
  /** The connection to the API server, after it answered `/version`; fails for all keys alike when it cannot be reached, so that it is tried once. */
  kubernetes(): Promise<KubernetesPort>;
  /** The answer of `/version`, the first request to the API server. */
  kubernetesVersion(): Promise<unknown>;
  /** Data of another key, collected at most once; throws its `CollectionError` when that is unavailable. */
  evidence<S extends z.ZodType>(other: Evidence<string, S>): Promise<z.output<S>>;
}

/** One kind of evidence. The schema is at once what is kept (an allow-list) and what is expected. */
export interface Evidence<K extends string, S extends z.ZodType> {
  readonly key: K;
  /** One line for the reference. */
  readonly summary: string;
  readonly schema: S;
  /** Only when the configuration asks for it, e.g. pods. */
  readonly optIn?: 'pods' | 'helmReleases' | 'metrics';
  /** What IAM must allow. */
  readonly aws?: AwsPermission;
  /** What RBAC must allow. */
  readonly kubernetes?: readonly KubernetesPermission[];
  /** Absent while no check needs the key: it then answers `NotRequested`. */
  readonly collect?: (context: CollectContext) => Promise<z.output<S>>;
}

/** Keeps the literal type of the key and of the schema. */
export function defineEvidence<const K extends string, S extends z.ZodType>(evidence: Evidence<K, S>): Evidence<K, S> {
  return evidence;
}
