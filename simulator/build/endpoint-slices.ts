import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { EndpointSlice, Service } from '../../functions/inventory/evidence/kubernetes-services.ts';
import { isReady } from '../../functions/workloads/pods.ts';
import { selects } from '../../functions/workloads/selectors.ts';
import { stableSuffix } from './stable-names.ts';

/** What the endpoint slice controller makes of Services and the pods that they select: one slice for each Service with a selector, with
 *  the pods that have a node. */
export function endpointSlicesOf(services: readonly Service[], pods: readonly Pod[]): readonly EndpointSlice[] {
  const byNamespace = Map.groupBy(pods, ({ metadata }) => metadata.namespace);
  return services.flatMap(({ metadata: { name, namespace }, spec }) => {
    const matchLabels = spec?.selector ?? {};
    if (Object.keys(matchLabels).length === 0) return [];
    const selected = (byNamespace.get(namespace) ?? []).filter(
      (pod) => pod.spec?.nodeName && selects({ matchLabels }, pod.metadata.labels),
    );
    return [
      {
        metadata: {
          name: `${name}-${stableSuffix(`${namespace}/${name}`, 5)}`,
          namespace,
          labels: {
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
        },
        endpoints: selected.map((pod) => ({
          conditions: { ready: isReady(pod), serving: isReady(pod), terminating: false },
          nodeName: pod.spec?.nodeName,
          targetRef: { kind: 'Pod', namespace, name: pod.metadata.name },
        })),
      },
    ];
  });
}
