import { matchesAnyTerm, type NodeSelectorTerm, type SelectedNode } from './node-affinity.ts';
import { withEveryZoneLabel, zoneLabels } from './zones.ts';

/** A PersistentVolume as far as it decides where a pod may run. */
export interface PersistentVolume {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> | null };
  readonly spec?: {
    readonly claimRef?: { readonly namespace?: string | null; readonly name?: string | null } | null;
    readonly local?: object | null;
    readonly hostPath?: object | null;
    readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] } | null } | null;
  } | null;
  readonly status?: { readonly phase?: string | null } | null;
}

/** A pod as far as it has volumes. */
interface PodWithVolumes {
  readonly metadata: { readonly namespace?: string | null };
  readonly spec?: {
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } | null }[] | null;
  } | null;
}

/** The volume that is bound to a claim; undefined when there is none yet. */
export type VolumeLookup = (namespace: string, claimName: string) => PersistentVolume | undefined;

/** Bound volumes by claim. A released volume still names the claim that was deleted; when a new claim of that name has another volume,
 *  only the bound one counts. */
export function volumesByClaim(volumes: readonly PersistentVolume[]): VolumeLookup {
  const byClaim = new Map<string, PersistentVolume>();
  for (const volume of volumes) {
    const { namespace, name } = volume.spec?.claimRef ?? {};
    if (!name || (volume.status?.phase ?? 'Bound') !== 'Bound') continue;
    byClaim.set(`${namespace ?? 'default'}/${name}`, volume);
  }
  return (namespace, claimName) => byClaim.get(`${namespace}/${claimName}`);
}

/** Names of the claims that a pod mounts, in the order of its volumes. */
export function claimsOf({ spec }: PodWithVolumes): string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => (claim ? [claim.claimName] : []));
}

/** The bound volumes of a pod. A claim that waits for its first consumer has none, and binds the pod to nothing. */
export function volumesOf(pod: PodWithVolumes, lookup: VolumeLookup): PersistentVolume[] {
  const namespace = pod.metadata.namespace ?? 'default';
  return claimsOf(pod).flatMap((claim) => lookup(namespace, claim) ?? []);
}

/** The data is on a disk of the node: it does not move with the pod. */
export function isOnNode({ spec }: PersistentVolume): boolean {
  return spec?.local != null || spec?.hostPath != null;
}

/** The zones in which a volume can be attached; undefined when it is bound to none. A label may name several, as `a__b`; terms of the node
 *  affinity are alternatives, so one that names no zone leaves the volume free.
 *  @see https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
 *  @see https://github.com/kubernetes/cloud-provider/blob/v0.34.4/volume/helpers/zones.go LabelZonesToSet */
export function zonesOfVolume({ metadata, spec }: PersistentVolume): ReadonlySet<string> | undefined {
  const label = zoneLabels.map((one) => metadata.labels?.[one]).find((value) => value);
  const labelled = label ? new Set(label.split('__')) : undefined;
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms;
  return intersection(labelled, terms && zonesOfTerms(terms));
}

/** The zones that node selector terms leave; undefined when a term leaves all of them. Only `In` names zones: any other operator says
 *  what is not meant, and all zones there are is not known here. */
export function zonesOfTerms(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const zones = new Set<string>();
  for (const { matchExpressions } of terms) {
    const named = (matchExpressions ?? [])
      .filter(({ key, operator }) => operator === 'In' && zoneLabels.some((label) => label === key))
      .map(({ values }) => new Set(values ?? []))
      .reduce<ReadonlySet<string> | undefined>(intersection, undefined);
    if (named === undefined) return undefined;
    for (const zone of named) zones.add(zone);
  }
  return zones;
}

/** What is in both sets; undefined stands for everything. */
export function intersection(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
  return a && b ? a.intersection(b) : (a ?? b);
}

/** Whether a volume can be attached to a node. The zone of the node counts under every label that names one; a node without a zone is not
 *  held against the labels of the volume, as in a cluster of one zone.
 *  @see https://github.com/kubernetes/component-helpers/blob/v0.34.4/storage/volume/helpers.go CheckNodeAffinity
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/scheduler/framework/plugins/volumezone/volume_zone.go Filter */
export function attachesTo({ metadata, spec }: PersistentVolume, node: SelectedNode): boolean {
  const labels = withEveryZoneLabel(node.metadata.labels);
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms;
  if (terms && !matchesAnyTerm(terms, { metadata: { name: node.metadata.name, labels } })) return false;
  const zone = labels[zoneLabels[0]];
  const labelled = zoneLabels.map((one) => metadata.labels?.[one]).find((value) => value);
  return zone === undefined || !labelled || labelled.split('__').includes(zone);
}
