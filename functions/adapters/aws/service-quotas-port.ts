import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { ServiceQuotasPort } from '../../inventory/ports.ts';
import { answerOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Service Quotas in one account and region. */
export function serviceQuotasPort({ client, region, deadline }: AwsPortOptions<ServiceQuotasClient>): ServiceQuotasPort {
  const sending = { abortSignal: deadline };
  const call = (operation: string, { ServiceCode, QuotaCode }: { readonly ServiceCode: string; readonly QuotaCode: string }) => ({
    action: `servicequotas:${operation}`,
    target: `quota ${QuotaCode} of ${ServiceCode} in ${region}`,
    deadline,
  });
  return {
    getServiceQuota: (input) => answerOf(call('GetServiceQuota', input), () => client.send(new GetServiceQuotaCommand(input), sending)),
    getAwsDefaultServiceQuota: (input) =>
      answerOf(call('GetAWSDefaultServiceQuota', input), () => client.send(new GetAWSDefaultServiceQuotaCommand(input), sending)),
  };
}
