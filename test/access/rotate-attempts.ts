import type { AccessAttempt } from './policy-evaluator.ts';

/** What a rotation asks IAM for in a member account, and what it must never be given: rows for the policy as it is written, and as it is
 *  deployed. Resource types and condition keys are those of the Service Authorization Reference. */

export const inAccount = (service: string, resource: string): string => `arn:aws:${service}:eu-west-1:222222222222:${resource}`;
export const clusterArn = inAccount('eks', 'cluster/payments');
export const nodegroupArn = inAccount('eks', 'nodegroup/payments/workers-a/aabb');
export const groupArn = inAccount('autoscaling', 'autoScalingGroup:0a1b:autoScalingGroupName/payments-workers-a');
const role = (name: string) => `arn:aws:iam::222222222222:role/${name}`;

export const resourceTag = (key: string): Readonly<Record<string, string>> => ({ [`aws:ResourceTag/${key}`]: 'workers' });
const requestTag = (key: string) => ({ [`aws:RequestTag/${key}`]: 'rot-payments-0a1b2c-1', 'aws:TagKeys': [key] });

const pair = resourceTag('eks-greenlight/pair');
const created = resourceTag('eks-greenlight/rotation');
const managed = resourceTag('eks:cluster-name');
const ofRotation = requestTag('eks-greenlight/rotation');

const on = (action: string, resource: string, ...contexts: readonly AccessAttempt['context'][]): AccessAttempt[] =>
  contexts.map((context) => ({ action, resource, ...(context && { context }) }));
const read = (action: string): AccessAttempt[] => [{ action }];

/** By the method of the ports. */
export const attemptsByMethod: Readonly<Record<string, readonly AccessAttempt[]>> = {
  describeCluster: on('eks:DescribeCluster', clusterArn, {}),
  listNodegroups: on('eks:ListNodegroups', clusterArn, {}),
  describeNodegroup: on('eks:DescribeNodegroup', nodegroupArn, {}),
  listUpdates: [...on('eks:ListUpdates', clusterArn, {}), ...on('eks:ListUpdates', nodegroupArn, {})],
  describeUpdate: [...on('eks:DescribeUpdate', clusterArn, {}), ...on('eks:DescribeUpdate', nodegroupArn, {})],
  listInsights: on('eks:ListInsights', clusterArn, {}),
  createNodegroup: [
    ...on('eks:CreateNodegroup', clusterArn, ofRotation),
    ...on('eks:TagResource', nodegroupArn, ofRotation),
    ...on('ec2:RunInstances', inAccount('ec2', 'instance/*'), { 'ec2:LaunchTemplate': inAccount('ec2', 'launch-template/lt-0a1b') }),
    ...on('ec2:RunInstances', 'arn:aws:ec2:eu-west-1::image/ami-0a1b', {
      'ec2:LaunchTemplate': inAccount('ec2', 'launch-template/lt-0a1b'),
    }),
    ...on('ec2:CreateTags', inAccount('ec2', 'instance/*'), { 'ec2:CreateAction': 'RunInstances' }),
    ...read('ec2:DescribeLaunchTemplateVersions'),
    ...on('iam:PassRole', role('node'), { 'iam:PassedToService': 'ec2.amazonaws.com' }, { 'iam:PassedToService': 'eks.amazonaws.com' }),
    ...on('iam:GetRole', role('node'), {}),
    ...on('iam:CreateServiceLinkedRole', role('aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup'), {
      'iam:AWSServiceName': 'eks-nodegroup.amazonaws.com',
    }),
  ],
  deleteNodegroup: on('eks:DeleteNodegroup', nodegroupArn, pair, created),
  updateNodegroupConfig: on('eks:UpdateNodegroupConfig', nodegroupArn, pair, created),
  describeAutoScalingGroups: read('autoscaling:DescribeAutoScalingGroups'),
  describeScheduledActions: read('autoscaling:DescribeScheduledActions'),
  describePolicies: read('autoscaling:DescribePolicies'),
  describeLifecycleHooks: read('autoscaling:DescribeLifecycleHooks'),
  describeInstanceRefreshes: read('autoscaling:DescribeInstanceRefreshes'),
  describeWarmPool: read('autoscaling:DescribeWarmPool'),
  updateAutoScalingGroup: on('autoscaling:UpdateAutoScalingGroup', groupArn, pair),
  suspendProcesses: on('autoscaling:SuspendProcesses', groupArn, pair, managed),
  resumeProcesses: on('autoscaling:ResumeProcesses', groupArn, pair, managed),
  createOrUpdateTags: on(
    'autoscaling:CreateOrUpdateTags',
    groupArn,
    { ...pair, 'aws:TagKeys': ['k8s.io/cluster-autoscaler/node-template/taint/eks-greenlight/standby'] },
    { ...managed, 'aws:TagKeys': ['team', 'k8s.io/cluster-autoscaler/enabled'] },
  ),
  deleteTags: on('autoscaling:DeleteTags', groupArn, { ...pair, 'aws:TagKeys': ['team'] }, { ...managed, 'aws:TagKeys': ['team'] }),
  attachLoadBalancerTargetGroups: on('autoscaling:AttachLoadBalancerTargetGroups', groupArn, managed),
  attachLoadBalancers: on('autoscaling:AttachLoadBalancers', groupArn, managed),
  describeSubnets: read('ec2:DescribeSubnets'),
  describeInstanceTypes: read('ec2:DescribeInstanceTypes'),
  getServiceQuota: on('servicequotas:GetServiceQuota', inAccount('servicequotas', 'ec2/L-1216C47A'), {}),
  describeTargetGroups: read('elasticloadbalancing:DescribeTargetGroups'),
  describeTargetGroupAttributes: read('elasticloadbalancing:DescribeTargetGroupAttributes'),
  describeTargetHealth: read('elasticloadbalancing:DescribeTargetHealth'),
  describeAlarms: on('cloudwatch:DescribeAlarms', inAccount('cloudwatch', 'alarm:errors'), {}),
  getMetricStatistics: read('cloudwatch:GetMetricStatistics'),
};

type Row = readonly [what: string, attempt: AccessAttempt];
const row = (attempt: AccessAttempt): Row => {
  const { action, resource = '*', context = {} } = attempt;
  return [`${action} on ${resource.replace(/^.*:/, '')} with ${JSON.stringify(context)}`, attempt];
};

export const allowedAttempts: readonly Row[] = Object.values(attemptsByMethod).flat().map(row);

const plain = { 'kubernetes.io/cluster/payments': 'owned' };
const foreign = {
  ...resourceTag('team'),
  ...Object.fromEntries(Object.entries(plain).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
};
const groupWrites = [
  ...['UpdateAutoScalingGroup', 'SuspendProcesses', 'ResumeProcesses', 'CreateOrUpdateTags', 'DeleteTags'],
  ...['AttachLoadBalancerTargetGroups', 'AttachLoadBalancers'],
];
const everyTag = { ...pair, ...created };
const allOn = (service: string, actions: readonly string[], resource: string, context: AccessAttempt['context']) =>
  actions.flatMap((action) => on(`${service}:${action}`, resource, context));

export const refusedAttempts: readonly Row[] = [
  // groups that are nobody's business here
  ...on('eks:UpdateNodegroupConfig', nodegroupArn, {}, foreign),
  ...on('eks:DeleteNodegroup', nodegroupArn, {}, foreign),
  ...allOn('autoscaling', groupWrites, groupArn, foreign),
  // the size of a managed group is asked of EKS
  ...on('autoscaling:UpdateAutoScalingGroup', groupArn, managed, { ...managed, ...pair }),
  // what is created says whose it is
  ...on('eks:CreateNodegroup', clusterArn, {}, requestTag('eks-greenlight/pair'), { ...created }),
  ...on('eks:TagResource', nodegroupArn, {}, requestTag('eks-greenlight/pair')),
  ...on('eks:TagResource', clusterArn, ofRotation),
  // never, with whatever tag
  ...allOn('eks', ['UpdateNodegroupVersion', 'UntagResource'], nodegroupArn, everyTag),
  ...allOn('eks', ['DeleteCluster', 'UpdateClusterConfig', 'UpdateClusterVersion', 'AssociateEncryptionConfig'], clusterArn, everyTag),
  ...allOn(
    'eks',
    ['CreateAccessEntry', 'UpdateAccessEntry', 'DeleteAccessEntry', 'AssociateAccessPolicy', 'CreateAddon'],
    clusterArn,
    everyTag,
  ),
  ...allOn(
    'autoscaling',
    [
      ...[
        'DeleteAutoScalingGroup',
        'CreateAutoScalingGroup',
        'SetDesiredCapacity',
        'TerminateInstanceInAutoScalingGroup',
        'DetachInstances',
      ],
      ...['StartInstanceRefresh', 'PutScalingPolicy', 'DeletePolicy', 'PutLifecycleHook', 'DeleteWarmPool', 'SetInstanceProtection'],
      ...['DetachLoadBalancerTargetGroups', 'DetachLoadBalancers', 'EnterStandby'],
    ],
    groupArn,
    { ...everyTag, ...managed },
  ),
  ...allOn(
    'ec2',
    ['TerminateInstances', 'StopInstances', 'DeleteTags', 'ModifyInstanceAttribute'],
    inAccount('ec2', 'instance/i-0a1b'),
    everyTag,
  ),
  ...on('ec2:RunInstances', inAccount('ec2', 'instance/*'), {}),
  ...on('ec2:CreateTags', inAccount('ec2', 'instance/i-0a1b'), {}, { 'ec2:CreateAction': 'CreateVolume' }),
  ...allOn('ec2', ['CreateLaunchTemplate', 'CreateLaunchTemplateVersion'], inAccount('ec2', 'launch-template/lt-0a1b'), {}),
  ...on(
    'iam:PassRole',
    role('node'),
    {},
    ...['lambda', 'ecs-tasks', 'cloudformation', 'glue', 'ssm'].map((service) => ({ 'iam:PassedToService': `${service}.amazonaws.com` })),
  ),
  ...on('iam:CreateServiceLinkedRole', role('aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'), {
    'iam:AWSServiceName': 'autoscaling.amazonaws.com',
  }),
  ...allOn(
    'iam',
    ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'UpdateAssumeRolePolicy', 'DeleteRole'],
    role('eks-greenlight-rotate'),
    {},
  ),
  ...on('sts:AssumeRole', role('eks-greenlight-scan'), {}),
  ...on('sts:AssumeRole', role('admin'), {}),
  ...on('elasticloadbalancing:DeregisterTargets', inAccount('elasticloadbalancing', 'targetgroup/web/0a1b'), everyTag),
  ...on('elasticloadbalancing:ModifyTargetGroupAttributes', inAccount('elasticloadbalancing', 'targetgroup/web/0a1b'), everyTag),
  ...on('cloudwatch:DisableAlarmActions', inAccount('cloudwatch', 'alarm:errors'), {}),
  ...on('cloudwatch:PutMetricData', '*', {}),
  ...on('servicequotas:RequestServiceQuotaIncrease', inAccount('servicequotas', 'ec2/L-1216C47A'), {}),
  ...on('s3:GetObject', 'arn:aws:s3:::any/key', {}),
  ...on('secretsmanager:GetSecretValue', '*', {}),
  ...on('lambda:InvokeFunction', inAccount('lambda', 'function:eks-greenlight-rotation-step'), {}),
].map(row);
