import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { parseAnswer } from '../parse.ts';

/** One problem that EKS reports of a cluster, a node group or an add-on. */
export const healthIssue = z.object({
  code: z.string().nullish(),
  message: z.string().nullish(),
  resourceIds: z.array(z.string()).nullish(),
});

export const tags = z.record(z.string(), z.string());

const cluster = z.object({
  name: z.string().nullish(),
  arn: z.string().nullish(),
  version: z.string().nullish(),
  platformVersion: z.string().nullish(),
  status: z.string().nullish(),
  createdAt: z.string().nullish(),
  endpoint: z.string().nullish(),
  roleArn: z.string().nullish(),
  certificateAuthority: z.object({ data: z.string().nullish() }).nullish(),
  resourcesVpcConfig: z
    .object({
      subnetIds: z.array(z.string()).nullish(),
      securityGroupIds: z.array(z.string()).nullish(),
      clusterSecurityGroupId: z.string().nullish(),
      vpcId: z.string().nullish(),
      endpointPublicAccess: z.boolean().nullish(),
      endpointPrivateAccess: z.boolean().nullish(),
      publicAccessCidrs: z.array(z.string()).nullish(),
    })
    .nullish(),
  kubernetesNetworkConfig: z
    .object({ serviceIpv4Cidr: z.string().nullish(), serviceIpv6Cidr: z.string().nullish(), ipFamily: z.string().nullish() })
    .nullish(),
  logging: z
    .object({ clusterLogging: z.array(z.object({ types: z.array(z.string()).nullish(), enabled: z.boolean().nullish() })).nullish() })
    .nullish(),
  encryptionConfig: z
    .array(z.object({ resources: z.array(z.string()).nullish(), provider: z.object({ keyArn: z.string().nullish() }).nullish() }))
    .nullish(),
  health: z.object({ issues: z.array(healthIssue).nullish() }).nullish(),
  accessConfig: z.object({ authenticationMode: z.string().nullish() }).nullish(),
  upgradePolicy: z.object({ supportType: z.string().nullish() }).nullish(),
  computeConfig: z.object({ enabled: z.boolean().nullish(), nodePools: z.array(z.string()).nullish() }).nullish(),
  outpostConfig: z.object({ outpostArns: z.array(z.string()).nullish() }).nullish(),
  zonalShiftConfig: z.object({ enabled: z.boolean().nullish() }).nullish(),
  deletionProtection: z.boolean().nullish(),
  tags: tags.nullish(),
});

export type Cluster = z.output<typeof cluster>;

export const eksCluster = defineEvidence({
  key: 'eks.cluster',
  summary: 'The cluster, as DescribeCluster answers it',
  schema: cluster,
  aws: { actions: ['eks:DescribeCluster'] },
  collect: async ({ sources, clusterName }) =>
    parseAnswer(z.object({ cluster }), await sources.eks.describeCluster({ name: clusterName }), `eks:DescribeCluster ${clusterName}`)
      .cluster,
});
