import type { SupportCalendar, SupportDates, SupportSource } from './calendar.ts';
import { daysUntil } from './days.ts';
import { extendedSupportSurchargeUsdPerMonth } from './extended-support-price.ts';
import type { KubernetesVersion } from './kubernetes-version.ts';

export type SupportStatusName = 'standard' | 'extended' | 'unsupported' | 'unknown';

/** Where a cluster stands in the support of its version, as the cluster report prints it. */
export interface Support {
  readonly status: SupportStatusName;
  /** UTC day from whose 00:00 on the version is no longer in standard support. */
  readonly endOfStandardSupport: string | null;
  readonly endOfExtendedSupport: string | null;
  /** Whole UTC days; 0 on the end date itself, negative after it. */
  readonly daysToEndOfStandardSupport: number | null;
  readonly daysToEndOfExtendedSupport: number | null;
  /** The cluster's upgrade policy: a preference for what happens next, not what is billed now. */
  readonly supportType: 'STANDARD' | 'EXTENDED' | null;
  /** 0 unless the version is in extended support. */
  readonly monthlySurchargeUsd: number;
  readonly source: SupportSource;
}

/** The support of a control plane version at an instant; `unknown` when the version is missing or neither source has its dates. */
export function supportOf(
  version: KubernetesVersion | undefined,
  calendar: SupportCalendar,
  now: Date,
  supportType: 'STANDARD' | 'EXTENDED' | null,
): Support {
  const known = version && calendar.datesOf(version);
  if (known === undefined) return { ...unknownSupport, supportType, source: calendar.source };
  const status = statusOn(now, known.dates);
  return {
    status,
    endOfStandardSupport: known.dates.endOfStandardSupport,
    endOfExtendedSupport: known.dates.endOfExtendedSupport,
    daysToEndOfStandardSupport: daysUntil(now, known.dates.endOfStandardSupport),
    daysToEndOfExtendedSupport: daysUntil(now, known.dates.endOfExtendedSupport),
    supportType,
    monthlySurchargeUsd: status === 'extended' ? extendedSupportSurchargeUsdPerMonth : 0,
    source: known.source,
  };
}

const unknownSupport = {
  status: 'unknown',
  endOfStandardSupport: null,
  endOfExtendedSupport: null,
  daysToEndOfStandardSupport: null,
  daysToEndOfExtendedSupport: null,
  monthlySurchargeUsd: 0,
} as const;

/** An end date means 00:00 UTC of that day, so the day itself already belongs to the next status. */
function statusOn(now: Date, dates: SupportDates): SupportStatusName {
  if (daysUntil(now, dates.endOfStandardSupport) > 0) return 'standard';
  return daysUntil(now, dates.endOfExtendedSupport) > 0 ? 'extended' : 'unsupported';
}
