/** The release of an AMI that EKS publishes. Amazon Linux and Windows releases carry their day, Bottlerocket releases do not. */
export type AmiRelease =
  | {
      readonly family: 'amazon-linux' | 'windows';
      /** `20260113` of 2026-01-13. */
      readonly day: number;
      /** Version of the kubelet: three numbers for Amazon Linux, two for Windows. */
      readonly numbers: readonly number[];
    }
  | { readonly family: 'bottlerocket' /** Version of Bottlerocket itself, not of Kubernetes. */; readonly numbers: readonly number[] };

/** The form of a release, by what the AMI type begins with. The type has to tell: a Bottlerocket release ends in a commit, and one that has
 *  no letters looks like the day of an Amazon Linux release. */
const forms: readonly (readonly [prefix: string, family: AmiRelease['family'], pattern: RegExp])[] = [
  ['AL2', 'amazon-linux', /^(?<numbers>\d{1,4}\.\d{1,4}\.\d{1,4})-(?<year>\d{4})(?<month>\d{2})(?<date>\d{2})$/],
  ['BOTTLEROCKET_', 'bottlerocket', /^v?(?<numbers>\d{1,4}\.\d{1,4}\.\d{1,4})-[0-9a-f]{6,40}$/],
  // AWS wrote the day of some releases with hyphens: 1.35-2026-01-22.
  ['WINDOWS_', 'windows', /^(?<numbers>\d{1,4}\.\d{1,4})-(?<year>\d{4})(?<separator>[.-])(?<month>\d{2})\k<separator>(?<date>\d{2})$/],
];

/** Reads `1.34.1-20260101` of AL2 and AL2023 types, `1.52.0-a1b2c3d4` of Bottlerocket types, `1.34-2026.01.13` of Windows types; anything
 *  else, a custom AMI above all, is `undefined`, never a guess.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-versions-windows.html */
export function parseAmiRelease(amiType: string, releaseVersion: string): AmiRelease | undefined {
  const [, family, pattern] = forms.find(([prefix]) => amiType.startsWith(prefix)) ?? [];
  const parts = pattern?.exec(releaseVersion)?.groups;
  if (!family || !parts?.numbers) return undefined;
  const numbers = parts.numbers.split('.').map(Number);
  if (family === 'bottlerocket') return { family, numbers };
  const { year = '', month = '', date = '' } = parts;
  return isDay(Number(year), Number(month), Number(date)) ? { family, day: Number(year + month + date), numbers } : undefined;
}

/** Negative when `a` is older than `b`, 0 when neither is: the day decides where there is one, then the numbers. Undefined for releases of
 *  two families, which have no order. */
export function compareAmiReleases(a: AmiRelease, b: AmiRelease): number | undefined {
  if (a.family !== b.family) return undefined;
  const byDay = 'day' in a && 'day' in b ? a.day - b.day : 0;
  return byDay || compareNumbers(a.numbers, b.numbers);
}

/** Both have as many numbers: they are of one family. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((number, at) => number !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function isDay(year: number, month: number, date: number): boolean {
  const day = new Date(Date.UTC(year, month - 1, date));
  return day.getUTCFullYear() === year && day.getUTCMonth() === month - 1 && day.getUTCDate() === date;
}
