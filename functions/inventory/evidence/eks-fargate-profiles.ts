import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { describeEach, listNames } from '../listing.ts';
import { parseAnswer } from '../parse.ts';
import { tags } from './eks-cluster.ts';

const fargateProfile = z.object({
  fargateProfileName: z.string(),
  fargateProfileArn: z.string().nullish(),
  status: z.string().nullish(),
  subnets: z.array(z.string()).nullish(),
  selectors: z.array(z.object({ namespace: z.string().nullish(), labels: z.record(z.string(), z.string()).nullish() })).nullish(),
  tags: tags.nullish(),
});

export type FargateProfile = z.output<typeof fargateProfile>;

export const fargateProfiles = defineEvidence({
  key: 'eks.fargateProfiles',
  summary: 'Fargate profiles, as DescribeFargateProfile answers each',
  schema: z.array(fargateProfile),
  aws: { actions: ['eks:ListFargateProfiles', 'eks:DescribeFargateProfile'] },
  collect: async ({ sources, clusterName }) => {
    const names = await listNames(sources.eks.listFargateProfiles({ clusterName }), 'fargateProfileNames', 'eks:ListFargateProfiles');
    return describeEach(names, async (fargateProfileName) => {
      const answer = await sources.eks.describeFargateProfile({ clusterName, fargateProfileName });
      return parseAnswer(z.object({ fargateProfile }), answer, `eks:DescribeFargateProfile ${fargateProfileName}`).fargateProfile;
    });
  },
});
