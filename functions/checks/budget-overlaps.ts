import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { aboutBudget, inspect, named, namesOf, note, workloadName } from './about-budget.ts';
import { namespaceOf, type Overlap } from './budget-coverage.ts';
import { isManagedByEks } from './eks-managed.ts';
import type { FindingDraft } from './finding.ts';
import { someOf } from './phrases.ts';

/** One finding for each pair of budgets that meet on a pod, about the first of them by name. */
export function overlapFindings(overlaps: readonly Overlap[], addons: readonly Addon[] | undefined): FindingDraft[] {
  const pairs = new Map<string, { readonly pair: readonly [PodDisruptionBudget, PodDisruptionBudget]; readonly overlaps: Overlap[] }>();
  for (const overlap of overlaps) {
    const budgets = overlap.budgets.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const [index, first] of budgets.entries())
      for (const second of budgets.slice(index + 1)) {
        const key = JSON.stringify([namespaceOf(first.metadata), first.metadata.name, second.metadata.name]);
        const known = pairs.get(key) ?? { pair: [first, second], overlaps: [] };
        pairs.set(key, known);
        known.overlaps.push(overlap);
      }
  }
  return [...pairs.values()].map((found) => overlapFinding(found.pair, found.overlaps, addons));
}

function overlapFinding(
  [first, second]: readonly [PodDisruptionBudget, PodDisruptionBudget],
  overlaps: readonly Overlap[],
  addons: readonly Addon[] | undefined,
): FindingDraft {
  const { namespace, name } = named(first);
  const managed = [first, second].every(({ metadata }) => isManagedByEks(metadata.labels, addons));
  const other = second.metadata.name;
  // Of two budgets, the one to take away is not the one that belongs to an add-on.
  const spare = isManagedByEks(second.metadata.labels, addons) ? first : second;
  const workloads = overlaps.flatMap(({ by }) => ('controller' in by ? [workloadName(by.controller)] : [])).sort();
  const pods = namesOf(overlaps.flatMap(({ by }) => ('pod' in by ? [by.pod] : [])));
  return {
    ...aboutBudget(first, 'required', managed, `PodDisruptionBudget/${other}`),
    message:
      `PodDisruptionBudgets ${namespace}/${name} and ${other} select the same pods (${someOf(workloads.length > 0 ? workloads : pods)}): ` +
      `the eviction API refuses them with status 500${note(managed)}`,
    facts: { budgets: [name, other], workloads, pods, managedByEks: managed },
    remediation: managed
      ? inspect([first, second])
      : `${inspect([first, second])}, make one cover all, then kubectl delete poddisruptionbudget ${spare.metadata.name} -n ${namespace}`,
    documentation: 'https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/',
  };
}
