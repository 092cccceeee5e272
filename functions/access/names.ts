/** Where the access entry of the scan role and the ClusterRole meet: a Kubernetes group, and the name of ClusterRole and binding. */
export const scanGroup = 'eks-greenlight:scan';

/** The same of the rotate role: group, and name of ClusterRole and binding. */
export const rotateGroup = 'eks-greenlight:rotate';
export const rotateClusterRole = 'eks-greenlight-rotate';

/** ClusterRole and binding of the in-cluster collector. Names of its own: a binding with the same name would take the other's subject away. */
export const collectorClusterRole = 'eks-greenlight:collect';

/** Role of a member account through which node groups are rotated: fixed, no path. That of the scan is `scanRole.name` of greenlight.yaml. */
export const rotateRoleName = 'eks-greenlight-rotate';

/** Roles of the functions that enter other accounts for a scan, in the tooling account. Fixed names and no path, because the trust policy
 *  of every member account names them, and exists before or without them. */
export const scanFunctionRoles = {
  listClusters: 'eks-greenlight-list-clusters',
  planScan: 'eks-greenlight-plan-scan',
  scanCluster: 'eks-greenlight-scan-cluster',
} as const;

/** Roles of the functions that enter other accounts for a rotation. The other functions of a rotation work on the store alone. */
export const rotationFunctionRoles = {
  rotationStep: 'eks-greenlight-rotation-step',
} as const;
