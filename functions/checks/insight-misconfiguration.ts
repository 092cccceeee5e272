import { type CheckOutcome, defineCheck } from './define-check.ts';
import { judgeInsights, staleAfterHours } from './insight-findings.ts';

/** What EKS itself finds misconfigured. It looks at Hybrid Nodes only, so most clusters have no such insight.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html */
export const insightMisconfiguration = defineCheck({
  id: 'insight-misconfiguration',
  title: 'Configuration insights of EKS',
  scope: 'now',
  needs: ['eks.insights'],
  explanation: {
    rule:
      'A finding for each MISCONFIGURATION insight: ERROR is required, WARNING and UNKNOWN are recommended; one with a Kubernetes version is required up to the target and recommended beyond. ' +
      `An insight that EKS refreshed more than ${staleAfterHours} hours before it was read makes the result unknown. ` +
      'EKS makes them for Hybrid Nodes: where it lists other insights and none of these, the check does not apply; where it lists none at all, it has not looked yet.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-troubleshooting.html',
    ],
    elsewhere: 'EKS010',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html',
  run: (context): CheckOutcome => {
    const { judged, ...outcome } = judgeInsights(context, 'MISCONFIGURATION');
    if (context.insights.length > 0) return { ...outcome, notApplicable: judged === 0 };
    return { findings: [], unknown: [{ evidence: 'eks.insights', code: 'NotYetAvailable', message: 'EKS lists no insight yet' }] };
  },
});
