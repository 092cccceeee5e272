import { budget, daemonSet, deployment, flowSchema, type KubernetesObject, lastApplied, NAMESPACE, statefulSet } from './objects.ts';

const ofAddon = (addon: string) => ({ 'eks.amazonaws.com/component': addon });
const system = { namespace: 'kube-system' };

/** The configuration of kube-proxy as the add-on writes it, as far as it is read. */
export const kubeProxyConfig = (mode: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-proxy-config', namespace: 'kube-system' },
  data: { config: `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: "${mode}"\n` },
});

export const kubeProxy = (tag: string): KubernetesObject =>
  daemonSet('kube-proxy', {
    ...system,
    labels: ofAddon('kube-proxy'),
    image: `602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/kube-proxy:${tag}`,
  });

/** Last applied through a version that is gone since 1.26: no cluster that EKS supports is asked for such kinds. */
const ancient: KubernetesObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: {
    name: 'ancient',
    namespace: NAMESPACE,
    annotations: lastApplied('autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'ancient', NAMESPACE),
  },
  spec: { minReplicas: 3, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
};

/** What is fine only at a second look, by the names of the objects. */
export const fineAtSecondLook: readonly { readonly name: string; readonly what: string }[] = [
  { name: 'narrow', what: 'a subnet with 3 free addresses, in a zone that has more' },
  { name: 'pinned', what: 'a node group on the newest version of its launch template, whose default is an older one' },
  { name: 'paused', what: 'a Deployment that is scaled to 0' },
  { name: 'expressed', what: 'a budget that selects by an expression' },
  { name: 'nothing-yet', what: 'a budget that allows nothing, over no pod' },
  { name: 'moved-on', what: 'an object once applied through an API version that is gone, and server-side through the right one since' },
  { name: 'ancient', what: 'an object last applied through an API version that is gone since 1.26' },
];

/** A cluster with these has no finding. */
export const healthyObjects: readonly KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  ...deployment('coredns', { ...system, labels: ofAddon('coredns'), podLabels: { 'k8s-app': 'kube-dns' } }),
  kubeProxy('v1.35.3-minimal-eksbuild.2'),
  daemonSet('aws-node', system),
  kubeProxyConfig('iptables'),
  ...deployment('web', { spec: { replicas: 3 } }),
  ...statefulSet('store'),
  ...deployment('paused', { spec: { replicas: 0 } }),
  ...deployment('expressed', {
    budget: { maxUnavailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['expressed'] }] } },
  }),
  budget('nothing-yet', { maxUnavailable: 0 }),
  ancient,
];

/** Once applied by kubectl through a version that is gone, and server-side through the right one since. To be applied server-side. */
export const movedOn: readonly KubernetesObject[] = [
  flowSchema('moved-on', { annotations: lastApplied('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', 'moved-on') }),
];
