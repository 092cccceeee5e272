import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import { isNodeReady } from '../../workloads/drain-terminating.ts';
import { zoneOf } from '../../workloads/zones.ts';
import { refusalOf } from '../decide/preflight/all.ts';
import { workloadsOf } from '../decide/workloads.ts';
import { startHold } from '../holds.ts';
import { inputSchema } from '../input.ts';
import { describeGroup, groupSnapshot } from '../node-groups/describe-group.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { instanceIdOf, nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { resolveGroups } from '../node-groups/resolve-groups.ts';
import type { EksReadPort, RotationReads } from '../ports.ts';
import { type ClusterView, excludeFromLoadBalancersLabel, type LiveNode, scaleDownDisabledAnnotation } from '../read/cluster-view.ts';
import { readCluster } from '../read/read-cluster.ts';
import type { GroupPlace, NodeSnapshot, Problem, Snapshot } from '../record.ts';
import { done, failed, type PhaseStep, type Step, wait } from '../step.ts';

/** Finds both groups and keeps everything as it is before anything is changed: what a revert restores. It is stored once, in one write with
 *  the groups that it is about, and never another.
 *  @throws CollectionError as the ports do */
export const takeSnapshot: PhaseStep = async (step) => {
  const { record, reads, now } = step;
  if (record.snapshot) return done();
  const held = record.dryRun ? undefined : await startHold(step);
  if (held !== undefined) return wait(held, { hold: true });

  const clusterName = record.cluster.name;
  const found = await resolveGroups(reads, inputSchema.parse(record.input));
  if ('problems' in found) return refused(step, found.problems);
  const { blue: bluePlace, green: greenPlace, create, pair } = found;
  const [clusterVersion, blue, green, view] = await Promise.all([
    readVersion(reads.eks, clusterName),
    described(reads, clusterName, bluePlace),
    greenPlace ? described(reads, clusterName, greenPlace) : null,
    readCluster(reads.kubernetes, now),
  ]);
  const problems = [blue, green].flatMap((group) => (group && 'id' in group ? [group] : []));
  if ('id' in blue || (green && 'id' in green)) return refused(step, problems);

  const snapshot = snapshotOfWorld({ now, clusterVersion, blue, green, view });
  await step.update((latest) =>
    latest.snapshot ? latest : { ...latest, blue: bluePlace, green: greenPlace, create, pair, snapshot, size: blue.bounds.desired },
  );
  step.note({
    kind: 'decision',
    object: blue.name,
    message: `blue is ${blue.name} with ${blue.bounds.desired} nodes, green is ${nameOf(greenPlace)}`,
  });
  return done({ nodes: blue.bounds.desired });
};

const nameOf = (green: GroupPlace | null): string => green?.name ?? 'to be created';

async function refused(step: Step, problems: readonly Problem[]) {
  await step.update((latest) => ({ ...latest, problems: [...problems] }));
  return failed(refusalOf(problems) ?? 'which groups to rotate could not be found');
}

/** A group, or why there is none: it was deleted, or lost its Auto Scaling group (F-13). */
async function described(reads: RotationReads, clusterName: string, place: GroupPlace): Promise<LiveGroup | Problem> {
  const problem = (message: string): Problem => ({
    id: 'group-missing',
    rule: '1',
    severity: 'block',
    object: `${place.kind === 'managed' ? 'Node group' : 'Auto Scaling group'} ${place.name}`,
    message,
    remedy: 'name a group that exists',
    waived: false,
  });
  try {
    return (await describeGroup(reads, clusterName, place)) ?? problem('it does not exist');
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return problem(error.message);
    throw error;
  }
}

const versionSchema = z.object({ cluster: z.object({ version: z.string().nullish() }) });

async function readVersion(eks: EksReadPort, name: string): Promise<string> {
  const { version } = parseAnswer(versionSchema, await eks.describeCluster({ name }), `eks:DescribeCluster ${name}`).cluster;
  if (!version) throw new CollectionError('NotYetAvailable', `eks:DescribeCluster ${name}: the cluster has no version yet`);
  return version;
}

interface World {
  readonly now: Date;
  readonly clusterVersion: string;
  readonly blue: LiveGroup;
  readonly green: LiveGroup | null;
  readonly view: ClusterView;
}

function snapshotOfWorld({ now, clusterVersion, blue, green, view }: World): Snapshot {
  const blueNodes = new Set(nodesOfGroup(blue, view.nodes));
  const greenNodes = new Set(green ? nodesOfGroup(green, view.nodes) : []);
  const groupOf = (node: LiveNode) => (blueNodes.has(node) ? 'blue' : greenNodes.has(node) ? 'green' : 'other');
  return {
    takenAt: now.toISOString(),
    clusterVersion,
    blue: groupSnapshot(blue),
    green: green ? groupSnapshot(green) : null,
    nodes: view.nodes.map((node) => nodeSnapshot(node, groupOf(node))),
    budgets: view.podDisruptionBudgets.map(({ metadata, status }) => ({
      namespace: metadata.namespace ?? 'default',
      name: metadata.name,
      disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    })),
    workloads: workloadsOf(view),
  };
}

function nodeSnapshot(node: LiveNode, group: NodeSnapshot['group']): NodeSnapshot {
  const { metadata, spec, status } = node;
  return {
    name: metadata.name,
    instanceId: instanceIdOf(node) ?? null,
    zone: zoneOf(node) ?? null,
    group,
    ready: isNodeReady(node),
    unschedulable: spec?.unschedulable ?? false,
    scaleDownDisabled: metadata.annotations?.[scaleDownDisabledAnnotation] ?? null,
    excludedFromLoadBalancers: metadata.labels?.[excludeFromLoadBalancersLabel] ?? null,
    allocatable: Object.fromEntries(Object.entries(status?.allocatable ?? {}).map(([resource, amount]) => [resource, String(amount)])),
  };
}
