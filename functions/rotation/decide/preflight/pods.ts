import type { DrainFact } from '../../../workloads/drain.ts';
import { type DrainReason, verdictOf } from '../../../workloads/drain-reasons.ts';
import type { Problem } from '../../record.ts';
import { surgeHelps } from '../surge.ts';
import { workloadLookup } from '../workloads.ts';
import { type AssessedPod, assessedPods, compare } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { nameOfPod } from './group-names.ts';
import { landingOf } from './landing.ts';
import { once } from './once.ts';
import { workloadNames } from './owners.ts';
import { block, counted, info, listed, warn } from './problems.ts';

/** (5, 7, 8, 9, 23) What §3 says of each pod of blue. A pod that blocks is named, for every reason that it has; what is only reported is so by
 *  workload. */
export function pods(facts: PreflightFacts): Problem[] {
  const { view } = facts;
  if (!view) return [];
  const assessed = assessedPods(facts);
  const workloadOf = workloadNames(view);
  const blocking = assessed.flatMap((one) => factsOf(one).flatMap((fact) => blockerOf(one, fact, facts)));
  const reported = assessed.flatMap((one) => factsOf(one).flatMap((fact) => (isReported(fact.reason) ? [{ one, fact }] : [])));
  const byWorkload = Map.groupBy(reported, ({ one, fact }) => `${fact.reason}\n${workloadOf(one.pod)}`);
  const others = [...byWorkload].sort(([a], [b]) => compare(a, b)).flatMap(([key, members]) => reportOf(key, members));
  return [...blocking, ...others];
}

const factsOf = ({ assessment }: AssessedPod): readonly DrainFact[] => [
  { reason: assessment.reason, message: assessment.message },
  ...assessment.also,
];

/** The point of §4.3 that a reason belongs to, where it is another than (9). */
const rules: Partial<Record<DrainReason, string>> = {
  'volume-zone-not-covered': '5',
  'no-destination': '7',
  'two-budgets': '8',
  'budget-never-allows': '8',
  'budget-keeps-crash-looping': '8',
  'grace-exceeds-deadline': '23',
};

const remedies: Partial<Record<DrainReason, string>> = {
  'daemonset-missing': 'delete the pod, or set allowOrphans',
  'daemonset-unverifiable': 'let the rotate role list daemonsets',
  unmanaged: 'give it a controller, delete it, or name its namespace in rotation.allow.unmanaged: it does not come back',
  'owner-missing': 'delete it, or name its namespace in rotation.allow.unmanaged: it does not come back',
  'empty-dir-protected': 'save the data, then take it out of protectEmptyDir',
  'disruption-refused': 'take the annotation away when it may move, or set disruptionAnnotations to warn',
  'data-on-node': 'move the data to a volume that can follow the pod, or delete the pod',
  'returns-to-cordoned-node': 'take the toleration, or the node name, out of the template of its controller',
  'no-destination': 'give green the labels that it selects, or take the selector away',
  'volume-zone-not-covered': 'give green a subnet in that zone',
  'two-budgets': 'let one budget select it',
  'budget-never-allows': 'let the budget allow one disruption, or add a replica',
  'budget-keeps-crash-looping': 'repair the pods that crash, or set unhealthyPodEvictionPolicy: AlwaysAllow',
  'grace-exceeds-deadline': 'raise nodeDeadlineMinutes, or set maxGraceSeconds',
  'job-overdue': 'wait for the Job, or set overdueJobs to evict',
  'opted-out': 'delete the pod, or name it in acceptLoss: without that blue cannot be retired',
  'stuck-terminating': 'find out what holds it: a finalizer, or a volume that cannot be detached',
};

/** A pod that is stuck already may have gone by the time of its node: F-45. Nothing says for sure that green lacks a label that user data may
 *  give. A pod that opted out keeps its node from being retired. */
function blockerOf(one: AssessedPod, { reason, message }: DrainFact, facts: PreflightFacts): Problem[] {
  const { pod } = one;
  if (verdictOf(reason) !== 'block' && reason !== 'opted-out') return [];
  if (reason === 'budget-never-allows' && isSurged(one, facts))
    return [info('budget-surged', '8', nameOfPod(pod), `${message}; with one replica more while it moves it does`, null)];
  const landing = landingOf(facts);
  const uncertain = reason === 'stuck-terminating' || (reason === 'no-destination' && landing?.certain === false);
  const problem = uncertain ? warn : block;
  return [problem(`pod-${reason}`, rules[reason] ?? '9', nameOfPod(pod), message, remedies[reason] ?? null)];
}

const deploymentsByName = once(({ view }: PreflightFacts) => {
  const all = view?.deployments ?? [];
  return new Map(all.map((one) => [`${one.metadata.namespace ?? 'default'}/${one.metadata.name}`, one]));
});

/** With option `surge` its Deployment gets the one replica more that its budget needs (D35). */
function isSurged(one: AssessedPod, facts: PreflightFacts): boolean {
  const { view, options } = facts;
  if (!options.surge || !view) return false;
  const owner = workloadLookup(view)(one.pod);
  const deployment = owner?.kind === 'Deployment' && deploymentsByName(facts).get(`${owner.namespace}/${owner.name}`);
  if (!deployment) return false;
  const assessment = { ...one.assessment, verdict: 'block', reason: 'budget-never-allows' } as const;
  return surgeHelps({ ...one, assessment }, deployment, view.podDisruptionBudgets);
}

/** Reasons that stop nothing and are worth knowing, with what they mean for the workload. Budgets that refuse now are told by budget. */
const reports: Partial<Record<DrainReason, { readonly severity: 'warn' | 'info'; readonly meaning: string }>> = {
  'waits-for-completion': { severity: 'warn', meaning: 'waits until it ends by itself' },
  'job-running': { severity: 'warn', meaning: 'is a Job that runs, and is waited for' },
  'daemonset-missing-allowed': { severity: 'warn', meaning: 'has no DaemonSet any more, and does not come back' },
  'unmanaged-allowed': { severity: 'warn', meaning: 'has no controller, is deleted and does not come back' },
  'disruption-warned': { severity: 'warn', meaning: 'is evicted against its annotation' },
  'job-evicted': { severity: 'warn', meaning: 'is a Job that is evicted' },
  'owner-unverifiable': { severity: 'warn', meaning: 'has an owner that could not be verified' },
  'volumes-unverifiable': { severity: 'warn', meaning: 'has claims whose volumes could not be verified' },
  'loss-accepted': { severity: 'warn', meaning: 'is lost with its node, as accepted' },
  'empty-dir-lost': { severity: 'info', meaning: 'loses the data of its emptyDir' },
  terminating: { severity: 'info', meaning: 'is being deleted' },
};
const isReported = (reason: DrainReason): boolean => reports[reason] !== undefined;

function reportOf(key: string, members: readonly { readonly one: AssessedPod; readonly fact: DrainFact }[]): Problem[] {
  const [first] = members;
  const report = first && reports[first.fact.reason];
  if (!first || !report) return [];
  const object = key.slice(key.indexOf('\n') + 1);
  const names = members.map(({ one }) => one.pod.metadata.name);
  const message = `${counted(names.length, 'pod')}: each ${report.meaning} (${listed(names)})`;
  return [(report.severity === 'warn' ? warn : info)(`pod-${first.fact.reason}`, '9', object, message, null)];
}
