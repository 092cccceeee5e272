import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { EvidenceKey } from '../inventory/evidence/list.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import type { Doubt } from './define-check.ts';
import { isManagedByEks } from './eks-managed.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

/** The object that a finding is about. */
interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Statement extends Pick<FindingDraft, 'severity' | 'hop' | 'message' | 'facts' | 'remediation'> {
  /** What its owner does with an EKS add-on instead, after "then", e.g. `update the add-on`. */
  readonly addonRemedy: string;
}

/** A finding about a workload or a Service. What EKS manages is no more than info: its fields are AWS's to change. */
export function aboutWorkload(
  { kind, namespace, name, labels }: Subject,
  { severity, hop = null, message, facts, remediation, addonRemedy }: Statement,
  { identity, addons }: { readonly identity: ClusterIdentity; readonly addons: readonly Addon[] | undefined },
): FindingDraft {
  const managed = isManagedByEks(labels, addons);
  return {
    severity: managed ? 'info' : severity,
    subject: { kind, namespace, name },
    hop,
    message: `${message}${managed ? '; managed by AWS' : ''}`,
    facts: { ...facts, managedByEks: managed },
    remediation: managed
      ? `aws eks list-addons --region ${identity.region} --cluster-name ${identity.name}, then ${addonRemedy}`
      : remediation,
    labels,
  };
}

type Named = Pick<Subject, 'kind' | 'namespace' | 'name'>;

/** `Deployment shop/web`. */
export function inWords({ kind, namespace, name }: Named): string {
  return `${kind} ${namespace}/${name}`;
}

/** `deployment/web -n shop`, as kubectl takes it. */
export function forKubectl({ kind, namespace, name }: Named): string {
  return `${kind.toLowerCase()}/${name} -n ${namespace}`;
}

/** The command that opens the object for a change. What a Job or a pod is made of cannot change: it has to be created anew. */
export function changeCommand(object: Named, change: string): string {
  if (object.kind === 'Pod' || object.kind === 'Job') return `kubectl get ${forKubectl(object)} -o yaml, then create it anew: ${change}`;
  return `kubectl edit ${forKubectl(object)}: ${change}`;
}

/** `patch` is JSON without a single quote, as names and labels have none. */
export function patchCommand(object: Named, patch: object): string {
  return `kubectl patch ${forKubectl(object)} --type merge -p '${JSON.stringify(patch)}'`;
}

const evidenceOfKind: Readonly<Record<string, EvidenceKey>> = {
  Deployment: 'kubernetes.deployments',
  StatefulSet: 'kubernetes.statefulSets',
  ReplicaSet: 'kubernetes.replicaSets',
  DaemonSet: 'kubernetes.daemonSets',
  Job: 'kubernetes.jobs',
  CronJob: 'kubernetes.cronJobs',
};

/** Workloads that were listed and do not show what is judged: none of them is a pass.
 *  @param lacks what they do not show, e.g. `pod template` */
export function doubtsAbout(workloads: readonly Named[], lacks: string): Doubt[] {
  return Object.entries(evidenceOfKind).flatMap(([kind, evidence]) => {
    const names = workloads.filter((workload) => workload.kind === kind).map(({ namespace, name }) => `${namespace}/${name}`);
    if (names.length === 0) return [];
    const verb = names.length === 1 ? 'shows' : 'show';
    return [{ evidence, code: 'InvalidResponse', message: `${count(names.length, kind)} (${someOf(names)}) ${verb} no ${lacks}` } as const];
  });
}
