import { isTerminal } from '../../functions/workloads/pods.ts';
import { stableSuffix } from '../build/stable-names.ts';
import { addPod, type LiveCluster, podsOf, touch } from './cluster.ts';
import { admits, ownerReference } from './controllers.ts';
import { type LiveJob, nameOf, namespaceOf } from './objects.ts';
import { newPod } from './pods.ts';

/** Jobs of one completion: a pod until one has succeeded; one that was evicted or lost is made again. */
export function reconcileJobs(cluster: LiveCluster): void {
  for (const job of cluster.objects.jobs.values()) reconcileJob(cluster, job);
}

function reconcileJob(cluster: LiveCluster, job: LiveJob): void {
  if (job.status.completionTime !== undefined) return;
  const pods = podsOf(cluster, job);
  if (pods.some(({ status }) => status.phase === 'Succeeded')) {
    const at = cluster.world.clock.iso();
    job.status = {
      active: 0,
      succeeded: 1,
      completionTime: at,
      conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: at }],
    };
    touch(cluster, job);
    return;
  }
  // A replacement waits until the old pod has ended.
  if (pods.some((pod) => !isTerminal(pod)) || !admits(cluster, namespaceOf(job), nameOf(job))) return;
  const suffix = stableSuffix(`${nameOf(job)}/${cluster.world.next()}`, 5);
  const metadata = {
    name: `${job.metadata.name}-${suffix}`,
    namespace: namespaceOf(job),
    labels: { ...job.spec.template.metadata.labels, 'batch.kubernetes.io/job-name': job.metadata.name },
    ownerReferences: [ownerReference('Job', 'batch/v1', job)],
  };
  addPod(cluster, newPod(cluster, metadata, job.spec.template.spec));
  job.status.active = 1;
  touch(cluster, job);
}
