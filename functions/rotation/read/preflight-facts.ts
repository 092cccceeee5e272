import { CollectionError } from '../../inventory/error-codes.ts';
import type { GroupFacts, Piece, PreflightFacts, Unreadable } from '../decide/preflight/facts.ts';
import { instanceTypesOf } from '../decide/preflight/landing.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import type { GroupPlace } from '../record.ts';
import { blueOf, type Step, snapshotOf } from '../step.ts';
import {
  readClusterState,
  readGroupSource,
  readInstanceTypes,
  readLifecycleHooks,
  readQuota,
  readRollbackInsights,
  readScheduledActions,
  readSubnets,
} from './preflight-aws.ts';
import {
  actionsOf,
  readAccess,
  readAutoscalers,
  readNetworking,
  readNodePools,
  readVolumeAttachments,
  readWebhooks,
} from './preflight-kubernetes.ts';
import { readCluster } from './read-cluster.ts';

/** Reads everything that a preflight needs, each once and in parallel. Nothing is changed (V17).
 *
 *  What cannot be read is listed, and does not end the preflight: neither a 403 nor an endpoint that a VPC does not reach.
 *  @throws CollectionError `Throttled`, for which the next step comes too early, and `EndpointUnreachable` or `Timeout` of what nobody can do
 *  without: the cluster, its groups, its pods */
export async function readPreflightFacts(step: Step): Promise<PreflightFacts> {
  const { record, reads, now, configuration } = step;
  const { kubernetes } = reads;
  const clusterName = record.cluster.name;
  const { piece, unreadable } = reader();
  const deletes = configuration.allow.unmanaged.length > 0 || configuration.allow.force.length > 0 || record.options.onBlocked === 'force';
  const readBlue = piece('blue', () => readGroup(step, blueOf(record)));
  const place = record.create ? null : record.green;
  const readGreen = place ? piece('green', () => readGroup(step, place)) : Promise.resolve(null);
  const readView = piece('view', () => readCluster(kubernetes, now));
  const groups = Promise.all([readBlue, readGreen]).then((all) => all.flatMap((group) => group?.live ?? []));
  const from = record.create ? readBlue : readGreen;

  // All at once: whichever rejects first, none of the others is left without somebody who notices.
  const [blue, green, view, ...others] = await Promise.all([
    readBlue,
    readGreen,
    readView,
    piece('cluster', () => readClusterState(reads, clusterName)),
    piece('quota', () => readQuota(reads, now)),
    piece('subnets', async () => readSubnets(reads, (await from)?.source.subnets ?? [])),
    piece('instanceTypes', async () => readInstanceTypes(reads, await typesAsked(step, readBlue, readGreen, readView))),
    piece('networking', () => readNetworking(kubernetes)),
    piece('webhooks', () => readWebhooks(kubernetes)),
    piece('autoscalers', async () => {
      const seen = await readView;
      return seen ? readAutoscalers(kubernetes, seen) : [];
    }),
    piece('nodePools', () => readNodePools(kubernetes)),
    piece('scheduledActions', async () => readScheduledActions(reads, await groups)),
    piece('lifecycleHooks', async () => readLifecycleHooks(reads, await groups)),
    piece('volumeAttachments', () => readVolumeAttachments(kubernetes)),
    piece('insights', () => readRollbackInsights(reads, clusterName)),
    piece('access', () => readAccess(kubernetes, actionsOf({ surge: record.options.surge, deletes }))),
  ]);
  const [cluster, quota, subnets, instanceTypes, networking, webhooks, autoscalers, nodePools, ...rest] = others;
  const [scheduledActions, lifecycleHooks, volumeAttachments, insights, access] = rest;
  const namesOf = (group: GroupFacts | null) =>
    new Set(group && view ? nodesOfGroup(group.live, view.nodes).map(({ metadata }) => metadata.name) : []);
  const snapshot = snapshotOf(record);
  return {
    now,
    rotationId: record.rotationId,
    clusterName,
    clusterVersion: snapshot.clusterVersion,
    size: record.size,
    options: record.options,
    allow: configuration.allow,
    approvalRequired: configuration.approval.required || record.options.requireApproval,
    snapshot,
    create: record.create,
    greenIsOurs: record.greenCreated || record.stamps.frozen,
    ourSuspensions: record.stamps.suspended,
    unreadable,
    blueNodes: namesOf(blue),
    greenNodes: namesOf(green),
    cluster,
    blue,
    green,
    view,
    quota,
    subnets,
    instanceTypes,
    networking,
    webhooks,
    autoscalers,
    nodePools,
    scheduledActions,
    lifecycleHooks,
    volumeAttachments,
    insights,
    access,
  };
}

async function readGroup({ reads, record }: Step, place: GroupPlace): Promise<GroupFacts> {
  const live: LiveGroup | undefined = await describeGroup(reads, record.cluster.name, place);
  if (!live) throw new CollectionError('NotFound', `${place.name} does not exist`);
  return { live, source: await readGroupSource(reads, live) };
}

/** Types that the groups are to have, and those of their nodes. */
async function typesAsked(
  { record }: Step,
  blue: Promise<GroupFacts | null>,
  green: Promise<GroupFacts | null>,
  view: Promise<PreflightFacts['view']>,
): Promise<string[]> {
  const groups = (await Promise.all([blue, green])).flatMap((group) => group ?? []);
  const nodes = (await view)?.nodes ?? [];
  const running = groups.flatMap(({ live }) => instanceTypesOf(nodesOfGroup(live, nodes)));
  const named = [...(record.create?.instanceTypes ?? []), ...groups.flatMap(({ source }) => source.instanceTypes)];
  return [...new Set([...named, ...running])].sort();
}

/** What nobody should act without: an API that does not answer is asked again. */
const needed: readonly Piece[] = ['cluster', 'blue', 'green', 'view'];

function reader() {
  const unreadable: Unreadable[] = [];
  const piece = async <T>(name: Piece, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CollectionError) || error.code === 'Throttled') throw error;
      const silent = error.code === 'EndpointUnreachable' || error.code === 'Timeout';
      if (silent && needed.includes(name)) throw error;
      unreadable.push({ piece: name, code: error.code, message: error.message });
      return null;
    }
  };
  return { piece, unreadable };
}
