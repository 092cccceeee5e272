import type { KubernetesObject } from './objects.ts';
import type { Place } from './place.ts';

/** One thing that is wrong, and all that a scan says of it. */
export interface Problem {
  /** Also the name of the objects that have it. */
  readonly name: string;
  /** What is wrong, in a few words. */
  readonly what: string;
  /** Every finding of it, as `lineOf` writes it. */
  readonly findings: readonly string[];
  /** What is applied by kubectl. */
  readonly objects?: readonly KubernetesObject[];
  /** What is done through the APIs of AWS, or the world's own. */
  readonly cause?: (place: Place) => Promise<void>;
}

interface Line {
  readonly severity: string;
  readonly check: string;
  readonly subject: { readonly kind: string; readonly namespace: string | null; readonly name: string };
  readonly discriminator: string | null;
  readonly hop: string | null;
}

/** `severity check kind namespace/name hop`, and the discriminator in parentheses: what identifies a finding for a reader. */
export function lineOf({ severity, check, subject: { kind, namespace, name }, discriminator, hop }: Line): string {
  const place = namespace === null ? name : `${namespace}/${name}`;
  return `${severity} ${check} ${kind} ${place} ${hop ?? 'now'}${discriminator === null ? '' : ` (${discriminator})`}`;
}
