import * as z from 'zod';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import { covers, coversCluster, isInForce, matchesOptional, type Suppression } from '../analysis/suppressions.ts';
import type { Configuration } from '../config/schema.ts';
import { suppression } from '../config/suppressions.ts';
import { resultsIn } from './compare-findings.ts';
import type { ClusterCoverage, TargetCoverage } from './coverage.ts';

/** What a run says of the suppressions themselves. */
export const suppressionReviewSchema = z.object({
  /** Those whose day has come, and how many findings count again because of it. */
  expired: z.array(z.object({ suppression, findings: z.number() })),
  /** Those in force that match no finding of this run. */
  unmatched: z.array(suppression),
  /** Those in force that match one. */
  matched: z.array(suppression).optional(),
  /** Those in force that cover a cluster in which a check of theirs gave no result: they may match what was not seen. */
  undecided: z.array(suppression).optional(),
});
export type SuppressionReview = z.output<typeof suppressionReviewSchema>;

/** What became of the suppressions in the reports of a run. Of two that overlap both match. One that is narrowed to checks that gave no
 *  result is in neither list: nobody looked. */
export function reviewSuppressions(
  { suppressions }: Pick<Configuration, 'suppressions'>,
  reports: readonly ClusterReport[],
  now: Date,
): SuppressionReview {
  const checksSeen = new Set(reports.flatMap(resultsIn));
  const countIn = (one: Suppression, of: 'findings' | 'suppressed') =>
    reports.reduce((sum, report) => sum + report[of].filter((finding) => covers(one, finding, report.cluster)).length, 0);
  const inForce = suppressions.filter((one) => isInForce(one, now));
  const matched = inForce.filter((one) => countIn(one, 'suppressed') > 0);
  const undecided = inForce.filter((one) => !matched.includes(one) && reports.some((report) => mayMatchUnseen(one, report)));
  return {
    expired: suppressions.filter((one) => !isInForce(one, now)).map((one) => ({ suppression: one, findings: countIn(one, 'findings') })),
    unmatched: inForce.filter(
      (one) => !matched.includes(one) && !undecided.includes(one) && [...checksSeen].some((check) => matchesOptional(one.check, check)),
    ),
    matched,
    undecided,
  };
}

/** Whether a check that it is narrowed to, or any, gave no result in a cluster that it covers. */
function mayMatchUnseen(one: Suppression, report: ClusterReport): boolean {
  const seen = new Set(resultsIn(report));
  return coversCluster(one, report.cluster) && report.checks.some(({ check }) => !seen.has(check) && matchesOptional(one.check, check));
}

/** The review of a run from those of its parts, all of the same configuration and instant: what matches in one of them matches. In whatever
 *  order the parts are merged, the result is the same. */
export function mergeReviews(a: SuppressionReview, b: SuppressionReview): SuppressionReview {
  const matched = united(a.matched ?? [], b.matched ?? []);
  const isMatched = new Set(matched.map(idOf));
  const undecided = united(a.undecided ?? [], b.undecided ?? []).filter((one) => !isMatched.has(idOf(one)));
  const isOpen = new Set([...isMatched, ...undecided.map(idOf)]);
  const findingsOfB = new Map(b.expired.map(({ suppression: one, findings }) => [idOf(one), findings]));
  return {
    expired: a.expired.map(({ suppression: one, findings }) => ({
      suppression: one,
      findings: findings + (findingsOfB.get(idOf(one)) ?? 0),
    })),
    unmatched: united(a.unmatched, b.unmatched).filter((one) => !isOpen.has(idOf(one))),
    matched,
    undecided,
  };
}

/** Leaves out what may match where the run could not look: accounts, regions and clusters that failed. */
export function withoutUnseen(
  review: SuppressionReview,
  { targets, clusters }: { readonly targets: readonly TargetCoverage[]; readonly clusters: readonly ClusterCoverage[] },
): SuppressionReview {
  const failed = [...targets, ...clusters].filter(({ status }) => status === 'failed');
  const mayMatch = ({ account, region, cluster }: Suppression) =>
    failed.some(
      (place) =>
        matchesOptional(account, place.accountId) &&
        (place.region === '*' || matchesOptional(region, place.region)) &&
        (!('name' in place) || matchesOptional(cluster, String(place.name))),
    );
  return { ...review, unmatched: review.unmatched.filter((one) => !mayMatch(one)) };
}

/** Leaves out what is narrowed to clusters that are none of these: a run over a part of the fleet says nothing of the others. */
export function narrowedTo(review: SuppressionReview, reports: readonly Pick<ClusterReport, 'cluster'>[]): SuppressionReview {
  return { ...review, unmatched: review.unmatched.filter((one) => reports.some(({ cluster }) => coversCluster(one, cluster))) };
}

function united(a: readonly Suppression[], b: readonly Suppression[]): Suppression[] {
  const byId = new Map([...a, ...b].map((one) => [idOf(one), one]));
  return [...byId].toSorted(([first], [second]) => byCodeUnit(first, second)).map(([, one]) => one);
}

const idOf = (one: Suppression): string => JSON.stringify(one);
