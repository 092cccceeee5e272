import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { SimulatedCluster } from '../world.ts';
import { eksArn, type Site } from './site.ts';
import { stableId } from './stable-names.ts';

/** A cluster as a platform team would leave it: private and public endpoint, audit log, encrypted secrets, extended support allowed. */
export function createEksCluster(site: Site, overrides: Partial<Cluster> & Pick<Cluster, 'version'>): SimulatedCluster['cluster'] {
  const { accountId, region, name } = site;
  const id = idOf(site);
  return {
    platformVersion: 'eks.9',
    status: 'ACTIVE',
    createdAt: '2024-02-13T09:12:44.000Z',
    endpoint: `https://${id.toUpperCase()}.gr7.${region}.eks.amazonaws.com`,
    roleArn: `arn:aws:iam::${accountId}:role/${name}-cluster`,
    certificateAuthority: { data: Buffer.from(`certificate authority of ${name}`).toString('base64') },
    resourcesVpcConfig: vpcConfig(site),
    kubernetesNetworkConfig: { serviceIpv4Cidr: '10.100.0.0/16', ipFamily: 'ipv4' },
    logging: loggingOf('api', 'audit', 'authenticator'),
    encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: `arn:aws:kms:${region}:${accountId}:key/${id}` } }],
    health: { issues: [] },
    accessConfig: { authenticationMode: 'API' },
    upgradePolicy: { supportType: 'EXTENDED' },
    computeConfig: { enabled: false, nodePools: [] },
    zonalShiftConfig: { enabled: false },
    deletionProtection: true,
    tags: {},
    ...overrides,
    name,
    arn: `arn:aws:eks:${region}:${accountId}:cluster/${name}`,
  };
}

/** All subnets of the site; an endpoint for the VPC and for the office. */
export function vpcConfig(site: Site, overrides: Partial<VpcConfig> = {}): VpcConfig {
  return {
    subnetIds: site.subnets.map(({ SubnetId }) => SubnetId),
    securityGroupIds: [],
    clusterSecurityGroupId: `sg-${idOf(site)}`,
    vpcId: site.vpcId,
    endpointPublicAccess: true,
    endpointPrivateAccess: true,
    publicAccessCidrs: ['203.0.113.0/24'],
    ...overrides,
  };
}

type VpcConfig = NonNullable<Cluster['resourcesVpcConfig']>;

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

/** What DescribeCluster answers of the logs of the control plane: each type is either enabled or not. */
export function loggingOf(...enabled: readonly (typeof logTypes)[number][]): NonNullable<Cluster['logging']> {
  const setups = [
    { types: logTypes.filter((type) => enabled.includes(type)), enabled: true },
    { types: logTypes.filter((type) => !enabled.includes(type)), enabled: false },
  ];
  return { clusterLogging: setups.filter(({ types }) => types.length > 0) };
}

function idOf({ accountId, region, name }: Site): string {
  return stableId(`${accountId}/${region}/${name}`);
}

/** A managed node group on Amazon Linux 2023 in all subnets of the site. */
export function createNodegroup(site: Site, overrides: Partial<Nodegroup> & Pick<Nodegroup, 'nodegroupName'>): Nodegroup {
  const { nodegroupName } = overrides;
  return {
    nodegroupArn: `${eksArn(site, 'nodegroup', nodegroupName)}/${stableId(nodegroupName)}`,
    clusterName: site.name,
    status: 'ACTIVE',
    capacityType: 'ON_DEMAND',
    amiType: 'AL2023_x86_64_STANDARD',
    nodeRole: `arn:aws:iam::${site.accountId}:role/${site.name}-node`,
    instanceTypes: ['m7i.xlarge'],
    subnets: site.subnets.map(({ SubnetId }) => SubnetId),
    scalingConfig: { minSize: 3, maxSize: 12, desiredSize: 3 },
    labels: {},
    taints: [],
    resources: { autoScalingGroups: [{ name: `eks-${nodegroupName}-${stableId(`${site.name}/${nodegroupName}`).slice(0, 8)}` }] },
    health: { issues: [] },
    updateConfig: { maxUnavailable: 1 },
    createdAt: '2025-03-04T10:00:00.000Z',
    tags: {},
    ...overrides,
  };
}

export function createFargateProfile(site: Site, namespace: string, overrides: Partial<FargateProfile> = {}): FargateProfile {
  const fargateProfileName = overrides.fargateProfileName ?? `fp-${namespace}`;
  return {
    fargateProfileName,
    fargateProfileArn: `${eksArn(site, 'fargateprofile', fargateProfileName)}/${stableId(fargateProfileName)}`,
    status: 'ACTIVE',
    subnets: site.subnets.map(({ SubnetId }) => SubnetId),
    selectors: [{ namespace, labels: {} }],
    tags: {},
    ...overrides,
  };
}

export function createAddon(site: Site, addonName: string, addonVersion: string, overrides: Partial<Addon> = {}): Addon {
  return {
    addonName,
    addonArn: `${eksArn(site, 'addon', addonName)}/${stableId(`${site.name}/${addonName}`)}`,
    clusterName: site.name,
    addonVersion,
    status: 'ACTIVE',
    health: { issues: [] },
    owner: 'aws',
    publisher: 'eks',
    tags: {},
    ...overrides,
  };
}
