import { zoneOf } from '../../../workloads/zones.ts';
import type { Problem } from '../../record.ts';
import type { PreflightFacts } from './facts.ts';
import { block, listed, warn } from './problems.ts';

/** (19) No zonal shift is active. DescribeCluster says only whether one can be started; an active one cordons every node of its zone and suspends
 *  AZRebalance, which is seen. F-31.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/zone-shift.html */
export function zonalShift({ cluster, view, blue, clusterName, ourSuspensions }: PreflightFacts): Problem[] {
  if (!cluster?.zonalShift || !view) return [];
  const byZone = Map.groupBy(view.nodes, (node) => zoneOf(node) ?? '');
  byZone.delete('');
  const shut = [...byZone].flatMap(([zone, nodes]) => (nodes.every(({ spec }) => spec?.unschedulable) ? [zone] : [])).sort();
  const object = `Cluster ${clusterName}`;
  const ours = ourSuspensions[blue?.live.autoScalingGroupName ?? ''] ?? [];
  const suspended = blue?.live.suspendedProcesses.includes('AZRebalance') && !ours.includes('AZRebalance');
  if (shut.length > 0 && shut.length < byZone.size && suspended) {
    const message = `every node in ${listed(shut)} is cordoned and AZRebalance is suspended: a zonal shift is active`;
    return [block('zonal-shift-active', '19', object, message, 'wait until the zonal shift has ended')];
  }
  return [
    warn(
      'zonal-shift-not-verified',
      '19',
      object,
      'zonal shift is enabled: whether one is active could not be verified',
      'see in Amazon Application Recovery Controller that none is active',
    ),
  ];
}
