import { createCluster } from '../build/cluster.ts';
import { createNodegroup } from '../build/eks.ts';
import { createNodes } from '../build/nodes.ts';
import { createServices } from '../build/services.ts';
import { createSite } from '../build/site.ts';
import { createPodDisruptionBudget, createStatefulSet, type Release } from '../build/workloads.ts';
import type { SimulatedAccount } from '../world.ts';
import { betaAdmissionPolicies, betaPolicyInsights, betaPolicyMetrics } from './admission-policies.ts';
import * as charts from './charts.ts';
import { eksAddons } from './eks-components.ts';
import { headOffice } from './head-office.ts';
import { karpenterPools } from './karpenter-pools.ts';
import { sparkObjects, sparkOperator } from './spark.ts';

const accountId = '333333333333';
const tags = { environment: 'production', 'cost-center': '6300' };

/** Karpenter too old for the next version, on a policy that lets EKS upgrade by itself, and subnets that may not be read. */
function analytics() {
  const site = createSite({ accountId, region: 'eu-west-1', name: 'analytics', octet: 80 });
  const { addons, release } = eksAddons(site, {
    'vpc-cni': 'v1.21.2-eksbuild.2',
    coredns: 'v1.12.1-eksbuild.2',
    'kube-proxy': 'v1.33.0-eksbuild.2',
    'aws-ebs-csi-driver': 'v1.53.0-eksbuild.1',
    'eks-pod-identity-agent': 'v1.3.8-eksbuild.2',
  });
  return createCluster(site, {
    cluster: { version: '1.33', upgradePolicy: { supportType: 'STANDARD' }, tags: { ...tags, team: 'team-analytics' } },
    nodegroups: [
      createNodegroup(site, { nodegroupName: 'system', version: '1.33', releaseVersion: '1.33.8-20261102', instanceTypes: ['m7i.large'] }),
    ],
    nodes: [
      ...createNodes(site, { pool: 'system', count: 3, kubelet: '1.33', instanceType: 'm7i.large' }),
      ...createNodes(site, {
        pool: 'spark-spot',
        count: 7,
        kubelet: '1.33',
        managedBy: 'karpenter',
        instanceType: 'r7i.4xlarge',
        notReady: [6],
      }),
      ...createNodes(site, { pool: 'clickhouse', count: 3, kubelet: '1.32', managedBy: 'karpenter', instanceType: 'i4i.2xlarge' }),
    ],
    addons,
    releases: [
      release,
      charts.karpenter({ version: '1.2.1' }),
      charts.monitoring(),
      charts.argoCd({ version: 'v2.14.9', replicas: 1 }),
      createServices(
        { namespace: 'analytics', partOf: 'team-analytics', repository: `${accountId}.dkr.ecr.eu-west-1.amazonaws.com/analytics` },
        {
          superset: { version: '5.0.0', replicas: 2 },
          'event-collector': { version: '11.4.2', replicas: 6 },
          'event-enricher': { version: '11.4.2', replicas: 4, budget: { maxUnavailable: '0%' } },
          'dbt-runner': { version: '1.10.2', replicas: 1 },
          'metrics-layer': { version: '0.8.0', replicas: 3 },
        },
      ),
      sparkOperator('2.1.0'),
      clickhouse(),
    ],
    insights: betaPolicyInsights(site),
    texts: { '/metrics': betaPolicyMetrics },
    objects: {
      ...betaAdmissionPolicies,
      ...sparkObjects,
      ...karpenterPools([
        { name: 'spark-spot', amis: [{ alias: 'al2023@latest' }] },
        { name: 'clickhouse', amis: [{ id: 'ami-09e6a1c47d3b85f20' }], nodes: '0' },
      ]),
    },
    troubles: { 'analytics/event-collector': { crashLooping: 2 }, 'analytics/metrics-layer': { pending: 1 } },
    faults: [
      {
        operation: 'ec2:DescribeSubnets',
        code: 'AccessDenied',
        message: 'ec2:DescribeSubnets: UnauthorizedOperation, the service control policy data-perimeter denies it',
      },
    ],
  });
}

function clickhouse(): Release {
  return {
    statefulSets: [
      createStatefulSet({
        namespace: 'clickhouse',
        name: 'clickhouse',
        image: 'docker.io/clickhouse/clickhouse-server:25.8',
        partOf: 'team-analytics',
        replicas: 3,
        storage: true,
      }),
      createStatefulSet({
        namespace: 'clickhouse',
        name: 'clickhouse-keeper',
        image: 'docker.io/clickhouse/clickhouse-keeper:25.8',
        partOf: 'team-analytics',
        replicas: 3,
        storage: true,
      }),
    ],
    podDisruptionBudgets: [
      createPodDisruptionBudget({ namespace: 'clickhouse', name: 'clickhouse', maxUnavailable: 0 }),
      createPodDisruptionBudget({ namespace: 'clickhouse', name: 'clickhouse-keeper', minAvailable: 2 }),
    ],
  };
}

/** Ordered an hour ago: EKS has not given it an endpoint yet. */
function featureStore() {
  const site = createSite({ accountId, region: 'eu-west-1', name: 'feature-store', octet: 81 });
  return createCluster(site, {
    cluster: {
      version: '1.36',
      status: 'CREATING',
      createdAt: '2026-11-21T05:48:00.000Z',
      endpoint: undefined,
      certificateAuthority: undefined,
      tags: { ...tags, team: 'team-ml' },
    },
  });
}

/** Its tags keep scanners out: not even DescribeCluster is allowed. */
function mlTraining() {
  const site = createSite({ accountId, region: 'us-east-1', name: 'ml-training', octet: 90 });
  const message = 'AccessDeniedException: explicit deny in the policy of boundary confidential-workloads';
  return createCluster(site, {
    cluster: { version: '1.34', tags: { ...tags, team: 'team-ml', confidential: 'true' } },
    faults: ['DescribeCluster', 'ListNodegroups', 'ListFargateProfiles', 'ListAddons'].map((operation) => ({
      operation: `eks:${operation}`,
      code: 'AccessDenied',
      message: `eks:${operation} ml-training: ${message}`,
    })),
  });
}

/** Its API server accepts connections and never answers. */
function streaming() {
  const site = createSite({ accountId, region: 'us-east-1', name: 'streaming', octet: 91 });
  const { addons } = eksAddons(site, {
    'vpc-cni': 'v1.22.1-eksbuild.1',
    coredns: 'v1.13.2-eksbuild.3',
    'kube-proxy': 'v1.35.3-eksbuild.2',
  });
  return createCluster(site, {
    cluster: { version: '1.35', tags: { ...tags, team: 'team-streaming' } },
    nodegroups: [
      createNodegroup(site, {
        nodegroupName: 'brokers',
        version: '1.35',
        releaseVersion: '1.35.3-20261102',
        instanceTypes: ['r7i.2xlarge'],
      }),
    ],
    addons,
    endpoint: 'never-answers',
  });
}

/** Custom AMIs that fell behind: Amazon Linux 2 on them, with containerd 1.7 and cgroup v1, runs today and not with 1.36. The head office
 *  reaches its reports in a way that 1.36 does not like either. */
function reporting() {
  const site = createSite({ accountId, region: 'ap-southeast-2', name: 'reporting', octet: 100, freeAddresses: [640, 655, 601] });
  const { addons, release } = eksAddons(site, {
    'vpc-cni': 'v1.20.5-eksbuild.1',
    coredns: 'v1.12.4-eksbuild.5',
    'kube-proxy': 'v1.35.0-eksbuild.2',
    'aws-ebs-csi-driver': 'v1.53.0-eksbuild.1',
  });
  return createCluster(site, {
    cluster: { version: '1.35', tags: { ...tags, team: 'team-analytics' } },
    nodegroups: [
      createNodegroup(site, {
        nodegroupName: 'golden-image',
        releaseVersion: 'ami-0c7f21b8d4e90a35f',
        amiType: 'CUSTOM',
        launchTemplate: { id: 'lt-0a41c9e7d2b8f6035', name: 'golden-image', version: '7' },
      }),
    ],
    launchTemplates: [
      { LaunchTemplateId: 'lt-0a41c9e7d2b8f6035', LaunchTemplateName: 'golden-image', DefaultVersionNumber: 7, LatestVersionNumber: 9 },
    ],
    objects: headOffice,
    nodes: [...createNodes(site, { pool: 'golden-image', count: 4, kubelet: '1.33', os: 'al2' })],
    addons,
    releases: [
      release,
      createServices(
        { namespace: 'reporting', partOf: 'team-analytics', repository: `${accountId}.dkr.ecr.ap-southeast-2.amazonaws.com/reporting` },
        {
          'report-api': { version: '9.0.1', replicas: 3 },
          'report-renderer': {
            version: '9.0.1',
            replicas: 2,
            // Of a git repository evidence keeps only that there is one.
            volumes: [{ name: 'report-templates', gitRepo: {} }],
            mountPaths: ['/srv/templates'],
            nativeSidecars: [{ name: 'chromium', image: 'docker.io/browserless/chrome:1.61.1', readinessProbe: false }],
          },
          'schedule-api': { version: '2.4.0', replicas: 2 },
        },
      ),
    ],
  });
}

export const dataPlatform: SimulatedAccount = {
  id: accountId,
  name: 'data-platform',
  regions: [
    { name: 'eu-west-1', clusters: [analytics(), featureStore()], usage: { onDemandVcpus: 412, gp2StorageTiB: 0, gp3StorageTiB: 44 } },
    { name: 'us-east-1', clusters: [mlTraining(), streaming()] },
    { name: 'ap-southeast-2', clusters: [reporting()] },
  ],
};
