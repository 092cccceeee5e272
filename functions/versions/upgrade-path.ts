import { bundledCalendarAsOf, type SupportCalendar } from './calendar.ts';
import { compareVersions, formatVersion, type KubernetesVersion, minorsUpTo, parseVersion } from './kubernetes-version.ts';

/** What a control plane is to be upgraded to, and the minors on the way: EKS updates one minor at a time.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
export interface UpgradePath {
  /** null when EKS offers nothing newer than the control plane. */
  readonly target: KubernetesVersion | null;
  /** Ascending, the target last; some may no longer be offered to new clusters. */
  readonly hops: readonly KubernetesVersion[];
}

/** The requested target is no version, not newer than the control plane, or not offered. */
export class TargetNotOffered extends Error {
  override readonly name = 'TargetNotOffered';
}

/** The way from a control plane to the requested version.
 *  @param requested `next`, the oldest offered version that is newer than the control plane, or a version such as `1.35`
 *  @throws TargetNotOffered */
export function selectTarget(controlPlane: KubernetesVersion, requested: string, calendar: SupportCalendar): UpgradePath {
  const newer = calendar.offered.filter((version) => version.major === controlPlane.major && compareVersions(version, controlPlane) > 0);
  const target = requested === 'next' ? newer[0] : requestedAmong(newer, controlPlane, requested, calendar);
  return target === undefined ? { target: null, hops: [] } : { target, hops: minorsUpTo(controlPlane, target) };
}

function requestedAmong(
  newer: readonly KubernetesVersion[],
  controlPlane: KubernetesVersion,
  requested: string,
  calendar: SupportCalendar,
): KubernetesVersion {
  const wanted = parseVersion(requested);
  const target = wanted && newer.find((version) => compareVersions(version, wanted) === 0);
  if (target !== undefined) return target;
  throw new TargetNotOffered(
    `Cannot select the upgrade target "${requested}" for a control plane on ${formatVersion(controlPlane)}: ` +
      `${refusal(wanted, controlPlane)}; ${offer(newer, calendar)}`,
  );
}

function refusal(wanted: KubernetesVersion | undefined, controlPlane: KubernetesVersion): string {
  if (wanted === undefined) return 'expected "next" or a version such as 1.35';
  return compareVersions(wanted, controlPlane) <= 0 ? 'a target must be newer than the control plane' : 'EKS does not offer it';
}

function offer(newer: readonly KubernetesVersion[], calendar: SupportCalendar): string {
  const source = calendar.source === 'bundled' ? `the bundled table of ${bundledCalendarAsOf}` : calendar.source;
  const versions = newer.length === 0 ? 'nothing newer, so the newest version is already running' : newer.map(formatVersion).join(', ');
  return `offered, according to ${source}: ${versions}`;
}
