import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { type ScaledWorkload, scaledWorkloadsOf } from '../workloads/pod-templates.ts';
import { selectorIndex } from '../workloads/selector-index.ts';
import { aboutWorkload, doubtsAbout, inWords, patchCommand } from './about-workload.ts';
import { namespaceOf } from './budget-coverage.ts';
import { defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';

/** Replicas from which on a budget can keep one pod running while another is evicted. */
const fewestReplicas = 2;

/** Workloads whose pods a drain may evict all at once, because no budget covers them. Budgets are compared with the labels of the pod
 *  template, as the disruption controller compares them with those of pods; neither those of the object nor its selector count.
 *  @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets */
export const pdbMissing = defineCheck({
  id: 'pdb-missing',
  title: 'Workloads without a PodDisruptionBudget',
  scope: 'now',
  needs: ['kubernetes.podDisruptionBudgets'],
  completedBy: ['kubernetes.deployments', 'kubernetes.statefulSets'],
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      `A recommended finding for each Deployment, StatefulSet and ReplicaSet without owner with ${fewestReplicas} replicas or more whose pod labels no ` +
      'PodDisruptionBudget of its namespace selects (an empty selector selects all, none selects nothing), and for each whose budget has neither ' +
      'minAvailable nor maxUnavailable. An object of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
      'https://docs.aws.amazon.com/eks/latest/best-practices/application.html',
    ],
    elsewhere: 'K8S004',
  },
  documentation: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  run: ({ identity, addons, podDisruptionBudgets, deployments, statefulSets, replicaSets }) => {
    const budgetsOf = selectorIndex(podDisruptionBudgets, ({ metadata, spec }) => ({
      namespace: namespaceOf(metadata),
      selector: spec?.selector,
    }));
    const several = scaledWorkloadsOf({ deployments, statefulSets, replicaSets }).filter(
      ({ replicas }) => (replicas ?? 1) >= fewestReplicas,
    );
    const findings = several.flatMap((workload) => {
      if (workload.template === null) return [];
      const budgets = budgetsOf(workload.namespace, workload.podLabels);
      const statement = budgets.length === 0 ? withoutBudget(workload) : withEmptyBudget(workload, budgets);
      return statement ? aboutWorkload(workload, { severity: 'recommended', addonRemedy, ...statement }, { identity, addons }) : [];
    });
    return {
      findings,
      unknown: doubtsAbout(
        several.filter(({ template }) => template === null),
        'pod template',
      ),
    };
  },
});

const addonRemedy = 'look whether the configuration of the add-on has a podDisruptionBudget';

function withoutBudget(workload: ScaledWorkload) {
  const { namespace, name, replicas } = workload;
  return {
    message: `${inWords(workload)} has ${count(replicas ?? 1, 'replica')} and no PodDisruptionBudget covers its pods`,
    facts: { replicas, podLabels: workload.podLabels, budgets: [] },
    remediation: `kubectl create poddisruptionbudget ${name} -n ${namespace} --selector=${equalities(workload)} --max-unavailable=1`,
  };
}

/** What a budget of its own has to select: what the workload itself selects, or all labels of its pods where that takes more than
 *  equality, which is all the command knows. */
function equalities({ selector, podLabels }: ScaledWorkload): string {
  const expressions = selector?.matchExpressions ?? [];
  const labels = expressions.length === 0 && selector?.matchLabels ? selector.matchLabels : podLabels;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? 'LABEL=VALUE' : pairs.join(',');
}

function withEmptyBudget(workload: ScaledWorkload, budgets: readonly PodDisruptionBudget[]) {
  const empty = budgets.filter(({ spec }) => spec?.minAvailable == null && spec?.maxUnavailable == null);
  const names = empty.map(({ metadata }) => metadata.name).sort();
  const [first] = names;
  if (first === undefined) return undefined;
  const { namespace, replicas } = workload;
  const subject = `PodDisruptionBudget${names.length === 1 ? '' : 's'} ${someOf(names)}`;
  return {
    message: `${inWords(workload)} has ${count(replicas ?? 1, 'replica')} under ${subject} with neither minAvailable nor maxUnavailable`,
    facts: { replicas, podLabels: workload.podLabels, budgets: names },
    remediation: patchCommand({ kind: 'PodDisruptionBudget', namespace, name: first }, { spec: { maxUnavailable: 1 } }),
  };
}
