import { createHash } from 'node:crypto';
import type { CreateGreen } from '../input.ts';
import type { NodegroupAnswer } from '../node-groups/group-answers.ts';
import { pairTag, rotationTag, standbyTag, standbyTaint } from '../read/cluster-view.ts';
import type { GroupSnapshot } from '../record.ts';

/** Longest name of a node group. */
const longestName = 63;

/** The name of a green that is made: the pair's, or blue's, with a mark that is the same for every start of the rotation. What an earlier
 *  rotation added is taken off first. */
export function nameOfGreen(blueName: string, pair: string | null, rotationId: string): string {
  const mark = createHash('sha256').update(rotationId).digest('hex').slice(0, 6);
  const base = (pair ?? blueName).replace(/-[0-9a-f]{6}$/, '').replaceAll(/[^A-Za-z0-9_-]/g, '-');
  return `${base.slice(0, longestName - mark.length - 1)}-${mark}`;
}

/** Tags that belong to who made a group, and say something wrong on another one. */
function isOwned(key: string): boolean {
  return /^(aws:|eks:|alpha\.eksctl\.io\/|eksctl\.)/.test(key);
}

export interface CloneOrder {
  readonly clusterName: string;
  readonly nodegroupName: string;
  readonly rotationId: string;
  readonly pair: string;
}

/** Input of CreateNodegroup for a group like blue, at size 0, with what is overridden. What is left out EKS sets: the newest release of
 *  the AMI for the cluster's version. With an AMI in the launch template (`CUSTOM`, of blue or as asked for) version, release and type of the
 *  AMI are left out: EKS refuses them. So are, with any launch template, the size of disks and the key for remote access.
 *  @param max of blue, from its Auto Scaling group
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html */
export function cloneNodegroup(
  blue: NodegroupAnswer,
  max: number,
  given: CreateGreen,
  order: CloneOrder,
): { readonly clusterName: string; readonly nodegroupName: string } & Readonly<Record<string, unknown>> {
  const amiType = given.amiType ?? blue.amiType;
  const custom = amiType === 'CUSTOM';
  const launchTemplate = given.launchTemplate ?? blue.launchTemplate;
  const tags = Object.entries(blue.tags ?? {}).filter(([key]) => !isOwned(key) && key !== standbyTag);
  const fields = present({
    scalingConfig: { minSize: 0, maxSize: Math.max(1, max), desiredSize: 0 },
    subnets: blue.subnets ?? [],
    nodeRole: blue.nodeRole,
    instanceTypes: nonEmpty(given.instanceTypes ?? blue.instanceTypes),
    capacityType: blue.capacityType,
    labels: blue.labels,
    taints: nonEmpty(blue.taints?.filter(({ key }) => key !== standbyTaint.key).map(present)),
    updateConfig: blue.updateConfig && present(blue.updateConfig),
    nodeRepairConfig: blue.nodeRepairConfig && present(blue.nodeRepairConfig),
    ...(custom ? {} : { amiType, version: given.version, releaseVersion: given.releaseVersion }),
    ...(launchTemplate
      ? { launchTemplate: templateOf(launchTemplate) }
      : { diskSize: blue.diskSize, remoteAccess: blue.remoteAccess && present(blue.remoteAccess) }),
    tags: { ...Object.fromEntries(tags), [pairTag]: order.pair, [rotationTag]: order.rotationId },
  });
  return { ...fields, clusterName: order.clusterName, nodegroupName: order.nodegroupName };
}

/** Id or name, not both; DescribeNodegroup answers with both. */
function templateOf({ id, name, version }: NonNullable<NodegroupAnswer['launchTemplate']>): Readonly<Record<string, unknown>> {
  return present(id ? { id, version } : { name, version });
}

/** Tags of blue's Auto Scaling group that green's is to have too: what the cluster autoscaler, billing or people read. */
export function tagsToCopy(blue: Pick<GroupSnapshot, 'tags'>, green: Pick<GroupSnapshot, 'tags'>): GroupSnapshot['tags'] {
  const there = new Set(green.tags.map(({ key }) => key));
  const ours = [standbyTag, pairTag, rotationTag];
  return blue.tags.filter(({ key }) => !isOwned(key) && !ours.includes(key) && !there.has(key));
}

function nonEmpty<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

/** Without what is null or undefined: an API takes no null. */
function present(fields: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}
