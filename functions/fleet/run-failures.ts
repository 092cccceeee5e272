import { byCodeUnit } from '../analysis/order.ts';
import type { Latest } from './cluster-state.ts';
import type { Coverage } from './coverage.ts';
import type { StoredRun } from './run-report.ts';

/** Something that a run could not read. */
export interface RunFailure {
  /** Stable between runs: place and code, never the words of an answer. */
  readonly key: string;
  /** One sentence for people. */
  readonly text: string;
}

/** What a run could not read: accounts, regions and clusters that failed, and of clusters that were scanned the evidence that is missing,
 *  by code. In the order of the keys. */
export function failuresOf({ targets, clusters }: Coverage): RunFailure[] {
  const failures = [
    ...[...targets, ...clusters]
      .filter(({ status }) => status === 'failed')
      .map((entry) => failureOf(entry, entry.code ?? 'Internal', entry.message ?? 'not scanned')),
    ...clusters
      .filter(({ status }) => status === 'scanned')
      .flatMap((cluster) =>
        Object.entries(cluster.unavailable).map(([code, number]) => failureOf(cluster, code, `${number} of the kinds of evidence missing`)),
      ),
  ];
  return [...new Map(failures.map((failure) => [failure.key, failure])).values()].toSorted((a, b) => byCodeUnit(a.key, b.key));
}

/** What this run could not read and the last one could. */
export function newFailures(coverage: Coverage, latest: Pick<Latest, 'failures'> | null | undefined): RunFailure[] {
  const known = new Set(latest?.failures);
  return failuresOf(coverage).filter(({ key }) => !known.has(key));
}

/** What else a run brings for `state/latest.json`. */
export interface LatestUpdate {
  /** Checks that gave a result nowhere before this run. @default none */
  readonly newChecks?: readonly string[] | undefined;
  /** Day of the digest that this run sent, YYYY-MM-DD; null or absent when it sent none. */
  readonly digestDay?: string | null | undefined;
  readonly writeId: string;
}

/** The record of the last run as it is after this one; undefined when it stays as it is, because a run that started later was faster, or
 *  this one is in it already. What came and went is gathered until a digest has told of it. */
export function advanceLatest(
  latest: Latest | undefined,
  run: Pick<StoredRun, 'runId' | 'startedAt' | 'finishedAt' | 'coverage' | 'changes'>,
  { newChecks = [], digestDay = null, writeId }: LatestUpdate,
): Latest | undefined {
  if (latest !== undefined && byCodeUnit(latest.runId, run.runId) > 0) return undefined;
  const seen = (kind: 'discovered' | 'vanished') =>
    run.changes.filter((change) => change.kind === kind).map(({ clusterArn }) => clusterArn);
  // A run that is committed again must not gather once more what its digest has told.
  const told = digestDay !== null || (latest?.runId === run.runId && latest.sinceDigest.sentIn === run.runId);
  const gather = (before: readonly string[] = [], now: readonly string[] = []) =>
    told ? [] : [...new Set([...before, ...now])].toSorted(byCodeUnit);
  const before = latest?.sinceDigest;
  const next: Latest = {
    schemaVersion: '1',
    writeId,
    runId: run.runId,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    complete: run.coverage.complete,
    failures: [...new Set([...failuresOf(run.coverage).map(({ key }) => key), ...unseen(latest, run.coverage)])].toSorted(byCodeUnit),
    sinceDigest: {
      sentOn: digestDay ?? before?.sentOn ?? null,
      sentIn: digestDay === null ? (before?.sentIn ?? null) : run.runId,
      discovered: gather(before?.discovered, seen('discovered')),
      vanished: gather(before?.vanished, seen('vanished')),
      newChecks: gather(before?.newChecks, newChecks),
    },
  };
  return latest !== undefined && isSame(latest, next) ? undefined : next;
}

/** What was known of places that this run could not look at: of an account that could not be entered also what failed in its regions. It is
 *  known still, so that the next run that gets there tells only what is new. */
function unseen(latest: Latest | undefined, { targets, clusters }: Coverage): string[] {
  const failed = [...targets, ...clusters].filter(({ status }) => status === 'failed').map(placeOf);
  return latest?.failures.filter((key) => failed.some((place) => key.startsWith(`${place} `) || key.startsWith(`${place}/`))) ?? [];
}

function isSame(a: Latest, b: Latest): boolean {
  return JSON.stringify({ ...a, writeId: '' }) === JSON.stringify({ ...b, writeId: '' });
}

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly name?: string;
}

/** `account`, `account/region` or `account/region/name`. */
function placeOf({ accountId, region, name }: Place): string {
  return [accountId, ...(region === '*' ? [] : [region]), ...(name === undefined ? [] : [name])].join('/');
}

function failureOf({ accountId, region, name }: Place, code: string, why: string): RunFailure {
  const where = region === '*' ? `account ${accountId}` : `account ${accountId}, ${region}`;
  return {
    key: `${[accountId, region, ...(name === undefined ? [] : [name])].join('/')} ${code}`,
    text: `${name === undefined ? '' : `cluster ${name}, `}${where}: ${code}: ${why}`,
  };
}
