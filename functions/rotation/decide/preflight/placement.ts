import { type Misfit, misfits, type Room, roomOn } from '../../../workloads/fits.ts';
import { controllerOf } from '../../../workloads/owners.ts';
import { claimsOf, type VolumeLookup } from '../../../workloads/volumes.ts';
import type { Problem } from '../../record.ts';
import { type AssessedPod, contextOf, movingPods, namespaceOf } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { nameOfPod } from './group-names.ts';
import { type Landing, landingOf } from './landing.ts';
import { once } from './once.ts';
import { blockIf, warn } from './problems.ts';

/** (5, 6, 7) Every pod that is to move fits an empty node of green: its selector, affinity and tolerations, its volumes, its requests. A pod
 *  that fits none can still go elsewhere, which is said. F-46, F-49. */
export function placement(facts: PreflightFacts): Problem[] {
  const landing = landingOf(facts);
  const volumes = contextOf(facts)?.volumes ?? (() => undefined);
  if (!landing || landing.green.length === 0) return [];
  const rooms = roomsOf(landing);
  // Pods of one controller with the same claims are alike.
  const alike = new Map<string, Verdict>();
  return movingPods(facts).flatMap((one) => {
    const key = likenessOf(one);
    const verdict = alike.get(key) ?? judge(one, rooms, volumes);
    alike.set(key, verdict);
    return problemOf(one, verdict, landing, facts);
  });
}

interface Rooms {
  readonly estimated: readonly Room[];
  /** As large as they can be; undefined where a type is not known. */
  readonly largest: readonly Room[] | undefined;
}

interface Verdict {
  /** What keeps it off the node of green that comes nearest; nothing where it fits. */
  readonly reasons: readonly Misfit[];
  readonly certain: boolean;
}

function roomsOf({ green }: Landing): Rooms {
  const largest = green.flatMap(({ node, allocatable: { most } }) =>
    most ? [{ ...node, status: { ...node.status, allocatable: most } }] : [],
  );
  return {
    estimated: green.map(({ node }) => roomOn(node, [])),
    largest: largest.length === green.length ? largest.map((node) => roomOn(node, [])) : undefined,
  };
}

function likenessOf({ pod }: AssessedPod): string {
  const owner = controllerOf(pod);
  const claims = claimsOf(pod).join(',');
  return `${namespaceOf(pod)}/${owner ? `${owner.kind}/${owner.uid ?? owner.name}` : `Pod/${pod.metadata.name}`}/${claims}`;
}

/** To be scheduled again it has no node name. */
function judge({ pod }: AssessedPod, { estimated, largest }: Rooms, volumes: VolumeLookup): Verdict {
  const free = { ...pod, spec: { ...pod.spec, nodeName: null } };
  let nearest: readonly Misfit[] | undefined;
  for (const room of estimated) {
    const reasons = misfits(free, room, volumes);
    if (reasons.length === 0) return { reasons, certain: true };
    if (!nearest || reasons.length < nearest.length) nearest = reasons;
  }
  const impossible = largest !== undefined && !largest.some((room) => misfits(free, room, volumes).length === 0);
  return { reasons: nearest ?? [], certain: impossible };
}

const isAboutLabels = ({ reason }: Misfit): boolean => reason !== 'insufficient-resource' && reason !== 'too-many-pods';

/** What its own assessment says already is not said twice. */
function problemOf({ pod, assessment }: AssessedPod, { reasons, certain }: Verdict, landing: Landing, facts: PreflightFacts): Problem[] {
  const [first] = reasons;
  const told = [assessment.reason, ...assessment.also.map(({ reason }) => reason)];
  if (!first || told.includes('no-destination') || told.includes('volume-zone-not-covered')) return [];
  const message = reasons.map((reason) => reason.message).join('; ');
  const elsewhere = othersThatFit(facts)(pod);
  if (elsewhere !== undefined)
    return [
      warn('pod-lands-elsewhere', '7', nameOfPod(pod), `it fits no node of green, and would go to ${elsewhere}: ${message}`, remedy(first)),
    ];
  const rule = isAboutLabels(first) ? '7' : '6';
  const sure = isAboutLabels(first) ? landing.certain : certain;
  return [blockIf(sure, `pod-${first.reason}`, rule, nameOfPod(pod), `it fits no node of green: ${message}`, remedy(first))];
}

function remedy(misfit: Misfit): string {
  return isAboutLabels(misfit)
    ? 'give green labels, taints and zones that the pod accepts'
    : 'choose instance types for green that are large enough for the pod';
}

type Fitting = (pod: AssessedPod['pod']) => string | undefined;

/** A node of neither group that has room for a pod now; asked only for what green does not take. */
const othersThatFit = once((facts: PreflightFacts): Fitting => {
  const volumes = contextOf(facts)?.volumes ?? (() => undefined);
  const others = [...(landingOf(facts)?.others ?? [])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const byNode = Map.groupBy(facts.view?.pods ?? [], ({ spec }) => spec?.nodeName ?? '');
  let rooms: Room[] | undefined;
  return (pod) => {
    rooms ??= others.map((node) => roomOn(node, byNode.get(node.metadata.name) ?? []));
    const free = { ...pod, spec: { ...pod.spec, nodeName: null } };
    return rooms.find((room) => misfits(free, room, volumes).length === 0)?.node.metadata.name;
  };
});
