import type { Configuration } from '../config/schema.ts';
import { compareRun, statesAfter } from './compare-run.ts';
import type { RunReport } from './run-report.ts';

/** The later of two runs, with what it changed against the earlier one instead of the last known state. What the earlier one could not see is
 *  no news, and what a narrowed run does not name is not gone.
 *  @param configuration for the milestones, and for who owns a cluster */
export function compareStoredRuns(
  earlier: RunReport,
  later: RunReport,
  configuration: Pick<Configuration, 'notifications' | 'owners'>,
): RunReport {
  const states = statesAfter(earlier.clusters, earlier, configuration);
  const seen = { ...later.coverage, reports: later.clusters };
  const comparison = compareRun(seen, states, later, configuration);
  const reportOf = new Map(later.clusters.map(({ cluster }) => [cluster.arn, cluster]));
  const isNews = ({ clusterArn, base, kind }: RunReport['changes'][number]): boolean => {
    const cluster = reportOf.get(clusterArn);
    if (base === null && cluster !== undefined && couldNotSee(earlier, cluster)) return false;
    return kind !== 'vanished' || later.narrowed !== true;
  };
  return { ...later, since: earlier.runId, changes: comparison.changes.filter(isNews), newChecks: [...comparison.newChecks] };
}

type Place = RunReport['coverage']['clusters'][number];

function couldNotSee(
  { coverage, narrowed }: RunReport,
  { accountId, region, name }: Pick<Place, 'accountId' | 'region' | 'name'>,
): boolean {
  const isThere = (place: Pick<Place, 'accountId' | 'region'>) =>
    place.accountId === accountId && (place.region === region || place.region === '*');
  return (
    narrowed === true ||
    coverage.targets.some((target) => isThere(target) && target.status !== 'scanned') ||
    coverage.clusters.some((cluster) => isThere(cluster) && cluster.name === name)
  );
}
