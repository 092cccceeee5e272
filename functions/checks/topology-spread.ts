import { type ScaledWorkload, scaledWorkloadsOf, type TemplateSpec } from '../workloads/pod-templates.ts';
import { aboutWorkload, doubtsAbout, inWords, patchCommand } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { count } from './phrases.ts';

/** Replicas from which on there is something to spread. */
const fewestReplicas = 2;

/** Workloads whose replicas may all land on one node, and go with it. Node affinity says which nodes are right, not that they differ.
 *  @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export const topologySpread = defineCheck({
  id: 'topology-spread',
  title: 'Spread of replicas over nodes and zones',
  scope: 'now',
  needs: [],
  completedBy: ['kubernetes.deployments', 'kubernetes.statefulSets'],
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      `A recommended finding for each Deployment, StatefulSet and ReplicaSet without owner with ${fewestReplicas} replicas or more and neither a pod ` +
      'anti-affinity, required or preferred, nor a topology spread constraint. Node affinity and pod affinity do not spread. ' +
      'An object of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
      'https://docs.aws.amazon.com/eks/latest/best-practices/application.html',
    ],
    elsewhere: 'K8S005',
  },
  documentation: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
  run: ({ identity, addons, deployments, statefulSets, replicaSets }) => {
    const several = scaledWorkloadsOf({ deployments, statefulSets, replicaSets }).filter(
      ({ replicas }) => (replicas ?? 1) >= fewestReplicas,
    );
    const findings = several.flatMap((workload) => {
      const spec = workload.template?.spec;
      if (!spec || isSpread(spec)) return [];
      return aboutWorkload(
        workload,
        {
          severity: 'recommended',
          message: `${inWords(workload)} has ${count(workload.replicas ?? 1, 'replica')} and neither pod anti-affinity nor topology spread constraints: they may all run on one node`,
          facts: { replicas: workload.replicas, nodeAffinity: spec.affinity?.nodeAffinity != null },
          remediation: patchCommand(workload, { spec: { template: { spec: { topologySpreadConstraints: [overZones(workload)] } } } }),
          addonRemedy: 'set topologySpreadConstraints or affinity in the configuration of the add-on',
        },
        { identity, addons },
      );
    });
    return {
      findings,
      unknown: doubtsAbout(
        several.filter(({ template }) => !template?.spec),
        'pod template',
      ),
    };
  },
});

function isSpread({ affinity, topologySpreadConstraints }: TemplateSpec): boolean {
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } =
    affinity?.podAntiAffinity ?? {};
  return [required, preferred, topologySpreadConstraints].some((list) => (list?.length ?? 0) > 0);
}

function overZones({ selector, podLabels }: ScaledWorkload) {
  return {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: selector ?? { matchLabels: podLabels },
  };
}
