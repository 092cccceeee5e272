import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../functions/inventory/error-codes.ts';
import type { EvidenceData, EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import { type Inventory, readEvidence } from '../../functions/inventory/inventory.ts';
import type { KubernetesPort, ListOptions } from '../../functions/inventory/ports.ts';
import { kubeProxyConfig } from '../../simulator/build/system-objects.ts';
import type { Fault, KubernetesObject } from '../../simulator/world.ts';
import { collectSimulated, createPaymentsCluster, outcomeOf } from './collect-simulated.ts';

type Objects = Readonly<Record<string, readonly object[]>>;

const paths = {
  jobs: '/apis/batch/v1/jobs',
  cronJobs: '/apis/batch/v1/cronjobs',
  namespaces: '/api/v1/namespaces',
  services: '/api/v1/services',
  networkPolicies: '/apis/networking.k8s.io/v1/networkpolicies',
  persistentVolumes: '/api/v1/persistentvolumes',
  storageClasses: '/apis/storage.k8s.io/v1/storageclasses',
  priorityClasses: '/apis/scheduling.k8s.io/v1/priorityclasses',
  clusterRoleBindings: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  customResourceDefinitions: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  validating: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  mutating: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
  kubeProxyConfig: '/api/v1/namespaces/kube-system/configmaps/kube-proxy-config',
  eniConfigs: '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs',
} as const;

interface Asked extends Partial<ListOptions> {
  readonly path: string;
}

/** Scans a cluster with these objects besides, and notes what it asks the API server. */
async function scan(objects: Objects, faults: readonly Fault[] = [], pageSize = 500) {
  const asked: Asked[] = [];
  const noted = (port: KubernetesPort): KubernetesPort => ({
    ...port,
    get: (path) => {
      asked.push({ path });
      return port.get(path);
    },
    list: (path, options) => {
      asked.push({ path, ...options });
      return port.list(path, options);
    },
  });
  const inventory = await collectSimulated(createPaymentsCluster({ objects: objects as Readonly<Record<string, KubernetesObject[]>> }), {
    faults,
    pageSize,
    wrap: (sources) => ({ ...sources, connectKubernetes: async (to) => noted(await sources.connectKubernetes(to)) }),
  });
  return { inventory, asked, askedOf: (path: string) => asked.filter((one) => one.path.startsWith(path)) };
}

function dataOf<K extends EvidenceKey>(inventory: Inventory, key: K): EvidenceData<K> {
  const evidence = readEvidence(inventory, key);
  if (evidence.status !== 'collected') throw new Error(`${key}: ${evidence.code}`);
  return evidence.data as EvidenceData<K>;
}

const named = (name: string, more: object = {}, metadata: object = {}) => ({ metadata: { name, ...metadata }, ...more });

const lists = [
  ['kubernetes.jobs', paths.jobs],
  ['kubernetes.cronJobs', paths.cronJobs],
  ['kubernetes.namespaces', paths.namespaces],
  ['kubernetes.services', paths.services],
  ['kubernetes.networkPolicies', paths.networkPolicies],
  ['kubernetes.persistentVolumes', paths.persistentVolumes],
  ['kubernetes.storageClasses', paths.storageClasses],
  ['kubernetes.priorityClasses', paths.priorityClasses],
  ['kubernetes.clusterRoleBindings', paths.clusterRoleBindings],
  ['kubernetes.customResourceDefinitions', paths.customResourceDefinitions],
  ['kubernetes.webhookConfigurations', paths.validating],
  ['kubernetes.webhookConfigurations', paths.mutating],
] as const satisfies readonly (readonly [EvidenceKey, string])[];

/** What is read from lists that others read too. */
const derived = ['kubernetes.appliedApiVersions'];
const own = (inventory: Inventory) => Object.entries(outcomeOf(inventory)).filter(([key]) => !derived.includes(key));

describe('a list of Kubernetes', () => {
  it.each(lists)('%s is one request of %s', async (_key, path) => {
    const { askedOf } = await scan({});
    expect(askedOf(path).filter((one) => one.path === path && !one.metadataOnly)).toHaveLength(1);
  });

  it.each(lists.flatMap(([key, path]) => (['Forbidden', 'Throttled', 'Internal'] as const).map((code) => ({ key, path, code }))))(
    '$path that fails with $code leaves $key unavailable, and nothing else',
    async ({ key, path, code }) => {
      const { inventory } = await scan({}, [{ operation: `GET ${path}`, code }]);
      expect(own(inventory).filter(([, outcome]) => outcome !== 'collected')).toEqual([[key, code]]);
    },
  );

  it.each([...lists, ['kubernetes.eniConfigs', paths.eniConfigs] as const])(
    '%s with an object without a name in %s is InvalidResponse with the path, and nothing else is',
    async (key, path) => {
      const { inventory } = await scan({ [path]: [named('a', {}, { namespace: 'b' }), { metadata: { labels: {} } }] });
      expect(own(inventory).filter(([, outcome]) => outcome !== 'collected')).toEqual([[key, 'InvalidResponse']]);
      const position = /items\[\d+\]\.metadata\.name/;
      expect(inventory.evidence[key]).toMatchObject({ message: expect.stringMatching(new RegExp(`${path} .*${position.source}`)) });
    },
  );

  it('keeps what checks read of Jobs and CronJobs, and nothing of their containers but image and requests', async () => {
    const template = {
      spec: { containers: [{ name: 'a', image: 'a:1', env: [{ name: 'X', value: 'y' }], resources: { requests: { cpu: '1' } } }] },
    };
    const { inventory } = await scan({
      [paths.jobs]: [named('a', { spec: { completions: 3, backoffLimit: 6, template }, status: { active: 1, startTime: 'x' } })],
      [paths.cronJobs]: [named('b', { spec: { schedule: '* * * * *', suspend: true, jobTemplate: { spec: { template } } } })],
    });
    const kept = { spec: { containers: [{ name: 'a', image: 'a:1', resources: { requests: { cpu: '1' } } }] } };
    expect(dataOf(inventory, 'kubernetes.jobs')).toEqual([named('a', { spec: { completions: 3, template: kept }, status: { active: 1 } })]);
    expect(dataOf(inventory, 'kubernetes.cronJobs')).toEqual([
      named('b', { spec: { suspend: true, jobTemplate: { spec: { template: kept } } } }),
    ]);
  });

  it('of definitions comes by fifty at most: they are huge', async () => {
    const definitions = Array.from({ length: 120 }, (_, index) => named(`kind${index}.example.com`, { spec: { group: 'example.com' } }));
    const { inventory, askedOf } = await scan({ [paths.customResourceDefinitions]: definitions });
    expect(dataOf(inventory, 'kubernetes.customResourceDefinitions')).toHaveLength(120);
    expect(askedOf(paths.customResourceDefinitions)).toMatchObject([{ limit: 50 }]);
    expect((await scan({}, [], 20)).askedOf(paths.customResourceDefinitions)).toMatchObject([{ limit: 20 }]);
  });
});

describe('ClusterRoleBindings', () => {
  const subject = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });

  it('are kept only where they bind who did not sign in, without their other subjects', async () => {
    const { inventory } = await scan({
      [paths.clusterRoleBindings]: [
        named('anonymous', { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [subject('User', 'system:anonymous')] }),
        named('mixed', { subjects: [subject('User', 'jane@example.com'), subject('Group', 'system:unauthenticated')] }),
        named('admins', { subjects: [subject('Group', 'system:masters'), subject('User', 'jane@example.com')] }),
        named('everybody', { subjects: [subject('Group', 'system:authenticated')] }),
        named('sounds-like-it', { subjects: [subject('ServiceAccount', 'system:anonymous'), subject('User', 'system:unauthenticated')] }),
        named('nobody', { subjects: null }),
      ],
    });
    expect(dataOf(inventory, 'kubernetes.clusterRoleBindings').map(({ metadata, subjects }) => [metadata.name, subjects])).toEqual([
      ['system:public-info-viewer', [{ kind: 'Group', name: 'system:unauthenticated' }]],
      ['anonymous', [{ kind: 'User', name: 'system:anonymous' }]],
      ['mixed', [{ kind: 'Group', name: 'system:unauthenticated' }]],
    ]);
    expect(JSON.stringify(inventory)).not.toContain('jane@example.com');
  });
});

describe('kube-proxy', () => {
  const configMaps = '/api/v1/configmaps';

  it('has the text of its configuration, from one request for one ConfigMap', async () => {
    const { inventory, askedOf } = await scan({ [configMaps]: [kubeProxyConfig('ipvs')] });
    expect(dataOf(inventory, 'kubernetes.kubeProxyConfig')).toContain('mode: "ipvs"');
    expect(askedOf('/api/v1/namespaces/kube-system/configmaps')).toEqual([{ path: paths.kubeProxyConfig }]);
    expect(askedOf(configMaps)).toEqual([]);
  });

  it.each([
    ['no ConfigMap', []],
    ['a ConfigMap without the key', [named('kube-proxy-config', { data: { other: 'x' } }, { namespace: 'kube-system' })]],
    ['an empty ConfigMap', [named('kube-proxy-config', {}, { namespace: 'kube-system' })]],
    ['one in another namespace', [named('kube-proxy-config', { data: { config: 'x' } }, { namespace: 'shop' })]],
  ])('has none with %s', async (_what, objects) => {
    expect(dataOf((await scan({ [configMaps]: objects })).inventory, 'kubernetes.kubeProxyConfig')).toBeNull();
  });

  it('is unknown to who may not look', async () => {
    const { inventory } = await scan({}, [{ operation: `GET ${paths.kubeProxyConfig}`, code: 'Forbidden' }]);
    expect(outcomeOf(inventory)['kubernetes.kubeProxyConfig']).toBe('Forbidden');
  });

  it('whose configuration is no text is InvalidResponse', async () => {
    const odd = named('kube-proxy-config', { data: { config: 7 } }, { namespace: 'kube-system' });
    expect((await scan({ [configMaps]: [odd] })).inventory.evidence['kubernetes.kubeProxyConfig']).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringContaining('data.config'),
    });
  });
});

const customResources = [
  ['kubernetes.eniConfigs', 'crd.k8s.amazonaws.com', 'eniconfigs', ['v1alpha1']],
  ['kubernetes.nodePools', 'karpenter.sh', 'nodepools', ['v1', 'v1beta1']],
  ['kubernetes.ec2NodeClasses', 'karpenter.k8s.aws', 'ec2nodeclasses', ['v1', 'v1beta1']],
] as const;

describe.each(customResources)('%s', (key, group, resource, versions) => {
  const pathOf = (version: string) => `/apis/${group}/${version}/${resource}`;
  const definition = (served: readonly string[], unserved: readonly string[] = []) => ({
    [paths.customResourceDefinitions]: [
      named(`${resource}.${group}`, {
        spec: {
          versions: [...served.map((name) => ({ name, served: true })), ...unserved.map((name) => ({ name, served: false }))],
        },
      }),
    ],
  });
  const noDefinitions = (code: ErrorCode): Fault => ({ operation: `GET ${paths.customResourceDefinitions}`, code });

  it('are none, without a request, where they are not defined', async () => {
    const { inventory, askedOf } = await scan({});
    expect(dataOf(inventory, key)).toEqual([]);
    expect(askedOf(`/apis/${group}`)).toEqual([]);
  });

  it.each(versions)('are read as %s where only that is served', async (version) => {
    const { inventory, askedOf } = await scan({ [pathOf(version)]: [named('a', { spec: {} })] });
    expect(dataOf(inventory, key)).toEqual([named('a', { spec: {} })]);
    expect(askedOf(`/apis/${group}`).map(({ path }) => path)).toEqual([pathOf(version)]);
  });

  it('are read once, in the preferred version, where several are served', async () => {
    const objects = Object.fromEntries(versions.map((version) => [pathOf(version), [named(version)]]));
    const { inventory } = await scan({ ...objects, ...definition([...versions].reverse()) });
    expect(dataOf(inventory, key)).toEqual([named(versions[0])]);
  });

  it('are not read in a version that is defined and not served', async () => {
    const { askedOf } = await scan(definition([], versions));
    expect(askedOf(`/apis/${group}`)).toEqual([]);
  });

  it('are not none where they are served in a version of the future', async () => {
    const { inventory } = await scan(definition(['v9']));
    expect(inventory.evidence[key]).toMatchObject({ code: 'NotFound', message: expect.stringContaining('v9') });
  });

  it.each(['Forbidden', 'InvalidResponse', 'Internal'] as const)('are tried for, where the definitions are %s', async (code) => {
    const last = versions.at(-1) ?? '';
    const { inventory, askedOf } = await scan({ [pathOf(last)]: [named('a')] }, [noDefinitions(code)]);
    expect(dataOf(inventory, key)).toEqual([named('a')]);
    expect(askedOf(`/apis/${group}`).map(({ path }) => path)).toEqual(versions.map(pathOf));
    expect(dataOf((await scan({}, [noDefinitions(code)])).inventory, key)).toEqual([]);
  });

  it('are unknown to who may not look, whether or not they are there', async () => {
    const forbidden = versions.map((version): Fault => ({ operation: `GET ${pathOf(version)}`, code: 'Forbidden' }));
    expect(outcomeOf((await scan({}, [noDefinitions('Forbidden'), ...forbidden])).inventory)[key]).toBe('Forbidden');
    expect(outcomeOf((await scan({ [pathOf(versions[0])]: [named('a')] }, forbidden)).inventory)[key]).toBe('Forbidden');
  });
});

describe('EndpointSlices', () => {
  const key = 'kubernetes.endpointSlices';
  const webhook = (name: string, service: object | null) => ({
    name,
    clientConfig: service ? { service } : { url: 'https://example.com' },
  });
  const converted = (name: string, service: object) =>
    named(name, { spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig: { service } } } } });
  const slice = (namespace: string, service: string, nth = 1) =>
    named(
      `${service}-${nth}`,
      { endpoints: [{ conditions: { ready: true } }] },
      { namespace, labels: { 'kubernetes.io/service-name': service } },
    );
  const slices = [
    slice('cert-manager', 'webhook', 1),
    slice('cert-manager', 'webhook', 2),
    slice('cert-manager', 'web'),
    slice('policy', 'gate'),
    slice('policy', 'convert'),
    slice('policy', 'webhook'),
    slice('shop', 'web'),
  ];

  it('are not asked for where no webhook names a Service', async () => {
    const { inventory, askedOf } = await scan({
      [paths.slices]: slices,
      [paths.validating]: [named('a', { webhooks: [webhook('a', null)] }), named('b', { webhooks: null }), named('c')],
    });
    expect(dataOf(inventory, key)).toEqual([]);
    expect(askedOf('/apis/discovery.k8s.io')).toEqual([]);
  });

  it('are those of the Services that webhooks of all kinds name, one request a namespace', async () => {
    const certManager = { namespace: 'cert-manager', name: 'webhook', path: '/x', port: 443 };
    const { inventory, askedOf } = await scan({
      [paths.slices]: slices,
      [paths.validating]: [named('a', { webhooks: [webhook('a', certManager), webhook('b', { namespace: 'policy', name: 'gate' })] })],
      [paths.mutating]: [named('a', { webhooks: [webhook('a', certManager)] })],
      [paths.customResourceDefinitions]: [
        converted('a.example.com', { namespace: 'policy', name: 'convert' }),
        converted('b.example.com', certManager),
        named('c.example.com', { spec: { conversion: { strategy: 'None' } } }),
      ],
    });
    const names = dataOf(inventory, key).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names.sort()).toEqual(['cert-manager/webhook-1', 'cert-manager/webhook-2', 'policy/convert-1', 'policy/gate-1']);
    expect(askedOf('/apis/discovery.k8s.io').map(({ path, labelSelector }) => [path, labelSelector])).toEqual([
      ['/apis/discovery.k8s.io/v1/namespaces/cert-manager/endpointslices', 'kubernetes.io/service-name=webhook'],
      ['/apis/discovery.k8s.io/v1/namespaces/policy/endpointslices', 'kubernetes.io/service-name in (gate,convert)'],
    ]);
  });

  it('are asked for by names that a Service can have, whatever a webhook says', async () => {
    const name = fc.oneof(
      fc.string({ maxLength: 70 }),
      fc.constantFrom('a', 'a,b', '../pods', 'a b', 'A', '-a', 'x'.repeat(63), 'x'.repeat(64)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ namespace: name, name }), { maxLength: 4 }), async (services) => {
        const { askedOf, inventory } = await scan({
          [paths.mutating]: [named('a', { webhooks: services.map((one) => webhook('a', one)) })],
        });
        expect(dataOf(inventory, key)).toEqual([]);
        const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
        for (const { path, labelSelector } of askedOf('/apis/discovery.k8s.io')) {
          expect(path).toMatch(new RegExp(`^/apis/discovery\\.k8s\\.io/v1/namespaces/${label}/endpointslices$`));
          expect(labelSelector).toMatch(new RegExp(`^kubernetes\\.io/service-name(=${label}| in \\(${label}(,${label})+\\))$`));
        }
      }),
      { numRuns: 30 },
    );
  });

  const both = {
    [paths.slices]: slices,
    [paths.validating]: [named('a', { webhooks: [webhook('a', { namespace: 'policy', name: 'gate' })] })],
    [paths.customResourceDefinitions]: [converted('a.example.com', { namespace: 'policy', name: 'convert' })],
  };

  it.each([
    [paths.customResourceDefinitions, 'gate-1'],
    [paths.mutating, 'convert-1'],
  ])('are those of the other list where %s cannot be read', async (path, name) => {
    const { inventory } = await scan(both, [{ operation: `GET ${path}`, code: 'Forbidden' }]);
    expect(dataOf(inventory, key).map(({ metadata }) => metadata.name)).toEqual([name]);
  });

  it('are unknown where neither list can be read, or they themselves cannot', async () => {
    const neither = [paths.customResourceDefinitions, paths.mutating].map(
      (path): Fault => ({ operation: `GET ${path}`, code: 'Forbidden' }),
    );
    expect(outcomeOf((await scan(both, neither)).inventory)[key]).toBe('Forbidden');
    const operation = 'GET /apis/discovery.k8s.io/v1/namespaces/policy/endpointslices';
    for (const code of ['Throttled', 'NotFound'] as const) {
      const { inventory } = await scan(both, [{ operation, code }]);
      expect(own(inventory).filter(([, outcome]) => outcome !== 'collected')).toEqual([[key, code]]);
    }
  });

  it('are asked for a few at a time', async () => {
    let [now, most] = [0, 0];
    const services = Array.from({ length: 20 }, (_, index) => webhook('a', { namespace: `ns-${index}`, name: 'a' }));
    await collectSimulated(createPaymentsCluster({ objects: { [paths.mutating]: [named('a', { webhooks: services })] } }), {
      wrap: (sources) => ({
        ...sources,
        connectKubernetes: async (to) => {
          const port = await sources.connectKubernetes(to);
          return {
            ...port,
            async *list(path, options) {
              if (!path.startsWith('/apis/discovery.k8s.io')) return yield* port.list(path, options);
              now += 1;
              most = Math.max(most, now);
              await new Promise(setImmediate);
              now -= 1;
              yield* port.list(path, options);
            },
          };
        },
      }),
    });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });
});
