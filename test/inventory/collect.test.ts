import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { CollectionError, type ErrorCode } from '../../functions/inventory/error-codes.ts';
import { evidenceList } from '../../functions/inventory/evidence/list.ts';
import { parseInventory, readEvidence } from '../../functions/inventory/inventory.ts';
import { demoFleet, demoTargets } from '../../simulator/fleet/demo-fleet.ts';
import { collectSimulated, createPaymentsCluster, outcomeOf, site } from './collect-simulated.ts';

const allKeys = evidenceList.filter((kind) => 'collect' in kind).map(({ key }) => key as string);
const kubernetesKeys = allKeys.filter((key) => key.startsWith('kubernetes.'));
const fault = (operation: string, code: ErrorCode, nth?: number) => ({ operation, code, nth, message: `planned ${code}` });

/** Lists of a small cluster, a page each: 7 of nodes, pods, their controllers and budgets, 12 of other kinds, and the Secrets of Helm. */
const kubernetesLists = 7 + 12 + 1;
const kubeProxyConfig = 1;
const readingsOfMetrics = 3;
/** The lists that this key alone reads have tests of their own. */
const withoutAppliedVersions = ({ key }: { readonly key: string }) => key !== 'kubernetes.appliedApiVersions';

describe('a cluster that answers everything', () => {
  it('ends with every key that has a collector, in the order of the list, as parsable inventory', async () => {
    const inventory = await collectSimulated(createPaymentsCluster());
    expect(Object.keys(inventory.evidence)).toEqual(allKeys);
    expect(new Set(Object.values(outcomeOf(inventory)))).toEqual(new Set(['collected']));
    expect(inventory.collectedAt).toBe('2026-11-21T06:00:00Z');
    const again = parseInventory(JSON.parse(JSON.stringify(inventory)));
    for (const { key } of evidenceList) if (allKeys.includes(key)) expect(readEvidence(again, key)).toMatchObject({ status: 'collected' });
  });

  it('costs one request per list, one per thing described, one per bare ReplicaSet, and two for the catalogue', async () => {
    const { collection } = await collectSimulated(createPaymentsCluster(), { isRequested: withoutAppliedVersions });
    const lists = 5;
    const described = 1 + 2 + 1 + 2 + 1 + 1;
    const account = { cloudwatch: 1, servicequotas: 3 };
    const kubernetes = 1 + kubernetesLists + 1 + kubeProxyConfig + readingsOfMetrics;
    expect(collection?.requests).toEqual({ eks: lists + described + 2, ec2: 3, autoscaling: 1, ssm: 1, ...account, kubernetes });
    expect(collection?.bytes.kubernetes).toBeGreaterThan(10_000);
  });

  it('reads every page of every list', async () => {
    const whole = await collectSimulated(createPaymentsCluster());
    const paged = await collectSimulated(createPaymentsCluster(), { pageSize: 2, awsPageSize: 1 });
    expect(paged.evidence).toEqual(whole.evidence);
    // Nodes, pods, Deployments, StatefulSets, DaemonSets, budgets; namespaces, Services, PriorityClasses, and one each of two more kinds.
    const objects = [3, 3 + 3 + 1 + 3, 1, 1, 1, 1, 6, 2, 2, 1, 1];
    // Four ReplicaSets fit into one page: of metadata a page holds five times as many. An empty list is a page as well.
    const others = kubernetesLists - objects.length;
    const pages = (size: number) => objects.reduce((sum, count) => sum + Math.ceil(count / size), others);
    for (const pageSize of [2, 1]) {
      const { collection } = await collectSimulated(createPaymentsCluster(), { pageSize, isRequested: withoutAppliedVersions });
      expect(collection?.requests.kubernetes).toBe(1 + pages(pageSize) + 1 + kubeProxyConfig + readingsOfMetrics);
    }
  });

  it('reports progress once per key, and how long it took', async () => {
    const seen: string[] = [];
    const clock = ['2026-11-21T06:00:00.900Z', '2026-11-21T06:00:02.400Z'].map((at) => new Date(at)).values();
    const inventory = await collectSimulated(createPaymentsCluster(), {
      onProgress: (key, status) => seen.push(`${key} ${status}`),
      clock: () => clock.next().value ?? new Date(0),
    });
    expect(seen.sort()).toEqual(allKeys.map((key) => `${key} collected`).sort());
    expect(inventory).toMatchObject({ collectedAt: '2026-11-21T06:00:00Z', collection: { durationMs: 1500 } });
  });
});

/** Keys that one failing operation takes with it. */
const operations: readonly (readonly [string, readonly string[]])[] = [
  ['eks:DescribeCluster', ['eks.cluster', 'ec2.subnets', ...kubernetesKeys]],
  ['eks:ListNodegroups', ['eks.nodegroups', 'ssm.amiReleaseVersions']],
  ['eks:DescribeNodegroup', ['eks.nodegroups', 'ssm.amiReleaseVersions']],
  ['eks:ListFargateProfiles', ['eks.fargateProfiles']],
  ['eks:DescribeFargateProfile', ['eks.fargateProfiles']],
  ['eks:ListAddons', ['eks.addons']],
  ['eks:DescribeAddon', ['eks.addons']],
  ['eks:DescribeClusterVersions', ['eks.clusterVersions']],
  ['eks:DescribeAddonVersions', ['eks.addonVersions']],
  ['ec2:DescribeSubnets', ['ec2.subnets']],
  ['eks:ListInsights', ['eks.insights']],
  ['eks:DescribeInsight', ['eks.insights']],
  ['eks:ListUpdates', ['eks.updates']],
  ['eks:DescribeUpdate', ['eks.updates']],
  ['ssm:GetParameters', ['ssm.amiReleaseVersions']],
  ['ec2:DescribeLaunchTemplates', ['ec2.launchTemplates']],
  ['autoscaling:DescribeAutoScalingGroups', ['autoscaling.groups']],
  ['cloudwatch:GetMetricStatistics', ['ec2.usage']],
  ['ec2:DescribeVolumes', ['ec2.usage']],
  ['servicequotas:GetServiceQuota', ['servicequotas.quotas']],
  ['GET /api/v1/nodes', ['kubernetes.nodes']],
  ['GET /api/v1/pods', ['kubernetes.pods']],
  ['GET /apis/apps/v1/deployments', ['kubernetes.deployments', 'kubernetes.appliedApiVersions']],
  ['GET /apis/apps/v1/statefulsets', ['kubernetes.statefulSets', 'kubernetes.appliedApiVersions']],
  ['GET /apis/apps/v1/daemonsets', ['kubernetes.daemonSets', 'kubernetes.appliedApiVersions']],
  ['GET /apis/apps/v1/replicasets', ['kubernetes.replicaSets', 'kubernetes.appliedApiVersions']],
  ['GET /apis/apps/v1/namespaces/shop/replicasets/web-canary', ['kubernetes.replicaSets', 'kubernetes.appliedApiVersions']],
  ['GET /apis/policy/v1/poddisruptionbudgets', ['kubernetes.podDisruptionBudgets', 'kubernetes.appliedApiVersions']],
];
const codes = ['AccessDenied', 'Forbidden', 'Throttled', 'Timeout', 'EndpointUnreachable', 'InvalidResponse', 'Internal'] as const;

describe('a source that fails', () => {
  it.each(operations.flatMap(([operation, keys]) => codes.map((code) => ({ operation, code, keys }))))(
    '$operation with $code leaves $keys.length keys unavailable, and the rest goes on',
    async ({ operation, code, keys }) => {
      const inventory = await collectSimulated(createPaymentsCluster(), { faults: [fault(operation, code)] });
      expect(outcomeOf(inventory)).toEqual(Object.fromEntries(allKeys.map((key) => [key, keys.includes(key) ? code : 'collected'])));
      for (const key of keys) expect(inventory.evidence[key]).toEqual({ status: 'unavailable', code, message: `planned ${code}` });
    },
  );

  it('fails the list whose second page fails: half a list is no evidence', async () => {
    const faults = [fault('GET /api/v1/pods', 'Throttled', 2)];
    const inventory = await collectSimulated(createPaymentsCluster(), { pageSize: 3, faults });
    expect(outcomeOf(inventory)).toMatchObject({ 'kubernetes.pods': 'Throttled', 'kubernetes.nodes': 'collected' });
  });

  it('that throws what nobody expected is Internal, with its message', async () => {
    const inventory = await collectSimulated(createPaymentsCluster(), {
      wrap: (sources) => ({
        ...sources,
        eks: { ...sources.eks, describeAddon: async () => Promise.reject(new TypeError('socket is not a socket')) },
      }),
    });
    expect(inventory.evidence['eks.addons']).toEqual({ status: 'unavailable', code: 'Internal', message: 'socket is not a socket' });
    expect(outcomeOf(inventory)).toMatchObject({ 'eks.cluster': 'collected' });
  });

  it('that answers in another shape is InvalidResponse, with operation and path', async () => {
    const inventory = await collectSimulated(createPaymentsCluster(), {
      wrap: (sources) => ({ ...sources, eks: { ...sources.eks, describeNodegroup: async () => ({ nodegroup: { version: 34 } }) } }),
    });
    const message = expect.stringMatching(/eks:DescribeNodegroup blue .*nodegroup\.nodegroupName/);
    expect(inventory.evidence['eks.nodegroups']).toEqual({ status: 'unavailable', code: 'InvalidResponse', message });
  });

  it('does not take the subnets of the cluster with it when only node groups cannot be read', async () => {
    const inventory = await collectSimulated(createPaymentsCluster(), { faults: [fault('eks:ListNodegroups', 'AccessDenied')] });
    const subnets = readEvidence(inventory, 'ec2.subnets');
    expect(subnets.status === 'collected' && subnets.data).toHaveLength(3);
  });
});

describe('an API server', () => {
  it.each(['EndpointUnreachable', 'Timeout', 'Unauthorized', 'AccessNotConfigured'] as const)(
    'that answers %s to /version is asked nothing more, and every key carries the code',
    async (code) => {
      const inventory = await collectSimulated(createPaymentsCluster(), { faults: [fault('GET /version', code)] });
      expect(outcomeOf(inventory)).toEqual(
        Object.fromEntries(allKeys.map((key) => [key, kubernetesKeys.includes(key) ? code : 'collected'])),
      );
      expect(inventory.collection?.requests.kubernetes).toBe(1);
    },
  );

  it('without a route is tried once', async () => {
    const inventory = await collectSimulated(createPaymentsCluster({ endpoint: 'unreachable' }));
    for (const key of kubernetesKeys) expect(inventory.evidence[key]).toMatchObject({ code: 'EndpointUnreachable' });
    expect(inventory.collection?.requests.kubernetes).toBe(1);
  });

  it.each(['Forbidden', 'NotFound', 'Throttled', 'Internal'] as const)('that answers %s to /version may still list', async (code) => {
    const inventory = await collectSimulated(createPaymentsCluster(), { faults: [fault('GET /version', code)] });
    expect(outcomeOf(inventory)).toEqual(
      Object.fromEntries(allKeys.map((key) => [key, key === 'kubernetes.version' ? code : 'collected'])),
    );
  });

  it('whose connection cannot be made is connected to once', async () => {
    let connections = 0;
    const inventory = await collectSimulated(createPaymentsCluster(), {
      wrap: (sources) => ({
        ...sources,
        connectKubernetes: async () => {
          connections += 1;
          throw new CollectionError('Unauthorized', 'no token');
        },
      }),
    });
    for (const key of kubernetesKeys) expect(inventory.evidence[key]).toMatchObject({ code: 'Unauthorized', message: 'no token' });
    expect(connections).toBe(1);
  });

  it('of a cluster that is being created is NotYetAvailable, and is not asked', async () => {
    const cluster = { version: '1.36', status: 'CREATING', endpoint: undefined, certificateAuthority: undefined };
    const inventory = await collectSimulated(createPaymentsCluster({ cluster }));
    for (const key of kubernetesKeys)
      expect(inventory.evidence[key]).toMatchObject({ code: 'NotYetAvailable', message: expect.stringContaining('CREATING') });
    expect(outcomeOf(inventory)).toMatchObject({ 'eks.cluster': 'collected', 'eks.nodegroups': 'collected' });
    expect(inventory.collection?.requests).not.toHaveProperty('kubernetes');
  });
});

describe('the deadline', () => {
  it('ends the waiting for a server that never answers, and keeps what was read', async () => {
    const controller = new AbortController();
    const inventory = await collectSimulated(createPaymentsCluster({ endpoint: 'never-answers' }), {
      deadline: controller.signal,
      onHang: () => setImmediate(() => controller.abort()),
    });
    for (const key of kubernetesKeys)
      expect(inventory.evidence[key]).toMatchObject({ code: 'Timeout', message: expect.stringContaining(key) });
    for (const key of allKeys) if (!kubernetesKeys.includes(key)) expect(inventory.evidence[key]).toMatchObject({ status: 'collected' });
  });

  it('that has passed already leaves everything Timeout at once', async () => {
    const inventory = await collectSimulated(createPaymentsCluster({ endpoint: 'never-answers' }), { deadline: AbortSignal.abort() });
    expect(new Set(Object.values(outcomeOf(inventory)))).toEqual(new Set(['Timeout']));
  });

  it('explains a failure that it caused itself', async () => {
    const controller = new AbortController();
    const inventory = await collectSimulated(createPaymentsCluster(), {
      deadline: controller.signal,
      wrap: (sources) => ({
        ...sources,
        ec2: {
          ...sources.ec2,
          describeSubnets: () => {
            controller.abort();
            throw new Error('The operation was aborted');
          },
        },
      }),
    });
    expect(outcomeOf(inventory)).toMatchObject({ 'ec2.subnets': 'Timeout', 'eks.cluster': 'collected' });
  });
});

describe('evidence that is not asked for', () => {
  it('is NotRequested, costs nothing, and is no progress', async () => {
    const seen: string[] = [];
    const inventory = await collectSimulated(createPaymentsCluster(), {
      isRequested: ({ optIn }) => optIn !== 'pods',
      onProgress: (key) => seen.push(key),
      faults: [fault('GET /api/v1/pods', 'Forbidden')],
    });
    expect(outcomeOf(inventory)).toEqual(
      Object.fromEntries(allKeys.map((key) => [key, key === 'kubernetes.pods' ? 'NotRequested' : 'collected'])),
    );
    const whole = await collectSimulated(createPaymentsCluster());
    expect(inventory.collection?.requests.kubernetes).toBe((whole.collection?.requests.kubernetes ?? 0) - 1);
    expect(seen).not.toContain('kubernetes.pods');
  });

  it('of an AWS-only cluster is all of Kubernetes, whose API server is then left alone', async () => {
    const inventory = await collectSimulated(createPaymentsCluster(), { isRequested: ({ key }) => !key.startsWith('kubernetes.') });
    for (const key of kubernetesKeys) expect(inventory.evidence[key]).toMatchObject({ code: 'NotRequested' });
    expect(inventory.collection?.requests).not.toHaveProperty('kubernetes');
  });
});

describe('ReplicaSets', () => {
  it('are metadata only where a Deployment owns them, and whole where nothing does', async () => {
    const result = readEvidence(await collectSimulated(createPaymentsCluster()), 'kubernetes.replicaSets');
    const replicaSets = result.status === 'collected' ? result.data : [];
    const owned = replicaSets.filter(({ metadata }) => metadata.ownerReferences?.length);
    expect(owned).toHaveLength(3);
    for (const one of owned) expect(one).not.toHaveProperty('spec');
    const bare = replicaSets.filter((one) => !owned.includes(one));
    expect(bare).toMatchObject([
      { metadata: { name: 'web-canary' }, spec: { replicas: 1, template: { spec: { containers: [{ image: 'web:2' }] } } } },
    ]);
  });

  it('that are deleted between list and get are left out', async () => {
    const faults = [fault('GET /apis/apps/v1/namespaces/shop/replicasets/web-canary', 'NotFound')];
    const result = readEvidence(await collectSimulated(createPaymentsCluster(), { faults }), 'kubernetes.replicaSets');
    expect(result.status === 'collected' && result.data).toHaveLength(3);
  });
});

describe('what is deleted while it is read', () => {
  it.each([
    ['eks:DescribeNodegroup', 'eks.nodegroups', 'nodegroupName', ['green']],
    ['eks:DescribeAddon', 'eks.addons', 'addonName', ['vpc-cni']],
    ['eks:DescribeFargateProfile', 'eks.fargateProfiles', 'fargateProfileName', []],
  ] as const)('%s says NotFound once, and one is left out', async (operation, key, name, left) => {
    const inventory = await collectSimulated(createPaymentsCluster(), { faults: [fault(operation, 'NotFound', 1)] });
    expect(inventory.evidence[key]).toMatchObject({ status: 'collected', data: left.map((one) => ({ [name]: one })) });
  });

  it('a subnet that a node group still names is no failure', async () => {
    const cluster = createPaymentsCluster();
    const [kept, ...others] = site.subnets;
    const inventory = await collectSimulated({ ...cluster, subnets: others });
    const ids = readEvidence(inventory, 'ec2.subnets');
    expect(ids.status === 'collected' && ids.data.map(({ SubnetId }) => SubnetId)).toEqual(others.map(({ SubnetId }) => SubnetId));
    expect(JSON.stringify(inventory.evidence['eks.nodegroups'])).toContain(kept?.SubnetId);
  });
});

describe('the catalogue', () => {
  it('is fetched once per region, however many clusters want it', async () => {
    const fleet = demoFleet();
    const target = demoTargets.filter(({ accountId, region }) => accountId !== '444444444444' && region === 'eu-west-1');
    const inventories: number[] = [];
    const scan = await scanFleet({
      targets: target,
      sources: fleet,
      configuration: defaultConfiguration,
      analysis: { target: 'next', checks: [] },
      now: new Date('2026-11-21T06:00:00Z'),
      clock: () => new Date('2026-11-21T06:00:00Z'),
      onInventory: async ({ collection }) => void inventories.push(collection?.requests.eks ?? 0),
    });
    expect(scan.reports).toHaveLength(6);
    for (const { evidence } of scan.reports) expect(evidence).toMatchObject({ 'eks.addonVersions': { status: 'collected' } });
    const ofClusters = inventories.reduce((sum, count) => sum + count, 0);
    const listClusters = target.length;
    expect(fleet.total().requests.eks).toBe(ofClusters + listClusters + 2);
  });
});
