import { type EC2Client, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import type { Ec2ReadPort } from '../../rotation/ports.ts';
import { pagesOf } from './calls.ts';
import { ec2Port } from './ec2-port.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** EC2 in one account and region, for a rotation. */
export function ec2RotationPort(options: AwsPortOptions<EC2Client>): Ec2ReadPort {
  const { client, region, deadline } = options;
  return {
    ...ec2Port(options),
    describeInstanceTypes: ({ InstanceTypes }) => {
      const names = InstanceTypes.join(', ');
      const call = { action: 'ec2:DescribeInstanceTypes', target: `instance types ${names} in ${region}`, deadline };
      // The names of the SDK's enum are those it knew when it was made; EC2 has newer ones.
      const input = { InstanceTypes: [...InstanceTypes] as (string & 'm6i.large')[] };
      return pagesOf(call, paginateDescribeInstanceTypes({ client, stopOnSameToken: true }, input, { abortSignal: deadline }));
    },
  };
}
