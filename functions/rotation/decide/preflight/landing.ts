import type { Node } from '../../../inventory/evidence/kubernetes-nodes.ts';
import { sharedLabels } from '../../../workloads/node-groups.ts';
import { zoneLabels } from '../../../workloads/zones.ts';
import { destinationsAmong } from '../../drain/assess-nodes.ts';
import { type LiveNode, standbyTag, standbyTaint } from '../../read/cluster-view.ts';
import { type Allocatable, allocatableOfType } from './allocatable.ts';
import type { GroupFacts, PreflightFacts } from './facts.ts';
import { once } from './once.ts';

/** Where pods of blue can go. Green may have no node yet, or not exist: then it is judged by what its nodes will be like. */
export interface Landing {
  /** A node of green for each zone and instance type. */
  readonly green: readonly GreenNode[];
  /** Nodes of neither group that are Ready and take pods. */
  readonly others: readonly LiveNode[];
  /** Nobody can have given the nodes other labels and taints than those that are known. */
  readonly certain: boolean;
}

export interface GreenNode {
  /** With what pods may use of it, estimated where no node of its type is in the cluster. */
  readonly node: LiveNode;
  readonly instanceType: string | null;
  readonly zone: string;
  readonly allocatable: Allocatable;
}

/** Undefined where a group or the nodes could not be read. */
export const landingOf = once((facts: PreflightFacts): Landing | undefined => {
  const { view, blue, green, create, blueNodes, greenNodes } = facts;
  const from = create ? blue : green;
  if (!view || !from) return undefined;
  const members = view.nodes.filter(({ metadata }) => (create ? blueNodes : greenNodes).has(metadata.name));
  const types = typesOf(facts, from, members);
  const labels = create ? labelsOfClone(facts, from, members) : labelsOfGroup(from, members);
  const taints = taintsOf(from);
  const shapes = from.live.zones.flatMap((zone) =>
    types.map((instanceType) => greenNode(facts, { name: create?.name ?? from.live.name, zone, instanceType, labels, taints })),
  );
  const leaving = new Set([...blueNodes, ...greenNodes]);
  return { green: shapes, others: destinationsAmong(view.nodes, leaving), certain: isCertain(facts, from, members) };
});

/** Types of the nodes that are to come; null where nothing says it. */
function typesOf({ create }: PreflightFacts, { source }: GroupFacts, members: readonly Node[]): readonly (string | null)[] {
  const named = create?.instanceTypes ?? (source.instanceTypes.length > 0 ? source.instanceTypes : instanceTypesOf(members));
  return named.length > 0 ? [...new Set(named)].sort() : [null];
}

const typeLabel = 'node.kubernetes.io/instance-type';
export function instanceTypesOf(nodes: readonly Node[]): string[] {
  return [...new Set(nodes.flatMap(({ metadata }) => metadata.labels?.[typeLabel] ?? []))].sort();
}

type Labels = Readonly<Record<string, string>>;

/** What says which node it is, or of which group, and differs between two nodes that are otherwise the same. */
const ofOneNode: readonly string[] = [
  ...zoneLabels,
  typeLabel,
  'beta.kubernetes.io/instance-type',
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'beta.kubernetes.io/arch',
  'topology.k8s.aws/zone-id',
  'node.kubernetes.io/exclude-from-external-load-balancers',
];
const ofOneGroup: readonly string[] = [
  'eks.amazonaws.com/nodegroup',
  'eks.amazonaws.com/nodegroup-image',
  'eks.amazonaws.com/sourceLaunchTemplateId',
  'eks.amazonaws.com/sourceLaunchTemplateVersion',
  'alpha.eksctl.io/nodegroup-name',
];

const without = (labels: Labels, keys: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));

/** A clone has the labels of blue's specification, and what blue's launch template gives its nodes. */
function labelsOfClone({ create }: PreflightFacts, { live }: GroupFacts, members: readonly Node[]): Labels {
  const given = create?.launchTemplate ? {} : without(sharedLabels(members), [...ofOneNode, ...ofOneGroup]);
  return { ...given, ...live.labels, ...(create?.name !== undefined && { 'eks.amazonaws.com/nodegroup': create.name }) };
}

const templateTag = 'k8s.io/cluster-autoscaler/node-template';

function labelsOfGroup({ live, source }: GroupFacts, members: readonly Node[]): Labels {
  const seen = without(sharedLabels(members), ofOneNode);
  if (live.kind === 'autoScaling') {
    const prefix = `${templateTag}/label/`;
    const tagged = live.tags.filter(({ key }) => key.startsWith(prefix)).map(({ key, value }) => [key.slice(prefix.length), value]);
    return { ...Object.fromEntries(tagged), ...seen };
  }
  return {
    'eks.amazonaws.com/nodegroup': live.name,
    ...(source.capacityType !== null && { 'eks.amazonaws.com/capacityType': source.capacityType }),
    ...seen,
    ...live.labels,
  };
}

const effects: Readonly<Record<string, string>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
};

/** The guard of a standby is lifted before a group is used. */
function taintsOf({ live }: GroupFacts): { key: string; value: string | null; effect: string }[] {
  const prefix = `${templateTag}/taint/`;
  const tagged = live.tags
    .filter(({ key }) => live.kind === 'autoScaling' && key.startsWith(prefix) && key !== standbyTag)
    .map(({ key, value }) => ({ key: key.slice(prefix.length), value: value.split(':')[0] ?? null, effect: value.split(':')[1] ?? '' }));
  const own = live.taints.map(({ key, value, effect }) => ({ key, value, effect: effects[effect] ?? effect }));
  return [...own, ...tagged].filter(({ key }) => key !== standbyTaint.key);
}

/** Of a plain Auto Scaling group, of an image of one's own and of another launch template the labels and taints are in user data, which
 *  nobody can read; nodes that run show them. */
function isCertain({ create }: PreflightFacts, { live, source }: GroupFacts, members: readonly Node[]): boolean {
  if (create?.launchTemplate) return false;
  if (members.length > 0) return true;
  return live.kind === 'managed' && source.amiType !== 'CUSTOM';
}

interface Shape {
  readonly name: string;
  readonly zone: string;
  readonly instanceType: string | null;
  readonly labels: Labels;
  readonly taints: NonNullable<NonNullable<Node['spec']>['taints']>;
}

function greenNode(facts: PreflightFacts, { name, zone, instanceType, labels, taints }: Shape): GreenNode {
  const allocatable = allocatableOfType(facts, instanceType);
  const architecture = facts.instanceTypes?.find((one) => one.name === instanceType)?.architecture ?? allocatable.architecture;
  const node: LiveNode = {
    metadata: {
      name: `${instanceType ?? 'a node'} of ${name} in ${zone}`,
      labels: {
        'kubernetes.io/os': 'linux',
        ...(architecture !== null && { 'kubernetes.io/arch': architecture, 'beta.kubernetes.io/arch': architecture }),
        ...(instanceType !== null && { [typeLabel]: instanceType, 'beta.kubernetes.io/instance-type': instanceType }),
        'topology.kubernetes.io/region': zone.replace(/[a-z]$/, ''),
        ...labels,
        ...Object.fromEntries(zoneLabels.map((label) => [label, zone])),
      },
    },
    spec: { taints },
    status: { allocatable: allocatable.estimate, conditions: [{ type: 'Ready', status: 'True' }] },
  };
  return { node, instanceType, zone, allocatable };
}
