import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { describeEach, listNames } from '../listing.ts';
import { parseAnswer } from '../parse.ts';
import { healthIssue, tags } from './eks-cluster.ts';

const nodegroup = z.object({
  nodegroupName: z.string(),
  nodegroupArn: z.string().nullish(),
  clusterName: z.string().nullish(),
  version: z.string().nullish(),
  releaseVersion: z.string().nullish(),
  status: z.string().nullish(),
  capacityType: z.string().nullish(),
  amiType: z.string().nullish(),
  nodeRole: z.string().nullish(),
  instanceTypes: z.array(z.string()).nullish(),
  subnets: z.array(z.string()).nullish(),
  scalingConfig: z.object({ minSize: z.number().nullish(), maxSize: z.number().nullish(), desiredSize: z.number().nullish() }).nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  taints: z.array(z.object({ key: z.string().nullish(), value: z.string().nullish(), effect: z.string().nullish() })).nullish(),
  resources: z.object({ autoScalingGroups: z.array(z.object({ name: z.string().nullish() })).nullish() }).nullish(),
  health: z.object({ issues: z.array(healthIssue).nullish() }).nullish(),
  updateConfig: z.object({ maxUnavailable: z.number().nullish(), maxUnavailablePercentage: z.number().nullish() }).nullish(),
  launchTemplate: z.object({ id: z.string().nullish(), name: z.string().nullish(), version: z.string().nullish() }).nullish(),
  createdAt: z.string().nullish(),
  tags: tags.nullish(),
});

export type Nodegroup = z.output<typeof nodegroup>;

export const nodegroups = defineEvidence({
  key: 'eks.nodegroups',
  summary: 'Managed node groups, as DescribeNodegroup answers each',
  schema: z.array(nodegroup),
  aws: { actions: ['eks:ListNodegroups', 'eks:DescribeNodegroup'] },
  collect: async ({ sources, clusterName }) => {
    const names = await listNames(sources.eks.listNodegroups({ clusterName }), 'nodegroups', 'eks:ListNodegroups');
    return describeEach(names, async (nodegroupName) => {
      const answer = await sources.eks.describeNodegroup({ clusterName, nodegroupName });
      return parseAnswer(z.object({ nodegroup }), answer, `eks:DescribeNodegroup ${nodegroupName}`).nodegroup;
    });
  },
});
