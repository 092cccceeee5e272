import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectionError, type ErrorCode } from '../../functions/inventory/error-codes.ts';
import type { EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import { amiParameter, amiParameterPaths } from '../../functions/inventory/evidence/ssm-ami-release-versions.ts';
import type { ClusterSources } from '../../functions/inventory/ports.ts';
import { createNodegroup } from '../../simulator/build/eks.ts';
import { collectSimulated, createPaymentsCluster, site } from './collect-simulated.ts';

type Options = NonNullable<Parameters<typeof collectSimulated>[1]>;

/** Data of one key, or why there is none; nothing else is collected but what it is made of. */
async function collected(key: EvidenceKey, cluster = createPaymentsCluster(), options: Options = {}) {
  const inventory = await collectSimulated(cluster, { isRequested: (kind) => !kind.key.startsWith('kubernetes.'), ...options });
  const entry = inventory.evidence[key];
  return entry?.status === 'collected' ? entry.data : entry?.code;
}

const fault = (operation: string, code: ErrorCode, nth?: number) => ({ operation, code, nth, message: `planned ${code}` });

/** Notes what is asked of a port, by operation. */
function noting<Api extends keyof ClusterSources>(api: Api, asked: unknown[][]) {
  return (sources: ClusterSources): ClusterSources => ({
    ...sources,
    [api]: new Proxy(Object(sources[api]), {
      get: (port, operation) => {
        const call: unknown = Reflect.get(port, operation);
        if (typeof call !== 'function') return call;
        return (...input: unknown[]) => {
          asked.push([operation, ...input]);
          return Reflect.apply(call, port, input);
        };
      },
    }),
  });
}

const insight = (id: string, status: string) => ({
  id,
  name: `insight ${id}`,
  category: 'UPGRADE_READINESS',
  insightStatus: { status },
  recommendation: 'Do something.',
});

describe('eks.insights', () => {
  const cluster = createPaymentsCluster({
    insights: [insight('a', 'PASSING'), insight('b', 'ERROR'), insight('c', 'UNKNOWN'), insight('d', 'PASSING'), insight('e', 'WARNING')],
  });

  it('describes those that are not passing, and keeps the order of the list', async () => {
    const asked: unknown[][] = [];
    const data = await collected('eks.insights', cluster, { awsPageSize: 2, wrap: noting('eks', asked) });
    const summary = ({ recommendation: _, ...rest }: ReturnType<typeof insight>) => rest;
    expect(data).toEqual([
      summary(insight('a', 'PASSING')),
      insight('b', 'ERROR'),
      insight('c', 'UNKNOWN'),
      summary(insight('d', 'PASSING')),
      insight('e', 'WARNING'),
    ]);
    const described = asked.filter(([operation]) => operation === 'describeInsight').map(([, input]) => input);
    expect(described).toEqual(['b', 'c', 'e'].map((id) => ({ clusterName: 'payments', id })));
  });

  it('leaves out an insight that was gone before it could be described', async () => {
    const data = await collected('eks.insights', cluster, { faults: [fault('eks:DescribeInsight', 'NotFound', 1)] });
    expect(data).toMatchObject(['a', 'c', 'd', 'e'].map((id) => ({ id })));
  });

  it('is fresh and passing where a world says nothing else', async () => {
    expect(await collected('eks.insights', createPaymentsCluster({ insights: undefined }))).toMatchObject([
      {
        category: 'UPGRADE_READINESS',
        kubernetesVersion: '1.35',
        lastRefreshTime: '2026-11-21T00:00:00.000Z',
        insightStatus: { status: 'PASSING' },
      },
    ]);
  });
});

describe('eks.updates', () => {
  const now = Date.parse('2026-11-21T06:00:00Z');
  const aged = (days: number) => ({
    id: `days-${days}`,
    type: 'VersionUpdate',
    status: 'Failed',
    createdAt: new Date(now - days * 86_400_000).toISOString(),
    errors: [{ errorCode: 'IpNotAvailable', errorMessage: 'no', resourceIds: ['subnet-1'] }],
  });

  it('is the last 30 days before the scan, to the millisecond', async () => {
    const cluster = createPaymentsCluster({ updates: [aged(0), aged(29), aged(30), aged(30 + 1 / 86_400_000)] });
    expect(await collected('eks.updates', cluster)).toEqual([aged(0), aged(29), aged(30)]);
  });

  it('neither describes nor lists what is behind the first that is too old', async () => {
    const asked: unknown[][] = [];
    const cluster = createPaymentsCluster({ updates: [1, 2, 31, 32, 33, 34, 35].map(aged) });
    expect(await collected('eks.updates', cluster, { awsPageSize: 2, wrap: noting('eks', asked) })).toEqual([aged(1), aged(2)]);
    expect(asked.filter(([operation]) => operation === 'describeUpdate')).toHaveLength(3);
    const { collection } = await collectSimulated(cluster, { awsPageSize: 2, isRequested: ({ key }) => key === 'eks.updates' });
    // Two pages of the list, three updates.
    expect(collection?.requests.eks).toBe(5);
  });

  it('reads every page while they are recent', async () => {
    const cluster = createPaymentsCluster({ updates: [1, 2, 3, 4, 5].map(aged) });
    expect(await collected('eks.updates', cluster, { awsPageSize: 2 })).toHaveLength(5);
  });

  it('goes on behind an update that EKS has forgotten, and keeps one without a date', async () => {
    const cluster = createPaymentsCluster({ updates: [aged(1), { id: 'undated' }, aged(3)] });
    const data = await collected('eks.updates', cluster, { faults: [fault('eks:DescribeUpdate', 'NotFound', 1)] });
    expect(data).toEqual([{ id: 'undated' }, aged(3)]);
  });
});

describe('autoscaling.groups', () => {
  const group = (AutoScalingGroupName: string, ...keys: string[]) => ({
    AutoScalingGroupName,
    Tags: keys.map((Key) => ({ Key, Value: 'owned' })),
  });
  const groups = [
    group('one', 'kubernetes.io/cluster/payments', 'k8s.io/cluster/payments'),
    group('two', 'k8s.io/cluster/payments'),
    group('three', 'kubernetes.io/cluster/payments'),
    group('foreign', 'kubernetes.io/cluster/payments-2', 'payments'),
  ];
  const cluster = createPaymentsCluster({ autoScalingGroups: groups });

  it('are those of either tag, of all pages, each once, with one request a page', async () => {
    const options = { awsPageSize: 2, isRequested: ({ key }: { key: string }) => key === 'autoscaling.groups' };
    const { evidence, collection } = await collectSimulated(cluster, options);
    expect(evidence['autoscaling.groups']).toMatchObject({ data: groups.slice(0, 3) });
    expect(collection?.requests).toEqual({ autoscaling: 2 });
  });

  it('appear once though two pages show them', async () => {
    const twice = (sources: ClusterSources): ClusterSources => ({
      ...sources,
      autoScaling: {
        async *describeAutoScalingGroups() {
          yield { AutoScalingGroups: [groups[0], groups[1]] };
          yield { AutoScalingGroups: [groups[1], groups[2]] };
        },
      },
    });
    expect(await collected('autoscaling.groups', cluster, { wrap: twice })).toEqual(groups.slice(0, 3));
  });
});

describe('ec2.launchTemplates', () => {
  const template = (id: string) => ({
    LaunchTemplateId: id,
    LaunchTemplateName: `${id}-name`,
    DefaultVersionNumber: 1,
    LatestVersionNumber: 7,
  });
  const spec = (LaunchTemplateId: string) => ({ LaunchTemplateId, LaunchTemplateName: `${LaunchTemplateId}-name`, Version: '3' });
  const nodegroups = [
    createNodegroup(site, { nodegroupName: 'blue', launchTemplate: { id: 'lt-01', name: 'lt-01-name', version: '3' } }),
    createNodegroup(site, { nodegroupName: 'green', launchTemplate: { name: 'lt-02-name', version: '3' } }),
    createNodegroup(site, { nodegroupName: 'plain' }),
  ];
  const Tags = [{ Key: 'kubernetes.io/cluster/payments', Value: 'owned' }];
  const autoScalingGroups = [
    { AutoScalingGroupName: 'simple', LaunchTemplate: spec('lt-03'), Tags },
    { AutoScalingGroupName: 'named', LaunchTemplate: { LaunchTemplateName: 'lt-04-name' }, Tags },
    {
      AutoScalingGroupName: 'mixed',
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: spec('lt-05'),
          Overrides: [{ InstanceType: 'm6i.large' }, { InstanceType: 'm6g.large', LaunchTemplateSpecification: spec('lt-06') }],
        },
      },
      Tags,
    },
    { AutoScalingGroupName: 'old', LaunchConfigurationName: 'launch-configuration', Tags },
  ];
  const ids = ['lt-01', 'lt-02', 'lt-03', 'lt-04', 'lt-05', 'lt-06'];
  const world = (launchTemplates = [...ids, 'lt-unused'].map(template)) =>
    createPaymentsCluster({ nodegroups, autoScalingGroups, launchTemplates });
  const idsOf = (data: unknown) => (data as { LaunchTemplateId: string }[]).map(({ LaunchTemplateId }) => LaunchTemplateId).sort();

  it('are those of node groups and groups, of mixed instances and their overrides too, in two requests', async () => {
    const asked: unknown[][] = [];
    const data = await collected('ec2.launchTemplates', world(), { wrap: noting('ec2', asked) });
    expect(idsOf(data)).toEqual(ids);
    expect(data).toContainEqual(template('lt-06'));
    expect(asked.filter(([operation]) => operation === 'describeLaunchTemplates').map(([, input]) => input)).toEqual([
      { LaunchTemplateIds: ['lt-01', 'lt-03', 'lt-05', 'lt-06'] },
      { Filters: [{ Name: 'launch-template-name', Values: ['lt-02-name', 'lt-04-name'] }] },
    ]);
  });

  it('cost no request where nothing names one', async () => {
    const cluster = createPaymentsCluster({ nodegroups: [createNodegroup(site, { nodegroupName: 'plain' })], autoScalingGroups: [] });
    const asked: unknown[][] = [];
    expect(await collected('ec2.launchTemplates', cluster, { wrap: noting('ec2', asked) })).toEqual([]);
    expect(asked.filter(([operation]) => operation === 'describeLaunchTemplates')).toEqual([]);
  });

  it('that were deleted are left out, and all others found, whichever they are', () =>
    fc.assert(
      fc.asyncProperty(fc.subarray(ids), async (there) => {
        expect(idsOf(await collected('ec2.launchTemplates', world(there.map(template))))).toEqual(there);
      }),
      { numRuns: 30 },
    ));

  it('of more than one request are all asked for', async () => {
    const many = Array.from({ length: 401 }, (_, index) => `lt-${1000 + index}`);
    const cluster = createPaymentsCluster({
      nodegroups: [],
      autoScalingGroups: many.map((id) => ({ AutoScalingGroupName: id, LaunchTemplate: spec(id), Tags })),
      launchTemplates: many.map(template),
    });
    const asked: unknown[][] = [];
    expect(idsOf(await collected('ec2.launchTemplates', cluster, { wrap: noting('ec2', asked) }))).toEqual(many);
    expect(asked.filter(([operation]) => operation === 'describeLaunchTemplates')).toHaveLength(3);
  });

  it.each([
    ['eks:ListNodegroups', ['lt-03', 'lt-04', 'lt-05', 'lt-06']],
    ['autoscaling:DescribeAutoScalingGroups', ['lt-01', 'lt-02']],
  ])('of the others are there when %s is denied', async (operation, left) => {
    expect(idsOf(await collected('ec2.launchTemplates', world(), { faults: [fault(operation, 'AccessDenied')] }))).toEqual(left);
  });
});

describe('ssm.amiReleaseVersions', () => {
  const of = (amiType: string, version: string) => createNodegroup(site, { nodegroupName: `${amiType}-${version}`, amiType, version });

  it('are the newest of each AMI type and version that node groups have, as node groups call them', async () => {
    const nodegroups = [
      of('AL2023_x86_64_STANDARD', '1.34'),
      of('AL2023_x86_64_STANDARD', '1.33'),
      of('BOTTLEROCKET_ARM_64', '1.34'),
      of('WINDOWS_CORE_2022_x86_64', '1.34'),
      of('CUSTOM', '1.34'),
      { ...of('AL2_x86_64', '1.32'), version: undefined },
    ];
    const amiReleases = [
      { amiType: 'AL2023_x86_64_STANDARD', kubernetesVersion: '1.34', releaseVersion: '1.34.2-20261115' },
      { amiType: 'AL2023_x86_64_STANDARD', kubernetesVersion: '1.35', releaseVersion: '1.35.0-20261115' },
      { amiType: 'BOTTLEROCKET_ARM_64', kubernetesVersion: '1.34', releaseVersion: '1.55.0-d93bb1b1' },
      { amiType: 'WINDOWS_CORE_2022_x86_64', kubernetesVersion: '1.34', releaseVersion: '1.34-2026.11.10' },
    ];
    const asked: unknown[][] = [];
    const cluster = createPaymentsCluster({ nodegroups });
    const data = await collected('ssm.amiReleaseVersions', cluster, { region: { amiReleases }, wrap: noting('ssm', asked) });
    expect(data).toHaveLength(3);
    expect(data).toEqual(expect.arrayContaining(amiReleases.filter((_, index) => index !== 1)));
    expect(asked).toEqual([['getParameters', { Names: expect.any(Array) }]]);
    expect(Object(asked[0]?.[1]).Names).toHaveLength(4);
  });

  it('ask for each parameter once, ten in a request', async () => {
    const types = ['AL2023_x86_64_STANDARD', 'AL2023_ARM_64_STANDARD', 'BOTTLEROCKET_x86_64', 'AL2_x86_64'];
    const nodegroups = types.flatMap((type) => ['1.31', '1.32', '1.33'].flatMap((version) => [of(type, version), of(type, version)]));
    const asked: unknown[][] = [];
    await collected('ssm.amiReleaseVersions', createPaymentsCluster({ nodegroups }), { wrap: noting('ssm', asked) });
    expect(asked.map(([, input]) => Object(input).Names.length)).toEqual([10, 2]);
  });

  it('cost no request without node groups', async () => {
    const { collection } = await collectSimulated(createPaymentsCluster({ nodegroups: [] }), {
      isRequested: ({ key }) => key === 'ssm.amiReleaseVersions' || key === 'eks.nodegroups',
    });
    expect(collection?.requests).toEqual({ eks: 1 });
  });

  it('leave out a document that does not say', async () => {
    const nodegroups = [of('WINDOWS_CORE_2022_x86_64', '1.34'), of('WINDOWS_FULL_2022_x86_64', '1.34'), of('AL2_x86_64', '1.34')];
    const wrap = (sources: ClusterSources): ClusterSources => ({
      ...sources,
      ssm: {
        getParameters: async ({ Names }) => ({
          Parameters: Names.map((Name) => ({ Name, Value: Name.includes('Core') ? 'not JSON' : '{"image_id":"ami-1"}' })),
        }),
      },
    });
    expect(await collected('ssm.amiReleaseVersions', createPaymentsCluster({ nodegroups }), { wrap })).toEqual([
      { amiType: 'AL2_x86_64', kubernetesVersion: '1.34', releaseVersion: '{"image_id":"ami-1"}' },
    ]);
  });

  it.each([
    ['AL2_x86_64', '/aws/service/eks/optimized-ami/1.32/amazon-linux-2/recommended/release_version'],
    ['AL2_x86_64_GPU', '/aws/service/eks/optimized-ami/1.32/amazon-linux-2-gpu/recommended/release_version'],
    ['AL2_ARM_64', '/aws/service/eks/optimized-ami/1.32/amazon-linux-2-arm64/recommended/release_version'],
    ['AL2023_x86_64_STANDARD', '/aws/service/eks/optimized-ami/1.32/amazon-linux-2023/x86_64/standard/recommended/release_version'],
    ['AL2023_ARM_64_NVIDIA', '/aws/service/eks/optimized-ami/1.32/amazon-linux-2023/arm64/nvidia/recommended/release_version'],
    ['AL2023_x86_64_NEURON', '/aws/service/eks/optimized-ami/1.32/amazon-linux-2023/x86_64/neuron/recommended/release_version'],
    ['BOTTLEROCKET_x86_64', '/aws/service/bottlerocket/aws-k8s-1.32/x86_64/latest/image_version'],
    ['BOTTLEROCKET_ARM_64_NVIDIA_FIPS', '/aws/service/bottlerocket/aws-k8s-1.32-nvidia-fips/arm64/latest/image_version'],
    ['WINDOWS_CORE_2019_x86_64', '/aws/service/ami-windows-latest/Windows_Server-2019-English-Core-EKS_Optimized-1.32'],
    ['WINDOWS_FULL_2025_x86_64', '/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-EKS_Optimized-1.32'],
    ['CUSTOM', undefined],
    ['toString', undefined],
  ])('of %s stand in %s', (amiType, name) => {
    expect(amiParameter(amiType, '1.32')).toBe(name);
  });
});

describe('every AMI type of EKS', () => {
  it('has a parameter below a path that the scan role may read, each another one', async () => {
    const { AMITypes } = await import('@aws-sdk/client-eks');
    const names = Object.values(AMITypes).flatMap((type) => (type === 'CUSTOM' ? [] : [[type, amiParameter(type, '1.34')] as const]));
    for (const [type, name] of names) expect([type, amiParameterPaths.some((path) => name?.startsWith(path))]).toEqual([type, true]);
    expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
  });
});

describe('ec2.subnets of ENIConfigs', () => {
  const extra = { SubnetId: 'subnet-pods', AvailableIpAddressCount: 9 };
  const eniConfig = { metadata: { name: 'eu-west-1a' }, spec: { subnet: extra.SubnetId } };
  const cluster = createPaymentsCluster();
  const withPods = {
    ...cluster,
    subnets: [...cluster.subnets, extra],
    apiServer: {
      ...cluster.apiServer,
      objects: { ...cluster.apiServer.objects, '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs': [eniConfig] },
    },
  };
  const idsOf = (data: unknown) => (data as { SubnetId: string }[]).map(({ SubnetId }) => SubnetId);
  const isRequested = ({ key }: { key: string }) => key === 'kubernetes.eniConfigs' || !key.startsWith('kubernetes.');

  it('are read too, with one more request, once the API server has named them', async () => {
    const asked: unknown[][] = [];
    expect(idsOf(await collected('ec2.subnets', withPods, { isRequested, wrap: noting('ec2', asked) }))).toEqual([
      ...site.subnets.map(({ SubnetId }) => SubnetId).sort(),
      extra.SubnetId,
    ]);
    expect(asked.filter(([operation]) => operation === 'describeSubnets')).toHaveLength(2);
  });

  it('cost no further request where they are those of the nodes', async () => {
    const [first] = site.subnets;
    const same = { ...eniConfig, spec: { subnet: first?.SubnetId } };
    const objects = { ...withPods.apiServer.objects, '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs': [same] };
    const asked: unknown[][] = [];
    const options = { isRequested, wrap: noting('ec2', asked) };
    expect(await collected('ec2.subnets', { ...withPods, apiServer: { ...withPods.apiServer, objects } }, options)).toHaveLength(3);
    expect(asked.filter(([operation]) => operation === 'describeSubnets')).toHaveLength(1);
  });

  it('that cannot be read leave the subnets that AWS names', async () => {
    const faults = [fault('GET /version', 'EndpointUnreachable')];
    expect(idsOf(await collected('ec2.subnets', withPods, { isRequested, faults }))).toHaveLength(3);
  });

  it('whose API server never answers do not keep them either, and nothing else of AWS', async () => {
    const controller = new AbortController();
    const silent = { ...withPods, apiServer: { ...withPods.apiServer, endpoint: 'never-answers' as const } };
    const options = { isRequested, deadline: controller.signal, onHang: () => setImmediate(() => controller.abort()) };
    expect(idsOf(await collected('ec2.subnets', silent, options))).toHaveLength(3);
  });

  it('are not waited for in an AWS-only scan', async () => {
    const silent = { ...withPods, apiServer: { ...withPods.apiServer, endpoint: 'never-answers' as const } };
    expect(idsOf(await collected('ec2.subnets', silent))).toHaveLength(3);
  });
});

describe('one scan', () => {
  it('asks AWS at most 20 times, and once more for each thing that it describes', async () => {
    const updates = [{ id: 'u1', createdAt: '2026-11-20T00:00:00.000Z' }];
    const nodegroups = ['blue', 'green'].map((nodegroupName) => createNodegroup(site, { nodegroupName, version: '1.34' }));
    const cluster = createPaymentsCluster({ nodegroups, insights: [insight('a', 'PASSING'), insight('b', 'ERROR')], updates });
    const { collection } = await collectSimulated(cluster, { isRequested: ({ key }) => !key.startsWith('kubernetes.') });
    // Two node groups, a Fargate profile, two add-ons, an insight and an update.
    const described = 7;
    expect(collection?.requests).toEqual({ eks: 8 + described, ec2: 3, autoscaling: 1, ssm: 1, cloudwatch: 1, servicequotas: 3 });
    expect(Object.values(collection?.requests ?? {}).reduce((sum, count) => sum + count)).toBeLessThanOrEqual(20 + described);
  });

  it('names the operation where an answer has another shape', async () => {
    const wrap = (sources: ClusterSources): ClusterSources => ({
      ...sources,
      eks: { ...sources.eks, describeInsight: async () => ({ insight: { name: 7 } }) },
    });
    const { evidence } = await collectSimulated(createPaymentsCluster({ insights: [insight('b', 'ERROR')] }), {
      wrap,
      isRequested: ({ key }) => key === 'eks.insights',
    });
    expect(evidence['eks.insights']).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringContaining('eks:DescribeInsight insight b'),
    });
  });

  it('reports what the account port throws under its keys', async () => {
    const usage = async () => Promise.reject(new CollectionError('AccessDenied', 'no'));
    const wrap = (sources: ClusterSources): ClusterSources => ({ ...sources, account: { ...sources.account, usage } });
    expect(await collected('ec2.usage', createPaymentsCluster(), { wrap })).toBe('AccessDenied');
    expect(await collected('servicequotas.quotas', createPaymentsCluster(), { wrap })).toHaveLength(3);
  });
});
