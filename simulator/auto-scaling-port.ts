import type { AutoScalingPort } from '../functions/inventory/ports.ts';
import { autoScalingGroupsOf } from './aws-defaults.ts';
import { awsRequests, matchesFilters } from './aws-requests.ts';
import type { Wire } from './wire.ts';
import { clustersIn, type Place, type World } from './world.ts';

/** EC2 Auto Scaling in one account and region of the world. It knows the filter `tag-key`. */
export function simulatedAutoScaling(world: World, place: Place, wire: Wire, pageSize = 100): AutoScalingPort {
  const { list } = awsRequests(world, place, wire, 'autoscaling');
  return {
    describeAutoScalingGroups: ({ Filters }) =>
      list('DescribeAutoScalingGroups', 'AutoScalingGroups', pageSize, () =>
        clustersIn(world, place)
          .flatMap(autoScalingGroupsOf)
          .filter(({ Tags }) => matchesFilters(Filters, (name) => (name === 'tag-key' ? (Tags ?? []).map(({ Key }) => Key) : []))),
      ),
  };
}
