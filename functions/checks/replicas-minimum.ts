import { type Controller, controllersOf } from '../workloads/controllers.ts';
import { defineCheck } from './define-check.ts';
import { isManagedByEks } from './eks-managed.ts';
import type { FindingDraft } from './finding.ts';
import { count } from './phrases.ts';

/** A workload of one pod is away while its node is replaced. Scaled to 0 is a choice, and no number at all is left to an autoscaler. */
export const replicasMinimum = defineCheck({
  id: 'replicas-minimum',
  title: 'Replicas of workloads',
  scope: 'now',
  needs: [],
  completedBy: ['kubernetes.deployments', 'kubernetes.statefulSets'],
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      'A recommended finding for each Deployment, StatefulSet and ReplicaSet without owner with more than 0 and fewer than ' +
      '`thresholds.minReplicas` (default 2) replicas; none where replicas is 0 or absent. An object of an EKS add-on gives info: AWS manages it.',
    sources: ['https://docs.aws.amazon.com/eks/latest/best-practices/application.html'],
    elsewhere: 'K8S002',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/best-practices/application.html',
  run: ({ configuration, identity, addons, deployments, statefulSets, replicaSets }) => {
    const { minReplicas } = configuration.thresholds;
    return controllersOf({ deployments, statefulSets, replicaSets }).flatMap((controller): FindingDraft[] => {
      const { kind, namespace, name, replicas, labels } = controller;
      if (replicas === null || replicas <= 0 || replicas >= minReplicas) return [];
      const managed = isManagedByEks(labels, addons);
      return [
        {
          severity: managed ? 'info' : 'recommended',
          subject: { kind, namespace, name },
          message: `${kind} ${namespace}/${name} has ${count(replicas, 'replica')}, fewer than ${minReplicas}${managed ? '; managed by AWS' : ''}`,
          facts: { replicas, minReplicas, managedByEks: managed },
          remediation: managed
            ? `aws eks list-addons --region ${identity.region} --cluster-name ${identity.name}, then set the replicas in the configuration of the add-on`
            : scaleCommand(controller, minReplicas),
          labels,
        },
      ];
    });
  },
});

function scaleCommand({ kind, namespace, name }: Controller, replicas: number): string {
  return `kubectl scale ${kind.toLowerCase()}/${name} -n ${namespace} --replicas=${replicas}`;
}
