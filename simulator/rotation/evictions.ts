import type { KubernetesAnswer, PodName } from '../../functions/rotation/ports.ts';
import { isEvictedRegardlessOfBudgets, isReady } from '../../functions/workloads/pods.ts';
import { type LiveCluster, touch } from './cluster.ts';
import { hasBackend } from './controllers.ts';
import { budgetsOver } from './disruption-budgets.ts';
import type { LiveBudget, LivePod } from './objects.ts';
import { deletePod } from './pods.ts';
import { conflict, created, namespaceTerminating, notFound, tooManyRequests, twoBudgets, webhookFailed } from './statuses.ts';

/** POST of a `policy/v1` Eviction, as the API server answers it: a budget is asked, and charged, before the precondition is.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go Create */
export function evict(cluster: LiveCluster, { namespace, name, uid }: PodName, graceSeconds?: number): KubernetesAnswer {
  const webhook = cluster.webhooks.find(({ on, backend }) => on.includes('evict') && !hasBackend(cluster, backend));
  if (webhook) return webhookFailed(webhook.name);
  // Admission knows nothing of the pod: it refuses whatever is created in a namespace that is being deleted.
  if (cluster.objects.namespaces.get(namespace)?.status.phase === 'Terminating') return namespaceTerminating(name, namespace);
  const pod = cluster.objects.pods.get(`${namespace}/${name}`);
  if (!pod) return notFound('pods', name);
  const refusal = isEvictedRegardlessOfBudgets(pod) ? undefined : askBudgets(cluster, pod);
  return refusal ?? remove(cluster, pod, uid, graceSeconds);
}

/** DELETE with `preconditions.uid`: budgets are not asked; the audit says what they would have said. */
export function deleteByName(cluster: LiveCluster, { namespace, name, uid }: PodName): KubernetesAnswer {
  const pod = cluster.objects.pods.get(`${namespace}/${name}`);
  if (!pod) return notFound('pods', name);
  const refusing =
    isEvictedRegardlessOfBudgets(pod) || !isReady(pod)
      ? []
      : budgetsOver(cluster, pod).filter(({ status }) => status.disruptionsAllowed <= 0);
  const answer = remove(cluster, pod, uid);
  if (answer === created) {
    for (const budget of refusing)
      cluster.world.audit.breach(`${namespace}/${name} was deleted, and budget ${budget.metadata.name} allows no disruption`);
  }
  return answer === created ? { status: 200, body: structuredClone(pod) } : answer;
}

function remove(cluster: LiveCluster, pod: LivePod, uid: string, graceSeconds?: number): KubernetesAnswer {
  const { name } = pod.metadata;
  if (uid !== pod.metadata.uid) {
    return conflict(
      'Pod',
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${pod.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  deletePod(cluster, pod, graceSeconds);
  return created;
}

/** @returns the refusal, if any */
function askBudgets(cluster: LiveCluster, pod: LivePod): KubernetesAnswer | undefined {
  const [budget, ...others] = budgetsOver(cluster, pod);
  if (!budget) return undefined;
  if (others.length > 0) return twoBudgets;
  const { currentHealthy, desiredHealthy } = budget.status;
  if (!isReady(pod)) {
    if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return undefined;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return undefined;
  }
  return checkAndDecrement(cluster, budget, pod);
}

function checkAndDecrement(cluster: LiveCluster, budget: LiveBudget, pod: LivePod): KubernetesAnswer | undefined {
  const { name, generation } = budget.metadata;
  const { status } = budget;
  if (status.observedGeneration < generation)
    return tooManyRequests(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (status.disruptionsAllowed === 0) {
    return tooManyRequests(
      `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
    );
  }
  status.disruptionsAllowed -= 1;
  status.disruptedPods[pod.metadata.name] = cluster.world.clock.iso();
  touch(cluster, budget);
  return undefined;
}
