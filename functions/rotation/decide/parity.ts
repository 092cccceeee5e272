import type { RotationOptions } from '../../config/rotation-options.ts';
import type { Configuration } from '../../config/schema.ts';
import { isEvictable } from '../../workloads/drain.ts';
import { boundZones } from '../../workloads/fits.ts';
import { isTerminal } from '../../workloads/pods.ts';
import { one } from '../../workloads/quantities.ts';
import { difference, type Resources, requestsOf, sumOf } from '../../workloads/requests.ts';
import { volumesByClaim } from '../../workloads/volumes.ts';
import { zoneLabels, zoneOf } from '../../workloads/zones.ts';
import { assessNodes, takesPods } from '../drain/assess-nodes.ts';
import type { ClusterView, LiveNode, LivePod } from '../read/cluster-view.ts';
import type { NodeSnapshot } from '../record.ts';
import { allocatableOf, allocatableOfSnapshot, describeShortfall, shortfall } from './capacity.ts';

export interface ParityFacts {
  readonly view: ClusterView;
  /** Blue's nodes now. */
  readonly blue: readonly LiveNode[];
  /** And in the snapshot. */
  readonly blueBefore: readonly Pick<NodeSnapshot, 'name' | 'allocatable'>[];
  readonly green: readonly LiveNode[];
  /** N. */
  readonly size: number;
  readonly options: RotationOptions;
  readonly allow: Configuration['rotation']['allow'];
}

/** What green's Ready nodes lack to take what blue has: of each resource in total as much as blue offers, and in each zone as much as the
 *  pods ask for that can run in that zone alone (rotation.md §4.1).
 *  @returns one phrase for the total and each zone; none when green is whole */
export function lacking(facts: ParityFacts): string[] {
  const green = facts.green.filter(takesPods);
  const total = shortfall(allocatableOf(green), blueOffers(facts));
  return [...(total.length > 0 ? [`in total ${describeShortfall(total)}`] : []), ...zonesLacking(facts, green)];
}

/** What blue offers now, with what the freeze may have raised it by; while a node of it is lost what it offered at the snapshot. */
function blueOffers({ blue, blueBefore, size }: ParityFacts): Resources {
  return blue.length >= size ? allocatableOf(blue) : allocatableOfSnapshot(blueBefore);
}

function zonesLacking(facts: ParityFacts, green: readonly LiveNode[]): string[] {
  const wanted = boundRequests(facts);
  return [...wanted.keys()].sort().flatMap((zone) => {
    const nodes = green.filter((node) => zoneOf(node) === zone);
    const short = shortfall(freeOf(nodes, facts.view), wanted.get(zone) ?? new Map());
    return short.length > 0 ? [`in zone ${zone} ${describeShortfall(short)}`] : [];
  });
}

/** What pods of blue ask for that can run in one zone alone, by zone: where their volume is, what they select, or, where they are to be spread
 *  over zones without exception, where they are. A pod counts as one of `pods`. */
function boundRequests({ view, blue, green, options, allow }: ParityFacts): ReadonlyMap<string, Resources> {
  const names = blue.map(({ metadata }) => metadata.name);
  const zoneByNode = new Map(blue.map((node) => [node.metadata.name, zoneOf(node)]));
  const volumes = volumesByClaim(view.persistentVolumes);
  const byZone = new Map<string, Resources>();
  for (const { node, pods } of assessNodes(view, names, { destinations: green, options, allow, startedAt: view.readAt })) {
    for (const { pod, assessment } of pods) {
      if (!isEvictable(assessment)) continue;
      const zones = boundZones(pod, volumes);
      const zone = zones?.size === 1 ? [...zones][0] : isSpreadOverZones(pod) ? zoneByNode.get(node) : undefined;
      if (zone !== undefined) byZone.set(zone, sumOf([byZone.get(zone) ?? new Map(), asked(pod)]));
    }
  }
  return byZone;
}

function isSpreadOverZones({ spec }: LivePod): boolean {
  return (spec?.topologySpreadConstraints ?? []).some(
    ({ topologyKey, whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule' && zoneLabels.some((label) => label === topologyKey),
  );
}

/** What nodes have left beside the pods that go with them, those of DaemonSets above all. */
function freeOf(nodes: readonly LiveNode[], view: ClusterView): Resources {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const there = view.pods.filter((pod) => names.has(pod.spec?.nodeName ?? '') && !isTerminal(pod));
  return difference(allocatableOf(nodes), sumOf(there.map(asked)));
}

function asked(pod: LivePod): Resources {
  return sumOf([requestsOf(pod), new Map([['pods', one]])]);
}
