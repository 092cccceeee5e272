import type { Pod } from '../../../inventory/evidence/kubernetes-pods.ts';
import { crashLooping, isTerminal } from '../../../workloads/pods.ts';
import type { Problem, Workload } from '../../record.ts';
import { minutes } from '../../step.ts';
import { compare, movingPods } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { workloadNames } from './owners.ts';
import { block, counted, info, listed, warn } from './problems.ts';

/** (10) Workloads with one replica: the service has a gap while it moves, unless a surge covers it. F-50. */
export function singleReplicas(facts: PreflightFacts): Problem[] {
  const { view, snapshot, options } = facts;
  if (!view) return [];
  const nameOf = workloadNames(view);
  const onBlue = new Set(movingPods(facts).map(({ pod }) => nameOf(pod)));
  return snapshot.workloads
    .filter(({ kind, desired }) => desired === 1 && (kind === 'Deployment' || kind === 'StatefulSet'))
    .filter((workload) => onBlue.has(nameOfWorkload(workload)))
    .map((workload) => {
      const surged = options.surge && workload.kind === 'Deployment';
      return surged
        ? info('single-replica', '10', nameOfWorkload(workload), 'it has one replica, and gets a second while it moves', null)
        : warn(
            'single-replica',
            '10',
            nameOfWorkload(workload),
            'it has one replica: it is not there while it moves',
            workload.kind === 'Deployment' ? 'add a replica, or set surge' : 'accept the gap, or add a replica',
          );
    })
    .sort((a, b) => compare(a.object, b.object));
}

/** (20) What is broken now is baseline: neither a failure of the rotation nor hidden (V16). Too much of it, and nobody could tell what the
 *  rotation breaks. */
export function brokenBefore(facts: PreflightFacts): Problem[] {
  const { view, options, clusterName, now } = facts;
  if (!view) return [];
  const running = view.pods.filter((pod) => !isTerminal(pod) && pod.metadata.deletionTimestamp == null);
  const since = now.getTime() - minutes(options.crashMinutes);
  const broken = running.filter((pod) => isBroken(pod, since));
  const nameOf = workloadNames(view);
  const each = [...Map.groupBy(broken, nameOf)].map(([object, members]) => {
    const names = members.map((pod) => pod.metadata.name).sort();
    const message = `${counted(names.length, 'pod')} Pending or crashing before the rotation: ${listed(names)}`;
    return warn('broken-before', '20', object, message, 'repair it first: no gate notices if it stays broken');
  });
  const sorted = each.sort((a, b) => compare(a.object, b.object));
  if (broken.length * 100 <= running.length * options.brokenPercent) return sorted;
  const share = `${broken.length} of ${running.length} pods are Pending or crashing, more than ${options.brokenPercent} %`;
  return [
    block('too-much-broken', '20', `Cluster ${clusterName}`, `${share}: what the rotation breaks could not be told`, 'repair them first'),
    ...sorted,
  ];
}

/** A pod that was made just now is not Pending yet. */
function isBroken(pod: Pod, since: number): boolean {
  if (crashLooping(pod).length > 0) return true;
  const { creationTimestamp } = pod.metadata;
  return pod.status?.phase === 'Pending' && (creationTimestamp == null || Date.parse(creationTimestamp) <= since);
}

const nameOfWorkload = ({ kind, namespace, name }: Workload): string => `${kind} ${namespace}/${name}`;
