import { isReady, isTerminal } from '../../../workloads/pods.ts';
import { selectorIndex } from '../../../workloads/selector-index.ts';
import type { LivePod } from '../../read/cluster-view.ts';
import type { Problem } from '../../record.ts';
import { namespaceOf } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { workloadNames } from './owners.ts';
import { block, blockIf, warn } from './problems.ts';

const object = 'Deployment kube-system/coredns';

/** The label that the service kube-dns selects; a chart of one's own may have another, and the same name. */
const isLabelled = (pod: LivePod): boolean => namespaceOf(pod) === 'kube-system' && pod.metadata.labels?.['k8s-app'] === 'kube-dns';

/** (14) CoreDNS outlives the rotation: two pods are ready, on two nodes, unless a budget keeps one of them. Whether its budget blocks is asked
 *  as of any other pod. F-57. */
export function coredns({ view, cluster, blueNodes }: PreflightFacts): Problem[] {
  if (!view) return [];
  const workloadOf = workloadNames(view);
  const pods = view.pods.filter((pod) => !isTerminal(pod) && (isLabelled(pod) || workloadOf(pod) === object));
  if (pods.length === 0) {
    // Auto Mode runs it on each node, outside of the cluster's pods.
    if (cluster?.autoMode) return [];
    return [
      warn('coredns-not-verified', '14', object, 'no pod of it was found: whether DNS outlives the rotation could not be verified', null),
    ];
  }
  if (!pods.some(({ spec }) => blueNodes.has(spec?.nodeName ?? ''))) return [];
  const ready = pods.filter(isReady);
  if (ready.length < 2)
    return [
      block('coredns-too-few', '14', object, `${ready.length} of its pods is ready, and one moves`, 'have at least 2 ready replicas'),
    ];
  const nodes = new Set(ready.map(({ spec }) => spec?.nodeName ?? ''));
  const [node] = nodes;
  if (nodes.size > 1 || !blueNodes.has(node ?? '')) return [];
  const index = selectorIndex(view.podDisruptionBudgets, ({ metadata, spec }) => ({
    namespace: metadata.namespace ?? 'default',
    selector: spec?.selector,
  }));
  const kept = ready.every((pod) => index('kube-system', pod.metadata.labels ?? {}).length > 0);
  const message = `all of its ready pods are on ${node}${kept ? '' : ', and no budget keeps one of them'}`;
  return [blockIf(!kept, 'coredns-on-one-node', '14', object, message, 'spread its pods over nodes, and give it a budget')];
}
