import { amazonLinux2AsOf } from '../checks/amazon-linux-2.ts';
import { bundledCalendarAsOf } from '../versions/calendar.ts';
import { daysUntil } from '../versions/days.ts';
import { priceAsOf } from '../versions/extended-support-price.ts';
import type { ClusterReport } from './cluster-report.ts';

const staleAfterDays = 180;

/** Every table of facts that is bundled, with the day it was read from its source. */
const tables: Readonly<Record<string, string>> = {
  'support-calendar': bundledCalendarAsOf,
  'eks-pricing': priceAsOf,
  'amazon-linux-2': amazonLinux2AsOf,
};

/** Tables that are older than 180 days at the time of the analysis. */
export function staleFacts(now: Date): ClusterReport['staleFacts'] {
  return Object.entries(tables)
    .map(([table, asOf]) => ({ table, asOf, days: -daysUntil(now, asOf) }))
    .filter(({ days }) => days > staleAfterDays);
}
