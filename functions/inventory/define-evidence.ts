import type { z } from 'zod';
import type { ClusterSources, KubernetesPort } from './ports.ts';

/** What one AWS account must allow so that a key can be collected: IAM actions. */
export interface AwsPermission {
  readonly actions: readonly string[];
}

/** What the ClusterRole must allow: one RBAC rule. */
export interface KubernetesPermission {
  readonly apiGroup: string;
  readonly resources: readonly string[];
  readonly verbs: readonly ('get' | 'list')[];
}

/** What a collector works with. */
export interface CollectContext {
  readonly clusterName: string;
  readonly sources: ClusterSources;
  /** Objects per page of a Kubernetes list. */
  readonly pageSize: number;
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
