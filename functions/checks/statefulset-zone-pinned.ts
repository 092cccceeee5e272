import type { StatefulSet } from '../inventory/evidence/kubernetes-controllers.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { controllerOf } from '../workloads/owners.ts';
import { recordedVolume } from '../workloads/recorded-volume.ts';
import { claimsOf, intersection, type PersistentVolume, volumesByClaim, zonesOfVolume } from '../workloads/volumes.ts';
import { defineCheck } from './define-check.ts';
import { isManagedByEks } from './eks-managed.ts';
import type { FindingDraft } from './finding.ts';
import { count } from './phrases.ts';

/** A StatefulSet whose volumes are all in one zone runs nowhere else: without a node there it stands still.
 *  @see https://kubernetes.io/docs/setup/best-practices/multiple-zones/#storage-access-for-zones */
export const statefulsetZonePinned = defineCheck({
  id: 'statefulset-zone-pinned',
  title: 'StatefulSets in one zone',
  scope: 'now',
  needs: ['kubernetes.statefulSets', 'kubernetes.persistentVolumes'],
  uses: ['kubernetes.pods', 'eks.addons'],
  explanation: {
    rule:
      'Info for each StatefulSet, not scaled to 0, each of whose replicas has a bound PersistentVolume, where all these volumes are ' +
      'in one zone by their node affinity or label. The claims are those of its pods; where no pod of it was seen, those named ' +
      'TEMPLATE-STATEFULSET-ORDINAL ' +
      'with an ordinal below its replicas. A volume of no zone, or of several, pins nobody.',
    sources: ['https://kubernetes.io/docs/setup/best-practices/multiple-zones/#storage-access-for-zones'],
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/best-practices/data-plane.html',
  run: ({ statefulSets, persistentVolumes, pods, addons }) => {
    const volumes = persistentVolumes.map(recordedVolume);
    const claimed = claimsOfSets(statefulSets, pods, volumes);
    const lookup = volumesByClaim(volumes);
    return statefulSets.flatMap((set): FindingDraft[] => {
      const { name, labels } = set.metadata;
      const namespace = namespaceOf(set);
      const byReplica = claimed.get(set) ?? new Map<string, string[]>();
      const bound = [...byReplica.values()].map((claims) => claims.flatMap((claim) => lookup(namespace, claim) ?? []));
      const zones = bound.map(zonesOfReplica);
      const [zone] = zones[0] ?? [];
      if (zone === undefined || !zones.every((one) => one?.size === 1 && one.has(zone))) return [];
      const names = bound.flat().map(({ metadata }) => metadata.name);
      const managed = isManagedByEks(labels, addons);
      return [
        {
          severity: 'info',
          subject: { kind: 'StatefulSet', namespace, name },
          message:
            `StatefulSet ${namespace}/${name} is bound to zone ${zone}: ${count(names.length, 'volume')} of ` +
            `${count(zones.length, 'replica')} ${names.length === 1 ? 'is' : 'are all'} there` +
            `${managed ? '; managed by AWS' : ''}`,
          facts: { zone, replicas: zones.length, volumes: names.sort(), managedByEks: managed },
          remediation: `Keep a node in ${zone} while nodes are replaced: kubectl get nodes -l topology.kubernetes.io/zone=${zone}`,
          labels,
        },
      ];
    });
  },
});

/** The zones in which alone a replica can run; undefined where it is bound to none. */
function zonesOfReplica(volumes: readonly PersistentVolume[]): ReadonlySet<string> | undefined {
  return volumes.map(zonesOfVolume).reduce<ReadonlySet<string> | undefined>(intersection, undefined);
}

/** Names of claims, by StatefulSet and replica. */
type Claims = Map<StatefulSet, Map<string, string[]>>;

function claimsOfSets(sets: readonly StatefulSet[], pods: readonly Pod[] | undefined, volumes: readonly PersistentVolume[]): Claims {
  const claims: Claims = new Map(sets.filter(({ spec }) => spec?.replicas !== 0).map((set) => [set, new Map()]));
  const byName = new Map([...claims.keys()].map((set) => [`${namespaceOf(set)}/${set.metadata.name}`, set]));
  for (const pod of pods ?? []) {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'StatefulSet') continue;
    const set = byName.get(`${pod.metadata.namespace ?? 'default'}/${owner.name}`);
    if (set) claims.get(set)?.set(pod.metadata.name, claimsOf(pod));
  }
  const unseen = new Set([...claims].filter(([, ofSet]) => ofSet.size === 0).map(([set]) => set));
  for (const { spec } of volumes) {
    const { namespace, name } = spec?.claimRef ?? {};
    const owner = name && ownerByName(`${namespace ?? 'default'}/`, name, byName);
    if (!owner || !unseen.has(owner.set)) continue;
    const ofSet = claims.get(owner.set);
    ofSet?.set(owner.ordinal, [...(ofSet.get(owner.ordinal) ?? []), name]);
  }
  return claims;
}

/** The StatefulSet that made a claim by its name, TEMPLATE-STATEFULSET-ORDINAL; of several that fit, the one with the longest name. */
function ownerByName(
  prefix: string,
  claim: string,
  sets: ReadonlyMap<string, StatefulSet>,
): { readonly set: StatefulSet; readonly ordinal: string } | undefined {
  const parts = claim.split('-');
  const ordinal = parts.pop() ?? '';
  if (!/^\d+$/.test(ordinal)) return undefined;
  for (let first = 1; first < parts.length; first++) {
    const set = sets.get(prefix + parts.slice(first).join('-'));
    if (set) return Number(ordinal) < (set.spec?.replicas ?? 1) ? { set, ordinal } : undefined;
  }
  return undefined;
}

function namespaceOf({ metadata }: StatefulSet): string {
  return metadata.namespace ?? 'default';
}
