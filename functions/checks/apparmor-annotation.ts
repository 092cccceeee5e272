import { appArmorAnnotationPrefix } from '../inventory/evidence/kubernetes-metadata.ts';
import { formatVersion } from '../versions/kubernetes-version.ts';
import { containersOf, type PodTemplate, workloadsOf } from '../workloads/pod-templates.ts';
import { aboutWorkload, changeCommand, doubtsAbout, inWords } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';
import { everyController } from './pod-specs.ts';
import { hopOfChange, workloadChanges } from './workload-changes.ts';

const { deprecatedIn, notKeptInStepFrom } = workloadChanges.appArmorAnnotation;
const version = formatVersion(notKeptInStepFrom);
const deprecated = formatVersion(deprecatedIn);

/** Workloads that set AppArmor profiles by annotation. Templates alone are judged: until 1.33 the API server wrote the annotation into
 *  every pod whose author used the field, so that a pod with it says nothing of its author. A container with both is left out, as the
 *  warnings of the API server leave it out.
 *  @see https://github.com/kubernetes/kubernetes/pull/131989 */
export const apparmorAnnotation = defineCheck({
  id: 'apparmor-annotation',
  title: 'AppArmor profiles set by annotation',
  scope: 'now',
  against: 'each-hop',
  needs: [],
  completedBy: everyController,
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      `From Kubernetes ${version} on, the control plane or the target, a recommended finding for each Deployment, StatefulSet, DaemonSet, ReplicaSet without owner, Job ` +
      `and CronJob whose pod template has an annotation ${appArmorAnnotationPrefix}CONTAINER for a container without securityContext.appArmorProfile, the field that ` +
      `replaces it since ${deprecated}. Pods are not judged: the API server itself wrote the annotation into them. An object of an EKS add-on gives info: AWS manages it.`,
    sources: [
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/24-apparmor#removing-annotation-support',
      'https://github.com/kubernetes/kubernetes/pull/131989',
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html',
    ],
    elsewhere: 'AX',
  },
  documentation: 'https://kubernetes.io/docs/tutorials/security/apparmor/',
  run: ({ identity, addons, controlPlane, target, deployments, statefulSets, replicaSets, daemonSets, jobs, cronJobs }) => {
    const hop = hopOfChange(notKeptInStepFrom, { controlPlane, target });
    if (hop === undefined) return { findings: [], notApplicable: true };
    const workloads = workloadsOf({ deployments, statefulSets, replicaSets, daemonSets, jobs, cronJobs });
    const findings = workloads.flatMap((workload) => {
      const profiles = annotatedProfiles(workload.template);
      const containers = Object.keys(profiles);
      if (containers.length === 0) return [];
      return aboutWorkload(
        workload,
        {
          severity: 'recommended',
          hop,
          message:
            `${inWords(workload)} sets the AppArmor ${containers.length === 1 ? 'profile' : 'profiles'} of ${count(containers.length, 'container')} (${someOf(containers)}) ` +
            `by annotation: deprecated since ${deprecated}, and not kept in step with the field from ${version}`,
          facts: { containers, profiles, deprecatedIn: deprecated },
          remediation: changeCommand(workload, `give ${someOf(containers)} securityContext.appArmorProfile instead of the annotation`),
          addonRemedy: 'update the add-on',
        },
        { identity, addons },
      );
    });
    return {
      findings,
      unknown: doubtsAbout(
        workloads.filter(({ template }) => !template?.spec),
        'pod template',
      ),
    };
  },
});

/** Profile by container, sorted by container. */
function annotatedProfiles(template: PodTemplate | null): Record<string, string> {
  const annotations = Object.entries(template?.metadata?.annotations ?? {});
  if (annotations.length === 0) return {};
  const withField = new Set(
    containersOf(template?.spec ?? {})
      .filter(({ securityContext }) => securityContext?.appArmorProfile != null)
      .map(({ name }) => name),
  );
  const profiles = annotations
    .map(([key, profile]) => [key.slice(appArmorAnnotationPrefix.length), profile] as const)
    .filter(([container]) => !withField.has(container))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(profiles);
}
