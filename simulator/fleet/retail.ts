import { createCluster } from '../build/cluster.ts';
import { createFargateProfile, createNodegroup, loggingOf, vpcConfig } from '../build/eks.ts';
import { createNodes } from '../build/nodes.ts';
import { createServices } from '../build/services.ts';
import { createSite } from '../build/site.ts';
import { kubeProxyConfig } from '../build/system-objects.ts';
import { createPodDisruptionBudget, createStatefulSet, mergeReleases } from '../build/workloads.ts';
import type { SimulatedAccount } from '../world.ts';
import { batchNodes } from './batch-nodes.ts';
import * as charts from './charts.ts';
import { eksAddons, kubeProxy, vpcCni } from './eks-components.ts';
import { airflowFlowSchema, flowSchemaInsights } from './flow-control.ts';
import { karpenterPools } from './karpenter-pools.ts';
import { legacyHelmReleases } from './legacy-release.ts';
import { upgradedThreeDaysAgo } from './recent-upgrade.ts';

const accountId = '222222222222';
const tags = { environment: 'production', 'cost-center': '5200' };

/** Bottlerocket for the system, Karpenter for the rest; a few recommendations and nothing that blocks 1.36. Its many Services
 *  were the reason for ipvs. */
function shopWeb() {
  const site = createSite({ accountId, region: 'eu-west-1', name: 'shop-web', octet: 50 });
  const repository = `${accountId}.dkr.ecr.eu-west-1.amazonaws.com/shop`;
  const { addons, release } = eksAddons(site, {
    'vpc-cni': 'v1.21.2-eksbuild.2',
    coredns: 'v1.13.2-eksbuild.3',
    'kube-proxy': 'v1.35.3-eksbuild.2',
    'aws-ebs-csi-driver': 'v1.57.0-eksbuild.1',
    'eks-pod-identity-agent': 'v1.3.10-eksbuild.2',
    'metrics-server': 'v0.8.1-eksbuild.1',
  });
  return createCluster(site, {
    cluster: { version: '1.35', tags: { ...tags, team: 'team-storefront' } },
    nodegroups: [
      createNodegroup(site, {
        nodegroupName: 'system',
        version: '1.35',
        releaseVersion: '1.52.0-a1b2c3d4',
        amiType: 'BOTTLEROCKET_x86_64',
        instanceTypes: ['m7i.large'],
      }),
    ],
    nodes: [
      ...createNodes(site, { pool: 'system', count: 3, kubelet: '1.35', os: 'bottlerocket', instanceType: 'm7i.large' }),
      ...createNodes(site, {
        pool: 'web',
        count: 8,
        kubelet: '1.35',
        os: 'bottlerocket',
        managedBy: 'karpenter',
        instanceType: 'c7i.2xlarge',
      }),
    ],
    addons,
    releases: [
      release,
      charts.karpenter({ version: '1.13.1' }),
      charts.loadBalancerController({ version: 'v3.1.0' }),
      charts.externalDns({ version: 'v0.20.0' }),
      charts.certManager({ version: 'v1.20.0' }),
      charts.argoCd({ version: 'v3.2.1' }),
      charts.monitoring(),
      charts.fluentBit(),
      createServices(
        { namespace: 'storefront', partOf: 'team-storefront', repository },
        {
          storefront: { version: '41.3.0', replicas: 12, cpu: '750m', memory: '1Gi' },
          'catalog-api': { version: '18.0.2', replicas: 6 },
          'cart-api': { version: '9.5.1', replicas: 6 },
          'search-api': { version: '22.1.0', replicas: 5 },
          'price-engine': { version: '7.7.0', replicas: 4, minReadySeconds: 0 },
          recommendations: { version: '3.2.8', replicas: 3, spread: 'none' },
          'image-resizer': { version: '2.0.0', replicas: 3 },
          'sitemap-generator': { version: '1.0.7', replicas: 1 },
          'newsletter-signup': { version: '1.9.3', replicas: 2, budget: 'none' },
          'loyalty-api': { version: '5.5.0', replicas: 3 },
          'gift-cards': { version: '2.6.1', replicas: 2 },
          'store-locator': { version: '4.0.4', replicas: 2 },
        },
      ),
    ],
    objects: {
      '/api/v1/configmaps': [kubeProxyConfig('ipvs')],
      ...karpenterPools([{ name: 'web', amis: [{ alias: 'bottlerocket@latest' }] }]),
    },
  });
}

/** Five days before the end of extended support, with nodes that somebody runs by hand and has not touched for two years. */
function shopBatch() {
  const site = createSite({ accountId, region: 'eu-west-1', name: 'shop-batch', octet: 51, freeAddresses: [902, 874, 911] });
  const repository = `${accountId}.dkr.ecr.eu-west-1.amazonaws.com/batch`;
  return createCluster(site, {
    cluster: {
      version: '1.31',
      createdAt: '2022-11-29T14:00:00.000Z',
      accessConfig: { authenticationMode: 'CONFIG_MAP' },
      encryptionConfig: [],
      resourcesVpcConfig: vpcConfig(site, { endpointPrivateAccess: false, publicAccessCidrs: ['0.0.0.0/0'] }),
      tags: { ...tags, team: 'team-supply' },
    },
    ...batchNodes(site),
    releases: [
      // Installed with the cluster and never made EKS add-ons.
      mergeReleases([vpcCni(site, 'v1.16.4'), kubeProxy(site, 'v1.28.15-eksbuild.9')]),
      createServices(
        { namespace: 'kube-system', partOf: 'kube-dns', repository: 'registry.k8s.io/coredns' },
        { coredns: { version: 'v1.11.1', replicas: 2, budget: 'none', minReadySeconds: 0 } },
      ),
      charts.clusterAutoscaler({ version: 'v1.28.7', replicas: 1 }),
      createServices(
        { namespace: 'supply', partOf: 'team-supply', repository },
        {
          'stock-sync': { version: '2.14.0', replicas: 2, budget: 'none' },
          'supplier-edi': { version: '1.3.0', replicas: 1, strategy: 'Recreate' },
          'price-import': { version: '5.1.1', replicas: 1 },
          'warehouse-gateway': { version: '3.8.2', replicas: 2, readinessProbe: false, budget: { minAvailable: 1 } },
        },
      ),
      charts.airflow(),
    ],
    insights: flowSchemaInsights(site),
    objects: { ...airflowFlowSchema, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': [supplierStatus] },
    troubles: { 'supply/warehouse-gateway': { unready: 1 } },
  });
}

/** Suppliers read the state of their imports without credentials. */
const supplierStatus = {
  metadata: { name: 'supplier-status', labels: { team: 'team-supply' }, creationTimestamp: '2023-01-18T10:00:00Z' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'supplier-status-reader' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:unauthenticated' }],
};

/** Only Fargate: each pod has its node, and keeps the kubelet with which it was made. */
function shopFargate() {
  const site = createSite({ accountId, region: 'us-east-1', name: 'shop-notifications', octet: 60 });
  const repository = `${accountId}.dkr.ecr.us-east-1.amazonaws.com/notifications`;
  const { addons, release } = eksAddons(site, { coredns: 'v1.12.1-eksbuild.2' });
  return createCluster(site, {
    cluster: { version: '1.33', tags: { ...tags, team: 'team-engagement' } },
    fargateProfiles: [createFargateProfile(site, 'kube-system'), createFargateProfile(site, 'notifications')],
    nodes: [
      ...createNodes(site, { pool: 'fargate-recent', count: 8, kubelet: '1.33', os: 'fargate', managedBy: 'fargate' }),
      ...createNodes(site, { pool: 'fargate-old', count: 4, kubelet: '1.32', os: 'fargate', managedBy: 'fargate' }),
    ],
    addons,
    releases: [
      release,
      createServices(
        { namespace: 'notifications', partOf: 'team-engagement', repository },
        {
          'email-sender': { version: '6.2.0', replicas: 4 },
          'push-gateway': { version: '3.9.4', replicas: 3 },
          'sms-router': { version: '2.2.2', replicas: 2 },
          'template-editor': { version: '1.0.5', replicas: 1 },
        },
      ),
    ],
  });
}

/** EKS Auto Mode: nodes, network and storage are run by EKS, so there is nothing of them in the cluster. Upgraded on Wednesday. */
function shopAutoMode() {
  const site = createSite({ accountId, region: 'us-east-1', name: 'shop-search', octet: 61 });
  return createCluster(site, {
    ...upgradedThreeDaysAgo(site, { from: '1.35', to: '1.36' }),
    cluster: {
      version: '1.36',
      createdAt: '2026-08-18T12:00:00.000Z',
      computeConfig: { enabled: true, nodePools: ['general-purpose', 'system'] },
      tags: { ...tags, team: 'team-search' },
    },
    nodes: [
      ...createNodes(site, {
        pool: 'general-purpose',
        count: 5,
        kubelet: '1.36',
        os: 'autoMode',
        managedBy: 'auto-mode',
        instanceType: 'c7g.2xlarge',
      }),
      ...createNodes(site, {
        pool: 'system',
        count: 2,
        kubelet: '1.36',
        os: 'autoMode',
        managedBy: 'auto-mode',
        instanceType: 'c7g.large',
      }),
    ],
    releases: [
      createServices(
        { namespace: 'search', partOf: 'team-search', repository: `${accountId}.dkr.ecr.us-east-1.amazonaws.com/search` },
        {
          'query-api': { version: '15.2.0', replicas: 6 },
          'query-rewriter': { version: '4.1.0', replicas: 3 },
          'index-builder': { version: '15.2.0', replicas: 2, minReadySeconds: 0 },
          'synonym-editor': { version: '1.1.0', replicas: 1 },
        },
      ),
      {
        statefulSets: [
          createStatefulSet({
            namespace: 'search',
            name: 'opensearch-data',
            image: 'docker.io/opensearchproject/opensearch:3.3.2',
            partOf: 'team-search',
            replicas: 3,
            storage: true,
            terminationGracePeriodSeconds: 120,
          }),
        ],
        podDisruptionBudgets: [
          createPodDisruptionBudget({
            namespace: 'search',
            name: 'opensearch-data',
            maxUnavailable: 1,
            unhealthyPodEvictionPolicy: 'AlwaysAllow',
          }),
        ],
      },
    ],
  });
}

/** Nobody has owned it since the reorganization: 1.30, whose extended support ended four months ago. */
function shopLegacy() {
  const site = createSite({ accountId, region: 'ap-southeast-2', name: 'shop-legacy', octet: 70, freeAddresses: [210, 3, 2] });
  const { addons, release } = eksAddons(site, {
    'vpc-cni': 'v1.18.5-eksbuild.1',
    coredns: 'v1.11.1-eksbuild.8',
    'kube-proxy': 'v1.29.15-eksbuild.2',
  });
  return createCluster(site, {
    cluster: {
      version: '1.30',
      createdAt: '2021-05-03T02:11:00.000Z',
      logging: loggingOf(),
      resourcesVpcConfig: vpcConfig(site, { publicAccessCidrs: ['0.0.0.0/0'] }),
      encryptionConfig: [],
      deletionProtection: false,
      health: {
        issues: [
          {
            code: 'Ec2SecurityGroupNotFound',
            message: 'The security group of the cluster was deleted.',
            resourceIds: ['sg-0d1f8c2ab34e56f70'],
          },
        ],
      },
      tags: { environment: 'production' },
    },
    nodegroups: [
      createNodegroup(site, {
        nodegroupName: 'nodes',
        version: '1.29',
        releaseVersion: '1.29.15-20250519',
        amiType: 'AL2_x86_64',
        instanceTypes: ['t3.xlarge'],
        createdAt: '2021-05-03T02:40:00.000Z',
      }),
    ],
    nodes: createNodes(site, { pool: 'nodes', count: 3, kubelet: '1.29', os: 'al2', instanceType: 't3.xlarge' }),
    addons,
    releases: [
      release,
      charts.ingressNginx({ version: 'v1.9.4', replicas: 1 }),
      charts.loadBalancerController({ version: 'v2.4.2', replicas: 1 }),
      createServices(
        { namespace: 'default', partOf: 'shop', repository: `${accountId}.dkr.ecr.ap-southeast-2.amazonaws.com/legacy` },
        {
          'shop-monolith': { version: '2021.44', replicas: 2, minReadySeconds: 0, spread: 'none', budget: 'none' },
          'session-cache': { version: '1.0.0', replicas: 1, readinessProbe: false },
        },
      ),
    ],
    objects: legacyHelmReleases,
  });
}

export const retail: SimulatedAccount = {
  id: accountId,
  name: 'retail-prod',
  regions: [
    { name: 'eu-west-1', clusters: [shopBatch(), shopWeb()] },
    { name: 'us-east-1', clusters: [shopFargate(), shopAutoMode()] },
    { name: 'ap-southeast-2', clusters: [shopLegacy()], usage: { onDemandVcpus: 24, gp2StorageTiB: 41.6, gp3StorageTiB: 0 } },
  ],
};
