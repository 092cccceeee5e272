import { scaledWorkloadsOf } from '../workloads/pod-templates.ts';
import { aboutWorkload, doubtsAbout, inWords, patchCommand } from './about-workload.ts';
import { defineCheck } from './define-check.ts';

/** Seconds that the suggested command sets. */
const suggestedSeconds = 10;

/** Without minReadySeconds a rollout goes on the moment a pod is ready for the first time: one that crashes soon after takes the next
 *  ones with it. Scaled to 0, nothing is rolled out. */
export const minReadySeconds = defineCheck({
  id: 'min-ready-seconds',
  title: 'minReadySeconds of workloads',
  scope: 'now',
  needs: [],
  completedBy: ['kubernetes.deployments', 'kubernetes.statefulSets'],
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      'A recommended finding for each Deployment, StatefulSet and ReplicaSet without owner whose minReadySeconds is unset or 0; ' +
      'none where it is scaled to 0. An object of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#min-ready-seconds',
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#minimum-ready-seconds',
    ],
    elsewhere: 'K8S003',
  },
  documentation: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#min-ready-seconds',
  run: ({ identity, addons, deployments, statefulSets, replicaSets }) => {
    const running = scaledWorkloadsOf({ deployments, statefulSets, replicaSets }).filter(({ replicas }) => replicas !== 0);
    const findings = running.flatMap((workload) => {
      const seconds = workload.spec?.minReadySeconds ?? null;
      if (workload.spec === null || (seconds !== null && seconds > 0)) return [];
      return aboutWorkload(
        workload,
        {
          severity: 'recommended',
          message: `${inWords(workload)} has ${seconds === null ? 'no minReadySeconds' : `minReadySeconds ${seconds}`}: a new pod counts as available the moment it is ready`,
          facts: { minReadySeconds: seconds, replicas: workload.replicas },
          remediation: patchCommand(workload, { spec: { minReadySeconds: suggestedSeconds } }),
          addonRemedy: 'look whether the configuration of the add-on has minReadySeconds',
        },
        { identity, addons },
      );
    });
    return {
      findings,
      unknown: doubtsAbout(
        running.filter(({ spec }) => spec === null),
        'spec',
      ),
    };
  },
});
