import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { SsmPort } from '../../inventory/ports.ts';
import { answerOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Systems Manager in one account and region, as far as public parameters go. */
export function ssmPort({ client, region, deadline }: AwsPortOptions<SSMClient>): SsmPort {
  return {
    getParameters: ({ Names }) =>
      answerOf({ action: 'ssm:GetParameters', target: `${Names.join(', ')} in ${region}`, deadline }, () =>
        client.send(new GetParametersCommand({ Names: [...Names] }), { abortSignal: deadline }),
      ),
  };
}
