import type { Problem } from '../../record.ts';
import { compare } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { warn } from './problems.ts';

/** (24) Insights of category ROLLBACK_READINESS: they are there while the control plane can be rolled back, for seven days. Nodes of the new
 *  version must be rotated back before it. */
export function rollback({ insights, clusterName, clusterVersion, blue }: PreflightFacts): Problem[] {
  if (!insights || insights.length === 0) return [];
  const object = `Cluster ${clusterName}`;
  const unwell = insights
    .filter(({ status }) => status !== 'PASSING')
    .map(({ name, status, reason }) => {
      const state = status === 'UNKNOWN' ? 'could not be verified' : `is ${status}`;
      return warn(
        'rollback-readiness',
        '24',
        object,
        `insight ${name} ${state}${reason ? `: ${reason}` : ''}`,
        'see the insights of the cluster',
      );
    });
  const newer = blue?.live.version != null && blue.live.version !== clusterVersion;
  const open = newer
    ? [
        warn(
          'rollback-window',
          '24',
          object,
          `the control plane may still be rolled back from ${clusterVersion}; with nodes of ${clusterVersion} they must be rotated back first`,
          'rotate once you are sure of the new version',
        ),
      ]
    : [];
  return [...unwell.sort((a, b) => compare(a.message, b.message)), ...open];
}
