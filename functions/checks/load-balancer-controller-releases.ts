import * as z from 'zod';
import { type AddonVersion, compareAddonVersions } from '../versions/addon-version.ts';
import { datedFacts, kubernetesMinor, release } from './dated-facts.ts';
import controllerFacts from './facts/aws-load-balancer-controller.json' with { type: 'json' };

const facts = datedFacts
  .extend({
    releases: z.array(
      z.object({
        /** The first release of the row, and the first that is no longer of it. */
        from: release,
        below: release,
        oldestKubernetes: kubernetesMinor,
        /** Null where the project names none. */
        newestKubernetes: kubernetesMinor.nullable(),
        /** From this Kubernetes version on it crashes with `--enable-endpoint-slices`. */
        endpointSlicesBreakFrom: kubernetesMinor.optional(),
      }),
    ),
  })
  .parse(controllerFacts);

/** The day on which the compatibility of the AWS Load Balancer Controller was last read from its source. */
export const loadBalancerControllerAsOf: string = facts.asOf;

type ControllerReleases = (typeof facts.releases)[number];

/** The row of a release; undefined for one that the table does not have. */
export function releasesWith(version: AddonVersion): ControllerReleases | undefined {
  return facts.releases.find(({ from, below }) => compareAddonVersions(version, from) >= 0 && compareAddonVersions(version, below) < 0);
}
