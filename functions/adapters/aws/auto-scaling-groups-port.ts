import { type AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import type { AutoScalingPort } from '../../inventory/ports.ts';
import { pagesOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Groups of a page: as many as the operation allows. */
const perPage = 100;

/** EC2 Auto Scaling in one account and region, as far as a scan reads it. Apart from the port of rotations, whose writes no scan may carry. */
export function autoScalingGroupsPort({ client, region, deadline }: AwsPortOptions<AutoScalingClient>): AutoScalingPort {
  return {
    describeAutoScalingGroups: ({ Filters }) =>
      pagesOf(
        { action: 'autoscaling:DescribeAutoScalingGroups', target: `Auto Scaling groups in ${region}`, deadline },
        paginateDescribeAutoScalingGroups(
          { client, stopOnSameToken: true, pageSize: perPage },
          { Filters: Filters.map(({ Name, Values }) => ({ Name, Values: [...Values] })) },
          { abortSignal: deadline },
        ),
      ),
  };
}
