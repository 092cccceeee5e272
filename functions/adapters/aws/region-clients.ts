import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Meter, MeteredApi } from '../meter.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { meterClient } from './metering.ts';

/** Clients of one account in one region. Each scan of a cluster gets clients of its own, to count what it costs; all of a service share
 *  connections and the adaptive retry rate, because AWS throttles the account and region as a whole. */
export interface RegionClients {
  readonly region: string;
  eks(meter: Meter): Promise<EKSClient>;
  ec2(meter: Meter): Promise<EC2Client>;
  autoScaling(meter: Meter): Promise<AutoScalingClient>;
  ssm(meter: Meter): Promise<SSMClient>;
  cloudWatch(meter: Meter): Promise<CloudWatchClient>;
  serviceQuotas(meter: Meter): Promise<ServiceQuotasClient>;
}

export function regionClients(region: string, credentials: CredentialProvider): RegionClients {
  const settings = { ...clientSettings, region, credentials };
  return {
    region,
    eks: metered('eks', (shared) => new EKSClient({ ...settings, ...shared })),
    ec2: metered('ec2', (shared) => new EC2Client({ ...settings, ...shared })),
    autoScaling: metered('autoscaling', (shared) => new AutoScalingClient({ ...settings, ...shared })),
    ssm: metered('ssm', (shared) => new SSMClient({ ...settings, ...shared })),
    cloudWatch: metered('cloudwatch', (shared) => new CloudWatchClient({ ...settings, ...shared })),
    serviceQuotas: metered('servicequotas', (shared) => new ServiceQuotasClient({ ...settings, ...shared })),
  };
}

type Shared = Partial<Pick<EKSClient['config'], 'requestHandler'> & { readonly retryStrategy: SharedRetries }>;
type SharedRetries = Awaited<ReturnType<EKSClient['config']['retryStrategy']>>;

interface AnyClient {
  readonly middlewareStack: unknown;
  readonly config: Pick<EKSClient['config'], 'requestHandler' | 'retryStrategy'>;
}

/** The first client of a service is made when one is wanted, and never used but to share from. */
function metered<Client extends AnyClient>(api: MeteredApi, make: (shared: Shared) => Client): (meter: Meter) => Promise<Client> {
  let first: Client | undefined;
  return async (meter) => {
    first ??= make({});
    const client = make({ requestHandler: first.config.requestHandler, retryStrategy: await first.config.retryStrategy() });
    meterClient(client, api, meter);
    return client;
  };
}
