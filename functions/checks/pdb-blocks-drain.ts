import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { allowsNever, allowsNeverAnyNumber } from '../workloads/budgets.ts';
import { controllersOf } from '../workloads/controllers.ts';
import { controllerOf } from '../workloads/owners.ts';
import { crashLooping } from '../workloads/pods.ts';
import { aboutBudget, inspect, named, namesOf, note, workloadName } from './about-budget.ts';
import { type Coverage, coverBudgets, expectedPods, replicasOf } from './budget-coverage.ts';
import { overlapFindings } from './budget-overlaps.ts';
import { type BudgetState, type BudgetStatus, stateOf, statusOf } from './budget-state.ts';
import { defineCheck } from './define-check.ts';
import { isManagedByEks } from './eks-managed.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

/** Every update of nodes drains them through the eviction API, which asks the budgets. One that refuses for ever fails the update of a
 *  managed node group after 15 minutes (PodEvictionFailure).
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html */
export const pdbBlocksDrain = defineCheck({
  id: 'pdb-blocks-drain',
  title: 'PodDisruptionBudgets that block a drain',
  essential: true,
  scope: 'now',
  needs: ['kubernetes.podDisruptionBudgets'],
  completedBy: ['kubernetes.pods', 'kubernetes.deployments', 'kubernetes.statefulSets'],
  uses: ['kubernetes.replicaSets', 'eks.addons'],
  explanation: {
    rule:
      'Required: a budget that can never allow a disruption (maxUnavailable 0 or 0%, minAvailable 100% or at least as many as the expected pods, neither field, ' +
      'pods without a controller under a share of them); crash-looping pods that the budget keeps from eviction (unhealthyPodEvictionPolicy not AlwaysAllow and ' +
      'fewer healthy pods than desired, or none desired); two budgets that select one pod. ' +
      'Recommended: no disruption allowed now because fewer pods are healthy than desired; crash-looping pods that would be kept from eviction as soon as that happens. ' +
      'A budget that covers no pod blocks nothing. A budget of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
      'https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/',
      'https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html',
    ],
    elsewhere: 'AX, popeye 209',
  },
  documentation: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  run: ({ podDisruptionBudgets, pods, deployments, statefulSets, replicaSets, addons }) => {
    const controllers = controllersOf({ deployments, statefulSets, replicaSets });
    const { coverages, overlaps } = coverBudgets(podDisruptionBudgets, controllers, pods);
    const covering = coverages.filter((coverage) => coversPods(coverage) || nobodySaid(coverage));
    return {
      findings: [...covering.flatMap((coverage) => budgetFindings(coverage, addons)), ...overlapFindings(overlaps, addons)],
      // A budget without a status is one that the disruption controller has not seen yet: what it allows now is not known.
      unknown: covering.some(({ budget }) => !statusOf(budget))
        ? [
            {
              evidence: 'kubernetes.podDisruptionBudgets',
              code: 'InvalidResponse',
              message: 'a budget has no status: what it allows now is not known',
            },
          ]
        : [],
    };
  },
});

function coversPods(coverage: Coverage): boolean {
  return expectedPods(coverage) > 0 || (coverage.pods?.length ?? 0) > 0 || (coverage.budget.status?.currentHealthy ?? 0) > 0;
}

/** No pod was seen and no count either: nobody can say that the budget covers none. */
function nobodySaid({ budget, controllers, pods }: Coverage): boolean {
  return pods === undefined && controllers.length === 0 && !statusOf(budget);
}

function budgetFindings(coverage: Coverage, addons: readonly Addon[] | undefined): FindingDraft[] {
  const status = statusOf(coverage.budget);
  const state = status && stateOf(coverage, status);
  const never = refusalOf(coverage, status);
  const managed = isManagedByEks(coverage.budget.metadata.labels, addons);
  return [
    ...(never === undefined ? [] : [neverFinding(coverage, never, managed)]),
    ...(state && state.looping.length > 0 ? [loopingFinding(coverage, state, managed)] : []),
    ...(state && never === undefined && !state.refusesLooping && state.refusesNow ? [unhealthyFinding(coverage, state, managed)] : []),
  ];
}

interface Refusal {
  readonly reason: string;
  /** What the budget should say instead. */
  readonly instead: string;
}

/** Why no disruption will ever be allowed, however healthy the pods are. `maxUnavailable: 1` allows one for any number of replicas; of pods
 *  without a controller a number of them must be given, because nobody says how many there should be. */
function refusalOf(coverage: Coverage, status: BudgetStatus | undefined): Refusal | undefined {
  const { budget, controllers, pods, otherPods } = coverage;
  const reason = nobodySaid(coverage) ? allowsNeverAnyNumber(budget.spec ?? {}) : allowsNever(budget.spec ?? {}, expectedPods(coverage));
  if (reason !== undefined) return { reason, instead: '"minAvailable":null,"maxUnavailable":1' };
  if (!status || status.expected > 0 || status.healthy <= 0 || replicasOf(controllers) > 0) return undefined;
  const nobodyRunsThem = pods === undefined ? controllers.length === 0 : otherPods.some((pod) => !controllerOf(pod));
  if (!nobodyRunsThem) return undefined;
  return {
    reason: `${count(status.healthy, 'healthy pod')} without a controller, whose replicas it would have to count`,
    instead: `"maxUnavailable":null,"minAvailable":${status.healthy - 1}`,
  };
}

function neverFinding(coverage: Coverage, { reason, instead }: Refusal, managed: boolean): FindingDraft {
  const { budget, controllers, pods } = coverage;
  const { namespace, name } = named(budget);
  return {
    ...aboutBudget(budget, 'required', managed, 'never-allows'),
    message: `PodDisruptionBudget ${namespace}/${name} can never allow an eviction: ${reason}${note(managed)}`,
    facts: {
      reason,
      ...specFacts(budget),
      expectedPods: expectedPods(coverage),
      workloads: controllers.map(workloadName).sort(),
      pods: namesOf(pods ?? []),
      managedByEks: managed,
    },
    remediation: managed ? inspect([budget]) : patch(budget, instead),
  };
}

function patch(budget: PodDisruptionBudget, fields: string): string {
  const { namespace, name } = named(budget);
  return `kubectl patch poddisruptionbudget ${name} -n ${namespace} --type merge -p '{"spec":{${fields}}}'`;
}

/** Required while their eviction is refused. Else a warning: they take what the budget would allow, and are refused once fewer pods are
 *  healthy than desired. */
function loopingFinding({ budget }: Coverage, state: BudgetState, managed: boolean): FindingDraft {
  const { namespace, name } = named(budget);
  const { looping, refusesLooping } = state;
  const policy = budget.spec?.unhealthyPodEvictionPolicy ?? 'IfHealthyBudget';
  const one = looping.length === 1;
  const pods = `${count(looping.length, 'crash-looping pod')} (${someOf(namesOf(looping))})`;
  const effect = refusesLooping
    ? `keeps ${pods} from eviction`
    : state.allowed <= 0
      ? `allows no eviction of healthy pods while ${pods} ${one ? 'does' : 'do'} not recover`
      : `has ${pods}, which it keeps from eviction as soon as fewer pods are healthy than desired`;
  return {
    ...aboutBudget(budget, refusesLooping ? 'required' : 'recommended', managed, 'crash-looping'),
    message: `PodDisruptionBudget ${namespace}/${name} ${effect}: ${healthText(state)}, unhealthyPodEvictionPolicy ${policy}${note(managed)}`,
    facts: {
      ...stateFacts(budget, state),
      crashLooping: looping
        .map((pod) => ({ pod: pod.metadata.name, containers: crashLooping(pod) }))
        .sort((a, b) => (a.pod < b.pod ? -1 : 1)),
      managedByEks: managed,
    },
    remediation: managed
      ? inspect([budget])
      : `${patch(budget, '"unhealthyPodEvictionPolicy":"AlwaysAllow"')}, ` +
        `and find out why they crash: kubectl logs ${namesOf(looping)[0]} -n ${namespace} --all-containers --previous`,
  };
}

function unhealthyFinding({ budget, pods }: Coverage, state: BudgetState, managed: boolean): FindingDraft {
  const { namespace, name } = named(budget);
  const unhealthy = namesOf(state.unhealthy);
  const who = unhealthy.length > 0 ? `; unhealthy: ${someOf(unhealthy)}` : '';
  return {
    ...aboutBudget(budget, 'recommended', managed, 'refuses-now'),
    message: `PodDisruptionBudget ${namespace}/${name} allows no eviction now: ${healthText(state)}${who}${note(managed)}`,
    facts: { ...stateFacts(budget, state), unhealthyPods: pods === undefined ? null : unhealthy, managedByEks: managed },
    remediation: unhealthy[0]
      ? `kubectl describe pod ${unhealthy[0]} -n ${namespace}`
      : `kubectl describe poddisruptionbudget ${name} -n ${namespace}`,
  };
}

function healthText({ healthy, desired, allowed }: BudgetStatus): string {
  return `${count(healthy, 'healthy pod')}, ${desired} desired, ${count(allowed, 'disruption')} allowed`;
}

function specFacts({ spec }: PodDisruptionBudget): FindingDraft['facts'] {
  return { minAvailable: spec?.minAvailable ?? null, maxUnavailable: spec?.maxUnavailable ?? null };
}

function stateFacts(budget: PodDisruptionBudget, { allowed, healthy, desired, expected }: BudgetStatus): FindingDraft['facts'] {
  return {
    ...specFacts(budget),
    unhealthyPodEvictionPolicy: budget.spec?.unhealthyPodEvictionPolicy ?? null,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
  };
}
