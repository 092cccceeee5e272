import * as z from 'zod';
import { rotateRoleName } from '../access/names.ts';
import { autoScalingPort } from '../adapters/aws/auto-scaling-port.ts';
import { cloudWatchPort } from '../adapters/aws/cloudwatch-port.ts';
import { ec2RotationPort } from '../adapters/aws/ec2-rotation-port.ts';
import { eksRotationPort } from '../adapters/aws/eks-rotation-port.ts';
import { loadBalancingPort } from '../adapters/aws/load-balancing-port.ts';
import { type RotationClients, rotationClients } from '../adapters/aws/rotation-clients.ts';
import { serviceQuotasPort } from '../adapters/aws/service-quotas-port.ts';
import { eksToken } from '../adapters/kubernetes/eks-token.ts';
import { kubernetesRotationPort } from '../adapters/kubernetes/rotation-port.ts';
import { tokenSource } from '../adapters/kubernetes/token-source.ts';
import { createMeter } from '../adapters/meter.ts';
import type { Configuration } from '../config/schema.ts';
import { CollectionError } from '../inventory/error-codes.ts';
import { eksCluster } from '../inventory/evidence/eks-cluster.ts';
import { parseAnswer } from '../inventory/parse.ts';
import type { ClusterEndpoint } from '../inventory/ports.ts';
import type { ClusterName, ClusterPorts, EksReadPort } from '../rotation/ports.ts';
import { type Account, openAccount } from './accounts.ts';
import { rememberedSuccess } from './remembered.ts';

export interface RotationClusterOptions {
  /** Of the STS endpoint through which accounts are entered. */
  readonly region: string;
  /** Where the external id of the trust policy stands; it is that of the scan role. */
  readonly configuration: () => Promise<{ readonly scanRole: Pick<Configuration['scanRole'], 'externalId'> }>;
  /** Role of each account that may rotate. @default eks-greenlight-rotate */
  readonly roleName?: string;
  /** How an account is entered, for who does it otherwise. @default through that role */
  readonly enter?: (accountId: string) => Promise<Account>;
  /** Seconds in which all calls of one step must have been answered; a step itself works for a minute. @default 90 */
  readonly stepSeconds?: number;
}

/** Seconds for one request to an API server. */
const requestSeconds = 30;

interface Entered {
  readonly account: Account;
  readonly clients: (region: string) => RotationClients;
}

/** Opens clusters for rotations, each time for one step. Whatever is read or written there, it is with the credentials of the account's own
 *  rotate role: assumed once for all steps, and again before they expire. What could not be entered is tried again with the next step.
 *  @throws CollectionError AssumeRoleDenied, NotFound when there is no such cluster, NotYetAvailable while it is being created … */
export function openRotationCluster(options: RotationClusterOptions): (cluster: ClusterName) => Promise<ClusterPorts> {
  const { region: home, configuration, roleName = rotateRoleName, stepSeconds = 90 } = options;
  const throughRole = async (accountId: string) => {
    const { externalId } = (await configuration()).scanRole;
    return openAccount({ runId: 'rotation', region: home, role: { name: roleName, externalId }, account: { id: accountId } });
  };
  const enter = rememberedSuccess(async (accountId: string): Promise<Entered> => {
    const account = await (options.enter ?? throughRole)(accountId);
    const opened = new Map<string, RotationClients>();
    const clients = (region: string): RotationClients => {
      const known = opened.get(region) ?? rotationClients(region, account.credentials);
      opened.set(region, known);
      return known;
    };
    return { account, clients };
  });
  return async ({ accountId, region, name }) => {
    const { account, clients } = await enter(accountId);
    const deadline = AbortSignal.timeout(stepSeconds * 1000);
    const of = clients(region);
    const at = { region, deadline };
    const eks = eksRotationPort({ ...at, client: of.eks });
    const autoScaling = autoScalingPort({ ...at, client: of.autoScaling });
    const kubernetes = kubernetesRotationPort({
      cluster: await endpointOf(eks, name),
      region,
      principalArn: account.principalArn,
      tokens: tokenSource(() => eksToken({ clusterName: name, region, credentials: account.credentials })),
      deadline,
      meter: createMeter(),
      timeoutSeconds: requestSeconds,
    });
    return {
      reads: {
        eks,
        autoScaling,
        ec2: ec2RotationPort({ ...at, client: of.ec2 }),
        serviceQuotas: serviceQuotasPort({ ...at, client: of.serviceQuotas }),
        loadBalancing: loadBalancingPort({ ...at, client: of.loadBalancing }),
        cloudWatch: cloudWatchPort({ ...at, client: of.cloudWatch }),
        kubernetes,
      },
      writes: { eks, autoScaling, kubernetes },
    };
  };
}

async function endpointOf(eks: EksReadPort, name: string): Promise<ClusterEndpoint> {
  const answer = await eks.describeCluster({ name });
  const { cluster } = parseAnswer(z.object({ cluster: eksCluster.schema }), answer, `eks:DescribeCluster ${name}`);
  const { endpoint, certificateAuthority, status } = cluster;
  if (!endpoint || !certificateAuthority?.data)
    throw new CollectionError('NotYetAvailable', `cluster ${name} is ${status} and has no endpoint yet; it is asked again`);
  return { name, endpoint, certificateAuthorityData: certificateAuthority.data };
}
