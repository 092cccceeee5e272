import { rmSync } from 'node:fs';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateVolumeCommand,
  DeleteLaunchTemplateCommand,
  DeleteVolumeCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import { parseInventory, readEvidence } from '../../functions/inventory/inventory.ts';
import { asRoot } from './aws-client.ts';
import { EXTERNAL_ID, PAYMENTS_ACCOUNT, SCAN_ROLE } from './fleet.ts';
import { greenlight, workingFolder } from './greenlight.ts';
import { assumeScanRole, client } from './scan-role.ts';
import { admin, observe } from './world.ts';

/** What a scan reads of AWS beyond the cluster and its parts, through the scan role and real IAM. */

const ec2 = () => new EC2Client(asRoot(PAYMENTS_ACCOUNT, 'EC2'));
const autoScaling = () => new AutoScalingClient(asRoot(PAYMENTS_ACCOUNT, 'AUTO_SCALING'));
const awsKeys: readonly EvidenceKey[] = [
  ...(['eks.insights', 'eks.updates', 'ssm.amiReleaseVersions', 'ec2.launchTemplates', 'ec2.usage'] as const),
  ...(['servicequotas.quotas', 'autoscaling.groups', 'ec2.subnets'] as const),
];

let folder: string;
beforeEach(() => {
  folder = workingFolder();
});
afterEach(async () => {
  await admin({ clear: '*', set: { cluster_insights: {}, cluster_updates: {}, ami_releases: {}, quotas: {} } });
  rmSync(folder, { recursive: true, force: true });
});

/** Data of each key, or the code why there is none. */
async function collect() {
  const { result, calls } = await observe(() =>
    greenlight(folder, [
      ...['collect', '--cluster', 'payments', '--region', 'us-east-1', '--output', '-', '--quiet'],
      ...['--role-arn', `arn:aws:iam::${PAYMENTS_ACCOUNT}:role/${SCAN_ROLE}`, '--external-id', EXTERNAL_ID],
    ]),
  );
  const inventory = parseInventory(JSON.parse(result.stdout));
  const data = Object.fromEntries(
    awsKeys.map((key) => {
      const evidence = readEvidence(inventory, key);
      return [key, evidence.status === 'collected' ? evidence.data : evidence.code];
    }),
  );
  return { data, calls, requests: inventory.collection?.requests };
}

test('insights, updates, AMI releases, templates, groups, usage and quotas: collected with the policy of the reference', async () => {
  const now = Date.now() / 1000;
  const day = 86_400;
  await admin({
    set: {
      cluster_insights: {
        payments: [
          { name: 'Kubelet version skew' },
          { name: 'Cluster health issues', insightStatus: { status: 'WARNING', reason: 'a security group is gone' } },
          { name: 'EKS add-on version compatibility' },
        ],
      },
      cluster_updates: {
        payments: [
          {
            status: 'Failed',
            createdAt: now - day,
            errors: [{ errorCode: 'IpNotAvailable', errorMessage: 'no address', resourceIds: [] }],
          },
          { type: 'AddonUpdate', createdAt: now - 29 * day },
          { type: 'VersionUpdate', createdAt: now - 31 * day },
          { type: 'VersionUpdate', createdAt: now - 400 * day },
        ],
      },
      ami_releases: {
        '/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/release_version': '1.34.5-20261118',
      },
      quotas: { 'L-7A658B76': 300 },
    },
  });
  const [{ LaunchTemplate }, { VolumeId }] = await Promise.all([
    ec2().send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'workers', LaunchTemplateData: { InstanceType: 'm6i.large' } })),
    ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 512, VolumeType: 'gp3' })),
  ]);
  const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId ?? '';
  await ec2().send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData: { InstanceType: 'm6i.xlarge' } }));
  const group = (name: string, template: string, Key: string) =>
    autoScaling().send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        ...{ MinSize: 0, MaxSize: 0, DesiredCapacity: 0, AvailabilityZones: ['us-east-1a'] },
        LaunchTemplate: { LaunchTemplateId: template, Version: '1' },
        Tags: [{ Key, Value: 'owned', PropagateAtLaunch: true }],
      }),
    );
  await group('own-workers', LaunchTemplateId, 'k8s.io/cluster/payments');
  await group('foreign-workers', LaunchTemplateId, 'kubernetes.io/cluster/orders');
  try {
    const { data, calls, requests } = await collect();
    expect(data['eks.insights']).toEqual([
      expect.not.objectContaining({ recommendation: expect.anything() }),
      expect.objectContaining({ name: 'Cluster health issues', recommendation: expect.any(String) }),
      expect.objectContaining({ name: 'EKS add-on version compatibility' }),
    ]);
    expect(data['eks.updates']).toEqual([
      expect.objectContaining({ status: 'Failed', errors: [expect.objectContaining({ errorCode: 'IpNotAvailable' })] }),
      expect.objectContaining({ type: 'AddonUpdate' }),
    ]);
    expect(data['ssm.amiReleaseVersions']).toEqual(
      expect.arrayContaining([
        { amiType: 'AL2023_x86_64_STANDARD', kubernetesVersion: '1.34', releaseVersion: '1.34.5-20261118' },
        { amiType: 'AL2_x86_64', kubernetesVersion: '1.32', releaseVersion: '1.32.4-20261101' },
      ]),
    );
    expect(data['ec2.launchTemplates']).toEqual([
      { LaunchTemplateId, LaunchTemplateName: 'workers', DefaultVersionNumber: 1, LatestVersionNumber: 2 },
    ]);
    const names = (data['autoscaling.groups'] as { AutoScalingGroupName: string }[]).map(
      ({ AutoScalingGroupName }) => AutoScalingGroupName,
    );
    expect(names).toContain('own-workers');
    expect(names).not.toContain('foreign-workers');
    // Three managed node groups have theirs; two groups a page.
    expect(names).toHaveLength(4);
    expect(data['ec2.usage']).toMatchObject({ onDemandVcpus: expect.any(Number), gp2StorageTiB: 0, gp3StorageTiB: 0.5 });
    expect(data['servicequotas.quotas']).toMatchObject([
      { QuotaCode: 'L-1216C47A', Value: 1152 },
      { QuotaCode: 'L-D18FCD1D', Value: 50 },
      { QuotaCode: 'L-7A658B76', Value: 300 },
    ]);
    const count = (operation: string) => calls.filter(({ op }) => op === operation).length;
    expect(['DescribeInsight', 'DescribeUpdate', 'GetParameters', 'DescribeLaunchTemplates'].map(count)).toEqual([1, 3, 1, 1]);
    expect(['GetServiceQuota', 'GetAWSDefaultServiceQuota', 'GetMetricStatistics', 'DescribeInstances'].map(count)).toEqual([3, 1, 1, 0]);
    expect(requests).toMatchObject({ autoscaling: 2, ssm: 1, cloudwatch: 1, servicequotas: 4 });
    expect(calls.filter(({ status }) => status === 403)).toEqual([]);
  } finally {
    for (const AutoScalingGroupName of ['own-workers', 'foreign-workers'])
      await autoScaling().send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
    await ec2().send(new DeleteVolumeCommand({ VolumeId }));
    await ec2().send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));
  }
});

test('a launch template that is gone hides no other', async () => {
  const made = ['first', 'second', 'third'].map((LaunchTemplateName) =>
    ec2().send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: { InstanceType: 'm6i.large' } })),
  );
  const ids = (await Promise.all(made)).map(({ LaunchTemplate }) => LaunchTemplate?.LaunchTemplateId ?? '');
  const names = ids.map((_, index) => `group-${index}`);
  for (const [index, LaunchTemplateId] of ids.entries())
    await autoScaling().send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: names[index],
        ...{ MinSize: 0, MaxSize: 0, DesiredCapacity: 0, AvailabilityZones: ['us-east-1a'] },
        LaunchTemplate: { LaunchTemplateId, Version: '1' },
        Tags: [{ Key: 'kubernetes.io/cluster/payments', Value: 'owned', PropagateAtLaunch: true }],
      }),
    );
  await ec2().send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: ids[1] }));
  try {
    const { data } = await collect();
    const found = (data['ec2.launchTemplates'] as { LaunchTemplateName: string }[]).map(({ LaunchTemplateName }) => LaunchTemplateName);
    expect(found.sort()).toEqual(['first', 'third']);
  } finally {
    for (const AutoScalingGroupName of names)
      await autoScaling().send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
    for (const LaunchTemplateId of [ids[0], ids[2]]) await ec2().send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));
  }
});

test.each([
  ['GetParameters', ['ssm.amiReleaseVersions']],
  ['ListInsights', ['eks.insights']],
  ['DescribeUpdate', ['eks.updates']],
  ['DescribeAutoScalingGroups', ['autoscaling.groups']],
  ['GetMetricStatistics', ['ec2.usage']],
  ['DescribeVolumes', ['ec2.usage']],
  ['GetServiceQuota', ['servicequotas.quotas']],
])('%s denied takes %j and nothing else', async (operation, lost) => {
  await admin({ set: { cluster_updates: { payments: [{ type: 'VersionUpdate' }] } } });
  await admin({ fault: 'access_denied', operation });
  const { data } = await collect();
  const missing = Object.entries(data).filter(([, value]) => typeof value === 'string');
  expect(missing).toEqual(lost.map((key) => [key, 'AccessDenied']));
});

test('the world answers a group by its tags, a public parameter to who may read it, and none to who may not', async () => {
  const { AutoScalingGroups } = await autoScaling().send(
    new DescribeAutoScalingGroupsCommand({ Filters: [{ Name: 'tag-key', Values: ['kubernetes.io/cluster/none', 'none'] }] }),
  );
  expect(AutoScalingGroups).toEqual([]);
  const Names = [
    '/aws/service/bottlerocket/aws-k8s-1.34/x86_64/latest/image_version',
    '/aws/service/bottlerocket/aws-k8s-1.99/x86_64/latest/image_version',
  ];
  const scan = new SSMClient({ ...client('SSM'), credentials: await assumeScanRole(PAYMENTS_ACCOUNT) });
  const answer = await scan.send(new GetParametersCommand({ Names }));
  expect(answer).toMatchObject({ Parameters: [{ Name: Names[0], Value: expect.stringMatching(/^\d/) }], InvalidParameters: [Names[1]] });
});
