import { unrest } from '../decide/unrest.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import type { Step } from '../step.ts';
import type { LiveNode } from './cluster-view.ts';
import { readClusterState } from './preflight-aws.ts';

/** What others do to the cluster and these groups at this moment, in words; undefined when all is at rest.
 *  @param nodes that pods are to run on */
export async function readUnrest(
  { reads, record }: Pick<Step, 'reads' | 'record'>,
  groups: readonly (LiveGroup | undefined)[],
  nodes: readonly LiveNode[],
): Promise<string | undefined> {
  const clusterName = record.cluster.name;
  const cluster = await readClusterState(reads, clusterName);
  const found = unrest({ clusterName, cluster, groups: groups.flatMap((group) => group ?? []), nodes });
  return found.length > 0 ? found.join(', ') : undefined;
}
