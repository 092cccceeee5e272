/** The world that the contract tests of the ports ask about. Whoever runs them over an implementation builds it there:
 *
 *  - account 111111111111, region eu-west-1, clusters `alpha`, `beta`, `payments`, listed 2 a page;
 *  - `payments` with node groups `blue`, `green`, one add-on, one Fargate profile and two subnets, everything else of it as written here;
 *    the other clusters need nothing but their names;
 *  - usage, quotas, instances and public parameters of the region as written here;
 *  - an API server with five nodes (three pages of 2), a Deployment, two ReplicaSets that have a spec, Secrets of several types in two
 *    namespaces, and a text. */
export const place = { accountId: '111111111111', region: 'eu-west-1' } as const;

/** Names of an EKS list a page. */
export const pageSize = 2;

export const clusterNames = ['alpha', 'beta', 'payments'] as const;

/** What DescribeCluster answers. `createdAt` travels as seconds since 1970 on the wire. */
export const cluster = {
  name: 'payments',
  arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments',
  version: '1.34',
  platformVersion: 'eks.12',
  status: 'ACTIVE',
  createdAt: '2024-03-01T10:20:30.000Z',
  roleArn: 'arn:aws:iam::111111111111:role/payments-cluster',
  resourcesVpcConfig: { subnetIds: ['subnet-0a', 'subnet-0b'], vpcId: 'vpc-01', endpointPublicAccess: true, endpointPrivateAccess: true },
  accessConfig: { authenticationMode: 'API' },
  upgradePolicy: { supportType: 'STANDARD' },
  tags: { team: 'payments' },
};

export const nodegroups = ['blue', 'green'].map((nodegroupName) => ({
  nodegroupName,
  clusterName: 'payments',
  version: '1.34',
  releaseVersion: '1.34.2-20261101',
  status: 'ACTIVE',
  amiType: 'AL2023_x86_64_STANDARD',
  scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 3 },
  subnets: ['subnet-0a', 'subnet-0b'],
  health: { issues: [] },
  createdAt: '2024-03-01T10:40:00.000Z',
}));

export const addon = {
  addonName: 'vpc-cni',
  clusterName: 'payments',
  addonVersion: 'v1.20.4-eksbuild.1',
  status: 'ACTIVE',
  health: { issues: [] },
};

export const fargateProfile = { fargateProfileName: 'batch', clusterName: 'payments', status: 'ACTIVE', subnets: ['subnet-0a'] };

export const clusterVersions = ['1.35', '1.34', '1.33'].map((clusterVersion) => ({
  clusterVersion,
  clusterType: 'eks',
  defaultVersion: clusterVersion === '1.34',
  endOfStandardSupportDate: '2026-12-02T00:00:00.000Z',
  versionStatus: 'STANDARD_SUPPORT',
}));

export const addonVersions = ['vpc-cni', 'coredns', 'kube-proxy'].map((addonName) => ({
  addonName,
  addonVersions: [{ addonVersion: 'v1.20.4-eksbuild.1', compatibilities: [{ clusterVersion: '1.34', defaultVersion: true }] }],
}));

export const subnets = ['subnet-0a', 'subnet-0b'].map((SubnetId) => ({ SubnetId, VpcId: 'vpc-01', AvailableIpAddressCount: 240 }));

/** What DescribeInsight answers; ListInsights leaves out the last three members. */
export const insights = [
  { id: 'insight-1', name: 'Kubelet version skew', insightStatus: { status: 'PASSING', reason: 'none' } },
  { id: 'insight-2', name: 'Deprecated APIs removed in Kubernetes v1.35', insightStatus: { status: 'ERROR', reason: 'in use' } },
  { id: 'insight-3', name: 'Cluster health issues', insightStatus: { status: 'WARNING', reason: 'some' } },
].map((one) => ({
  ...one,
  category: 'UPGRADE_READINESS',
  kubernetesVersion: '1.35',
  lastRefreshTime: '2026-11-21T00:00:00.000Z',
  recommendation: 'Move on.',
  resources: [{ kubernetesResourceUri: '/apis/batch/v1beta1/cronjobs/nightly', insightStatus: { status: 'ERROR' } }],
  categorySpecificSummary: {
    deprecationDetails: [
      {
        usage: '/apis/batch/v1beta1/cronjobs',
        stopServingVersion: '1.35',
        clientStats: [{ userAgent: 'helm', numberOfRequestsLast30Days: 4, lastRequestTime: '2026-11-20T00:00:00.000Z' }],
      },
    ],
  },
}));

/** Newest first. */
export const updates = ['2026-11-20', '2026-11-01', '2026-03-01'].map((day, index) => ({
  id: `update-${index}`,
  type: 'VersionUpdate',
  status: 'Failed',
  params: [{ type: 'Version', value: '1.34' }],
  createdAt: `${day}T09:00:00.000Z`,
  errors: [{ errorCode: 'Unknown', errorMessage: 'failed', resourceIds: ['subnet-0a'] }],
}));

export const launchTemplates = ['blue', 'green', 'other'].map((name) => ({
  LaunchTemplateId: `lt-${name}`,
  LaunchTemplateName: `${name}-template`,
  DefaultVersionNumber: 1,
  LatestVersionNumber: 3,
}));

/** Two tagged the one way, one the other, and one of another cluster. */
export const autoScalingGroups = [
  ['workers-a', 'kubernetes.io/cluster/payments'],
  ['workers-b', 'k8s.io/cluster/payments'],
  ['workers-c', 'kubernetes.io/cluster/payments'],
  ['foreign', 'kubernetes.io/cluster/orders'],
].map(([AutoScalingGroupName = '', Key]) => ({
  AutoScalingGroupName,
  MinSize: 1,
  MaxSize: 4,
  DesiredCapacity: 2,
  LaunchTemplate: { LaunchTemplateId: 'lt-other', LaunchTemplateName: 'other-template', Version: '2' },
  Instances: [{ InstanceId: `i-${AutoScalingGroupName}`, InstanceType: 'm6i.large', LifecycleState: 'InService' }],
  Tags: [{ Key, Value: 'owned' }],
}));

export const instances = ['m6i.large', 'c7g.xlarge', 'p4d.24xlarge'].map((InstanceType) => ({
  InstanceType,
  State: { Name: 'running' },
  CpuOptions: { CoreCount: 2, ThreadsPerCore: 2 },
}));

/** As DescribeVolumes and the metric of AWS/Usage tell it, an hour before six. */
export const usage = { onDemandVcpus: 96, gp2StorageTiB: 2, gp3StorageTiB: 3 };
export const volumes = [
  { VolumeType: 'gp2', Size: 2048 },
  { VolumeType: 'gp3', Size: 3072 },
];

/** Applied; the default of AWS is 1920. */
export const quota = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A', Value: 640 };

export const amiReleases = [
  { amiType: 'AL2023_x86_64_STANDARD', kubernetesVersion: '1.34', releaseVersion: '1.34.2-20261115' },
  { amiType: 'WINDOWS_CORE_2022_x86_64', kubernetesVersion: '1.34', releaseVersion: '1.34-2026.11.10' },
];
/** Names of the parameters that say so, and one that does not exist. */
export const parameterNames = [
  '/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/release_version',
  '/aws/service/ami-windows-latest/Windows_Server-2022-English-Core-EKS_Optimized-1.34',
  '/aws/service/bottlerocket/aws-k8s-1.34/x86_64/latest/image_version',
] as const;

export const kubernetesVersion = { gitVersion: 'v1.34.4-eks-abcdef0' };

/** Objects per page in the contract of `KubernetesPort.list`. */
export const limit = 2;

export const nodes = ['a', 'b', 'c', 'd', 'e'].map((letter) => ({
  metadata: { name: `node-${letter}`, labels: { zone: letter } },
  spec: { unschedulable: false },
}));

export const deployment = { metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 2 } };

export const replicaSets = ['web-1', 'web-2'].map((name) => ({
  metadata: { name, namespace: 'shop' },
  spec: { replicas: 1 },
}));

const secret = (namespace: string, name: string, type: string, labels = {}) => ({ metadata: { name, namespace, labels }, type });

/** What `owner=helm,status=deployed` and `type=helm.sh/release.v1` select, and what only looks like it. */
export const secrets = [
  secret('shop', 'web.v1', 'helm.sh/release.v1', { owner: 'helm', status: 'superseded' }),
  secret('shop', 'web.v2', 'helm.sh/release.v1', { owner: 'helm', status: 'deployed' }),
  secret('shop', 'token', 'Opaque', { owner: 'helm', status: 'deployed' }),
  secret('batch', 'nightly.v1', 'helm.sh/release.v1', { owner: 'helm', status: 'deployed' }),
  secret('batch', 'password', 'Opaque'),
];

/** With an empty line, a letter of two bytes and line breaks of two kinds; ends with one. */
export const text = '# HELP apiserver_requested_deprecated_apis größer\n\nup 1\r\nlast 2\n';

/** Texts by path. The second is large, and does not end with a line break. */
export const texts = {
  '/metrics': text,
  '/large': Array.from({ length: 20_000 }, (_, line) => `line{number="${line}"} é`).join('\n'),
};

/** Objects by the path that lists them over all namespaces. */
export const kubernetesObjects = {
  '/api/v1/nodes': nodes,
  '/apis/apps/v1/deployments': [deployment],
  '/apis/apps/v1/replicasets': replicaSets,
  '/api/v1/secrets': secrets,
} as const;
