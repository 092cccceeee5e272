/** The world of rotations: one control plane, a cluster with a managed blue and green group and a pair of plain ones. The role that rotates
 *  is made by the spec, as the product's stacks would. The shape is the spec of world/README.md. */

import { EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT } from './fleet.ts';

export { EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT };

export const ROTATE_ROLE = 'eks-greenlight-rotate';
const CALLER = 'rotation';

/** One operation of every service that a rotation speaks to. */
const readActions = [
  'eks:DescribeCluster',
  'eks:ListNodegroups',
  'eks:DescribeNodegroup',
  'eks:ListUpdates',
  'eks:DescribeUpdate',
  'eks:ListInsights',
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeScheduledActions',
  'autoscaling:DescribePolicies',
  'autoscaling:DescribeLifecycleHooks',
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeWarmPool',
  'ec2:DescribeSubnets',
  'ec2:DescribeInstanceTypes',
  'servicequotas:GetServiceQuota',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricStatistics',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetHealth',
];
const writeActions = [
  'eks:CreateNodegroup',
  'eks:DeleteNodegroup',
  'eks:UpdateNodegroupConfig',
  'eks:TagResource',
  'iam:PassRole',
  'autoscaling:UpdateAutoScalingGroup',
  'autoscaling:SuspendProcesses',
  'autoscaling:ResumeProcesses',
  'autoscaling:CreateOrUpdateTags',
  'autoscaling:DeleteTags',
  'autoscaling:AttachLoadBalancerTargetGroups',
];

export const rotationWorld = {
  hub: HUB,
  /** Whoever calls may assume roles and nothing else: what works elsewhere, works with the role. */
  caller: { name: CALLER, actions: ['sts:AssumeRole'] },
  set: { page_size: 2, update_seconds: 0.5, create_seconds: 0.5 },
  /** Availability, twice a second. */
  sample: 0.5,
  roles: [
    {
      account: LOGISTICS_ACCOUNT,
      name: ROTATE_ROLE,
      trust: `arn:aws:iam::${HUB}:user/${CALLER}`,
      externalId: EXTERNAL_ID,
      actions: [...readActions, ...writeActions],
    },
  ],
  clusters: [
    {
      account: LOGISTICS_ACCOUNT,
      name: 'orders',
      version: '1.34',
      plane: 'main',
      nodegroups: [
        { name: 'blue', desired: 3, min: 1, max: 4, version: '1.34', labels: { pool: 'orders' } },
        { name: 'green', desired: 0, min: 0, max: 4, version: '1.34', labels: { pool: 'orders' } },
      ],
      autoScalingGroups: [
        { name: 'orders-plain-a', desired: 1, min: 1, max: 3, tags: { 'eks-greenlight/pair': 'plain' } },
        { name: 'orders-plain-b', desired: 0, min: 0, max: 3, tags: { 'eks-greenlight/pair': 'plain' } },
      ],
      access: [{ role: ROTATE_ROLE, groups: ['eks-greenlight:rotate'] }],
    },
  ],
};
