import type { ClusterPorts } from '../../functions/rotation/ports.ts';
import { cloudWatchReads, ec2Reads, loadBalancingReads, quotaReads } from './account-services.ts';
import { autoScalingReads, autoScalingWrites } from './auto-scaling-ports.ts';
import { callerOf } from './calls.ts';
import { eksReads, eksWrites } from './eks-ports.ts';
import { kubernetesReads, kubernetesWrites } from './kubernetes-ports.ts';
import { clusterOf, type LiveWorld } from './world.ts';

/** One cluster's outside, as a rotation enters it.
 *  @param principal who calls, for the audit */
export function livePorts(world: LiveWorld, clusterName: string, principal = 'rotation'): ClusterPorts {
  const cluster = clusterOf(world, clusterName);
  const caller = callerOf(cluster, principal);
  return {
    reads: {
      eks: eksReads(cluster, caller),
      autoScaling: autoScalingReads(caller),
      ec2: ec2Reads(caller),
      serviceQuotas: quotaReads(caller),
      loadBalancing: loadBalancingReads(caller),
      cloudWatch: cloudWatchReads(caller),
      kubernetes: kubernetesReads(cluster, caller),
    },
    writes: {
      eks: eksWrites(cluster, caller),
      autoScaling: autoScalingWrites(caller),
      kubernetes: kubernetesWrites(cluster, caller),
    },
  };
}
