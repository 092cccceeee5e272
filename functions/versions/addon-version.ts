/** The version of an EKS add-on: the upstream version, and the number of the EKS build of it. */
export interface AddonVersion {
  /** `1.20.4` as [1, 20, 4]; two to four numbers. */
  readonly numbers: readonly number[];
  /** `rc.1` as ['rc', '1']; empty for a release. */
  readonly prerelease: readonly string[];
  /** N of `-eksbuild.N`; null where there is none. */
  readonly build: number | null;
}

/** Optional `v`, the upstream version, then in this order and each optional: a pre-release, the variant `minimal` (the same version in
 *  a smaller image), the EKS build, build metadata. */
const pattern =
  /^v?(?<numbers>\d{1,9}(?:\.\d{1,9}){1,3})(?:-(?!minimal(?:-|$)|eksbuild\.)(?<prerelease>[0-9A-Za-z.-]+?))?(?:-minimal)?(?:-eksbuild\.(?<build>\d{1,9}))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Reads `v1.20.4-eksbuild.10`, `v1.34.0-minimal-eksbuild.1`, `v8.2.0`; anything else is `undefined`, never a guess. */
export function parseAddonVersion(text: string): AddonVersion | undefined {
  const parts = pattern.exec(text)?.groups;
  if (parts?.numbers === undefined) return undefined;
  return {
    numbers: parts.numbers.split('.').map(Number),
    prerelease: parts.prerelease?.split('.') ?? [],
    build: parts.build === undefined ? null : Number(parts.build),
  };
}

/** Negative when `a` is older than `b`, 0 when both are the same build of the same version: the order for `Array.sort`. Build 10 comes
 *  after build 2, a release after its pre-releases, and a version without a build number before its builds. */
export function compareAddonVersions(a: AddonVersion, b: AddonVersion): number {
  return compareNumbers(a.numbers, b.numbers) || comparePrereleases(a.prerelease, b.prerelease) || (a.build ?? -1) - (b.build ?? -1);
}

/** `1.20` of `v1.20.4-eksbuild.10`, as numbers: what an add-on that goes one minor at a time counts. */
export function compareAddonMinors(a: AddonVersion, b: AddonVersion): number {
  return compareNumbers(a.numbers.slice(0, 2), b.numbers.slice(0, 2));
}

/** Missing numbers count as 0. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Precedence of semantic versions: numbers before words, numbers by value, words by code unit, fewer identifiers first.
 *  @see https://semver.org/#spec-item-11 */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareIdentifiers(a[index], b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
