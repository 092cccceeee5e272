import * as z from 'zod';
import { CollectionError } from '../inventory/error-codes.ts';
import type { Cluster } from '../inventory/evidence/eks-cluster.ts';
import { eksCluster } from '../inventory/evidence/eks-cluster.ts';
import { parseAnswer } from '../inventory/parse.ts';
import type { AccessSources, KubernetesAccessPort } from './ports.ts';

/** The cluster, as DescribeCluster answers it.
 *  @throws CollectionError */
export async function describedCluster({ eks }: AccessSources, name: string): Promise<Cluster> {
  const answer = await eks.describeCluster({ name });
  return parseAnswer(z.object({ cluster: eksCluster.schema }), answer, `eks:DescribeCluster ${name}`).cluster;
}

/** Its API server, not yet asked for anything.
 *  @throws CollectionError NotYetAvailable while it has none */
export async function connectTo(sources: AccessSources, name: string, cluster: Cluster): Promise<KubernetesAccessPort> {
  if (!cluster.endpoint || !cluster.certificateAuthority?.data)
    throw new CollectionError(
      'NotYetAvailable',
      `cluster ${name} is ${cluster.status} and has no endpoint yet; try again when it is ACTIVE`,
    );
  return sources.connectKubernetes({ name, endpoint: cluster.endpoint, certificateAuthorityData: cluster.certificateAuthority.data });
}

/** Asks once, whoever asks how often. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
