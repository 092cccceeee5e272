import { lastingContainersOf, scaledWorkloadsOf } from '../workloads/pod-templates.ts';
import { aboutWorkload, changeCommand, doubtsAbout, inWords } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';

/** Without a readiness probe a container counts as ready once it runs: a rollout or a drain goes on, and budgets allow the next eviction,
 *  before it serves. Scaled to 0, nothing does.
 *  @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe */
export const readinessProbe = defineCheck({
  id: 'readiness-probe',
  title: 'Readiness probes',
  scope: 'now',
  needs: [],
  completedBy: ['kubernetes.deployments', 'kubernetes.statefulSets'],
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      'One finding for each Deployment, StatefulSet and ReplicaSet without owner: recommended when no container has a readinessProbe, info when some have none. ' +
      'Sidecars (init containers with restartPolicy Always) count as containers, other init containers do not. None where it is scaled to 0. ' +
      'An object of an EKS add-on gives info: AWS manages it.',
    sources: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe'],
    elsewhere: 'K8S006',
  },
  documentation: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe',
  run: ({ identity, addons, deployments, statefulSets, replicaSets }) => {
    const running = scaledWorkloadsOf({ deployments, statefulSets, replicaSets })
      .filter(({ replicas }) => replicas !== 0)
      .map((workload) => ({ workload, containers: lastingContainersOf(workload.template?.spec ?? {}) }));
    const findings = running.flatMap(({ workload, containers }) => {
      const without = containers.filter((container) => container.readinessProbe == null).map(({ name }) => name);
      if (without.length === 0) return [];
      const none = without.length === containers.length;
      return aboutWorkload(
        workload,
        {
          severity: none ? 'recommended' : 'info',
          message: none
            ? `${inWords(workload)} has no readinessProbe on any container (${someOf(without)}): its pods count as ready once they run`
            : `${inWords(workload)} has no readinessProbe on ${without.length} of ${count(containers.length, 'container')} (${someOf(without)})`,
          facts: { containers: containers.map(({ name }) => name), withoutReadinessProbe: without },
          remediation: changeCommand(workload, `give ${someOf(without)} a readinessProbe`),
          addonRemedy: 'update the add-on',
        },
        { identity, addons },
      );
    });
    const empty = running.filter(({ containers }) => containers.length === 0).map(({ workload }) => workload);
    return { findings, unknown: doubtsAbout(empty, 'containers') };
  },
});
