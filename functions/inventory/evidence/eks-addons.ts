import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { describeEach, listNames } from '../listing.ts';
import { parseAnswer } from '../parse.ts';
import { healthIssue, tags } from './eks-cluster.ts';

/** `Addon` without its configurationValues, which are free text and may hold secrets. */
const addon = z.object({
  addonName: z.string(),
  addonArn: z.string().nullish(),
  clusterName: z.string().nullish(),
  addonVersion: z.string().nullish(),
  status: z.string().nullish(),
  health: z.object({ issues: z.array(healthIssue).nullish() }).nullish(),
  owner: z.string().nullish(),
  publisher: z.string().nullish(),
  tags: tags.nullish(),
});

export type Addon = z.output<typeof addon>;

export const addons = defineEvidence({
  key: 'eks.addons',
  summary: 'EKS add-ons, as DescribeAddon answers each',
  schema: z.array(addon),
  aws: { actions: ['eks:ListAddons', 'eks:DescribeAddon'] },
  collect: async ({ sources, clusterName }) => {
    const names = await listNames(sources.eks.listAddons({ clusterName }), 'addons', 'eks:ListAddons');
    return describeEach(names, async (addonName) => {
      const answer = await sources.eks.describeAddon({ clusterName, addonName });
      return parseAnswer(z.object({ addon }), answer, `eks:DescribeAddon ${addonName}`).addon;
    });
  },
});
