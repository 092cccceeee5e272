import { createServices } from '../build/services.ts';
import type { Release } from '../build/workloads.ts';

const namespace = 'spark-operator';

/** The Spark operator. One replica of its webhook stands before every pod of the jobs. */
export function sparkOperator(version: string): Release {
  return createServices(
    { namespace, repository: 'ghcr.io/kubeflow/spark-operator', partOf: 'spark-operator' },
    {
      'spark-operator-controller': { version, image: 'controller', replicas: 2 },
      'spark-operator-webhook': { version, image: 'controller', replicas: 1 },
    },
  );
}

/** What it installs besides: its webhook, and a definition from the days of v1beta1, whose objects nobody has written again since. */
export const sparkObjects = {
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': [
    {
      metadata: {
        name: 'spark-operator-webhook',
        labels: { 'app.kubernetes.io/name': 'spark-operator' },
        creationTimestamp: '2025-02-10T13:00:00Z',
      },
      webhooks: [
        {
          name: 'mutate-pod.sparkoperator.k8s.io',
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          matchPolicy: 'Equivalent',
          namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['analytics'] }] },
          objectSelector: {},
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'], scope: '*' }],
          clientConfig: { service: { namespace, name: 'spark-operator-webhook', port: 443 } },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
  ],
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': [
    {
      metadata: { name: 'sparkapplications.sparkoperator.k8s.io', creationTimestamp: '2022-08-30T10:00:00Z' },
      spec: {
        group: 'sparkoperator.k8s.io',
        names: { kind: 'SparkApplication', plural: 'sparkapplications' },
        versions: [
          { name: 'v1beta1', served: false, storage: false },
          { name: 'v1beta2', served: true, storage: true },
        ],
        conversion: { strategy: 'None' },
      },
      status: { storedVersions: ['v1beta1', 'v1beta2'] },
    },
  ],
};
