import { pairTag, rotationTag } from '../inventory/group-tags.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** Reads of EKS, on the clusters and node groups that they are authorized on. */
const rotateClusterReads: readonly string[] = [
  'eks:DescribeCluster',
  'eks:DescribeNodegroup',
  'eks:DescribeUpdate',
  'eks:ListInsights',
  'eks:ListNodegroups',
  'eks:ListUpdates',
];

/** Reads of what stands around a node group. IAM knows no resource for most of them, and their names are not known beforehand. */
const surroundingReads: readonly string[] = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeLifecycleHooks',
  'autoscaling:DescribePolicies',
  'autoscaling:DescribeScheduledActions',
  'autoscaling:DescribeWarmPool',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricStatistics',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeSubnets',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'servicequotas:GetServiceQuota',
];

/** Everything that a rotation reads of AWS, sorted. */
export const rotateReads: readonly string[] = [...rotateClusterReads, ...surroundingReads].sort();

/** What a rotation does to an Auto Scaling group, whoever manages it. */
const groupChanges = [
  'autoscaling:SuspendProcesses',
  'autoscaling:ResumeProcesses',
  'autoscaling:CreateOrUpdateTags',
  'autoscaling:DeleteTags',
];

/** EKS tags the Auto Scaling groups of managed node groups with it; tags of the node group itself do not reach them. */
const managedGroupTag = 'eks:cluster-name';

/** What IAM must allow the rotate role, no more. Sizes change on groups that carry our tag: an operator has set it, or a rotation has created
 *  the group. Docs: decision 0014.
 *  @param partition `aws`, `aws-cn`, …, or what stands for it: `${AWS::Partition}` in CloudFormation */
export function rotatePolicy({ partition }: { readonly partition: string }): PolicyDocument {
  const clusters = `arn:${partition}:eks:*:*:cluster/*`;
  const nodegroups = `arn:${partition}:eks:*:*:nodegroup/*`;
  const groups = `arn:${partition}:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*`;
  const inEc2 = `arn:${partition}:ec2:*:*:*/*`;
  const roles = `arn:${partition}:iam::*:role/*`;
  const nodegroupWrites = ['eks:UpdateNodegroupConfig', 'eks:DeleteNodegroup'];
  return {
    Version: '2012-10-17',
    Statement: [
      allow('ReadClusters', rotateClusterReads, [clusters, nodegroups]),
      allow('ReadSurroundings', surroundingReads, '*'),
      // Creating is authorized on the cluster: the tag of the request is the only thing that can be asked for.
      allow('CreateTaggedNodegroups', 'eks:CreateNodegroup', clusters, present(`aws:RequestTag/${rotationTag}`)),
      allow('TagNewNodegroups', 'eks:TagResource', nodegroups, present(`aws:RequestTag/${rotationTag}`)),
      // Conditions of one statement must all hold; either tag is enough, so there are two.
      allow('ChangePairedNodegroups', nodegroupWrites, nodegroups, present(`aws:ResourceTag/${pairTag}`)),
      allow('ChangeRotatedNodegroups', nodegroupWrites, nodegroups, present(`aws:ResourceTag/${rotationTag}`)),
      allow('ChangePairedGroups', groupChanges, groups, present(`aws:ResourceTag/${pairTag}`)),
      allow(
        'ChangeManagedGroups',
        [...groupChanges, 'autoscaling:AttachLoadBalancerTargetGroups', 'autoscaling:AttachLoadBalancers'],
        groups,
        present(`aws:ResourceTag/${managedGroupTag}`),
      ),
      // The size of a managed group is a matter of EKS, which asks for the tag of the node group.
      allow('SizePairedGroups', 'autoscaling:UpdateAutoScalingGroup', groups, {
        Null: { [`aws:ResourceTag/${pairTag}`]: 'false', [`aws:ResourceTag/${managedGroupTag}`]: 'true' },
      }),
      {
        ...allow('LeaveTheTagsOfEks', ['autoscaling:CreateOrUpdateTags', 'autoscaling:DeleteTags'], groups, {
          'ForAnyValue:StringLike': { 'aws:TagKeys': 'eks:*' },
        }),
        Effect: 'Deny',
      },
      // A node group with a launch template is created only for those who might launch its instances themselves.
      allow('LaunchFromTemplates', 'ec2:RunInstances', inEc2, {
        ArnLike: { 'ec2:LaunchTemplate': `arn:${partition}:ec2:*:*:launch-template/*` },
      }),
      allow('TagLaunchedInstances', 'ec2:CreateTags', inEc2, { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }),
      allow('PassNodeRoles', 'iam:PassRole', roles, {
        StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn', 'eks.amazonaws.com'] },
      }),
      allow('ReadNodeRoles', 'iam:GetRole', roles),
      allow(
        'CreateServiceLinkedRole',
        'iam:CreateServiceLinkedRole',
        `arn:${partition}:iam::*:role/aws-service-role/eks-nodegroup.amazonaws.com/*`,
        { StringEquals: { 'iam:AWSServiceName': 'eks-nodegroup.amazonaws.com' } },
      ),
    ],
  };
}

type Condition = NonNullable<PolicyStatement['Condition']>;

const present = (key: string): Condition => ({ Null: { [key]: 'false' } });

function allow(
  sid: string,
  actions: string | readonly string[],
  resources: string | readonly string[],
  condition?: Condition,
): PolicyStatement {
  return { Sid: sid, Effect: 'Allow', Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}
