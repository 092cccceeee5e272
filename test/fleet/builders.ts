import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import type { CheckResult, ClusterReport } from '../../functions/analysis/cluster-report.ts';
import type { Finding } from '../../functions/checks/finding.ts';
import type { ClusterState } from '../../functions/fleet/cluster-state.ts';
import { type ClusterOutcome, compareCluster } from '../../functions/fleet/compare-cluster.ts';
import { createCheck, createConfiguration, createFinding, inventoryOf } from '../analysis/builders.ts';

export const place = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' } as const;
export const arn = `arn:aws:eks:${place.region}:${place.accountId}:cluster/${place.name}`;
export const configuration = createConfiguration({ owners: { fromTag: 'team' } });

/** Ids of runs a day apart; they sort by time like real ones. */
export const runOf = (day: number) => ({ runId: `2026-11-${String(day).padStart(2, '0')}T06-00-00Z-00000000` });
const collectedOn = (day: number) => `2026-11-${String(day).padStart(2, '0')}T06:00:04Z`;

/** Support as of a day on which no milestone is due. */
export const quietSupport: ClusterReport['support'] = {
  status: 'standard',
  endOfStandardSupport: '2027-12-01',
  endOfExtendedSupport: '2028-12-01',
  daysToEndOfStandardSupport: 375,
  daysToEndOfExtendedSupport: 741,
  supportType: 'EXTENDED',
  monthlySurchargeUsd: 0,
  source: 'DescribeClusterVersions',
};

const judged = analyzeInventory(inventoryOf({ name: place.name }), {
  now: new Date('2026-11-21T06:00:04Z'),
  target: 'next',
  configuration,
  checks: [createCheck()],
});

/** Two findings of one check about two add-ons are two findings. */
export const findingOn = (name: string, overrides: Partial<Finding> = {}): Finding =>
  createFinding({ subject: { kind: 'Addon', namespace: null, name, arn: null }, ...overrides });

export interface ReportInput {
  /** Day of November 2026 on which it was collected. */
  readonly day?: number;
  readonly findings?: readonly Finding[];
  readonly suppressed?: readonly Finding[];
  /** Statuses of checks. @default sample-check failed */
  readonly checks?: Readonly<Record<string, CheckResult['status']>>;
  readonly support?: Partial<ClusterReport['support']>;
  readonly cluster?: Partial<ClusterReport['cluster']>;
  readonly verdict?: ClusterReport['verdict'];
}

/** A report of the cluster `payments` on 1.34, far from any milestone. */
export function reportOf({
  day = 1,
  findings = [],
  suppressed = [],
  checks = { 'sample-check': 'failed' },
  ...more
}: ReportInput = {}): ClusterReport {
  return {
    ...judged,
    collectedAt: collectedOn(day),
    cluster: { ...judged.cluster, tags: {}, ...more.cluster },
    support: { ...quietSupport, ...more.support },
    verdict: more.verdict ?? 'READY',
    checks: Object.entries(checks).map(([check, status]) => ({ check, status, findings: 0, missing: [] })),
    findings: [...findings],
    suppressed: suppressed.map((finding) => ({ ...finding, suppression: { reason: 'why', owner: null, expires: '2027-01-01' } })),
  };
}

export const scanned = (input: ReportInput = {}): ClusterOutcome => ({ kind: 'scanned', report: reportOf(input) });

/** The state after one scan. */
export function stateOf(input: ReportInput = {}): ClusterState {
  const { next } = compareCluster({
    state: undefined,
    outcome: scanned(input),
    run: runOf(input.day ?? 1),
    configuration,
    writeId: 'first',
  });
  if (!next) throw new Error('a first scan leaves a state');
  return next;
}
