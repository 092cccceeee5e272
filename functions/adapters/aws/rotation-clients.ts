import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';

/** Clients of one account in one region for rotations, all with the same credentials. Apart from those of a scan (`regionClients`), which
 *  counts what each cluster costs. */
export interface RotationClients {
  readonly region: string;
  readonly eks: EKSClient;
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly serviceQuotas: ServiceQuotasClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly cloudWatch: CloudWatchClient;
}

export function rotationClients(region: string, credentials: CredentialProvider): RotationClients {
  const settings = { ...clientSettings, region, credentials };
  return {
    region,
    eks: new EKSClient(settings),
    autoScaling: new AutoScalingClient(settings),
    ec2: new EC2Client(settings),
    serviceQuotas: new ServiceQuotasClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
    cloudWatch: new CloudWatchClient(settings),
  };
}
