import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { pods } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { services } from '../../functions/inventory/evidence/kubernetes-services.ts';
import { persistentVolumes } from '../../functions/inventory/evidence/kubernetes-volumes.ts';
import { createCluster } from '../../simulator/build/cluster.ts';
import { createNodes } from '../../simulator/build/nodes.ts';
import { createSite } from '../../simulator/build/site.ts';
import { createDaemonSet, createPod, createStatefulSet } from '../../simulator/build/workloads.ts';
import { demoWorld } from '../../simulator/fleet/demo-fleet.ts';
import { simulatedKubernetes } from '../../simulator/kubernetes-port.ts';
import { createMeter } from '../../simulator/meter.ts';
import { createWire } from '../../simulator/wire.ts';
import { all } from '../contract/port-under-test.ts';

const site = createSite({ accountId: '111111111111', region: 'eu-west-1', name: 'payments', octet: 10 });
const cluster = (more: Partial<Parameters<typeof createCluster>[1]> = {}) =>
  createCluster(site, { cluster: { version: '1.34' }, nodes: createNodes(site, { pool: 'blue', count: 6, kubelet: '1.34' }), ...more });
const objectsOf = (path: string, more: Parameters<typeof cluster>[0] = {}) => cluster(more).apiServer.objects[path] ?? [];
const namesOf = (path: string, more: Parameters<typeof cluster>[0] = {}) =>
  objectsOf(path, more).map(({ metadata: { namespace, name } }) => (namespace ? `${namespace}/${name}` : name));

const database = createStatefulSet({ namespace: 'shop', name: 'db', image: 'db:1', replicas: 4, storage: true });

describe('a simulated cluster', () => {
  it('has the namespaces of its objects, and those of every cluster', () => {
    expect(namesOf('/api/v1/namespaces', { releases: [{ statefulSets: [database] }] })).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      'shop',
    ]);
  });

  it('has a volume for each claim, in the zone in which its pod runs', () => {
    // The first node takes no pod, so zones do not follow the numbers of the pods.
    const nodes = createNodes(site, { pool: 'blue', count: 6, kubelet: '1.34', notReady: [0] });
    const input = { nodes, releases: [{ statefulSets: [database] }] };
    const { objects } = cluster(input).apiServer;
    const volumes = persistentVolumes.schema.parse(objectsOf('/api/v1/persistentvolumes', input));
    expect(volumes.map(({ spec }) => spec?.claimRef?.name)).toEqual(['data-db-0', 'data-db-1', 'data-db-2', 'data-db-3']);
    const zones = volumes.map(({ spec }) => spec?.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.[0]);
    expect(new Set(zones)).toEqual(new Set(site.zones));
    const placed = pods.schema.parse(objects['/api/v1/pods']);
    const zoneOf = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.['topology.kubernetes.io/zone']]));
    expect(placed.map(({ spec }) => zoneOf.get(spec?.nodeName ?? ''))).toEqual(zones);
  });

  it('has volumes for pods that wait for a node, too', () => {
    const input = { releases: [{ statefulSets: [database] }], troubles: { 'shop/db': { pending: 4 } } };
    expect(JSON.stringify(objectsOf('/api/v1/persistentvolumes', input))).not.toMatch(/null|undefined/);
    expect(objectsOf('/api/v1/persistentvolumes', input)).toHaveLength(4);
  });

  it('has the Jobs that own its pods', () => {
    const declared = [
      createPod({ namespace: 'shop', name: 'nightly-x', image: 'a:1', job: 'nightly' }),
      createPod({ namespace: 'shop', name: 'debug', image: 'a:1' }),
    ];
    expect(namesOf('/apis/batch/v1/jobs', { releases: [{ pods: declared }] })).toEqual(['shop/nightly']);
  });

  it('has a configuration of kube-proxy where kube-proxy runs', () => {
    const kubeProxy = createDaemonSet({ namespace: 'kube-system', name: 'kube-proxy', image: 'kube-proxy:1' });
    expect(namesOf('/api/v1/configmaps')).toEqual([]);
    expect(namesOf('/api/v1/configmaps', { releases: [{ daemonSets: [kubeProxy] }] })).toEqual(['kube-system/kube-proxy-config']);
  });

  it('takes more objects: new ones, ones instead of its own, and custom resources with their definitions', () => {
    const more = {
      objects: {
        '/apis/networking.k8s.io/v1/networkpolicies': [{ metadata: { name: 'deny', namespace: 'batch' } }],
        '/apis/storage.k8s.io/v1/storageclasses': [{ metadata: { name: 'gp3' }, provisioner: 'other' }, { metadata: { name: 'gp2' } }],
        '/apis/karpenter.sh/v1/nodepools': [{ metadata: { name: 'general' } }],
        '/apis/karpenter.sh/v1beta1/nodepools': [],
      },
    };
    expect(namesOf('/apis/networking.k8s.io/v1/networkpolicies', more)).toEqual(['batch/deny']);
    expect(namesOf('/api/v1/namespaces', more)).toContain('batch');
    expect(objectsOf('/apis/storage.k8s.io/v1/storageclasses', more)).toEqual(more.objects['/apis/storage.k8s.io/v1/storageclasses']);
    expect(objectsOf('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', more)).toMatchObject([
      {
        metadata: { name: 'nodepools.karpenter.sh' },
        spec: {
          group: 'karpenter.sh',
          versions: [
            { name: 'v1', served: true, storage: true },
            { name: 'v1beta1', served: true, storage: false },
          ],
        },
      },
    ]);
    expect(objectsOf('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')).toEqual([]);
  });

  it('answers none of a kind that every API server has, and 404 to any other', async () => {
    const port = simulatedKubernetes(cluster().apiServer, 'https://payments.example', createWire({ meter: createMeter() }));
    const items = { items: [] };
    expect(await all(port.list('/apis/batch/v1/cronjobs', { limit: 5 }))).toEqual([items]);
    expect(await all(port.list('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices', { limit: 5 }))).toEqual([items]);
    for (const path of ['/apis/karpenter.sh/v1/nodepools', '/apis/batch/v1beta1/cronjobs', '/apis/example.com/v1/namespaces/shop/apps'])
      await expect(all(port.list(path, { limit: 5 }))).rejects.toThrow(CollectionError);
  });
});

describe('the demo', () => {
  it('has Services with addresses of the cluster range, no address twice', () => {
    for (const { clusters } of demoWorld().accounts.flatMap(({ regions }) => regions))
      for (const { apiServer } of clusters) {
        const listed = services.schema.parse(apiServer.objects['/api/v1/services']);
        const addresses = listed.map(({ spec }) => spec?.clusterIP).filter((address) => address !== 'None');
        expect(addresses.length).toBeGreaterThan(0);
        for (const address of addresses) expect(address).toMatch(/^10\.100\.\d{1,3}\.\d{1,3}$/);
        expect(new Set(addresses).size).toBe(addresses.length);
      }
  });
});
