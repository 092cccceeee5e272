import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { askEach, listCollector, listItems, listPermission } from '../listing.ts';
import { webhookServices } from '../webhook-services.ts';
import { metadata } from './kubernetes-metadata.ts';

const service = z.object({
  metadata,
  spec: z
    .object({
      type: z.string().nullish(),
      clusterIP: z.string().nullish(),
      clusterIPs: z.array(z.string()).nullish(),
      externalIPs: z.array(z.string()).nullish(),
      loadBalancerIP: z.string().nullish(),
      loadBalancerSourceRanges: z.array(z.string()).nullish(),
      selector: z.record(z.string(), z.string()).nullish(),
      externalTrafficPolicy: z.string().nullish(),
    })
    .nullish(),
});
export type Service = z.output<typeof service>;

const endpointSlice = z.object({
  /** The label `kubernetes.io/service-name` names the Service. */
  metadata,
  endpoints: z
    .array(
      z.object({
        conditions: z
          .object({ ready: z.boolean().nullish(), serving: z.boolean().nullish(), terminating: z.boolean().nullish() })
          .nullish(),
        nodeName: z.string().nullish(),
        targetRef: z.object({ kind: z.string().nullish(), namespace: z.string().nullish(), name: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});
export type EndpointSlice = z.output<typeof endpointSlice>;

export const services = defineEvidence({
  key: 'kubernetes.services',
  summary: 'Services of all namespaces',
  schema: z.array(service),
  kubernetes: listPermission('', 'services'),
  collect: listCollector('/api/v1/services', service),
});

const slicesOf = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;

export const endpointSlices = defineEvidence({
  key: 'kubernetes.endpointSlices',
  summary: 'EndpointSlices of the Services that admission and conversion webhooks name',
  schema: z.array(endpointSlice),
  kubernetes: listPermission('discovery.k8s.io', 'endpointslices'),
  collect: async (context) => {
    const services = await webhookServices(context);
    const kubernetes = await context.kubernetes();
    const slices = await askEach([...services.keys()], async (namespace) => {
      const labelSelector = selectorOf([...(services.get(namespace) ?? [])]);
      const pages = kubernetes.list(slicesOf(namespace), { limit: context.pageSize, labelSelector });
      return listItems(pages, 'items', endpointSlice, `GET ${slicesOf(namespace)}`);
    });
    return slices.flat();
  },
});

/** One Service, or several, by the label that the endpoint slice controller sets. */
function selectorOf(names: readonly string[]): string {
  const label = 'kubernetes.io/service-name';
  return names.length === 1 ? `${label}=${names[0]}` : `${label} in (${names.join(',')})`;
}
