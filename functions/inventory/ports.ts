/** What a scan asks the outside for. A port is one API operation in the API's own words; a list is an `AsyncIterable` of its pages.
 *
 *  Pages are `unknown`: the collector parses them with the schema of the evidence, which is also what trims them.
 *  The adapter behind a port owns the SDK, retries, tokens, the deadline and the counting, and throws `CollectionError`. */
export interface EksPort {
  listClusters(): AsyncIterable<unknown>;
  describeCluster(input: { readonly name: string }): Promise<unknown>;
  listNodegroups(input: { readonly clusterName: string }): AsyncIterable<unknown>;
  describeNodegroup(input: { readonly clusterName: string; readonly nodegroupName: string }): Promise<unknown>;
  listFargateProfiles(input: { readonly clusterName: string }): AsyncIterable<unknown>;
  describeFargateProfile(input: { readonly clusterName: string; readonly fargateProfileName: string }): Promise<unknown>;
  listAddons(input: { readonly clusterName: string }): AsyncIterable<unknown>;
  describeAddon(input: { readonly clusterName: string; readonly addonName: string }): Promise<unknown>;
  describeClusterVersions(input: { readonly includeAll: boolean }): AsyncIterable<unknown>;
  describeAddonVersions(input: Readonly<Record<string, never>>): AsyncIterable<unknown>;
  listInsights(input: { readonly clusterName: string }): AsyncIterable<unknown>;
  describeInsight(input: { readonly clusterName: string; readonly id: string }): Promise<unknown>;
  /** Ids of the updates of the cluster itself, newest first. */
  listUpdates(input: { readonly name: string }): AsyncIterable<unknown>;
  describeUpdate(input: { readonly name: string; readonly updateId: string }): Promise<unknown>;
}

/** Values of one filter are alternatives; what matches none of them is left out, not an error. */
export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

export interface Ec2Port {
  describeSubnets(input: { readonly Filters: readonly Filter[] }): AsyncIterable<unknown>;
  /** There is a filter for names (`launch-template-name`) but none for ids: one id that does not exist is `NotFound` for all. */
  describeLaunchTemplates(
    input: { readonly LaunchTemplateIds: readonly string[] } | { readonly Filters: readonly Filter[] },
  ): AsyncIterable<unknown>;
  describeInstances(input: { readonly Filters: readonly Filter[] }): AsyncIterable<unknown>;
  describeVolumes(input: { readonly Filters: readonly Filter[] }): AsyncIterable<unknown>;
}

export interface AutoScalingPort {
  describeAutoScalingGroups(input: { readonly Filters: readonly Filter[] }): AsyncIterable<unknown>;
}

export interface SsmPort {
  /** Up to ten public parameters; those that do not exist are in `InvalidParameters`. */
  getParameters(input: { readonly Names: readonly string[] }): Promise<unknown>;
}

/** Dates are ISO strings. */
export interface CloudWatchPort {
  getMetricStatistics(input: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    readonly StartTime: string;
    readonly EndTime: string;
    /** Seconds. */
    readonly Period: number;
    readonly Statistics: readonly 'Maximum'[];
  }): Promise<unknown>;
}

export interface ServiceQuotasPort {
  /** The applied value; `NotFound` where the quota was never changed and the service does not tell. */
  getServiceQuota(input: QuotaName): Promise<unknown>;
  getAwsDefaultServiceQuota(input: QuotaName): Promise<unknown>;
}

interface QuotaName {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
}

/** What belongs to an account in a region rather than to a cluster, so fetched once per account, region and run. */
export interface AccountPort {
  /** Data of `ec2.usage`. */
  usage(): Promise<unknown>;
  /** Data of `servicequotas.quotas`. */
  quotas(): Promise<unknown>;
}

export interface ListOptions {
  /** Page size, `limit` of the Kubernetes API. */
  readonly limit: number;
  /** Ask for `PartialObjectMetadata` only: the server leaves spec and status out. */
  readonly metadataOnly?: boolean;
  /** `labelSelector` of the Kubernetes API, e.g. `owner=helm,status=deployed`. */
  readonly labelSelector?: string;
  /** `fieldSelector` of the Kubernetes API, e.g. `type=helm.sh/release.v1`. */
  readonly fieldSelector?: string;
}

export interface KubernetesPort {
  /** GET of one path, parsed from JSON. */
  get(path: string): Promise<unknown>;
  /** All pages of a list, one page in memory at a time. */
  list(path: string, options: ListOptions): AsyncIterable<unknown>;
  /** GET of a path that answers text, e.g. `/metrics`: the lines of it, as they arrive, each time on a new connection. */
  lines(path: string): AsyncIterable<string>;
}

/** What is needed to reach the API server of an EKS cluster, from DescribeCluster. */
export interface ClusterEndpoint {
  readonly name: string;
  /** https URL */
  readonly endpoint: string;
  /** PEM, base64-encoded, as EKS answers it */
  readonly certificateAuthorityData: string;
}

/** The catalogue of a region: what EKS offers there, the same for all its clusters, so fetched once per region and run. */
export interface CataloguePort {
  clusterVersions(): Promise<unknown[]>;
  addonVersions(): Promise<unknown[]>;
}

/** All ports of one cluster, as wiring builds them. */
export interface ClusterSources {
  readonly eks: EksPort;
  readonly ec2: Ec2Port;
  readonly autoScaling: AutoScalingPort;
  readonly ssm: SsmPort;
  readonly account: AccountPort;
  readonly catalogue: CataloguePort;
  /** Where the API server is, for who knows it already. @default what DescribeCluster says */
  readonly endpoint?: ClusterEndpoint;
  connectKubernetes(cluster: ClusterEndpoint): Promise<KubernetesPort>;
}
