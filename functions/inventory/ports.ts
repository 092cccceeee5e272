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
}

export interface Ec2Port {
  describeSubnets(input: {
    readonly Filters: readonly { readonly Name: string; readonly Values: readonly string[] }[];
  }): AsyncIterable<unknown>;
}

export interface ListOptions {
  /** Page size, `limit` of the Kubernetes API. */
  readonly limit: number;
  /** Ask for `PartialObjectMetadata` only: the server leaves spec and status out. */
  readonly metadataOnly?: boolean;
}

export interface KubernetesPort {
  /** GET of one path, parsed from JSON. */
  get(path: string): Promise<unknown>;
  /** All pages of a list, one page in memory at a time. */
  list(path: string, options: ListOptions): AsyncIterable<unknown>;
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
  readonly catalogue: CataloguePort;
  /** Where the API server is, for who knows it already. @default what DescribeCluster says */
  readonly endpoint?: ClusterEndpoint;
  connectKubernetes(cluster: ClusterEndpoint): Promise<KubernetesPort>;
}
