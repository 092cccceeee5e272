import { autoScalingGroupsPort } from '../adapters/aws/auto-scaling-groups-port.ts';
import { cloudWatchPort } from '../adapters/aws/cloudwatch-port.ts';
import { ec2Port } from '../adapters/aws/ec2-port.ts';
import { eksPort } from '../adapters/aws/eks-port.ts';
import { serviceQuotasPort } from '../adapters/aws/service-quotas-port.ts';
import { type SharedAccounts, sharedAccounts } from '../adapters/aws/shared-account.ts';
import { type SharedCatalogue, sharedCatalogue } from '../adapters/aws/shared-catalogue.ts';
import { ssmPort } from '../adapters/aws/ssm-port.ts';
import { eksToken } from '../adapters/kubernetes/eks-token.ts';
import { kubernetesPort } from '../adapters/kubernetes/kubernetes-port.ts';
import { tokenSource } from '../adapters/kubernetes/token-source.ts';
import { createMeter, type Meter } from '../adapters/meter.ts';
import { accountFigures } from '../inventory/account-figures.ts';
import type { ClusterSources } from '../inventory/ports.ts';
import type { Account } from './accounts.ts';

export { createMeter, type Meter, type SharedAccounts, type SharedCatalogue, sharedAccounts, sharedCatalogue };

export interface ClusterSourcesOptions {
  readonly account: Account;
  readonly region: string;
  /** Ends every request of this scan. */
  readonly deadline: AbortSignal;
  /** Counts what this scan costs. */
  readonly meter: Meter;
  /** One for the whole run. */
  readonly catalogue: SharedCatalogue;
  /** One for the whole run. */
  readonly accounts: SharedAccounts;
  readonly kubernetes: {
    readonly timeoutSeconds: number;
    readonly connectTimeoutSeconds?: number | undefined;
    readonly gzip?: boolean | undefined;
  };
}

/** The real outside of one cluster, for one scan. Makes no request. */
export async function clusterSources(options: ClusterSourcesOptions): Promise<ClusterSources> {
  const { account, region, deadline, meter, catalogue, accounts, kubernetes } = options;
  const clients = account.clients(region);
  const at = { region, deadline };
  const eks = eksPort({ ...at, client: await clients.eks(meter) });
  const ec2 = ec2Port({ ...at, client: await clients.ec2(meter) });
  const cloudWatch = cloudWatchPort({ ...at, client: await clients.cloudWatch(meter) });
  const serviceQuotas = serviceQuotasPort({ ...at, client: await clients.serviceQuotas(meter) });
  return {
    eks,
    ec2,
    autoScaling: autoScalingGroupsPort({ ...at, client: await clients.autoScaling(meter) }),
    ssm: ssmPort({ ...at, client: await clients.ssm(meter) }),
    account: accounts.of(
      account.accountId,
      region,
      accountFigures({ ec2, cloudWatch, serviceQuotas }, () => new Date()),
    ),
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
