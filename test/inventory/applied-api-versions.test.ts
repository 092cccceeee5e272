import { describe, expect, it } from 'vitest';
import type { EvidenceData } from '../../functions/inventory/evidence/list.ts';
import { type Inventory, readEvidence } from '../../functions/inventory/inventory.ts';
import type { ListOptions } from '../../functions/inventory/ports.ts';
import { removedApis, resourceOf } from '../../functions/versions/removed-apis.ts';
import type { Fault, KubernetesObject } from '../../simulator/world.ts';
import { collectSimulated, createPaymentsCluster, outcomeOf, watchingLists } from './collect-simulated.ts';

const key = 'kubernetes.appliedApiVersions';

function applied(name: string, apiVersion: string, manager = 'helm'): KubernetesObject {
  const managedFields = [{ manager, apiVersion, operation: 'Update', time: '2024-01-01T00:00:00Z', fieldsV1: {} }];
  return { metadata: { name, managedFields } } as KubernetesObject;
}

interface Asked extends Partial<ListOptions> {
  readonly path: string;
}

async function scan(
  objects: Readonly<Record<string, readonly KubernetesObject[]>> = {},
  options: { faults?: Fault[]; version?: string } = {},
) {
  const asked: Asked[] = [];
  const clean = createPaymentsCluster();
  const cluster = {
    ...clean,
    apiServer: {
      ...clean.apiServer,
      version: { gitVersion: options.version ?? 'v1.34.2-eks-0a1b2c3' },
      objects: { ...clean.apiServer.objects, ...objects },
    },
  };
  const inventory = await collectSimulated(cluster, {
    faults: options.faults ?? [],
    wrap: watchingLists((path, given) => asked.push({ path, ...given })),
  });
  return { inventory, asked };
}

function rowsOf(inventory: Inventory): EvidenceData<typeof key> {
  const evidence = readEvidence(inventory, key);
  if (evidence.status !== 'collected') throw new Error(`${key}: ${evidence.code} ${evidence.message}`);
  return evidence.data;
}

const listsReadAnyway: readonly (readonly [path: string, apiVersion: string, kind: string])[] = [
  ['/apis/apps/v1/deployments', 'apps/v1beta2', 'Deployment'],
  ['/apis/apps/v1/replicasets', 'apps/v1beta2', 'ReplicaSet'],
  ['/apis/apps/v1/statefulsets', 'apps/v1beta2', 'StatefulSet'],
  ['/apis/apps/v1/daemonsets', 'apps/v1beta2', 'DaemonSet'],
  [
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    'admissionregistration.k8s.io/v1beta1',
    'MutatingWebhookConfiguration',
  ],
  ['/apis/policy/v1/poddisruptionbudgets', 'policy/v1beta1', 'PodDisruptionBudget'],
  ['/apis/batch/v1/cronjobs', 'batch/v1beta1', 'CronJob'],
  ['/apis/networking.k8s.io/v1/networkpolicies', 'extensions/v1beta1', 'NetworkPolicy'],
  ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition'],
  [
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingWebhookConfiguration',
  ],
  ['/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', 'rbac.authorization.k8s.io/v1beta1', 'ClusterRoleBinding'],
  ['/apis/storage.k8s.io/v1/storageclasses', 'storage.k8s.io/v1beta1', 'StorageClass'],
  ['/apis/scheduling.k8s.io/v1/priorityclasses', 'scheduling.k8s.io/v1beta1', 'PriorityClass'],
];

describe(key, () => {
  it('is collected and empty where nothing old was applied', async () => {
    const { inventory } = await scan();
    expect(outcomeOf(inventory)[key]).toBe('collected');
    expect(rowsOf(inventory)).toEqual([]);
  });

  it.each(listsReadAnyway)('takes from the list %s, which is read once', async (path, apiVersion, kind) => {
    const { inventory, asked } = await scan({ [path]: [applied('old', apiVersion)] });
    expect(rowsOf(inventory)).toEqual([{ apiVersion, kind, namespace: null, name: 'old', manager: 'helm', source: 'managedFields' }]);
    expect(asked.filter((one) => one.path === path)).toHaveLength(1);
  });

  it('lists the metadata of other kinds through the version that is served', async () => {
    const path = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
    const { inventory, asked } = await scan({
      [path]: [
        applied('noisy', 'flowcontrol.apiserver.k8s.io/v1beta3', 'kubectl'),
        applied('exempt', 'flowcontrol.apiserver.k8s.io/v1beta3', 'api-priority-and-fairness-config-producer-v1'),
      ],
    });
    expect(rowsOf(inventory)).toMatchObject([{ kind: 'FlowSchema', name: 'noisy', manager: 'kubectl' }]);
    expect(asked.find((one) => one.path === path)).toMatchObject({ metadataOnly: true });
  });

  const beta = '/apis/resource.k8s.io/v1beta2/deviceclasses';
  const groupsForbidden: Fault = { operation: 'GET /apis', code: 'Forbidden' };

  it.each([
    ['asks for what the server serves alone', [], [beta]],
    ['tries one after the other where it may not ask what is served', [groupsForbidden], ['/apis/resource.k8s.io/v1/deviceclasses', beta]],
  ])('goes on to a beta that is not yet deprecated where the lasting version is not served: %s', async (_, faults, paths) => {
    const { inventory, asked } = await scan({ [beta]: [applied('gpu', 'resource.k8s.io/v1beta1')] }, { version: 'v1.33.4', faults });
    expect(rowsOf(inventory)).toMatchObject([{ apiVersion: 'resource.k8s.io/v1beta1', kind: 'DeviceClass', name: 'gpu' }]);
    expect(asked.map((one) => one.path).filter((one) => one.endsWith('/deviceclasses'))).toEqual(paths);
  });

  it.each(['v1.28.9', 'v1.31.2', 'v1.34.2', 'v1.36.0', 'v1.37.1'])(
    'asks %s for nothing through a deprecated version, nor for what comes and goes',
    async (version) => {
      const { asked } = await scan({}, { version });
      const minor = Number(version.split('.')[1]);
      const deprecated = removedApis
        .filter(({ removedIn }) => removedIn.minor - minor <= 3)
        .map(({ apiVersion, kind }) => `/apis/${apiVersion}/${resourceOf(kind)}`);
      expect(asked.map(({ path }) => path).filter((path) => deprecated.includes(path) || /alpha/.test(path.split('/')[3] ?? ''))).toEqual(
        [],
      );
      const volatile = asked.filter(
        ({ path, fieldSelector, labelSelector }) => /\/(events|leases|leasecandidates)$/.test(path) && !fieldSelector && !labelSelector,
      );
      expect(volatile).toEqual([]);
    },
  );

  it('asks through lasting versions only when nobody knows the version of the API server', async () => {
    const { asked } = await scan({}, { version: 'unknown' });
    expect(asked.filter(({ path }) => /beta/.test(path.split('/')[3] ?? ''))).toEqual([]);
  });

  it.each([
    ['GET /apis/policy/v1/poddisruptionbudgets', 'Forbidden'],
    ['GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas', 'Forbidden'],
    ['GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies', 'Timeout'],
  ] as const)('says so when %s fails with %s: half of a view is no pass', async (operation, code) => {
    const { inventory } = await scan(
      { '/apis/batch/v1/cronjobs': [applied('nightly', 'batch/v1beta1')] },
      { faults: [{ operation, code, message: 'not you' }] },
    );
    expect(readEvidence(inventory, key)).toMatchObject({ status: 'unavailable', code, message: 'not you' });
  });

  it.each(listsReadAnyway)('says so when %s may not be read', async (path) => {
    const { inventory } = await scan({}, { faults: [{ operation: `GET ${path}`, code: 'Forbidden', message: 'not you' }] });
    expect(readEvidence(inventory, key)).toMatchObject({ status: 'unavailable', code: 'Forbidden', message: 'not you' });
  });

  it('counts the lists that failed besides', async () => {
    const faults = ['flowschemas', 'prioritylevelconfigurations'].map((resource) => ({
      operation: `GET /apis/flowcontrol.apiserver.k8s.io/v1/${resource}`,
      code: 'Forbidden' as const,
      message: 'not you',
    }));
    expect(readEvidence((await scan({}, { faults })).inventory, key)).toMatchObject({
      message: 'not you; and 1 more list that it is read from',
    });
  });

  it('comes in one order, whatever came first', async () => {
    const { inventory } = await scan({
      '/apis/policy/v1/poddisruptionbudgets': [applied('b', 'policy/v1beta1'), applied('a', 'policy/v1beta1')],
      '/apis/batch/v1/cronjobs': [applied('c', 'batch/v1beta1')],
    });
    expect(rowsOf(inventory).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'CronJob c',
      'PodDisruptionBudget a',
      'PodDisruptionBudget b',
    ]);
  });
});
