import { GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { ServiceQuotasReadPort } from '../../rotation/ports.ts';
import { answerOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Service Quotas in one account and region. */
export function serviceQuotasPort({ client, region, deadline }: AwsPortOptions<ServiceQuotasClient>): ServiceQuotasReadPort {
  return {
    getServiceQuota: (input) =>
      answerOf(
        { action: 'servicequotas:GetServiceQuota', target: `quota ${input.QuotaCode} of ${input.ServiceCode} in ${region}`, deadline },
        () => client.send(new GetServiceQuotaCommand(input), { abortSignal: deadline }),
      ),
  };
}
