import type { ClusterVersion } from '../inventory/evidence/eks-catalogue.ts';
import { compareVersions, formatVersion, parseVersion } from '../versions/kubernetes-version.ts';
import type { CheckContext, CheckOutcome } from './define-check.ts';

/** What keeps a check on support dates from a pass although the answer of EKS is there: it does not know this version, or its dates
 *  cannot be read, and only the bundled table speaks. EKS leaves unsupported versions out of its answer, so for those the table is enough. */
export function unconfirmedSupport({
  support,
  controlPlane,
  clusterVersions,
}: CheckContext & { readonly clusterVersions: readonly ClusterVersion[] | undefined }): CheckOutcome['unknown'] {
  if (!clusterVersions || support.status === 'unsupported') return [];
  if (support.status !== 'unknown' && support.source === 'DescribeClusterVersions') return [];
  const version = formatVersion(controlPlane);
  const listed = clusterVersions.some((entry) => {
    const parsed = parseVersion(entry.clusterVersion);
    return parsed !== undefined && compareVersions(parsed, controlPlane) === 0;
  });
  return listed
    ? [{ evidence: 'eks.clusterVersions', code: 'InvalidResponse', message: `EKS gives no readable support dates for ${version}` }]
    : [{ evidence: 'eks.clusterVersions', code: 'NotFound', message: `EKS does not list version ${version}` }];
}
