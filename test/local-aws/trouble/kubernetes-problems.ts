import { kubeProxy, kubeProxyConfig } from './healthy.ts';
import { budget, deployment, flowSchema, type KubernetesObject, lastApplied, NAMESPACE, statefulSet } from './objects.ts';
import type { Problem } from './problem.ts';

const namespace = NAMESPACE;

const nodeAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] }],
  },
};

/** A CustomResourceDefinition whose objects are stored in a version that is not served. */
const unserved: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'unserveds.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { kind: 'Unserved', listKind: 'UnservedList', plural: 'unserveds', singular: 'unserved' },
    versions: [
      { name: 'v1', served: true, storage: false },
      { name: 'v1beta1', served: false, storage: true },
    ].map((version) => ({ ...version, schema: { openAPIV3Schema: { type: 'object' } } })),
  },
};

/** What kubectl can put into a cluster. */
export const kubernetesProblems: readonly Problem[] = [
  {
    name: 'frozen',
    what: 'a budget that never allows a disruption',
    objects: deployment('frozen', { budget: { maxUnavailable: 0 } }),
    findings: [
      `required pdb-blocks-drain PodDisruptionBudget ${namespace}/frozen now (never-allows)`,
      'recommended drain-forecast Cluster orchard now (budget-never-allows)',
    ],
  },
  {
    name: 'twice',
    what: 'two budgets over the same pods',
    objects: [...deployment('twice'), budget('twice-again', { maxUnavailable: 1 }, { app: 'twice' })],
    findings: [
      `required pdb-blocks-drain PodDisruptionBudget ${namespace}/twice now (PodDisruptionBudget/twice-again)`,
      'recommended drain-forecast Cluster orchard now (two-budgets)',
    ],
  },
  {
    name: 'unguarded',
    what: 'no budget over two replicas',
    objects: deployment('unguarded', { budget: null }),
    findings: [`recommended pdb-missing Deployment ${namespace}/unguarded now`],
  },
  {
    name: 'alone',
    what: 'a single replica',
    objects: deployment('alone', { spec: { replicas: 1 }, budget: null }),
    findings: [`recommended replicas-minimum Deployment ${namespace}/alone now`],
  },
  {
    name: 'hasty',
    what: 'no minReadySeconds',
    objects: deployment('hasty', { spec: { minReadySeconds: 0 } }),
    findings: [`recommended min-ready-seconds Deployment ${namespace}/hasty now`],
  },
  {
    name: 'unprobed',
    what: 'no readiness probe',
    objects: deployment('unprobed', { container: { readinessProbe: undefined } }),
    findings: [`recommended readiness-probe Deployment ${namespace}/unprobed now`],
  },
  {
    name: 'huddled',
    what: 'nothing that spreads the replicas, only node affinity',
    objects: deployment('huddled', { pod: { topologySpreadConstraints: undefined, affinity: { nodeAffinity } } }),
    findings: [`recommended topology-spread Deployment ${namespace}/huddled now`],
  },
  {
    name: 'abrupt',
    what: 'a StatefulSet without grace period',
    objects: statefulSet('abrupt', { pod: { terminationGracePeriodSeconds: 0 } }),
    findings: [`recommended termination-grace-zero StatefulSet ${namespace}/abrupt now`],
  },
  {
    name: 'socket',
    what: 'a mount of docker.sock',
    objects: deployment('socket', {
      pod: { volumes: [{ name: 'docker', hostPath: { path: '/var/run/docker.sock' } }] },
      container: { volumeMounts: [{ name: 'docker', mountPath: '/var/run/docker.sock' }] },
    }),
    findings: [
      `recommended docker-socket Deployment ${namespace}/socket now`,
      'recommended drain-forecast Cluster orchard now (data-on-node)',
    ],
  },
  {
    name: 'git-repo',
    what: 'a gitRepo volume',
    objects: deployment('git-repo', {
      pod: { volumes: [{ name: 'source', gitRepo: { repository: 'https://git.example/orchard.git' } }] },
      container: { volumeMounts: [{ name: 'source', mountPath: '/source' }] },
    }),
    findings: [`required git-repo-volume Deployment ${namespace}/git-repo 1.36`],
  },
  {
    name: 'apparmor',
    what: 'an AppArmor annotation',
    objects: deployment('apparmor', {
      podAnnotations: { 'container.apparmor.security.beta.kubernetes.io/apparmor': 'runtime/default' },
      pod: { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
    }),
    findings: [`recommended apparmor-annotation Deployment ${namespace}/apparmor now`],
  },
  {
    name: 'recreated',
    what: 'the strategy Recreate',
    objects: deployment('recreated', { spec: { strategy: { type: 'Recreate' } } }),
    findings: [`recommended recreate-strategy Deployment ${namespace}/recreated now`],
  },
  {
    name: 'ingress-nginx-controller',
    what: 'Ingress NGINX',
    objects: deployment('ingress-nginx-controller', { image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3' }),
    findings: [`recommended ingress-nginx-retired Deployment ${namespace}/ingress-nginx-controller now`],
  },
  {
    name: 'cluster-autoscaler',
    what: 'a Cluster Autoscaler two minors behind the target',
    objects: deployment('cluster-autoscaler', { image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.1' }),
    findings: [`required cluster-autoscaler-version Deployment ${namespace}/cluster-autoscaler 1.36`],
  },
  {
    name: 'external-ips',
    what: 'a Service with externalIPs',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'external-ips', namespace },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }], externalIPs: ['198.51.100.7'] },
      },
    ],
    findings: [`recommended service-external-ips Service ${namespace}/external-ips 1.36`],
  },
  {
    name: 'host-bits',
    what: 'a CIDR with host bits in a NetworkPolicy',
    objects: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'host-bits', namespace },
        spec: { podSelector: { matchLabels: { app: 'nobody' } }, ingress: [{ from: [{ ipBlock: { cidr: '10.1.2.3/16' } }] }] },
      },
    ],
    findings: [`recommended non-canonical-ip NetworkPolicy ${namespace}/host-bits 1.36`],
  },
  {
    name: 'unserved',
    what: 'a stored version that is not served',
    objects: [unserved],
    findings: ['recommended crd-stored-versions CustomResourceDefinition unserveds.example.com now (stored-version-not-served)'],
  },
  {
    name: 'anonymous',
    what: 'rights for requests without credentials',
    objects: [
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'anonymous' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:discovery' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:unauthenticated' }],
      },
    ],
    findings: ['recommended anonymous-access ClusterRoleBinding anonymous now'],
  },
  {
    name: 'kube-proxy',
    what: 'a kube-proxy four minors behind the target',
    objects: [kubeProxy('v1.32.6-minimal-eksbuild.2')],
    findings: ['required kube-proxy-version-skew DaemonSet kube-system/kube-proxy 1.36'],
  },
  {
    name: 'kube-proxy-config',
    what: 'kube-proxy in mode ipvs',
    objects: [kubeProxyConfig('ipvs')],
    findings: ['recommended kube-proxy-ipvs ConfigMap kube-system/kube-proxy-config now'],
  },
  {
    name: 'relic',
    what: 'an object last applied through an API version that has long been gone',
    objects: [flowSchema('relic', { annotations: lastApplied('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', 'relic') })],
    findings: ['info removed-api-in-manifests FlowSchema relic now (flowcontrol.apiserver.k8s.io/v1beta3)'],
  },
  {
    name: 'range',
    what: 'an object last applied through an API version that goes after the target',
    objects: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'ServiceCIDR',
        metadata: { name: 'range', annotations: lastApplied('networking.k8s.io/v1beta1', 'ServiceCIDR', 'range') },
        spec: { cidrs: ['10.97.0.0/24'] },
      },
    ],
    findings: ['recommended removed-api-in-manifests ServiceCIDR range 1.37 (networking.k8s.io/v1beta1)'],
  },
  {
    name: 'gate',
    what: 'a webhook on pods that fails closed, without backend',
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gated', labels: { gate: 'closed' } } },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'gate' },
        webhooks: [
          {
            name: 'gate.example.com',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            failurePolicy: 'Fail',
            namespaceSelector: { matchLabels: { gate: 'closed' } },
            clientConfig: { service: { namespace, name: 'gate' } },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
          },
        ],
      },
    ],
    findings: ['required webhook-fails-closed ValidatingWebhookConfiguration gate now (gate.example.com)'],
  },
];
