import { kubernetesPort } from '../adapters/kubernetes/kubernetes-port.ts';
import { askedByServiceAccount, type PodPlace, podEndpoint, serviceAccountTokens } from '../adapters/kubernetes/service-account.ts';
import { createMeter } from '../adapters/meter.ts';
import type { Configuration } from '../config/schema.ts';
import type { InsideOfCluster } from '../fleet/collect-in-cluster.ts';

export type { PodPlace };

/** The cluster around this pod, for one collection. Makes no request, neither to the cluster nor to AWS.
 *  @throws CollectionError NotFound when no service account is mounted */
export async function insideOfCluster(
  name: string,
  pod: PodPlace,
  { timeoutSeconds }: Pick<Configuration['kubernetes'], 'timeoutSeconds'>,
): Promise<InsideOfCluster> {
  const meter = createMeter();
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  const tokens = serviceAccountTokens(pod.serviceAccountFolder);
  return {
    endpoint: await podEndpoint(name, pod),
    connectKubernetes: async (cluster) =>
      askedByServiceAccount(
        kubernetesPort({ cluster, principalArn: 'the service account of this pod', tokens, deadline, meter, timeoutSeconds }),
      ),
    deadline,
    cost: meter.cost,
  };
}
