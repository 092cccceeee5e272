import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import { createAddon } from '../build/eks.ts';
import type { Site } from '../build/site.ts';
import {
  createDaemonSet,
  createDeployment,
  createPodDisruptionBudget,
  createService,
  mergeReleases,
  type Release,
} from '../build/workloads.ts';

/** What one component of EKS runs in kube-system. The objects are those of the add-ons: no minReadySeconds, budgets of their own. */
type Component = (site: Site, version: string) => Release;

const namespace = 'kube-system';

const coredns: Component = (site, version) => ({
  deployments: [
    createDeployment({
      namespace,
      name: 'coredns',
      image: image(site, 'coredns', version),
      labels: { 'k8s-app': 'kube-dns', 'eks.amazonaws.com/component': 'coredns' },
      replicas: 2,
      minReadySeconds: 0,
      spread: 'anti-affinity',
      priorityClassName: 'system-cluster-critical',
    }),
  ],
  podDisruptionBudgets: [budget('coredns')],
  services: [createService({ namespace, name: 'kube-dns', workload: 'coredns', clusterIP: '10.100.0.10' })],
});

export const kubeProxy: Component = (site, version) => ({
  daemonSets: [
    createDaemonSet({
      namespace,
      name: 'kube-proxy',
      image: image(site, 'kube-proxy', version.replace('-eksbuild', '-minimal-eksbuild')),
      labels: { 'k8s-app': 'kube-proxy', 'eks.amazonaws.com/component': 'kube-proxy' },
      readinessProbe: false,
      priorityClassName: 'system-node-critical',
    }),
  ],
});

export const vpcCni: Component = (site, version) => ({
  daemonSets: [
    createDaemonSet({
      namespace,
      name: 'aws-node',
      image: image(site, 'amazon-k8s-cni', version),
      labels: { 'k8s-app': 'aws-node' },
      sidecars: [{ name: 'aws-eks-nodeagent', image: image(site, 'aws-network-policy-agent', 'v1.3.1-eksbuild.1'), readinessProbe: false }],
      priorityClassName: 'system-node-critical',
    }),
  ],
});

const ebsCsiDriver: Component = (site, version) => {
  const labels = { 'app.kubernetes.io/managed-by': 'EKS', 'app.kubernetes.io/instance': 'aws-ebs-csi-driver' };
  const driver = image(site, 'aws-ebs-csi-driver', version.replace(/-eksbuild.*/, ''));
  const sidecar = (name: string, tag: string) => ({ name, image: image(site, name, tag), readinessProbe: false });
  return {
    deployments: [
      createDeployment({
        namespace,
        name: 'ebs-csi-controller',
        image: driver,
        labels,
        replicas: 2,
        minReadySeconds: 0,
        spread: 'anti-affinity',
        sidecars: [
          sidecar('csi-provisioner', 'v5.3.0-eks-1-34-9'),
          sidecar('csi-attacher', 'v4.10.0-eks-1-34-9'),
          sidecar('csi-resizer', 'v1.14.0-eks-1-34-9'),
        ],
      }),
    ],
    daemonSets: [createDaemonSet({ namespace, name: 'ebs-csi-node', image: driver, labels, readinessProbe: false })],
    podDisruptionBudgets: [budget('ebs-csi-controller')],
  };
};

const podIdentityAgent: Component = (site, version) => ({
  daemonSets: [
    createDaemonSet({
      namespace,
      name: 'eks-pod-identity-agent',
      image: image(site, 'eks-pod-identity-agent', version.replace(/-eksbuild.*/, '')),
      labels: { 'app.kubernetes.io/managed-by': 'EKS' },
    }),
  ],
});

const metricsServer: Component = (site, version) => ({
  deployments: [
    createDeployment({
      namespace,
      name: 'metrics-server',
      image: image(site, 'metrics-server', version),
      labels: { 'app.kubernetes.io/managed-by': 'EKS' },
      replicas: 2,
      minReadySeconds: 0,
    }),
  ],
  podDisruptionBudgets: [budget('metrics-server')],
  services: [createService({ namespace, name: 'metrics-server' })],
});

const components: Readonly<Record<string, Component>> = {
  coredns,
  'kube-proxy': kubeProxy,
  'vpc-cni': vpcCni,
  'aws-ebs-csi-driver': ebsCsiDriver,
  'eks-pod-identity-agent': podIdentityAgent,
  'metrics-server': metricsServer,
};

/** EKS add-ons by name and version, with what they run in the cluster. */
export function eksAddons(
  site: Site,
  versions: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, Partial<Addon>>> = {},
): { readonly addons: readonly Addon[]; readonly release: Release } {
  const entries = Object.entries(versions);
  return {
    addons: entries.map(([name, version]) => createAddon(site, name, version, overrides[name])),
    release: mergeReleases(entries.flatMap(([name, version]) => components[name]?.(site, version) ?? [])),
  };
}

function budget(workload: string) {
  return createPodDisruptionBudget({ namespace, name: workload, maxUnavailable: 1 });
}

/** From the account in which EKS publishes the images of its add-ons. */
function image({ region }: Site, name: string, tag: string): string {
  return `602401143452.dkr.ecr.${region}.amazonaws.com/eks/${name}:${tag}`;
}
