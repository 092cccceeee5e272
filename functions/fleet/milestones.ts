import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { Change } from './change.ts';
import type { ClusterState } from './cluster-state.ts';

type Milestones = ClusterState['milestones'];
type Reached = NonNullable<Change['milestone']>;

/** Whole days for which the day itself stays due: a run that was missed on it does not swallow it. */
const graceDays = 7;

/** The milestones that a cluster has reached on the way to both ends of its support, and what is recorded from now on.
 *  @param configured days before an end, in any order
 *  @param recorded what earlier runs told */
export function reachMilestones(
  support: ClusterReport['support'],
  recorded: Milestones,
  configured: readonly number[],
): { readonly reached: readonly Reached[]; readonly next: Milestones } {
  const standard = reach(support.endOfStandardSupport, support.daysToEndOfStandardSupport, recorded.standard, configured);
  const extended = reach(support.endOfExtendedSupport, support.daysToEndOfExtendedSupport, recorded.extended, configured);
  return {
    reached: [
      ...(standard.reached ? [{ end: 'standard' as const, ...standard.reached }] : []),
      ...(extended.reached ? [{ end: 'extended' as const, ...extended.reached }] : []),
    ],
    next: { standard: standard.next, extended: extended.next },
  };
}

interface Step {
  readonly reached?: Omit<Reached, 'end'>;
  readonly next: Milestones['standard'];
}

function reach(endDate: string | null, daysLeft: number | null, recorded: Milestones['standard'], configured: readonly number[]): Step {
  // Nobody knows the date today: what was told stays told.
  if (endDate === null || daysLeft === null) return { next: recorded };
  const counted = recorded?.endDate === endDate ? recorded : null;
  const due = configured.filter((days) => daysLeft <= days && daysLeft >= (days === 0 ? -graceDays : 0));
  if (due.length === 0) return { next: counted };
  const days = Math.min(...due);
  // The smallest one told says that the larger ones have passed.
  if (counted !== null && counted.passed <= days) return { next: counted };
  return { reached: { endDate, days, daysLeft }, next: { endDate, passed: days } };
}
