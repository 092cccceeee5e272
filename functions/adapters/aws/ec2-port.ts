import {
  type EC2Client,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeSubnets,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import type { Ec2Port, Filter } from '../../inventory/ports.ts';
import { pagesOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Instances and volumes of a page. Both operations answer far fewer if they are not asked for as many as they allow. */
const perPage = 1000;

/** EC2 in one account and region. */
export function ec2Port({ client, region, deadline }: AwsPortOptions<EC2Client>): Ec2Port {
  const paging = { client, stopOnSameToken: true };
  const sending = { abortSignal: deadline };
  const call = (operation: string, what: string) => ({ action: `ec2:${operation}`, target: `${what} in ${region}`, deadline });
  return {
    describeSubnets: ({ Filters }) =>
      pagesOf(call('DescribeSubnets', 'subnets'), paginateDescribeSubnets(paging, { Filters: filtersOf(Filters) }, sending)),
    describeLaunchTemplates: (input) =>
      pagesOf(
        call('DescribeLaunchTemplates', 'launch templates'),
        paginateDescribeLaunchTemplates(
          paging,
          'Filters' in input ? { Filters: filtersOf(input.Filters) } : { LaunchTemplateIds: [...input.LaunchTemplateIds] },
          sending,
        ),
      ),
    describeInstances: ({ Filters }) =>
      pagesOf(
        call('DescribeInstances', 'instances'),
        paginateDescribeInstances({ ...paging, pageSize: perPage }, { Filters: filtersOf(Filters) }, sending),
      ),
    describeVolumes: ({ Filters }) =>
      pagesOf(
        call('DescribeVolumes', 'volumes'),
        paginateDescribeVolumes({ ...paging, pageSize: perPage }, { Filters: filtersOf(Filters) }, sending),
      ),
  };
}

function filtersOf(filters: readonly Filter[]) {
  return filters.map(({ Name, Values }) => ({ Name, Values: [...Values] }));
}
