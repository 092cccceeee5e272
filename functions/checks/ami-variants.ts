import * as z from 'zod';
import { formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { datedFacts, kubernetesMinor } from './dated-facts.ts';
import bottlerocketFacts from './facts/bottlerocket-variants.json' with { type: 'json' };
import windowsFacts from './facts/windows-variants.json' with { type: 'json' };

const table = datedFacts.extend({
  families: z.array(
    z.object({
      name: z.string().min(1),
      amiTypes: z.array(z.string()).min(1),
      available: z.array(kubernetesMinor),
      absent: z.array(kubernetesMinor),
    }),
  ),
});
type AmiFamily = z.output<typeof table>['families'][number];

const [bottlerocket, windows] = [table.parse(bottlerocketFacts), table.parse(windowsFacts)];

/** The days on which the variants were last read from their sources. */
export const bottlerocketVariantsAsOf: string = bottlerocket.asOf;
export const windowsVariantsAsOf: string = windows.asOf;

/** Whether an AMI type of EKS is one of Bottlerocket or Windows, known to the tables or not. */
export function isBottlerocketOrWindows(amiType: string): boolean {
  return /^(?:BOTTLEROCKET|WINDOWS)_/.test(amiType);
}

/** The family of an AMI type; undefined for one that came after the tables. */
export function amiFamilyOf(amiType: string): AmiFamily | undefined {
  return [...bottlerocket.families, ...windows.families].find(({ amiTypes }) => amiTypes.includes(amiType));
}

/** Whether EKS has an AMI of the family for a Kubernetes minor; `unknown` where nobody confirmed either. */
export function hasVariant({ available, absent }: AmiFamily, version: KubernetesVersion): 'yes' | 'no' | 'unknown' {
  const minor = formatVersion(version);
  if (available.some((one) => formatVersion(one) === minor)) return 'yes';
  return absent.some((one) => formatVersion(one) === minor) ? 'no' : 'unknown';
}
