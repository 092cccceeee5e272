import type { ClusterReport } from '../../functions/analysis/cluster-report.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import type { Change } from '../../functions/fleet/change.ts';
import type { Latest } from '../../functions/fleet/cluster-state.ts';
import type { StoredRun } from '../../functions/fleet/run-report.ts';
import type { MessageItem } from '../../functions/notifications/item.ts';
import type { Told } from '../../functions/notifications/message-parts.ts';
import { type NotificationPlan, type PlanInput, planMessages } from '../../functions/notifications/plan-messages.ts';
import { createConfiguration, createFinding } from '../analysis/builders.ts';
import { createReport, createRun as createReportOfRun } from '../report/text/builders.ts';

export const runId = '2026-11-25T05-00-00Z-0a1b2c3d';
export const base = '2026-11-24T05-00-00Z-0a1b2c3d';
/** A Wednesday; the run began six minutes earlier. */
export const now = new Date('2026-11-25T05:06:00Z');

export const arnOf = (name: string) => `arn:aws:eks:eu-west-1:111111111111:cluster/${name}`;

/** Clusters on 1.34, each with what a test changes. */
export function createRun(
  clusters: readonly (Partial<ClusterReport> & { readonly name: string; readonly tags?: Record<string, string> })[],
  changes: readonly Change[],
  overrides: Partial<StoredRun> = {},
): StoredRun {
  const reports = clusters.map(({ name, tags = {}, ...report }) =>
    createReport(report, { name, arn: arnOf(name), accountName: 'shop', tags }),
  );
  const run = createReportOfRun(reports);
  return { ...run, runId, startedAt: '2026-11-25T05:00:00Z', finishedAt: '2026-11-25T05:05:30Z', changes: [...changes], ...overrides };
}

export function createChange(overrides: Partial<Change> = {}): Change {
  return {
    kind: 'appeared',
    clusterArn: arnOf('payments'),
    finding: null,
    from: null,
    to: null,
    since: runId,
    base,
    owner: null,
    ...overrides,
  };
}

export function appeared(overrides: Partial<Change> = {}, finding: Parameters<typeof createFinding>[0] = {}): Change {
  return createChange({ finding: createFinding(finding), ...overrides });
}

export function milestone(daysLeft: number, overrides: Partial<Change> = {}, more: Partial<NonNullable<Change['milestone']>> = {}): Change {
  const days = Math.max(0, daysLeft);
  return createChange({
    kind: 'milestone',
    to: String(days),
    milestone: { end: 'standard', endDate: '2026-12-02', days, daysLeft, ...more },
    ...overrides,
  });
}

export function verdictChanged(from: string, to: string, overrides: Partial<Change> = {}): Change {
  return createChange({ kind: 'verdict-changed', from, to, ...overrides });
}

export function createLatest(sinceDigest: Partial<Latest['sinceDigest']> = {}, overrides: Partial<Latest> = {}): Latest {
  return {
    schemaVersion: '1',
    writeId: 'w',
    runId: base,
    startedAt: '2026-11-24T05:00:00Z',
    finishedAt: '2026-11-24T05:05:00Z',
    complete: true,
    failures: [],
    sinceDigest: { sentOn: null, discovered: [], vanished: [], newChecks: [], ...sinceDigest },
    ...overrides,
  };
}

export function plan(run: StoredRun, overrides: Partial<PlanInput> = {}): NotificationPlan {
  const configuration: Configuration = createConfiguration();
  return planMessages({ run, newFailures: [], configuration, latest: createLatest(), ...overrides });
}

/** What the default route is told of a run. */
export function told(items: readonly MessageItem[], overrides: Partial<Told> = {}): Told {
  return {
    runId,
    scannedAt: '2026-11-25T05:05:30Z',
    owner: null,
    items,
    link: 'https://example.com/report.html',
    simulated: false,
    ...overrides,
  };
}

/** The items of the default route. */
export function itemsOf(run: StoredRun, overrides: Partial<PlanInput> = {}): readonly MessageItem[] {
  return plan(run, overrides).messages.find(({ owner }) => owner === null)?.items ?? [];
}
