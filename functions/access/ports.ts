import type { AutoScalingPort, CloudWatchPort, ClusterEndpoint, Ec2Port, EksPort, ServiceQuotasPort, SsmPort } from '../inventory/ports.ts';

/** The API server of one cluster, as far as access to it is read and written. Answers are `unknown` and parsed by whoever asked; each
 *  operation throws a `CollectionError`. */
export interface KubernetesAccessPort {
  /** GET of one path. */
  get(path: string): Promise<unknown>;
  /** POST of a `SelfSubjectAccessReview` with this `spec`; changes nothing. */
  createSelfSubjectAccessReview(spec: object): Promise<unknown>;
  /** PATCH as a server-side apply by our field manager, never by force; `dryRun` does everything but keep it.
   *  @param path of the object, e.g. `/apis/rbac.authorization.k8s.io/v1/clusterroles/NAME` */
  apply(path: string, manifest: object, options: { readonly dryRun: boolean }): Promise<unknown>;
}

export interface AccessEntryName {
  readonly clusterName: string;
  readonly principalArn: string;
}

/** Access entries of EKS, in one account and region. Each operation throws a `CollectionError`. */
export interface AccessEntryPort {
  describeAccessEntry(input: AccessEntryName): Promise<unknown>;
  createAccessEntry(input: AccessEntryName & { readonly kubernetesGroups: readonly string[] }): Promise<unknown>;
  /** Replaces the groups. */
  updateAccessEntry(input: AccessEntryName & { readonly kubernetesGroups: readonly string[] }): Promise<unknown>;
}

/** What `access verify` and `access apply` ask the outside of one cluster for, with the credentials of whoever was let in. */
export interface AccessSources {
  /** ARN of the IAM role or user behind the credentials. */
  readonly principalArn: string;
  readonly eks: EksPort;
  readonly ec2: Ec2Port;
  readonly autoScaling: AutoScalingPort;
  readonly ssm: SsmPort;
  readonly cloudWatch: CloudWatchPort;
  readonly serviceQuotas: ServiceQuotasPort;
  readonly accessEntries: AccessEntryPort;
  connectKubernetes(cluster: ClusterEndpoint): Promise<KubernetesAccessPort>;
}

/** One cluster, not yet opened. */
export interface AccessCluster {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** An account or region whose clusters could not even be listed; region `*` where that failed too. */
export interface FailedPlace {
  readonly accountId: string;
  readonly region: string;
  readonly code: string;
  readonly message: string;
}
