import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { describeEach, listItems } from '../listing.ts';
import { parseAnswer } from '../parse.ts';

const insightStatus = z.object({ status: z.string().nullish(), reason: z.string().nullish() });

const clientStat = z.object({
  userAgent: z.string().nullish(),
  numberOfRequestsLast30Days: z.number().nullish(),
  lastRequestTime: z.string().nullish(),
});

const insight = z.object({
  id: z.string(),
  name: z.string().nullish(),
  /** UPGRADE_READINESS, MISCONFIGURATION or ROLLBACK_READINESS. */
  category: z.string().nullish(),
  kubernetesVersion: z.string().nullish(),
  lastRefreshTime: z.string().nullish(),
  lastTransitionTime: z.string().nullish(),
  description: z.string().nullish(),
  recommendation: z.string().nullish(),
  insightStatus: insightStatus.nullish(),
  resources: z
    .array(z.object({ kubernetesResourceUri: z.string().nullish(), arn: z.string().nullish(), insightStatus: insightStatus.nullish() }))
    .nullish(),
  categorySpecificSummary: z
    .object({
      deprecationDetails: z
        .array(
          z.object({
            usage: z.string().nullish(),
            replacedWith: z.string().nullish(),
            stopServingVersion: z.string().nullish(),
            startServingReplacementVersion: z.string().nullish(),
            clientStats: z.array(clientStat).nullish(),
          }),
        )
        .nullish(),
      addonCompatibilityDetails: z
        .array(z.object({ name: z.string().nullish(), compatibleVersions: z.array(z.string()).nullish() }))
        .nullish(),
    })
    .nullish(),
});

export type Insight = z.output<typeof insight>;

export const insights = defineEvidence({
  key: 'eks.insights',
  summary: 'Cluster insights: DescribeInsight of those that are not passing, the summary of the others',
  schema: z.array(insight),
  aws: { actions: ['eks:ListInsights', 'eks:DescribeInsight'] },
  collect: async ({ sources, clusterName }) => {
    const listed = await listItems(sources.eks.listInsights({ clusterName }), 'insights', insight, 'eks:ListInsights');
    const summaries = new Map(listed.map((summary) => [summary.id, summary]));
    return describeEach([...summaries.keys()], async (id) => {
      const summary = summaries.get(id);
      if (summary?.insightStatus?.status === 'PASSING') return summary;
      const answer = await sources.eks.describeInsight({ clusterName, id });
      return parseAnswer(z.object({ insight }), answer, `eks:DescribeInsight ${summary?.name ?? id}`).insight;
    });
  },
});
