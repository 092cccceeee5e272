import { amazonLinux2AsOf } from '../checks/amazon-linux-2.ts';
import { bottlerocketVariantsAsOf, windowsVariantsAsOf } from '../checks/ami-variants.ts';
import { ingressNginxAsOf } from '../checks/ingress-nginx-retired.ts';
import { karpenterCompatibilityAsOf } from '../checks/karpenter-compatibility.ts';
import { kubeProxyIpvsAsOf } from '../checks/kube-proxy-ipvs.ts';
import { loadBalancerControllerAsOf } from '../checks/load-balancer-controller-releases.ts';
import { controlPlaneRollbackAsOf } from '../checks/rollback-window.ts';
import { workloadChangesAsOf } from '../checks/workload-changes.ts';
import { bundledCalendarAsOf } from '../versions/calendar.ts';
import { daysUntil } from '../versions/days.ts';
import { eksOperations } from '../versions/eks-operations.ts';
import { priceAsOf } from '../versions/extended-support-price.ts';
import { removedApisAsOf } from '../versions/removed-apis.ts';
import type { ClusterReport } from './cluster-report.ts';

const staleAfterDays = 180;

/** Every table of facts that is bundled, with the day it was read from its source. */
const tables: Readonly<Record<string, string>> = {
  'amazon-linux-2': amazonLinux2AsOf,
  'aws-load-balancer-controller': loadBalancerControllerAsOf,
  'bottlerocket-variants': bottlerocketVariantsAsOf,
  'control-plane-rollback': controlPlaneRollbackAsOf,
  'eks-operations': eksOperations.asOf,
  'eks-pricing': priceAsOf,
  'ingress-nginx': ingressNginxAsOf,
  'karpenter-compatibility': karpenterCompatibilityAsOf,
  'kube-proxy-ipvs': kubeProxyIpvsAsOf,
  'removed-apis': removedApisAsOf,
  'support-calendar': bundledCalendarAsOf,
  'windows-variants': windowsVariantsAsOf,
  'workload-changes': workloadChangesAsOf,
};

/** Tables that are older than 180 days at the time of the analysis. */
export function staleFacts(now: Date): ClusterReport['staleFacts'] {
  return Object.entries(tables)
    .map(([table, asOf]) => ({ table, asOf, days: -daysUntil(now, asOf) }))
    .filter(({ days }) => days > staleAfterDays);
}
