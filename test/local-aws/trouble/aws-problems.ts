import { CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, CreateLaunchTemplateVersionCommand, CreateVolumeCommand, type EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateNodegroupCommand,
  type CreateNodegroupCommandInput,
  DescribeClusterCommand,
  UpdateAddonCommand,
  UpdateClusterConfigCommand,
  waitUntilNodegroupActive,
} from '@aws-sdk/client-eks';
import type { Place } from './place.ts';
import type { Problem } from './problem.ts';
import { ACCOUNT, CLUSTER, REGION } from './world.ts';

const clusterName = CLUSTER;

/** A launch template with two versions; its default stays the first, as AWS leaves it. @returns its id */
async function twoVersions(ec2: EC2Client, LaunchTemplateName: string): Promise<string> {
  const data = (InstanceType: 'm6i.large' | 'm6i.xlarge') => ({ LaunchTemplateName, LaunchTemplateData: { InstanceType } });
  const { LaunchTemplate } = await ec2.send(new CreateLaunchTemplateCommand(data('m6i.large')));
  await ec2.send(new CreateLaunchTemplateVersionCommand(data('m6i.xlarge')));
  return LaunchTemplate?.LaunchTemplateId ?? '';
}

async function subnetIds({ eks }: Place): Promise<string[]> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: CLUSTER }));
  return cluster?.resourcesVpcConfig?.subnetIds ?? [];
}

async function nodeGroup(place: Place, nodegroupName: string, input: Partial<CreateNodegroupCommandInput>): Promise<void> {
  await place.eks.send(
    new CreateNodegroupCommand({
      clusterName,
      nodegroupName,
      nodeRole: `arn:aws:iam::${ACCOUNT}:role/eks-node`,
      subnets: await subnetIds(place),
      scalingConfig: { minSize: 0, desiredSize: 1, maxSize: 2 },
      instanceTypes: ['m6i.large'],
      amiType: 'AL2023_x86_64_STANDARD',
      version: '1.35',
      ...input,
    }),
  );
  await waitUntilNodegroupActive({ client: place.eks, maxWaitTime: 60, minDelay: 0.2, maxDelay: 0.5 }, { clusterName, nodegroupName });
}

/** A node group that uses the newest version of its launch template, whose default is another one: no finding. */
export async function currentTemplate(place: Place): Promise<void> {
  const id = await twoVersions(place.ec2, 'current');
  await nodeGroup(place, 'pinned', { launchTemplate: { id, version: '2' }, scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 2 } });
}

const INSIGHT = '00000000-0000-4000-9000-000000000036';

/** What the APIs of AWS can put into a cluster, or say of it. */
export const awsProblems: readonly Problem[] = [
  {
    name: 'vpc-cni',
    what: 'an add-on version that EKS offers neither for the cluster nor for the target',
    cause: async ({ eks }) => {
      await eks.send(new UpdateAddonCommand({ clusterName, addonName: 'vpc-cni', addonVersion: 'v1.19.6-eksbuild.1' }));
    },
    findings: ['required addon-version-unsupported Addon vpc-cni now', 'recommended addon-version-behind Addon vpc-cni now'],
  },
  {
    name: 'coredns',
    what: 'an add-on version behind the newest',
    cause: async ({ eks }) => {
      await eks.send(new UpdateAddonCommand({ clusterName, addonName: 'coredns', addonVersion: 'v1.12.3-eksbuild.1' }));
    },
    findings: ['recommended addon-version-behind Addon coredns now'],
  },
  {
    name: 'spare',
    what: 'a health issue of a node group',
    cause: ({ admin }) =>
      admin({ fault: 'degraded', cluster: CLUSTER, nodegroup: 'spare', code: 'AsgInstanceLaunchFailures', message: 'no capacity' }),
    findings: ['required nodegroup-health Nodegroup spare now (AsgInstanceLaunchFailures)'],
  },
  {
    name: 'templated',
    what: 'a node group behind its launch template',
    cause: async (place) => {
      await nodeGroup(place, 'templated', { launchTemplate: { id: await twoVersions(place.ec2, 'templated'), version: '1' } });
    },
    findings: ['recommended nodegroup-launch-template-behind Nodegroup templated now'],
  },
  {
    name: 'own',
    what: 'a self-managed group behind its launch template',
    cause: async ({ ec2, autoScaling }) => {
      const LaunchTemplateId = await twoVersions(ec2, 'own');
      await autoScaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: 'own',
          ...{ MinSize: 0, MaxSize: 1, DesiredCapacity: 0, AvailabilityZones: [`${REGION}a`] },
          LaunchTemplate: { LaunchTemplateId, Version: '1' },
          Tags: [{ Key: `kubernetes.io/cluster/${CLUSTER}`, Value: 'owned', PropagateAtLaunch: true }],
        }),
      );
    },
    findings: [
      'info self-managed-nodes AutoScalingGroup own now',
      'recommended self-managed-launch-template-behind AutoScalingGroup own now (launch-template)',
    ],
  },
  {
    name: 'al2',
    what: 'a node group of Amazon Linux 2',
    cause: (place) => nodeGroup(place, 'al2', { amiType: 'AL2_x86_64', version: '1.32' }),
    findings: [
      'required amazon-linux-2 Nodegroup al2 1.36',
      'info amazon-linux-2 Nodegroup al2 now (end-of-life)',
      'required cgroup-v1 Nodegroup al2 1.36',
      'required containerd-1 Nodegroup al2 1.36',
      'required kubelet-version-skew Nodegroup al2 1.36 (beyond-limit-after-upgrade)',
    ],
  },
  {
    name: 'lagging',
    what: 'kubelets that are at the limit of the version skew after the upgrade',
    cause: (place) => nodeGroup(place, 'lagging', { version: '1.33' }),
    findings: ['recommended kubelet-version-skew Nodegroup lagging 1.36 (at-limit-after-upgrade)'],
  },
  {
    name: 'aged',
    what: 'a node group behind the newest AMI release',
    cause: (place) => nodeGroup(place, 'aged', { releaseVersion: '1.35.4-20260801' }),
    findings: ['recommended nodegroup-update-available Nodegroup aged now'],
  },
  {
    name: 'addresses',
    what: 'few free addresses for new nodes',
    cause: async (place) => {
      const free = [3, 30, 30, 30];
      await place.admin({ set: { free_ips: Object.fromEntries((await subnetIds(place)).map((id, index) => [id, free[index]])) } });
    },
    findings: ['recommended node-subnet-ips Cluster orchard now'],
  },
  {
    name: 'volumes',
    what: 'a quota of gp3 storage that is almost used up',
    cause: async ({ ec2, admin }) => {
      await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 8.5 * 1024, VolumeType: 'gp3' }));
      await admin({ set: { quotas: { 'L-7A658B76': 10 } } });
    },
    findings: ['recommended quota-ebs-gp3 Quota L-7A658B76 now'],
  },
  {
    name: 'insight',
    what: 'an upgrade insight that is ERROR',
    cause: ({ admin }) =>
      admin({
        set: {
          cluster_insights: {
            [CLUSTER]: [
              {
                id: INSIGHT,
                name: 'Kubelet version skew',
                insightStatus: { status: 'ERROR', reason: 'Nodes with kubelets more than three minors behind 1.36 were found.' },
                categorySpecificSummary: {},
              },
              { name: 'Cluster health issues' },
            ],
          },
        },
      }),
    findings: [`required insight-upgrade-readiness Cluster orchard 1.36 (${INSIGHT})`],
  },
  {
    name: 'logging',
    what: 'audit logs that are off',
    cause: async ({ eks }) => {
      const types = ['audit' as const];
      await eks.send(new UpdateClusterConfigCommand({ name: CLUSTER, logging: { clusterLogging: [{ types, enabled: false }] } }));
    },
    findings: ['info control-plane-logging Cluster orchard now'],
  },
  {
    name: 'endpoint',
    what: 'a public endpoint that is open to everybody',
    cause: async ({ eks }) => {
      await eks.send(new UpdateClusterConfigCommand({ name: CLUSTER, resourcesVpcConfig: { publicAccessCidrs: ['0.0.0.0/0'] } }));
    },
    findings: ['info public-endpoint-open Cluster orchard now'],
  },
];
