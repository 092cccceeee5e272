import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterEndpoint } from '../../inventory/ports.ts';

/** TLS settings and headers for requests to the cluster with this token, as the Kubernetes client library makes them.
 *  This file is imported lazily: the library is large, and scans that read only AWS do not need it. */
export async function httpsOptionsFor(
  { name, endpoint, certificateAuthorityData }: ClusterEndpoint,
  token: string,
): Promise<RequestOptions> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name, server: endpoint, caData: certificateAuthorityData, skipTLSVerify: false },
    { name: 'eks-greenlight', token },
  );
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  return options;
}
