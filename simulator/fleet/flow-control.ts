import { deprecatedApiInsight } from '../build/insights.ts';
import type { Site } from '../build/site.ts';
import type { SimulatedCluster } from '../world.ts';

const group = 'flowcontrol.apiserver.k8s.io';

/** A FlowSchema that was written by hand once, so that Airflow does not crowd out others: Kubernetes 1.32 no longer serves v1beta3. */
export const airflowFlowSchema = {
  [`/apis/${group}/v1/flowschemas`]: [
    {
      metadata: {
        name: 'airflow-workers',
        creationTimestamp: '2024-03-11T15:42:00Z',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration':
            `{"apiVersion":"${group}/v1beta3","kind":"FlowSchema","metadata":{"annotations":{},"name":"airflow-workers"},` +
            '"spec":{"matchingPrecedence":800,"priorityLevelConfiguration":{"name":"workload-low"}}}\n',
        },
        managedFields: [
          { manager: 'kubectl-client-side-apply', operation: 'Update', apiVersion: `${group}/v1beta3`, time: '2026-10-29T10:17:30Z' },
        ],
      },
    },
  ],
};

/** Whoever applied it did so weeks ago; EKS remembers for thirty days. */
export function flowSchemaInsights(site: Site): NonNullable<SimulatedCluster['insights']> {
  return [
    deprecatedApiInsight(site, {
      version: '1.32',
      refreshed: '2026-11-20T22:40:05.000Z',
      moves: [{ usage: `/apis/${group}/v1beta3/flowschemas`, replacedWith: `/apis/${group}/v1/flowschemas`, servedSince: '1.29' }],
      clients: [{ userAgent: 'kubectl', requests: 2, lastRequest: '2026-10-29T10:17:30.000Z' }],
    }),
  ];
}
