import type { Change } from '../fleet/change.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import { keys } from '../store/layout.ts';
import { changeData, clusterData } from './event.ts';
import { type ChangeItem, type Item, isChange } from './item.ts';
import type { EventEntry } from './messages.ts';
import { bytesOf } from './words.ts';

/** An entry may have 256 KB; detail type, source and resources need some of it.
 *  @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const detailBytes = 240_000;

const detailTypeOf: Readonly<Record<Change['kind'], EventEntry['detailType']>> = {
  appeared: 'Finding Appeared',
  worsened: 'Finding Appeared',
  resolved: 'Finding Resolved',
  'verdict-changed': 'Verdict Changed',
  discovered: 'Cluster Discovered',
  vanished: 'Cluster Vanished',
  'version-changed': 'Cluster Version Changed',
  milestone: 'Cluster Support Milestone',
  stale: 'Cluster Stale',
};

interface EventContext {
  readonly run: StoredRun;
  readonly link: string | null;
}

/** The event of one change, or of the end of the run. */
export function eventEntry(item: Item, { run, link }: EventContext): EventEntry {
  const common = { schemaVersion: '1', runId: run.runId, link };
  if (isChange(item)) return changeEntry(item, common);
  return {
    detailType: 'Fleet Scan Completed',
    resources: [],
    detail: {
      ...common,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      complete: run.coverage.complete,
      totals: run.totals,
      reportKey: keys.run(run.runId),
    },
  };
}

/** The event of a change that never was. */
export function sampleEvent(item: ChangeItem, runId: string, link: string | null): EventEntry {
  return changeEntry(item, { schemaVersion: '1', runId, simulated: true, link });
}

function changeEntry({ change, cluster }: ChangeItem, common: Readonly<Record<string, unknown>>): EventEntry {
  const subject = change.finding?.subject.arn;
  const detail = (factsOmitted: boolean) => ({
    ...common,
    ...changeData(change, factsOmitted),
    cluster: clusterData(cluster),
    ...(factsOmitted ? { factsOmitted } : {}),
  });
  const full = detail(false);
  return {
    detailType: detailTypeOf[change.kind],
    resources: [...new Set([change.clusterArn, ...(subject ? [subject] : [])])],
    detail: bytesOf(JSON.stringify(full)) <= detailBytes ? full : detail(true),
  };
}
