/** The world that the contract tests of the ports ask about. Whoever runs them over an implementation builds it there:
 *
 *  - account 111111111111, region eu-west-1, clusters `alpha`, `beta`, `payments`, listed 2 a page;
 *  - `payments` with node groups `blue`, `green`, one add-on, one Fargate profile and two subnets, everything else of it as written here;
 *    the other clusters need nothing but their names;
 *  - an API server with five nodes (three pages of 2), a Deployment, and two ReplicaSets that have a spec. */
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

/** Objects by the path that lists them over all namespaces. */
export const kubernetesObjects = {
  '/api/v1/nodes': nodes,
  '/apis/apps/v1/deployments': [deployment],
  '/apis/apps/v1/replicasets': replicaSets,
} as const;
