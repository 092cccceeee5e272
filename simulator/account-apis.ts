import type { AccountApis } from '../functions/inventory/account-figures.ts';
import { quotasOf, usageOf, usualQuotas } from './aws-defaults.ts';
import { awsRequests, named } from './aws-requests.ts';
import { simulatedEc2 } from './ec2-port.ts';
import type { Wire } from './wire.ts';
import { type Place, regionOf, type World } from './world.ts';

/** What usage and quotas of an account are read from, in one account and region of the world. */
export function simulatedAccountApis(world: World, place: Place, wire: Wire, pageSize?: number): AccountApis {
  const cloudWatch = awsRequests(world, place, wire, 'cloudwatch');
  const serviceQuotas = awsRequests(world, place, wire, 'servicequotas');
  const quotaNamed = (quotas: typeof usualQuotas, code: string) => ({
    Quota: named(
      `quota ${code}`,
      quotas.find(({ QuotaCode }) => QuotaCode === code),
    ),
  });
  return {
    ec2: simulatedEc2(world, place, wire, pageSize),
    cloudWatch: {
      getMetricStatistics: ({ MetricName, EndTime }) =>
        cloudWatch.request('GetMetricStatistics', () => {
          const { onDemandVcpus } = usageOf(regionOf(world, place));
          const none = onDemandVcpus === null || onDemandVcpus === undefined;
          return { Label: MetricName, Datapoints: none ? [] : [{ Timestamp: EndTime, Maximum: onDemandVcpus, Unit: 'None' }] };
        }),
    },
    serviceQuotas: {
      getServiceQuota: ({ QuotaCode }) =>
        serviceQuotas.request('GetServiceQuota', () => quotaNamed(quotasOf(regionOf(world, place)), QuotaCode)),
      getAwsDefaultServiceQuota: ({ QuotaCode }) =>
        serviceQuotas.request('GetAWSDefaultServiceQuota', () => quotaNamed(usualQuotas, QuotaCode)),
    },
  };
}
