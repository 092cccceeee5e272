import type { EventEntry } from '../messages.ts';
import { cut, oneLine } from '../words.ts';
import type { RotationEvent } from './event-schema.ts';
import { newsKindOf, type RotationNews } from './news.ts';

/** Characters of a sentence; with ten of them an event is far from the 256 KB that it may have. */
const textLimit = 2_000;

/** News as data. */
export function rotationEvent(news: RotationNews): RotationEvent {
  const { id, at, rotationId, blue, green, phase, outcome, reportKey, reportLink, consoleLink } = news;
  const { arn, accountId, region, name } = news.cluster;
  return {
    schemaVersion: '1',
    kind: newsKindOf(news),
    id,
    at,
    rotationId,
    cluster: { arn, accountId, region, name },
    blue,
    green,
    phase,
    outcome,
    cause: news.cause === null ? null : cut(oneLine(news.cause), textLimit),
    blockers: news.blockers.map((blocker) => cut(oneLine(blocker), textLimit)),
    approval: news.kind === 'approval-requested' ? news.approval : null,
    reportKey,
    reportLink,
    consoleLink,
  };
}

/** The event of the default bus; undefined for what only people are told. */
export function rotationBusEntry(news: RotationNews): EventEntry | undefined {
  if (news.kind !== 'phase-changed' && news.kind !== 'finished') return undefined;
  const detailType = news.kind === 'finished' ? 'Rotation Finished' : 'Rotation Phase Changed';
  return { detailType, resources: [news.cluster.arn], detail: rotationEvent(news) };
}
