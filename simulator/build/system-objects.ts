import type { Job } from '../../functions/inventory/evidence/kubernetes-jobs.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { PersistentVolume, StorageClass } from '../../functions/inventory/evidence/kubernetes-volumes.ts';
import { zoneOf } from '../../functions/workloads/zones.ts';
import type { KubernetesObject } from '../world.ts';
import { endpointSlicesOf } from './endpoint-slices.ts';
import type { Site } from './site.ts';
import { stableId } from './stable-names.ts';
import { createService, type Release } from './workloads.ts';

const createdAt = '2026-01-12T09:00:00Z';

/** What is there besides the workloads themselves, by the path that lists it: what Kubernetes and EKS bring, what workloads imply. */
export function systemObjects(
  site: Site,
  release: Required<Release>,
  nodes: readonly Node[],
): Readonly<Record<string, readonly KubernetesObject[]>> {
  // Its endpoints are written by the API servers themselves.
  const apiServer = createService({ namespace: 'default', name: 'kubernetes', clusterIP: '10.100.0.1' });
  const services = [
    { ...apiServer, spec: { ...apiServer.spec, selector: null } },
    ...release.services,
    ...release.statefulSets.map(({ metadata: { name, namespace } }) =>
      createService({ namespace: namespace ?? 'default', name, clusterIP: 'None' }),
    ),
  ];
  return {
    '/api/v1/configmaps': release.daemonSets.some(isKubeProxy) ? [kubeProxyConfig()] : [],
    '/api/v1/persistentvolumes': volumesOf(site, release.pods, nodes),
    '/api/v1/services': services,
    '/apis/batch/v1/jobs': jobsOf(release.pods),
    '/apis/discovery.k8s.io/v1/endpointslices': endpointSlicesOf(services, release.pods),
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': [publicInfoViewer],
    '/apis/scheduling.k8s.io/v1/priorityclasses': [
      priorityClass('system-cluster-critical', 2e9),
      priorityClass('system-node-critical', 2e9 + 1000),
    ],
    '/apis/storage.k8s.io/v1/storageclasses': [gp3],
  };
}

/** Those that every cluster has, and those that objects are in. */
export function namespacesOf(objects: Readonly<Record<string, readonly KubernetesObject[]>>): readonly KubernetesObject[] {
  const used = Object.values(objects).flatMap((list) => list.flatMap(({ metadata }) => metadata.namespace ?? []));
  const names = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system', ...used]);
  return [...names].sort().map((name) => ({
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name }, creationTimestamp: createdAt },
    status: { phase: 'Active' },
  }));
}

/** Definitions of the custom resources of which there are objects, each in the versions by which these are listed. */
export function definitionsOf(paths: readonly string[]): readonly KubernetesObject[] {
  const versions = new Map<string, string[]>();
  for (const path of paths) {
    const { group, version, plural } = /^\/apis\/(?<group>[^/]+)\/(?<version>[^/]+)\/(?<plural>[^/]+)$/.exec(path)?.groups ?? {};
    if (group && version && plural) versions.set(`${plural}.${group}`, [...(versions.get(`${plural}.${group}`) ?? []), version]);
  }
  return [...versions].map(([name, served]) => ({
    metadata: { name, creationTimestamp: createdAt },
    spec: {
      group: name.slice(name.indexOf('.') + 1),
      names: { plural: name.slice(0, name.indexOf('.')) },
      versions: served.map((version, index) => ({ name: version, served: true, storage: index === 0 })),
      conversion: { strategy: 'None' },
    },
    status: { storedVersions: served.slice(0, 1) },
  }));
}

function isKubeProxy({ metadata }: KubernetesObject): boolean {
  return metadata.namespace === 'kube-system' && metadata.name === 'kube-proxy';
}

/** A volume of EBS for each claim of a pod, in the zone in which the pod runs; one that has not been scheduled waits in some zone. */
function volumesOf(site: Site, pods: readonly Pod[], nodes: readonly Node[]): readonly PersistentVolume[] {
  const zones = new Map(nodes.map((node) => [node.metadata.name, zoneOf(node)]));
  const claims = pods.flatMap(({ metadata, spec }) =>
    (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? [{ namespace: metadata.namespace ?? 'default', name: claim.claimName, zone: zones.get(spec?.nodeName ?? '') }] : [],
    ),
  );
  return claims.map(({ namespace, name, zone }, index) => ({
    metadata: { name: `pvc-${stableId(`${site.name}/${namespace}/${name}`)}`, creationTimestamp: createdAt },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'gp3',
      claimRef: { namespace, name },
      csi: { driver: 'ebs.csi.aws.com' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                {
                  key: 'topology.kubernetes.io/zone',
                  operator: 'In',
                  values: [zone ?? site.zones[index % site.zones.length] ?? site.region],
                },
              ],
            },
          ],
        },
      },
    },
    status: { phase: 'Bound' },
  }));
}

/** The Jobs that own pods, one pod each. */
function jobsOf(pods: readonly Pod[]): readonly Job[] {
  return pods.flatMap(({ metadata: { namespace, labels, ownerReferences }, spec }) =>
    (ownerReferences ?? [])
      .filter(({ kind }) => kind === 'Job')
      .map(({ name }) => ({
        metadata: { name, namespace, labels, creationTimestamp: createdAt },
        spec: { parallelism: 1, completions: 1, template: { metadata: { labels }, spec: { ...spec, nodeName: null } } },
        status: { active: 1 },
      })),
  );
}

const gp3: StorageClass = {
  metadata: { name: 'gp3', creationTimestamp: createdAt },
  provisioner: 'ebs.csi.aws.com',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** Kubernetes binds what nobody in particular may see, the version of the API server. */
const publicInfoViewer = {
  metadata: { name: 'system:public-info-viewer', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' }, creationTimestamp: createdAt },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:public-info-viewer' },
  subjects: ['system:authenticated', 'system:unauthenticated'].map((name) => ({
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'Group',
    name,
  })),
};

function priorityClass(name: string, value: number) {
  return { metadata: { name, creationTimestamp: createdAt }, value, globalDefault: false };
}

/** As the EKS add-on writes it by default, shortened.
 *  @param mode @default iptables */
export function kubeProxyConfig(mode: 'iptables' | 'ipvs' | 'nftables' = 'iptables') {
  const config = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig
metricsBindAddress: 127.0.0.1:10249
mode: "${mode}"
ipvs:
  scheduler: ""
`;
  return { metadata: { name: 'kube-proxy-config', namespace: 'kube-system', labels: { 'k8s-app': 'kube-proxy' } }, data: { config } };
}
