import * as z from 'zod';
import type { AddonVersion } from '../versions/addon-version.ts';
import { formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { datedFacts, release } from './dated-facts.ts';
import karpenterFacts from './facts/karpenter-compatibility.json' with { type: 'json' };

const facts = datedFacts.extend({ minimumVersion: z.record(z.string().regex(/^1\.\d+$/), release) }).parse(karpenterFacts);

/** The day on which the compatibility of Karpenter was last read from its source. */
export const karpenterCompatibilityAsOf: string = facts.asOf;

/** The oldest Karpenter for a Kubernetes minor; undefined for one that the table does not have. */
export function oldestKarpenterFor(version: KubernetesVersion): AddonVersion | undefined {
  const minor = formatVersion(version);
  return Object.hasOwn(facts.minimumVersion, minor) ? facts.minimumVersion[minor] : undefined;
}

/** `1.13.0`, as the table has it. */
export function formatRelease({ numbers }: AddonVersion): string {
  return numbers.join('.');
}
