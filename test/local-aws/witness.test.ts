import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  paginateDescribeAddonVersions,
  paginateDescribeClusterVersions,
  paginateListAddons,
  paginateListClusters,
  paginateListFargateProfiles,
  paginateListNodegroups,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from 'vitest';
import { DENIED_ACCOUNT, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE } from './fleet.ts';
import { assumeScanRole, client, clusterToken, kubernetesStatus, type SessionCredentials } from './scan-role.ts';
import { admin, kubectl } from './world.ts';

/** The world itself, without the product: it answers what the scan asks, and refuses what the scan role must not do. */

let payments: SessionCredentials;
let logistics: SessionCredentials;

beforeAll(async () => {
  payments = await assumeScanRole(PAYMENTS_ACCOUNT);
  logistics = await assumeScanRole(LOGISTICS_ACCOUNT);
});

const eks = (credentials: SessionCredentials, region = 'us-east-1') => new EKSClient({ ...client('EKS', region), credentials });
const pages = async <Page, Item>(paginator: AsyncIterable<Page>, items: (page: Page) => readonly Item[] | undefined): Promise<Item[][]> => {
  const found: Item[][] = [];
  for await (const page of paginator) found.push([...(items(page) ?? [])]);
  return found;
};

describe('the local AWS stack answers the reads of the scan', () => {
  test('lists follow their pages', async () => {
    const reader = { client: eks(payments) };
    // a fresh object for each list: the SDK's paginators write the token into the input they are given
    const ofCluster = () => ({ clusterName: 'payments' });
    expect(await pages(paginateListClusters(reader, {}), (page) => page.clusters)).toEqual([['legacy', 'payments']]);
    expect(await pages(paginateListNodegroups(reader, ofCluster()), (page) => page.nodegroups)).toEqual([['current', 'old'], ['spare']]);
    expect(await pages(paginateListAddons(reader, ofCluster()), (page) => page.addons)).toEqual([['coredns', 'kube-proxy'], ['vpc-cni']]);
    expect(await pages(paginateListFargateProfiles(reader, ofCluster()), (page) => page.fargateProfileNames)).toEqual([[]]);
    const versions = await pages(paginateDescribeClusterVersions(reader, {}), (page) => page.clusterVersions);
    expect(versions.flat().map(({ clusterVersion }) => clusterVersion)).toEqual(['1.36', '1.35', '1.34', '1.33', '1.32', '1.31']);
    expect(versions.length).toBe(3);
    expect((await pages(paginateDescribeAddonVersions(reader, {}), (page) => page.addons)).length).toBe(3);
  });

  test('single objects carry what the checks read', async () => {
    const reader = eks(payments);
    const { cluster } = await reader.send(new DescribeClusterCommand({ name: 'payments' }));
    expect(cluster).toMatchObject({
      version: '1.34',
      status: 'ACTIVE',
      arn: `arn:aws:eks:us-east-1:${PAYMENTS_ACCOUNT}:cluster/payments`,
      upgradePolicy: { supportType: 'EXTENDED' },
      accessConfig: { authenticationMode: 'API' },
      health: { issues: [{ code: 'Ec2SecurityGroupNotFound' }] },
    });
    const { nodegroup } = await reader.send(new DescribeNodegroupCommand({ clusterName: 'payments', nodegroupName: 'old' }));
    expect(nodegroup).toMatchObject({ status: 'ACTIVE', version: '1.32', amiType: 'AL2_x86_64', health: { issues: [] } });
    const { addon } = await reader.send(new DescribeAddonCommand({ clusterName: 'payments', addonName: 'vpc-cni' }));
    expect(addon).toMatchObject({ status: 'ACTIVE', addonVersion: 'v1.19.6-eksbuild.1', health: { issues: [] } });
    const { addons } = await reader.send(new DescribeAddonVersionsCommand({ addonName: 'vpc-cni', kubernetesVersion: '1.35' }));
    expect(addons?.[0]?.addonVersions?.map(({ addonVersion }) => addonVersion)).toEqual(['v1.20.4-eksbuild.1']);
    const { clusterVersions } = await reader.send(new DescribeClusterVersionsCommand({ clusterVersions: ['1.34'] }));
    expect(clusterVersions?.[0]).toMatchObject({
      versionStatus: 'STANDARD_SUPPORT',
      endOfStandardSupportDate: new Date('2026-12-02T00:00:00Z'),
    });
    const elsewhere = eks(logistics, 'eu-central-1');
    const profile = await elsewhere.send(new DescribeFargateProfileCommand({ clusterName: 'vault', fargateProfileName: 'jobs' }));
    expect(profile.fargateProfile).toMatchObject({ status: 'ACTIVE', selectors: [{ namespace: 'jobs' }] });
  });

  test('subnets have free addresses and zone ids', async () => {
    const { cluster } = await eks(payments).send(new DescribeClusterCommand({ name: 'payments' }));
    const ec2 = new EC2Client({ ...client('EC2', 'us-east-1'), credentials: payments });
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: cluster?.resourcesVpcConfig?.subnetIds ?? [] }));
    expect(Subnets?.map((subnet) => [subnet.AvailabilityZoneId, subnet.AvailableIpAddressCount]).sort()).toEqual([
      ['use1-az1', 2],
      ['use1-az1', 3],
      ['use1-az2', 4],
    ]);
  });

  test('faults of the world reach the caller in the protocol of each service', async () => {
    await admin({ fault: 'throttle', operation: 'ListClusters', count: 1 });
    await admin({ fault: 'fail', operation: 'GetCallerIdentity', count: 1, status: 403, code: 'ExpiredToken', message: 'expired' });
    await expect(eks(payments).send(new DescribeClusterCommand({ name: 'absent' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(pages(paginateListClusters({ client: eks(payments) }, {}), () => [])).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    const sts = new STSClient({ ...client('STS', 'us-east-1'), credentials: payments });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      `arn:aws:sts::${PAYMENTS_ACCOUNT}:assumed-role/${SCAN_ROLE}/witness`,
    );
    await expect(admin({ fault: 'trottle' })).rejects.toThrow('trottle');
  });
});

describe('the scan role', () => {
  test('is not assumed without its external id, nor where it trusts somebody else', async () => {
    await expect(assumeScanRole(PAYMENTS_ACCOUNT, null)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assumeScanRole(PAYMENTS_ACCOUNT, 'guessed')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assumeScanRole(DENIED_ACCOUNT)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('changes nothing in AWS and reads only what it was given', async () => {
    const write = new UpdateNodegroupConfigCommand({ clusterName: 'payments', nodegroupName: 'old', scalingConfig: { desiredSize: 0 } });
    await expect(eks(payments).send(write)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(eks(payments).send(new ListPodIdentityAssociationsCommand({ clusterName: 'payments' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('reads nodes, but writes nothing and sees no Secrets', async () => {
    const server = await apiServer(payments, 'us-east-1', 'payments');
    const node = kubectl('get', 'nodes', '--output', 'jsonpath={.items[0].metadata.name}');
    expect(await kubernetesStatus(server, 'GET', '/api/v1/nodes')).toBe(200);
    expect(await kubernetesStatus(server, 'PATCH', `/api/v1/nodes/${node}`, { spec: { unschedulable: true } })).toBe(403);
    expect(await kubernetesStatus(server, 'GET', '/api/v1/secrets')).toBe(403);
    expect(await kubernetesStatus(server, 'GET', '/api/v1/namespaces/shop/secrets/database')).toBe(403);
    expect(await kubernetesStatus(server, 'GET', '/api/v1/configmaps')).toBe(403);
    expect(await kubernetesStatus(server, 'DELETE', '/api/v1/namespaces/shop')).toBe(403);
  });

  test("is unknown to a cluster without an access entry, and with another cluster's token", async () => {
    const vault = await apiServer(logistics, 'eu-central-1', 'vault');
    expect(await kubernetesStatus(vault, 'GET', '/api/v1/nodes')).toBe(401);
    const server = await apiServer(payments, 'us-east-1', 'payments');
    const token = await clusterToken(payments, 'us-east-1', 'legacy');
    expect(await kubernetesStatus({ ...server, token }, 'GET', '/api/v1/nodes')).toBe(401);
  });
});

test('one endpoint refuses, one never answers', async () => {
  const legacy = await apiServer(payments, 'us-east-1', 'legacy');
  await expect(kubernetesStatus(legacy, 'GET', '/version')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const edge = await apiServer(logistics, 'us-east-1', 'edge');
  await expect(kubernetesStatus(edge, 'GET', '/version')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

/** Endpoint, CA and a token of a cluster, as DescribeCluster and the credentials give them. */
async function apiServer(credentials: SessionCredentials, region: string, name: string) {
  const { cluster } = await eks(credentials, region).send(new DescribeClusterCommand({ name }));
  return {
    endpoint: cluster?.endpoint ?? '',
    certificateAuthority: cluster?.certificateAuthority?.data ?? '',
    token: await clusterToken(credentials, region, name),
  };
}
