import * as z from 'zod';
import { parseAddonVersion } from '../versions/addon-version.ts';
import { parseVersion } from '../versions/kubernetes-version.ts';

/** What every table of facts says of itself: where it was read, and the day of it. */
export const datedFacts = z.object({ source: z.string().min(1), asOf: z.iso.date() });

/** A Kubernetes minor in a table of facts: `1.35`. */
export const kubernetesMinor = z.string().transform((text, context) => {
  const version = parseVersion(text);
  if (!version) context.addIssue('expected a version such as 1.35');
  return version ?? z.NEVER;
});

/** The release of a controller in a table of facts: `1.13.0`. */
export const release = z.string().transform((text, context) => {
  const version = parseAddonVersion(text);
  if (!version) context.addIssue('expected a release such as 1.13.0');
  return version ?? z.NEVER;
});
