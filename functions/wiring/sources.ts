import { ec2Port } from '../adapters/aws/ec2-port.ts';
import { eksPort } from '../adapters/aws/eks-port.ts';
import { type SharedCatalogue, sharedCatalogue } from '../adapters/aws/shared-catalogue.ts';
import { eksToken } from '../adapters/kubernetes/eks-token.ts';
import { kubernetesPort } from '../adapters/kubernetes/kubernetes-port.ts';
import { tokenSource } from '../adapters/kubernetes/token-source.ts';
import { createMeter, type Meter } from '../adapters/meter.ts';
import type { ClusterSources } from '../inventory/ports.ts';
import type { Account } from './accounts.ts';

export { createMeter, type Meter, type SharedCatalogue, sharedCatalogue };

export interface ClusterSourcesOptions {
  readonly account: Account;
  readonly region: string;
  /** Ends every request of this scan. */
  readonly deadline: AbortSignal;
  /** Counts what this scan costs. */
  readonly meter: Meter;
  /** One for the whole run. */
  readonly catalogue: SharedCatalogue;
  readonly kubernetes: {
    readonly timeoutSeconds: number;
    readonly connectTimeoutSeconds?: number | undefined;
    readonly gzip?: boolean | undefined;
  };
}

/** The real outside of one cluster, for one scan. Makes no request. */
export async function clusterSources(options: ClusterSourcesOptions): Promise<ClusterSources> {
  const { account, region, deadline, meter, catalogue, kubernetes } = options;
  const clients = account.clients(region);
  const eks = eksPort({ client: await clients.eks(meter), region, deadline });
  return {
    eks,
    ec2: ec2Port({ client: await clients.ec2(meter), region, deadline }),
    catalogue: catalogue.of(region, eks),
    connectKubernetes: async (cluster) =>
      kubernetesPort({
        ...kubernetes,
        cluster,
        region,
        principalArn: account.principalArn,
        tokens: tokenSource(() => eksToken({ clusterName: cluster.name, region, credentials: account.credentials })),
        deadline: AbortSignal.any([deadline, AbortSignal.timeout(kubernetes.timeoutSeconds * 1000)]),
        meter,
      }),
  };
}
