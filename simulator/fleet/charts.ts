import { createServices, type ServiceInput } from '../build/services.ts';
import { createDaemonSet, createPodDisruptionBudget, createStatefulSet, mergeReleases, type Release } from '../build/workloads.ts';

/** How a team changed the values of a chart. */
type Values = Partial<ServiceInput> & Pick<ServiceInput, 'version'>;

export function ingressNginx(values: Values): Release {
  return chart('ingress-nginx', 'registry.k8s.io/ingress-nginx', { 'ingress-nginx-controller': { image: 'controller', ...values } });
}

export function clusterAutoscaler(values: Values): Release {
  return chart('kube-system', 'registry.k8s.io/autoscaling', { 'cluster-autoscaler': { replicas: 2, ...values } });
}

export function karpenter(values: Values): Release {
  return chart('kube-system', 'public.ecr.aws/karpenter', { karpenter: { image: 'controller', replicas: 2, ...values } });
}

export function loadBalancerController(values: Values): Release {
  return chart('kube-system', 'public.ecr.aws/eks', { 'aws-load-balancer-controller': { replicas: 2, ...values } });
}

export function externalDns(values: Values): Release {
  return chart('external-dns', 'registry.k8s.io/external-dns', { 'external-dns': { replicas: 2, ...values } });
}

export function certManager(values: Values): Release {
  return chart('cert-manager', 'quay.io/jetstack', {
    'cert-manager-controller': { replicas: 2, ...values },
    'cert-manager-cainjector': { replicas: 2, ...values },
    'cert-manager-webhook': values,
  });
}

export function externalSecrets(values: Values): Release {
  return chart('external-secrets', 'ghcr.io/external-secrets', { 'external-secrets': { replicas: 2, ...values } });
}

export function argoCd(values: Values): Release {
  const common = { namespace: 'argocd', partOf: 'argocd' };
  const server = { image: 'argocd', replicas: 2, ...values };
  const redis = { ...server, image: 'redis', version: '8.2.3-alpine' };
  return mergeReleases([
    createServices(
      { ...common, repository: 'quay.io/argoproj' },
      { 'argocd-server': server, 'argocd-repo-server': server, 'argocd-applicationset-controller': server },
    ),
    createServices({ ...common, repository: 'public.ecr.aws/docker/library' }, { 'argocd-redis': redis }),
    {
      statefulSets: [
        createStatefulSet({
          ...common,
          name: 'argocd-application-controller',
          image: `quay.io/argoproj/argocd:${values.version}`,
          replicas: server.replicas,
        }),
      ],
      podDisruptionBudgets: server.replicas > 1 ? [budget('argocd', 'argocd-application-controller')] : [],
    },
  ]);
}

/** Prometheus with its operator, Alertmanager, exporters and Grafana. */
export function monitoring({
  replicas = 2,
  grafana = { version: '12.3.0', replicas: 2 },
}: {
  replicas?: number;
  grafana?: Values;
} = {}): Release {
  const common = { namespace: 'monitoring', partOf: 'kube-prometheus-stack' };
  return mergeReleases([
    createServices({ ...common, repository: 'quay.io/prometheus-operator' }, { 'prometheus-operator': { version: 'v0.87.0', replicas } }),
    createServices(
      { ...common, repository: 'registry.k8s.io/kube-state-metrics' },
      { 'kube-state-metrics': { version: 'v2.17.0', replicas } },
    ),
    createServices({ ...common, repository: 'docker.io/grafana' }, { grafana }),
    {
      statefulSets: [
        createStatefulSet({
          ...common,
          name: 'prometheus',
          image: 'quay.io/prometheus/prometheus:v3.8.0',
          replicas,
          storage: true,
          cpu: '1',
          memory: '6Gi',
        }),
        createStatefulSet({ ...common, name: 'alertmanager', image: 'quay.io/prometheus/alertmanager:v0.29.0', replicas, storage: true }),
      ],
      daemonSets: [createDaemonSet({ ...common, name: 'node-exporter', image: 'quay.io/prometheus/node-exporter:v1.10.2' })],
      podDisruptionBudgets: replicas > 1 ? [budget('monitoring', 'prometheus'), budget('monitoring', 'alertmanager')] : [],
    },
  ]);
}

export function fluentBit(): Release {
  return {
    daemonSets: [
      createDaemonSet({
        namespace: 'logging',
        name: 'aws-for-fluent-bit',
        image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:2.34.2',
      }),
    ],
  };
}

/** The chart of the Airflow community with its own PostgreSQL, for one team. */
export function airflow(): Release {
  const common = { namespace: 'airflow', partOf: 'airflow', image: 'docker.io/apache/airflow:2.10.5' };
  return mergeReleases([
    createServices(
      { ...common, repository: 'docker.io/apache' },
      {
        'airflow-webserver': { version: '2.10.5', image: 'airflow', replicas: 1 },
        'airflow-scheduler': { version: '2.10.5', image: 'airflow', replicas: 1 },
      },
    ),
    {
      statefulSets: [
        createStatefulSet({
          ...common,
          name: 'airflow-worker',
          replicas: 4,
          minReadySeconds: 0,
          spread: 'none',
          terminationGracePeriodSeconds: 600,
        }),
        createStatefulSet({
          ...common,
          name: 'airflow-postgresql',
          image: 'docker.io/bitnamilegacy/postgresql:16.1.0',
          replicas: 1,
          storage: true,
        }),
      ],
      podDisruptionBudgets: [createPodDisruptionBudget({ namespace: 'airflow', name: 'airflow-postgresql', minAvailable: 1 })],
    },
  ]);
}

function chart(namespace: string, repository: string, services: Readonly<Record<string, ServiceInput>>): Release {
  return createServices({ namespace, repository, partOf: namespace }, services);
}

function budget(namespace: string, workload: string) {
  return createPodDisruptionBudget({ namespace, name: workload, maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
}
