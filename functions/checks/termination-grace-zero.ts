import { scaledWorkloadsOf } from '../workloads/pod-templates.ts';
import { aboutWorkload, doubtsAbout, inWords, patchCommand } from './about-workload.ts';
import { defineCheck } from './define-check.ts';

/** What the API server fills in where nothing is said. */
const defaultSeconds = 30;

/** With a grace period of 0 a pod is deleted before its containers are known to have stopped: its successor, of the same name and with
 *  the same volume, may start while they still write. Scaled to 0, there is no pod.
 *  @see https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/ */
export const terminationGraceZero = defineCheck({
  id: 'termination-grace-zero',
  title: 'Grace period of StatefulSets',
  scope: 'now',
  needs: ['kubernetes.statefulSets'],
  uses: ['eks.addons'],
  explanation: {
    rule:
      `A recommended finding for each StatefulSet whose pods have a terminationGracePeriodSeconds of 0 or less; unset means ${defaultSeconds}. ` +
      'None where it is scaled to 0. An object of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees',
      'https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/',
    ],
    elsewhere: 'K8S007',
  },
  documentation: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees',
  run: ({ identity, addons, statefulSets }) => {
    const running = scaledWorkloadsOf({ statefulSets }).filter(({ replicas }) => replicas !== 0);
    const findings = running.flatMap((workload) => {
      const seconds = workload.template?.spec?.terminationGracePeriodSeconds ?? defaultSeconds;
      if (seconds > 0) return [];
      return aboutWorkload(
        workload,
        {
          severity: 'recommended',
          message: `${inWords(workload)} has terminationGracePeriodSeconds ${seconds}: a pod may be replaced while its containers still run and write`,
          facts: { terminationGracePeriodSeconds: seconds, replicas: workload.replicas },
          remediation: patchCommand(workload, { spec: { template: { spec: { terminationGracePeriodSeconds: defaultSeconds } } } }),
          addonRemedy: 'update the add-on',
        },
        { identity, addons },
      );
    });
    return {
      findings,
      unknown: doubtsAbout(
        running.filter(({ template }) => !template?.spec),
        'pod template',
      ),
    };
  },
});
