import { CollectionError, type ErrorCode } from '../../functions/inventory/error-codes.ts';
import type { RotationReads } from '../../functions/rotation/ports.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import type { Step } from '../../functions/rotation/step.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { createDesk } from './desk.ts';
import { blueNode, corednsPods, web, zones } from './preflight-builders.ts';
import { createRotationRecord } from './records.ts';

async function* pages(...all: unknown[]): AsyncIterable<unknown> {
  for (const page of all) yield page;
}

const nodegroup = (name: string, more: object = {}) => ({
  nodegroupName: name,
  clusterName: 'payments',
  status: 'ACTIVE',
  version: '1.34',
  releaseVersion: '1.34.2-20261001',
  capacityType: 'ON_DEMAND',
  amiType: 'AL2023_x86_64_STANDARD',
  subnets: ['subnet-a', 'subnet-b', 'subnet-c'],
  instanceTypes: ['m5.large'],
  labels: { team: 'shop' },
  scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 6 },
  resources: { autoScalingGroups: [{ name: `eks-${name}` }] },
  ...more,
});

const autoScalingGroup = (name: string, instances: number, more: object = {}) => ({
  AutoScalingGroupName: name,
  MinSize: 0,
  MaxSize: 6,
  DesiredCapacity: instances,
  AvailabilityZones: zones,
  VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c',
  Instances: Array.from({ length: instances }, (_, index) => ({
    InstanceId: `i-blue${index}`,
    AvailabilityZone: zones[index % 3],
    LifecycleState: 'InService',
    HealthStatus: 'Healthy',
  })),
  Tags: [{ Key: 'kubernetes.io/cluster/payments', Value: 'owned', PropagateAtLaunch: true }],
  ...more,
});

/** Answers of AWS and the API server, by operation or path; a test replaces some, or lets them fail. */
export function preflightWorld() {
  const calls: string[] = [];
  const failures = new Map<string, ErrorCode>();
  const objects = new Map<string, unknown>([
    ['/api/v1/namespaces/policy', { metadata: { name: 'policy', labels: { tier: 'system' } } }],
    ['/api/v1/namespaces/policy/services/hook', { spec: { selector: { app: 'hook' } } }],
    [
      '/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node',
      {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  env: [
                    { name: 'WARM_IP_TARGET', value: '4' },
                    { name: 'SECRET', value: 's3cret' },
                  ],
                },
              ],
            },
          },
        },
      },
    ],
    [
      '/apis/apps/v1/namespaces/kube-system/deployments/cluster-autoscaler',
      {
        spec: {
          replicas: 1,
          template: {
            spec: {
              containers: [
                { command: ['./cluster-autoscaler', '--nodes=1:9:eks-workers-a'], args: ['--token=s3cret', '--scale-down-enabled'] },
              ],
            },
          },
        },
      },
    ],
  ]);
  const lists = new Map<string, readonly unknown[]>([
    ['/api/v1/nodes', [0, 1, 2].map((index) => blueNode(index))],
    ['/api/v1/pods', [...corednsPods, web('web-1-a', 'blue-0'), web('web-1-b', 'blue-2')]],
    ['/apis/apps/v1/deployments', [{ metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 2 } }]],
    [
      '/apis/apps/v1/replicasets',
      [
        {
          metadata: {
            name: 'web-1',
            namespace: 'shop',
            uid: 'uid-web-1',
            ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true, apiVersion: 'apps/v1' }],
          },
        },
        { metadata: { name: 'coredns-1', namespace: 'kube-system', uid: 'uid-coredns-1' } },
      ],
    ],
  ]);
  const answers = {
    cluster: { name: 'payments', version: '1.34', status: 'ACTIVE', kubernetesNetworkConfig: { ipFamily: 'ipv4' } } as Record<
      string,
      unknown
    >,
    nodegroups: new Map<string, unknown>([
      ['workers-a', nodegroup('workers-a')],
      ['workers-b', nodegroup('workers-b')],
    ]),
    groups: [autoScalingGroup('eks-workers-a', 3), autoScalingGroup('eks-workers-b', 0)] as ReturnType<typeof autoScalingGroup>[],
    scheduledActions: [] as unknown[],
    hooks: [] as unknown[],
    insights: [] as unknown[],
    datapoints: [
      { Timestamp: new Date('2026-11-21T11:50:00Z'), Maximum: 18 },
      { Timestamp: new Date('2026-11-21T11:55:00Z'), Maximum: 20 },
    ] as unknown[],
    denied: new Set<string>(),
    objects,
    lists,
  };
  const called = (operation: string): void => {
    calls.push(operation);
    const code = failures.get(operation);
    if (code) throw new CollectionError(code, `${operation}: ${code}`);
  };
  const answer = async <T>(operation: string, of: () => T): Promise<T> => {
    called(operation);
    return of();
  };
  async function* listed(operation: string, of: () => unknown): AsyncIterable<unknown> {
    called(operation);
    yield of();
  }
  const reads: RotationReads = {
    eks: {
      describeCluster: () => answer('DescribeCluster', () => ({ cluster: answers.cluster })),
      listNodegroups: () => listed('ListNodegroups', () => ({ nodegroups: [...answers.nodegroups.keys()] })),
      describeNodegroup: ({ nodegroupName }) =>
        answer('DescribeNodegroup', () => {
          const found = answers.nodegroups.get(nodegroupName);
          if (!found) throw new CollectionError('NotFound', `no node group ${nodegroupName}`);
          return { nodegroup: found };
        }),
      listUpdates: () => listed('ListUpdates', () => ({ updateIds: [] })),
      describeUpdate: () => answer('DescribeUpdate', () => ({})),
      listInsights: () => listed('ListInsights', () => ({ insights: answers.insights })),
    },
    autoScaling: {
      describeAutoScalingGroups: ({ AutoScalingGroupNames: names }) =>
        listed('DescribeAutoScalingGroups', () => ({
          AutoScalingGroups: answers.groups.filter(({ AutoScalingGroupName }) => !names || names.includes(AutoScalingGroupName)),
        })),
      describeScheduledActions: () => listed('DescribeScheduledActions', () => ({ ScheduledUpdateGroupActions: answers.scheduledActions })),
      describePolicies: () => listed('DescribePolicies', () => ({ ScalingPolicies: [] })),
      describeLifecycleHooks: () => answer('DescribeLifecycleHooks', () => ({ LifecycleHooks: answers.hooks })),
      describeInstanceRefreshes: () => listed('DescribeInstanceRefreshes', () => ({ InstanceRefreshes: [] })),
      describeWarmPool: () => answer('DescribeWarmPool', () => ({})),
    },
    ec2: {
      describeSubnets: ({ Filters }) =>
        listed('DescribeSubnets', () => ({
          Subnets: (Filters[0]?.Values ?? []).map((SubnetId, index) => ({
            SubnetId,
            AvailabilityZone: zones[index],
            AvailableIpAddressCount: 200,
          })),
        })),
      describeInstanceTypes: ({ InstanceTypes }) =>
        listed('DescribeInstanceTypes', () => ({
          InstanceTypes: InstanceTypes.map((InstanceType) => ({
            InstanceType,
            VCpuInfo: { DefaultVCpus: 2 },
            MemoryInfo: { SizeInMiB: 8192 },
            ProcessorInfo: { SupportedArchitectures: ['i386', 'x86_64'] },
            NetworkInfo: { MaximumNetworkInterfaces: 3, Ipv4AddressesPerInterface: 10 },
            GpuInfo: { Gpus: [{ Manufacturer: 'NVIDIA', Count: 4 }] },
          })),
        })),
    },
    serviceQuotas: { getServiceQuota: () => answer('GetServiceQuota', () => ({ Quota: { Value: 100 } })) },
    loadBalancing: {
      describeTargetGroups: () => pages(),
      describeTargetGroupAttributes: async () => ({}),
      describeTargetHealth: async () => ({}),
    },
    cloudWatch: {
      describeAlarms: () => pages(),
      getMetricStatistics: () => answer('GetMetricStatistics', () => ({ Datapoints: answers.datapoints })),
    },
    kubernetes: {
      get: (path) =>
        answer(path, () => {
          const found = objects.get(path);
          if (found === undefined) throw new CollectionError('NotFound', `${path} not found`);
          return found;
        }),
      list: (path) =>
        listed(path, () => {
          if (path.includes('karpenter.sh') && !lists.has(path)) throw new CollectionError('NotFound', `${path} not found`);
          return { items: lists.get(path) ?? [] };
        }),
      createSelfSubjectAccessReview: (spec) =>
        answer('SelfSubjectAccessReview', () => {
          const { verb, resource, subresource } = Object(spec.resourceAttributes);
          return { status: { allowed: !answers.denied.has(`${verb} ${resource}${subresource ? `/${subresource}` : ''}`) } };
        }),
    },
  };
  return { reads, calls, failures, answers, nodegroup, autoScalingGroup };
}

const forbidden = () => {
  throw new Error('nothing may be written');
};
const noWrites = new Proxy({}, { get: () => forbidden });

/** A step over such a world, whose record lives in memory; every write fails the test. */
export async function stepIn(
  world: ReturnType<typeof preflightWorld>,
  given: Partial<RotationRecord> = {},
  rotation: Readonly<Record<string, unknown>> = {},
) {
  const desk = await createDesk();
  const state = {
    record: createRotationRecord({ input: { accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments' }, ...given }),
  };
  const configuration = createConfiguration({ rotation: { enabled: true, ...rotation } }).rotation;
  let updates = 0;
  const step: Step = {
    get record() {
      return state.record;
    },
    now: desk.clock(),
    reads: world.reads,
    writes: { eks: noWrites, autoScaling: noWrites, kubernetes: noWrites } as Step['writes'],
    outside: { ...desk, gates: { invoke: async () => forbidden() }, pause: async () => {}, random: () => 0.5 },
    configuration,
    update: async (change) => {
      updates += 1;
      state.record = change(state.record);
      return state.record;
    },
    note: () => {},
    timeLeftMs: () => 60_000,
  };
  return { step, state, updates: () => updates, desk };
}
