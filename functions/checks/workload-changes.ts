import * as z from 'zod';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { datedFacts, kubernetesMinor } from './dated-facts.ts';
import type { CheckContext } from './define-check.ts';
import workloadChangeFacts from './facts/workload-changes.json' with { type: 'json' };

/** Versions of Kubernetes that change what a workload or a Service may say. */
export const workloadChanges = datedFacts
  .extend({
    gitRepoVolume: z.object({ disabledIn: kubernetesMinor }),
    serviceExternalIps: z.object({ deprecatedIn: kubernetesMinor, offByDefaultIn: kubernetesMinor, removedIn: kubernetesMinor }),
    strictIpValidation: z.object({ onByDefaultIn: kubernetesMinor }),
    appArmorAnnotation: z.object({ deprecatedIn: kubernetesMinor, notKeptInStepFrom: kubernetesMinor }),
  })
  .parse(workloadChangeFacts);

/** The day on which these facts were last read from their sources. */
export const workloadChangesAsOf: string = workloadChanges.asOf;

/** The hop of a finding about something that changed in version `since`: null when the control plane has it already, so that it counts
 *  now; that version when the way to the target passes it; undefined while the target is older, and there is nothing to say. */
export function hopOfChange(
  since: KubernetesVersion,
  { controlPlane, target }: Pick<CheckContext, 'controlPlane' | 'target'>,
): string | null | undefined {
  if (compareVersions(controlPlane, since) >= 0) return null;
  return target && compareVersions(target, since) >= 0 ? formatVersion(since) : undefined;
}
