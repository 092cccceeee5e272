import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { Ec2Port } from '../functions/inventory/ports.ts';
import { pagesOf, type Wire } from './wire.ts';
import { clustersIn, denialOf, type Place, type World } from './world.ts';

/** EC2 in one account and region of the world. It knows the filter `subnet-id`, exact ids only. */
export function simulatedEc2(world: World, place: Place, wire: Wire, pageSize = 1000): Ec2Port {
  const subnets = () => {
    const denial = denialOf(world, place);
    if (denial) throw new CollectionError(denial.code, denial.message);
    // Clusters that share a VPC name the same subnets.
    const byId = new Map(
      clustersIn(world, place).flatMap((cluster) => cluster.subnets.map((subnet) => [subnet.SubnetId, subnet] as const)),
    );
    return [...byId.values()];
  };
  return {
    describeSubnets: ({ Filters }) =>
      pagesOf({
        items: () =>
          subnets().filter(({ SubnetId }) => Filters.every(({ Name, Values }) => Name === 'subnet-id' && Values.includes(SubnetId))),
        size: pageSize,
        request: (respond) => wire.request('ec2', 'ec2:DescribeSubnets', respond),
        answer: (page) => ({ Subnets: page }),
      }),
  };
}
