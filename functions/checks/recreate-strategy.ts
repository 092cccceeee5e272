import type { Deployment } from '../inventory/evidence/kubernetes-controllers.ts';
import { aboutWorkload, doubtsAbout, inWords, patchCommand } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { count } from './phrases.ts';

/** Strategies of a Deployment; unset means RollingUpdate. */
const strategies: readonly string[] = ['RollingUpdate', 'Recreate'];

/** A Deployment that is away while it is updated, as it has to be before some versions of Kubernetes. Scaled to 0, there is nothing to stop.
 *  @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment */
export const recreateStrategy = defineCheck({
  id: 'recreate-strategy',
  title: 'Deployments that stop before they start',
  scope: 'now',
  needs: ['kubernetes.deployments'],
  uses: ['eks.addons'],
  explanation: {
    rule:
      'A recommended finding for each Deployment with strategy Recreate; none where it is scaled to 0. ' +
      'An object of an EKS add-on gives info: AWS manages it.',
    sources: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment'],
    elsewhere: 'AX',
  },
  documentation: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment',
  run: ({ identity, addons, deployments }) => {
    const running = deployments.filter(({ spec }) => spec?.replicas !== 0).map((deployment) => ({ ...subjectOf(deployment), deployment }));
    const findings = running.flatMap(({ deployment: { spec }, ...subject }) =>
      spec?.strategy?.type !== 'Recreate'
        ? []
        : aboutWorkload(
            subject,
            {
              severity: 'recommended',
              message: `${inWords(subject)} has strategy Recreate: an update stops ${stopped(spec.replicas)} before the first new one starts`,
              facts: { strategy: spec.strategy.type, replicas: spec.replicas ?? null },
              remediation: `${patchCommand(subject, { spec: { strategy: { type: 'RollingUpdate' } } })}, if an old and a new pod can run side by side`,
              addonRemedy: 'update the add-on',
            },
            { identity, addons },
          ),
    );
    return {
      findings,
      unknown: doubtsAbout(
        running.filter(({ deployment: { spec } }) => !spec || !strategies.includes(spec.strategy?.type ?? 'RollingUpdate')),
        'strategy that is known',
      ),
    };
  },
});

function subjectOf({ metadata }: Deployment) {
  return { kind: 'Deployment', namespace: metadata.namespace ?? 'default', name: metadata.name, labels: metadata.labels ?? {} };
}

function stopped(replicas: number | null | undefined): string {
  return replicas == null || replicas === 1 ? 'its pod' : `all ${count(replicas, 'pod')}`;
}
