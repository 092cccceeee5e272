/** Where the access entry of the scan role and the ClusterRole meet: a Kubernetes group, and the name of ClusterRole and binding. */
export const scanGroup = 'eks-greenlight:scan';

/** ClusterRole and binding of the in-cluster collector. Names of its own: a binding with the same name would take the other's subject away. */
export const collectorClusterRole = 'eks-greenlight:collect';

/** Roles of the functions that enter other accounts for a scan, in the tooling account. Fixed names and no path, because the trust policy
 *  of every member account names them, and exists before or without them. */
export const scanFunctionRoles = {
  listClusters: 'eks-greenlight-list-clusters',
  planScan: 'eks-greenlight-plan-scan',
  scanCluster: 'eks-greenlight-scan-cluster',
} as const;
