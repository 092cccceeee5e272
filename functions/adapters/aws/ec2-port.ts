import { type EC2Client, paginateDescribeSubnets } from '@aws-sdk/client-ec2';
import type { Ec2Port } from '../../inventory/ports.ts';
import { pagesOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** EC2 in one account and region. */
export function ec2Port({ client, region, deadline }: AwsPortOptions<EC2Client>): Ec2Port {
  return {
    describeSubnets: ({ Filters }) =>
      pagesOf(
        { action: 'ec2:DescribeSubnets', target: `subnets in ${region}`, deadline },
        paginateDescribeSubnets(
          { client, stopOnSameToken: true },
          { Filters: Filters.map(({ Name, Values }) => ({ Name, Values: [...Values] })) },
          { abortSignal: deadline },
        ),
      ),
  };
}
