import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import type { Meter } from '../meter.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { meterClient } from './metering.ts';

/** Clients of one account in one region. Each scan of a cluster gets clients of its own, to count what it costs; all share connections
 *  and the adaptive retry rate, because EKS and EC2 throttle the account and region as a whole. */
export interface RegionClients {
  readonly region: string;
  eks(meter: Meter): Promise<EKSClient>;
  ec2(meter: Meter): Promise<EC2Client>;
}

export function regionClients(region: string, credentials: CredentialProvider): RegionClients {
  const settings = { ...clientSettings, region, credentials };
  const eks = new EKSClient(settings);
  const ec2 = new EC2Client(settings);
  return {
    region,
    eks: async (meter) => {
      const client = new EKSClient({ ...settings, ...(await sharedBy(eks)) });
      meterClient(client, 'eks', meter);
      return client;
    },
    ec2: async (meter) => {
      const client = new EC2Client({ ...settings, ...(await sharedBy(ec2)) });
      meterClient(client, 'ec2', meter);
      return client;
    },
  };
}

async function sharedBy({ config }: EKSClient | EC2Client) {
  return { requestHandler: config.requestHandler, retryStrategy: await config.retryStrategy() };
}
