import * as z from 'zod';
import { describeEach, listNames } from '../../inventory/listing.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import { nodeGroupOf } from '../../workloads/node-groups.ts';
import { type GroupCandidate, type Picked, pickGroups, placeOf } from '../decide/pick-groups.ts';
import type { RotationInput } from '../input.ts';
import type { RotationReads } from '../ports.ts';
import { pairTag } from '../read/cluster-view.ts';
import { readNodes } from '../read/read-cluster.ts';
import type { Problem } from '../record.ts';
import { readNodegroup } from './describe-group.ts';
import { type AutoScalingGroupAnswer, type NodegroupAnswer, readAutoScalingGroups } from './group-answers.ts';

/** Finds the two groups of a rotation: what is named, what is paired by tag, or what is alone (rotation.md §1).
 *  @returns what is in the way instead, one problem each
 *  @throws CollectionError as the ports do */
export async function resolveGroups(reads: RotationReads, input: RotationInput): Promise<Picked> {
  const { clusterName } = input;
  const [names, autoScalingGroups] = await Promise.all([
    listNames(reads.eks.listNodegroups({ clusterName }), 'nodegroups', 'eks:ListNodegroups'),
    readAutoScalingGroups(reads),
  ]);
  const nodegroups = (await describeEach(names, (name) => readNodegroup(reads, clusterName, name))).filter((one) => one !== undefined);
  const candidates = candidatesOf(input, nodegroups, autoScalingGroups);
  const nothingThere = !candidates.some(({ ofCluster }) => ofCluster) && !input.blue;
  const picked = pickGroups(input, candidates, { karpenter: nothingThere ? await nodePools(reads) : [] });
  const wrong = 'problems' in picked ? undefined : await wrongVersion(reads, clusterName, picked.create?.version);
  return wrong ? { problems: [wrong] } : picked;
}

function candidatesOf(
  { clusterName, blue, green }: RotationInput,
  nodegroups: readonly NodegroupAnswer[],
  autoScalingGroups: readonly AutoScalingGroupAnswer[],
): GroupCandidate[] {
  const byName = new Map(autoScalingGroups.map((group) => [group.AutoScalingGroupName, group]));
  const behind = new Set(nodegroups.flatMap(({ resources }) => resources?.autoScalingGroups?.map(({ name }) => name) ?? []));
  const named = [blue, green && !('create' in green) ? green : undefined].filter((ref) => ref !== undefined).map(placeOf);
  const managed = nodegroups.map((one): GroupCandidate => {
    const group = byName.get(one.resources?.autoScalingGroups?.[0]?.name ?? '');
    const place = { kind: 'managed', name: one.nodegroupName } as const;
    return {
      place,
      nodes: group ? nodesOf(group) : (one.scalingConfig?.desiredSize ?? 0),
      pair: one.tags?.[pairTag] ?? null,
      ofCluster: true,
    };
  });
  const plain = autoScalingGroups
    .filter(({ AutoScalingGroupName: name, Tags }) => !behind.has(name) && !Tags?.some(({ Key }) => Key === 'eks:nodegroup-name'))
    .map((group): GroupCandidate => {
      const tagOf = (key: string) => group.Tags?.find(({ Key }) => Key === key)?.Value;
      const place = { kind: 'autoScaling', name: group.AutoScalingGroupName } as const;
      const ofCluster = group.Tags?.some(({ Key }) => Key === `kubernetes.io/cluster/${clusterName}`) ?? false;
      return { place, nodes: nodesOf(group), pair: tagOf(pairTag) ?? null, ofCluster };
    })
    .filter(({ place, ofCluster }) => ofCluster || named.some(({ kind, name }) => kind === 'autoScaling' && name === place.name));
  return [...managed, ...plain];
}

function nodesOf({ DesiredCapacity, Instances }: AutoScalingGroupAnswer): number {
  const present = (Instances ?? []).filter(({ LifecycleState }) => !/^(Warmed:|Terminat|Detach)/.test(LifecycleState));
  return Math.max(DesiredCapacity, present.length);
}

/** Names of Karpenter's node pools, by the labels of their nodes. */
async function nodePools({ kubernetes }: RotationReads): Promise<string[]> {
  const groups = (await readNodes(kubernetes)).map(nodeGroupOf);
  return [...new Set(groups.filter(({ kind }) => kind === 'NodePool' || kind === 'Provisioner').map(({ name }) => name))].sort();
}

const clusterSchema = z.object({ cluster: z.object({ version: z.string() }) });

/** A node group of another version would be an upgrade, and that begins with the cluster. */
async function wrongVersion({ eks }: RotationReads, name: string, asked: string | undefined): Promise<Problem | undefined> {
  if (asked === undefined) return undefined;
  const { version } = parseAnswer(clusterSchema, await eks.describeCluster({ name }), `eks:DescribeCluster ${name}`).cluster;
  if (version === asked) return undefined;
  return {
    id: 'green-version',
    rule: '1',
    severity: 'block',
    object: `Cluster ${name}`,
    message: `it is at version ${version}, and green is asked for with ${asked}`,
    remedy: 'leave version out, or upgrade the cluster first',
    waived: false,
  };
}
