import { defineCheck } from './define-check.ts';
import { judgeInsights, quietAfterDays, remembersDays, staleAfterHours } from './insight-findings.ts';

/** What EKS itself holds against the upgrade.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html */
export const insightUpgradeReadiness = defineCheck({
  id: 'insight-upgrade-readiness',
  title: 'Upgrade insights of EKS',
  essential: true,
  scope: 'upgrade',
  needs: ['eks.insights'],
  explanation: {
    rule:
      'A finding for each UPGRADE_READINESS insight that is ERROR or WARNING: required if its Kubernetes version is the target or older, recommended if it is newer; ' +
      'without a version ERROR is required and WARNING recommended. UNKNOWN is recommended. ' +
      `An insight that EKS refreshed more than ${staleAfterHours} hours before it was read makes the result unknown, and so does a list without any: EKS has not looked yet. ` +
      `An ERROR all of whose clients were last seen more than ${quietAfterDays} days before is labelled: EKS counts the requests of ${remembersDays} days. ` +
      'Requests of this tool are not counted.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_Insight.html',
    ],
    elsewhere: 'EKS009',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html',
  run: (context) => {
    const { judged, ...outcome } = judgeInsights(context, 'UPGRADE_READINESS');
    if (judged > 0) return outcome;
    const message = 'EKS lists no UPGRADE_READINESS insight yet';
    return { ...outcome, unknown: [{ evidence: 'eks.insights', code: 'NotYetAvailable', message }, ...(outcome.unknown ?? [])] };
  },
});
