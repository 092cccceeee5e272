import type { DaemonSet, Deployment, StatefulSet } from '../inventory/evidence/kubernetes-controllers.ts';
import type { EndpointSlice, Service } from '../inventory/evidence/kubernetes-services.ts';
import { selects } from '../workloads/selectors.ts';

/** The Service behind a webhook. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** What was seen of Services and what is behind them; undefined where it was not read. */
export interface BackendLists {
  readonly endpointSlices: readonly EndpointSlice[];
  readonly services: readonly Service[] | undefined;
  readonly deployments: readonly Deployment[] | undefined;
  readonly statefulSets: readonly StatefulSet[] | undefined;
  readonly daemonSets: readonly DaemonSet[] | undefined;
}

/** How many backends of a Service answer. A pod that is listed in two slices, one of IPv4 and one of IPv6, counts once. Ready is what is
 *  not said to be otherwise.
 *  @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions */
export function readyEndpoints({ namespace, name }: ServiceName, { endpointSlices }: BackendLists): number {
  const slices = endpointSlices.filter(
    ({ metadata }) => (metadata.namespace ?? 'default') === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  const ready = slices.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false));
  const targets = ready.flatMap(({ targetRef }) => (targetRef?.name ? [`${targetRef.kind}/${targetRef.namespace}/${targetRef.name}`] : []));
  const nameless = ready.length - targets.length;
  return new Set(targets).size + nameless;
}

export function serviceOf({ namespace, name }: ServiceName, { services }: BackendLists): Service | undefined {
  return services?.find(({ metadata }) => (metadata.namespace ?? 'default') === namespace && metadata.name === name);
}

/** What runs the backends of a Service. */
interface Backend {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly name: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** The controllers whose pods a Service selects; empty where nobody can say. */
export function backendsOf(service: ServiceName, lists: BackendLists): Backend[] {
  const selector = serviceOf(service, lists)?.spec?.selector;
  if (!selector || Object.keys(selector).length === 0) return [];
  const of = (kind: Backend['kind'], objects: readonly (Deployment | StatefulSet | DaemonSet)[] = []) =>
    objects.flatMap(({ metadata, spec }) => {
      const podLabels = spec?.template?.metadata?.labels ?? {};
      const isBackend = (metadata.namespace ?? 'default') === service.namespace && selects({ matchLabels: selector }, podLabels);
      return isBackend ? [{ kind, name: metadata.name, podLabels }] : [];
    });
  return [...of('Deployment', lists.deployments), ...of('StatefulSet', lists.statefulSets), ...of('DaemonSet', lists.daemonSets)];
}
