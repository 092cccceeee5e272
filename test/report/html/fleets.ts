import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CheckResult, ClusterReport } from '../../../functions/analysis/cluster-report.ts';
import { type Finding, severities } from '../../../functions/checks/finding.ts';
import { checks } from '../../../functions/checks/list.ts';
import type { RunReport } from '../../../functions/fleet/run-report.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport, createRun } from '../text/builders.ts';

export const compress = (bytes: Uint8Array): Uint8Array => gzipSync(bytes);

/** A cluster of that name, with an ARN of its own. */
export function reportOf(
  name: string,
  overrides: Partial<ClusterReport> = {},
  cluster: Partial<ClusterReport['cluster']> = {},
): ClusterReport {
  const { accountId = '111111111111', region = 'eu-west-1' } = cluster;
  const arn = `arn:aws:eks:${region}:${accountId}:cluster/${name}`;
  return createReport(overrides, { accountId, region, name, arn, ...cluster });
}

export function unknownCheck(
  check: string,
  essential: boolean,
  message = 'no route to the API server',
): CheckResult & { essential: boolean } {
  return {
    check,
    status: 'unknown',
    findings: 0,
    missing: [{ evidence: 'kubernetes.nodes', code: 'EndpointUnreachable', message }],
    essential,
  };
}

/** What the drain forecast says of one reason. */
export function drainFinding(why: string, nodes: readonly { node: string; nodeGroup: string | null; pods: string[] }[]): Finding {
  return createFinding({
    check: 'drain-forecast',
    severity: 'recommended',
    subject: { kind: 'Cluster', namespace: null, name: 'payments', arn: null },
    discriminator: why,
    message: `${nodes.length} nodes cannot be drained: ${why}`,
    facts: { reason: 'budget', why, pods: nodes.flatMap(({ pods }) => pods).length, nodes: nodes.map((one) => ({ ...one })) },
    owner: 'team-checkout',
  });
}

/** One of everything that a report can say. */
export function fullReport(): ClusterReport {
  return reportOf(
    'payments',
    {
      verdict: 'NOT_READY',
      verdictWithoutSuppressions: 'NOT_READY',
      findings: [
        createFinding({ owner: 'team-payments', hop: '1.35', facts: { nodes: ['node-1', 'node-2', 'node-3', 'node-4'] } }),
        createFinding({
          check: 'pdb-blocks-drain',
          severity: 'recommended',
          message: 'budget shop/web allows nothing',
          subject: { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'web', arn: null },
          remediation: 'kubectl get pdb web -n shop -o yaml, then raise it',
        }),
        drainFinding('a budget allows nothing', [
          { node: 'node-b', nodeGroup: 'workers', pods: ['shop/web-1', 'shop/web-2'] },
          { node: 'node-a', nodeGroup: 'workers', pods: ['shop/web-3'] },
        ]),
        createFinding({ check: 'other-check', severity: 'info', message: 'good to know this' }),
      ],
      suppressed: [
        {
          ...createFinding({ message: 'a suppressed finding' }),
          suppression: { reason: 'accepted for now', owner: 'platform', expires: '2027-03-01' },
        },
      ],
      checks: [
        { check: 'sample-check', status: 'failed', findings: 1, missing: [] },
        { check: 'pdb-blocks-drain', status: 'failed', findings: 1, missing: [] },
        { check: 'drain-forecast', status: 'failed', findings: 1, missing: [] },
        { check: 'other-check', status: 'failed', findings: 1, missing: [] },
        { check: 'cluster-health', status: 'passed', findings: 0, missing: [] },
        unknownCheck('kubelet-version-skew', true),
        unknownCheck('replicas-minimum', false),
      ],
      staleFacts: [{ table: 'removed-apis', asOf: '2026-03-01', days: 265 }],
    },
    { accountName: 'shop', tags: { team: 'payments' } },
  );
}

/** A fleet of clusters with as many findings as real ones have, names and ids as different as real ones: what compresses is what repeats.
 *  @param perCluster findings */
export function bigFleet(size: number, perCluster = 60): RunReport {
  const ids = checks.map(({ id }) => id);
  return createRun(
    Array.from({ length: size }, (_, index): ClusterReport => {
      const name = `cluster-${word('cluster', index)}`;
      const accountId = String(100_000_000_000 + (index % 50));
      const findings = Array.from({ length: perCluster }, (__, number) => bigFinding(index, number, name, ids[number % ids.length] ?? ''));
      const verdict = findings.some(({ severity }) => severity === 'required') ? 'NOT_READY' : 'READY_WITH_WARNINGS';
      return reportOf(
        name,
        { verdict, findings, checks: ids.map((check) => ({ check, status: 'failed', findings: 3, missing: [] })) },
        { accountId, accountName: `account ${index % 50}`, region: ['eu-west-1', 'us-east-1'][index % 2] ?? '' },
      );
    }),
  );
}

function bigFinding(cluster: number, number: number, clusterName: string, check: string): Finding {
  const name = `workload-${word('workload', cluster, number)}`;
  const pods = Array.from({ length: 4 }, (_, pod) => `${name}-${word('pod', cluster, number, pod)}`);
  return createFinding({
    check,
    severity: severities[number % 3] ?? 'info',
    subject: { kind: 'Deployment', namespace: `team-${number % 9}`, name, arn: null },
    message: `Deployment team-${number % 9}/${name} has 1 replica, fewer than 2: ${pods.slice(0, 3).join(', ')} and 1 more would be gone while its node is drained`,
    remediation: `kubectl scale deployment/${name} -n team-${number % 9} --replicas=2`,
    documentation: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/',
    facts: { cluster: clusterName, replicas: 1, pods },
    owner: `team-${number % 9}`,
  });
}

/** Letters that are the same in every run and do not compress. */
function word(...seed: (string | number)[]): string {
  return createHash('sha256').update(seed.join(' ')).digest('hex').slice(0, 10);
}
