import type { CreateGreen, GroupRef, RotationInput } from '../input.ts';
import type { GroupPlace, Problem } from '../record.ts';
import { nameOfGroup } from './group-differences.ts';

/** A group that could be blue or green. */
export interface GroupCandidate {
  readonly place: GroupPlace;
  /** Nodes that it has or wants, whichever is more. */
  readonly nodes: number;
  /** Value of tag eks-greenlight/pair. */
  readonly pair: string | null;
  /** A managed group, or one that is tagged as the cluster's; others are only taken when they are named. */
  readonly ofCluster: boolean;
}

/** The two groups of a rotation. Green is null where it is to be made. */
export interface PickedGroups {
  readonly blue: GroupPlace;
  readonly green: GroupPlace | null;
  readonly create: CreateGreen | null;
  readonly pair: string | null;
}
export type Picked = PickedGroups | { readonly problems: Problem[] };

/** What is said instead of rotating nodes that Karpenter makes. */
export interface OtherNodes {
  /** Node pools of Karpenter, by the labels of nodes. */
  readonly karpenter: readonly string[];
}

/** Finds blue and green (rotation.md §1). Blue is the one with nodes; when that is not beyond doubt nobody guesses (F-88).
 *  @param candidates all groups of the cluster, and Auto Scaling groups that the input names */
export function pickGroups(
  input: Pick<RotationInput, 'clusterName' | 'pair' | 'blue' | 'green'>,
  candidates: readonly GroupCandidate[],
  others: OtherNodes,
): Picked {
  const groups = candidates.filter(({ ofCluster }) => ofCluster);
  if (input.pair !== undefined) return ofPair(input.pair, input.clusterName, groups);
  const problems = missing(input, candidates);
  if (problems.length > 0) return { problems };
  const blue = input.blue && find(candidates, input.blue);
  const create = input.green && 'create' in input.green ? input.green.create : undefined;
  const green = input.green && !('create' in input.green) ? find(candidates, input.green) : undefined;
  if (blue && green) return checked(blue, green, commonPair(groups, blue, green));
  if (blue) return create ? made(blue, create, pairOf(groups, blue)) : withPartner(blue, groups);
  const rest = groups.filter((one) => one !== green);
  if (green) {
    const partner = partnerOf(groups, green) ?? (rest.length === 1 ? rest[0] : undefined);
    return partner ? checked(partner, green, commonPair(groups, partner, green)) : { problems: [unclear(input.clusterName, rest)] };
  }
  return found(input.clusterName, groups, create, others);
}

/** Nothing was named: a group that is alone, or the only pair there is. */
function found(clusterName: string, groups: readonly GroupCandidate[], create: CreateGreen | undefined, others: OtherNodes): Picked {
  const [first, ...more] = groups;
  if (!first) return { problems: [nothingToRotate(clusterName, others)] };
  if (more.length === 0) return made(first, create ?? {}, pairOf(groups, first));
  const inOnePair = new Set(groups.map((one) => pairOf(groups, one))).size === 1 && pairOf(groups, first) !== null;
  if (inOnePair && groups.length === 2 && !create) return ofPair(pairOf(groups, first) ?? '', clusterName, groups);
  return { problems: [unclear(clusterName, groups)] };
}

function ofPair(pair: string, clusterName: string, groups: readonly GroupCandidate[]): Picked {
  const members = groups.filter((one) => pairOf(groups, one) === pair);
  const problem = (id: string, message: string, remedy: string): Picked => ({
    problems: [block(id, `Pair ${pair}`, message, remedy)],
  });
  if (members.length !== 2) {
    const names = members.length === 0 ? 'no group' : `${members.length} groups (${listed(members)})`;
    return problem(
      'pair-incomplete',
      `${names} of cluster ${clusterName} carry tag eks-greenlight/pair=${pair}, expected two`,
      'tag both groups, or name blue and green',
    );
  }
  const active = members.filter(({ nodes }) => nodes > 0);
  const [blue] = active;
  const green = members.find((one) => one !== blue);
  if (blue && green && active.length === 1) return checked(blue, green, pair);
  const state = active.length === 0 ? 'neither has nodes' : `both have nodes (${members.map(withNodes).join(', ')})`;
  return problem(
    'pair-unclear',
    `of ${listed(members)} ${state}: which one is active cannot be told`,
    'bring the one that is not active to 0 nodes',
  );
}

/** Blue alone was named: its pair has the other one; without a pair green is made after it. */
function withPartner(blue: GroupCandidate, groups: readonly GroupCandidate[]): Picked {
  const partner = partnerOf(groups, blue);
  return partner ? checked(blue, partner, pairOf(groups, blue)) : made(blue, {}, pairOf(groups, blue));
}

function checked(blue: GroupCandidate, green: GroupCandidate, pair: string | null): Picked {
  const problems: Problem[] = [];
  if (isSame(blue.place, green.place))
    problems.push(
      block('same-group', nameOf(green), 'it is named as blue and as green', 'name another group as green, or leave green out'),
    );
  else if (green.nodes > 0)
    problems.push(
      block(
        'green-not-empty',
        nameOf(green),
        `it has ${count(green.nodes)} that this rotation did not launch: which group is active cannot be told`,
        'bring it to 0 nodes, or exchange blue and green',
      ),
    );
  problems.push(...withoutNodes(blue));
  return problems.length > 0 ? { problems } : { blue: blue.place, green: green.place, create: null, pair };
}

function made(blue: GroupCandidate, create: CreateGreen, pair: string | null): Picked {
  const problems = withoutNodes(blue);
  if (blue.place.kind === 'autoScaling')
    problems.push(
      block(
        'green-not-creatable',
        nameOf(blue),
        'it is no managed node group, and only those are made after another one',
        'name green as { "autoScalingGroup": NAME }, or tag both groups eks-greenlight/pair=NAME',
      ),
    );
  return problems.length > 0 ? { problems } : { blue: blue.place, green: null, create, pair };
}

function withoutNodes(blue: GroupCandidate): Problem[] {
  if (blue.nodes > 0) return [];
  return [block('blue-empty', nameOf(blue), 'it has no node: there is nothing to rotate', 'name the active group as blue')];
}

function missing(
  { clusterName, blue, green }: Pick<RotationInput, 'clusterName' | 'blue' | 'green'>,
  candidates: readonly GroupCandidate[],
): Problem[] {
  const named = [blue, green && !('create' in green) ? green : undefined].filter((ref) => ref !== undefined);
  return named
    .filter((ref) => !find(candidates, ref))
    .map((ref) => {
      const what =
        'nodegroup' in ref
          ? `cluster ${clusterName} has no such managed node group`
          : 'there is no such Auto Scaling group that is not behind a managed node group';
      const there = candidates.filter(({ ofCluster }) => ofCluster);
      return block(
        'group-missing',
        nameOfGroup(placeOf(ref)),
        what,
        there.length > 0 ? `name one of ${listed(there)}` : 'check name, account and region',
      );
    });
}

function unclear(clusterName: string, groups: readonly GroupCandidate[]): Problem {
  const message =
    groups.length === 0 ? 'it has no other group of nodes' : `it has ${groups.length} groups of nodes: ${groups.map(withNodes).join(', ')}`;
  return block(
    'blue-unclear',
    `Cluster ${clusterName}`,
    message,
    'name blue, and green where it exists, or tag two of them eks-greenlight/pair=NAME and give pair',
  );
}

function nothingToRotate(clusterName: string, { karpenter }: OtherNodes): Problem {
  const object = `Cluster ${clusterName}`;
  if (karpenter.length === 0)
    return block(
      'no-node-group',
      object,
      'it has no managed node group and no Auto Scaling group tagged as its own',
      'name blue as { "autoScalingGroup": NAME }',
    );
  return block(
    'karpenter-only',
    object,
    `its nodes are made by Karpenter (node pool ${karpenter.join(', ')}), which are no node groups`,
    'change the EC2NodeClass or the node pool: Karpenter replaces nodes that have drifted by itself, and spec.disruption.budgets of the node pool says how many at a time',
  );
}

/** A group without the tag is of the pair that has its name: green that was made after it carries that. */
function pairOf(groups: readonly GroupCandidate[], one: GroupCandidate): string | null {
  if (one.pair !== null) return one.pair;
  return groups.some(({ pair, place }) => pair === one.place.name && !isSame(place, one.place)) ? one.place.name : null;
}

function partnerOf(groups: readonly GroupCandidate[], one: GroupCandidate): GroupCandidate | undefined {
  const pair = pairOf(groups, one);
  const others = pair === null ? [] : groups.filter((other) => other !== one && pairOf(groups, other) === pair);
  return others.length === 1 ? others[0] : undefined;
}

function commonPair(groups: readonly GroupCandidate[], a: GroupCandidate, b: GroupCandidate): string | null {
  const pair = pairOf(groups, a);
  return pair !== null && pair === pairOf(groups, b) ? pair : null;
}

function find(candidates: readonly GroupCandidate[], ref: GroupRef): GroupCandidate | undefined {
  return candidates.find(({ place }) => isSame(place, placeOf(ref)));
}

export function placeOf(ref: GroupRef): GroupPlace {
  return 'nodegroup' in ref ? { kind: 'managed', name: ref.nodegroup } : { kind: 'autoScaling', name: ref.autoScalingGroup };
}

function isSame(a: GroupPlace, b: GroupPlace): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function nameOf({ place }: GroupCandidate): string {
  const name = nameOfGroup(place);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const listed = (groups: readonly GroupCandidate[]): string => groups.map(({ place }) => place.name).join(', ');
const count = (nodes: number): string => `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
const withNodes = ({ place, nodes }: GroupCandidate): string => `${place.name} with ${count(nodes)}`;

function block(id: string, object: string, message: string, remedy: string): Problem {
  return { id, rule: '1', severity: 'block', object, message, remedy, waived: false };
}
