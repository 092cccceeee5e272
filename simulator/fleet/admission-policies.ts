import { apiServerMetrics } from '../build/api-server-metrics.ts';
import { deprecatedApiInsight } from '../build/insights.ts';
import type { Site } from '../build/site.ts';
import type { SimulatedCluster } from '../world.ts';

const group = 'admissionregistration.k8s.io';
const resources = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'];

/** Policies that Argo CD applies from a repository which nobody has moved to v1: Kubernetes 1.34 no longer serves v1beta1. */
export const betaAdmissionPolicies = {
  [`/apis/${group}/v1/validatingadmissionpolicies`]: [appliedByArgo('require-cost-center')],
  [`/apis/${group}/v1/validatingadmissionpolicybindings`]: [appliedByArgo('require-cost-center')],
};

function appliedByArgo(name: string) {
  return {
    metadata: {
      name,
      labels: { 'app.kubernetes.io/instance': 'cluster-policies' },
      creationTimestamp: '2025-09-02T11:20:00Z',
      managedFields: [{ manager: 'argocd-controller', operation: 'Apply', apiVersion: `${group}/v1beta1`, time: '2026-11-20T16:04:11Z' }],
    },
  };
}

/** What the API server counted of them. */
export const betaPolicyMetrics: string = apiServerMetrics(
  resources.map((resource) => ({ group, version: 'v1beta1', resource, removedRelease: '1.34' })),
);

/** What EKS saw of them. */
export function betaPolicyInsights(site: Site): NonNullable<SimulatedCluster['insights']> {
  return [
    deprecatedApiInsight(site, {
      version: '1.34',
      refreshed: '2026-11-21T01:12:40.000Z',
      moves: resources.map((resource) => ({
        usage: `/apis/${group}/v1beta1/${resource}`,
        replacedWith: `/apis/${group}/v1/${resource}`,
        servedSince: '1.30',
      })),
      clients: [{ userAgent: 'argocd-application-controller', requests: 2716, lastRequest: '2026-11-20T23:58:02.000Z' }],
    }),
  ];
}
