import { usualQuotas } from '../aws-defaults.ts';
import { createCluster } from '../build/cluster.ts';
import { createNodegroup, loggingOf, vpcConfig } from '../build/eks.ts';
import { createNodes } from '../build/nodes.ts';
import { createServices } from '../build/services.ts';
import { createSite } from '../build/site.ts';
import type { SimulatedAccount } from '../world.ts';
import * as charts from './charts.ts';
import { customNetworking } from './custom-networking.ts';
import { eksAddons } from './eks-components.ts';
import { paymentsEu } from './payments-eu.ts';

const accountId = '111111111111';
const tags = { environment: 'production', 'cost-center': '4100' };

/** What a cluster looks like when somebody has the time: newest version, nothing to do. */
function paymentsNext() {
  const site = createSite({ accountId, region: 'eu-west-1', name: 'payments-next', octet: 21 });
  const { addons, release } = eksAddons(site, {
    'vpc-cni': 'v1.22.1-eksbuild.1',
    coredns: 'v1.14.1-eksbuild.2',
    'kube-proxy': 'v1.36.1-eksbuild.2',
    'aws-ebs-csi-driver': 'v1.57.0-eksbuild.1',
    'eks-pod-identity-agent': 'v1.3.10-eksbuild.2',
  });
  return createCluster(site, {
    cluster: { version: '1.36', createdAt: '2026-07-06T08:30:00.000Z', tags: { ...tags, team: 'team-payments' } },
    nodegroups: [createNodegroup(site, { nodegroupName: 'general', version: '1.36', releaseVersion: '1.36.1-20261109' })],
    nodes: createNodes(site, { pool: 'general', count: 4, kubelet: '1.36' }),
    addons,
    releases: [
      release,
      charts.loadBalancerController({ version: 'v3.1.0' }),
      charts.certManager({ version: 'v1.20.0' }),
      charts.argoCd({ version: 'v3.2.1' }),
      createServices(
        { namespace: 'checkout', partOf: 'team-checkout', repository: `${accountId}.dkr.ecr.eu-west-1.amazonaws.com/payments` },
        {
          'payments-api': { version: '4.0.0', replicas: 3 },
          'checkout-api': { version: '8.0.0', replicas: 3 },
          'fraud-scoring': { version: '6.0.0', replicas: 2 },
        },
      ),
    ],
  });
}

/** In extended support, on Amazon Linux 2, with a node group that cannot launch instances any more: addresses run out in the subnets of the
 *  nodes, then in those that the pods were given instead. */
function paymentsUs() {
  const site = createSite({ accountId, region: 'us-east-1', name: 'payments-us', octet: 30, freeAddresses: [12, 9, 4] });
  const repository = `${accountId}.dkr.ecr.us-east-1.amazonaws.com/payments`;
  const { addons, release } = eksAddons(
    site,
    {
      'vpc-cni': 'v1.19.6-eksbuild.7',
      coredns: 'v1.11.3-eksbuild.1',
      'kube-proxy': 'v1.31.14-eksbuild.2',
      'aws-ebs-csi-driver': 'v1.38.1-eksbuild.2',
      'metrics-server': 'v0.7.2-eksbuild.4',
    },
    {
      'aws-ebs-csi-driver': {
        status: 'DEGRADED',
        health: {
          issues: [
            {
              code: 'InsufficientNumberOfReplicas',
              message: 'The add-on is unhealthy because it does not have the desired number of replicas.',
              resourceIds: ['ebs-csi-controller'],
            },
          ],
        },
      },
    },
  );
  return createCluster(site, {
    ...customNetworking(site, [88, 64, 51]),
    cluster: {
      version: '1.32',
      upgradePolicy: { supportType: 'EXTENDED' },
      tags: { ...tags, team: 'team-payments-us' },
      logging: loggingOf('api', 'authenticator'),
    },
    nodegroups: [
      createNodegroup(site, {
        nodegroupName: 'workers-al2',
        version: '1.32',
        releaseVersion: '1.32.9-20251112',
        amiType: 'AL2_x86_64',
        instanceTypes: ['m5.xlarge'],
        scalingConfig: { minSize: 4, maxSize: 10, desiredSize: 6 },
      }),
      createNodegroup(site, {
        nodegroupName: 'workers-arm',
        version: '1.31',
        releaseVersion: '1.31.13-20251016',
        amiType: 'AL2_ARM_64',
        instanceTypes: ['m6g.xlarge'],
        status: 'DEGRADED',
        health: {
          issues: [
            {
              code: 'AsgInstanceLaunchFailures',
              message:
                'Could not launch On-Demand Instances. InsufficientFreeAddressesInSubnet: the subnet does not have enough free addresses.',
              resourceIds: ['eks-workers-arm'],
            },
          ],
        },
      }),
    ],
    nodes: [
      ...createNodes(site, { pool: 'workers-al2', count: 6, kubelet: '1.32', os: 'al2', instanceType: 'm5.xlarge' }),
      ...createNodes(site, {
        pool: 'workers-arm',
        count: 3,
        kubelet: '1.31',
        os: 'al2',
        instanceType: 'm6g.xlarge',
        labels: { 'kubernetes.io/arch': 'arm64' },
        notReady: [2],
      }),
    ],
    addons,
    releases: [
      release,
      createServices(
        { namespace: 'checkout', partOf: 'team-checkout', repository },
        {
          'payments-api': { version: '3.11.0', replicas: 5, minReadySeconds: 0 },
          'checkout-api': { version: '6.9.2', replicas: 4, minReadySeconds: 0, spread: 'none' },
          'card-vault': { version: '2.7.0', replicas: 2, budget: { minAvailable: 2 } },
          'ach-gateway': { version: '1.18.3', replicas: 1, strategy: 'Recreate' },
          'fraud-scoring': { version: '4.7.1', replicas: 3, budget: { maxUnavailable: 1 } },
          'tax-service': { version: '3.3.3', replicas: 2, readinessProbe: false },
        },
      ),
      charts.clusterAutoscaler({ version: 'v1.30.0', replicas: 1 }),
      charts.ingressNginx({ version: 'v1.11.5', minReadySeconds: 0 }),
      charts.certManager({ version: 'v1.15.3', replicas: 1 }),
      charts.monitoring({ replicas: 1, grafana: { version: '11.2.0', replicas: 1 } }),
    ],
    troubles: { 'checkout/fraud-scoring': { crashLooping: 2 } },
  });
}

/** Private endpoint in a VPC without a route from here: AWS answers, the API server cannot be reached. */
function paymentsApac() {
  const site = createSite({ accountId, region: 'ap-southeast-2', name: 'payments-apac', octet: 40 });
  const { addons } = eksAddons(site, {
    'vpc-cni': 'v1.22.1-eksbuild.1',
    coredns: 'v1.13.2-eksbuild.3',
    'kube-proxy': 'v1.35.3-eksbuild.2',
  });
  return createCluster(site, {
    cluster: {
      version: '1.35',
      tags: { ...tags, team: 'team-payments' },
      resourcesVpcConfig: vpcConfig(site, { endpointPublicAccess: false, publicAccessCidrs: [] }),
    },
    nodegroups: [createNodegroup(site, { nodegroupName: 'general', version: '1.35', releaseVersion: '1.35.3-20261109' })],
    addons,
    endpoint: 'unreachable',
  });
}

/** The newest that EKS has published, twelve days before the demo. */
const releasesOfNovember9 = ['1.36.1', '1.34.5', '1.33.8'].map((version) => ({
  amiType: 'AL2023_x86_64_STANDARD',
  kubernetesVersion: version.replace(/\.\d+$/, ''),
  releaseVersion: `${version}-20261109`,
}));

/** The account began with 32 vCPUs and was given more once; what it uses now is 92 % of that. */
const raisedOnce = usualQuotas.map((quota) => (quota.QuotaCode === 'L-1216C47A' ? { ...quota, Value: 256, Adjustable: true } : quota));

export const payments: SimulatedAccount = {
  id: accountId,
  name: 'payments-prod',
  regions: [
    { name: 'eu-west-1', clusters: [paymentsEu(accountId), paymentsNext()], amiReleases: releasesOfNovember9 },
    {
      name: 'us-east-1',
      clusters: [paymentsUs()],
      usage: { onDemandVcpus: 236, gp2StorageTiB: 3.2, gp3StorageTiB: 6.5 },
      quotas: raisedOnce,
    },
    { name: 'ap-southeast-2', clusters: [paymentsApac()] },
  ],
};
