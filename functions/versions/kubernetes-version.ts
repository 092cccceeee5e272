/** A Kubernetes release as EKS counts it: patch and build never matter to support dates, skew or upgrade hops. */
export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
}

/** Optional `v`, major.minor, then either the `+` that managed control planes report as their minor ("34+"), or a patch, which alone
 *  may be followed by a pre-release or build suffix (`-eks-0a1b2c3`, `-minimal-eksbuild.1`, `+k3s1`). */
const versionPattern = /^v?(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:\+|\.\d+(?:[-+][0-9A-Za-z.+-]+)?)?$/;

/** Reads the minor out of `1.34`, `v1.34.2-eks-0a1b2c3`, `1.34+`, `v1.31.2-minimal-eksbuild.1`; anything else is `undefined`, never a guess. */
export function parseVersion(text: string): KubernetesVersion | undefined {
  const match = versionPattern.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** `1.34`: the form of `Cluster.version` and of `DescribeClusterVersions`. */
export function formatVersion(version: KubernetesVersion): string {
  return `${version.major}.${version.minor}`;
}

/** Negative when `a` is older than `b`, 0 when they are the same minor: the order for `Array.sort`. */
export function compareVersions(a: KubernetesVersion, b: KubernetesVersion): number {
  return a.major - b.major || a.minor - b.minor;
}

/** How many minors `newer` is ahead of `older`; negative when it is behind. Kubernetes has one major: across majors the answer is infinite,
 *  which no skew policy allows. */
export function minorsBetween(older: KubernetesVersion, newer: KubernetesVersion): number {
  if (older.major !== newer.major) return newer.major > older.major ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return newer.minor - older.minor;
}

/** The minor after this one. */
export function nextMinor(version: KubernetesVersion): KubernetesVersion {
  return { major: version.major, minor: version.minor + 1 };
}

/** Every minor after `from` up to and including `to`, ascending; empty when `to` is not newer, or of another major. */
export function minorsUpTo(from: KubernetesVersion, to: KubernetesVersion): KubernetesVersion[] {
  if (from.major !== to.major) return [];
  return Array.from({ length: Math.max(0, to.minor - from.minor) }, (_, index) => ({ major: from.major, minor: from.minor + index + 1 }));
}
