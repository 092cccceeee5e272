import { environmentOf } from './attributes.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { isChange, type MessageItem } from './item.ts';
import { itemCap, type Told } from './message-parts.ts';
import { bytesOf } from './words.ts';

/** An SNS message may have 256 KB in all, and the event stands in it as a text within JSON; mail and attributes need the rest.
 *  @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
const eventBytes = 140_000;

type Json = Readonly<Record<string, unknown>>;

/** What HTTPS, SQS and Lambda subscribers get: every item that the text spells out, as data. When it is too much, first the facts of
 *  findings are left out (`factsOmitted`), then the last items (`itemsOmitted` counts them, with those over the cap). */
export function alertEvent(told: Told): Json {
  const shown = [
    ...told.items.filter(({ kind }) => kind !== 'digest').slice(0, itemCap),
    ...told.items.filter(({ kind }) => kind === 'digest'),
  ];
  const full = eventOf(told, shown, false);
  if (fits(full)) return full;
  for (let length = shown.length; length > 0; length -= 1) {
    const shorter = eventOf(told, shown.slice(0, length), true);
    if (fits(shorter)) return shorter;
  }
  return eventOf(told, [], true);
}

function fits(event: Json): boolean {
  return bytesOf(JSON.stringify(JSON.stringify(event))) <= eventBytes;
}

function eventOf({ runId, owner, items, link, simulated }: Told, shown: readonly MessageItem[], factsOmitted: boolean): Json {
  return {
    schemaVersion: '1',
    runId,
    owner,
    ...(simulated ? { simulated } : {}),
    items: shown.map((item) => itemData(item, factsOmitted)),
    itemsOmitted: items.length - shown.length,
    ...(factsOmitted ? { factsOmitted } : {}),
    link,
  };
}

function itemData(item: MessageItem, factsOmitted: boolean): Json {
  if (isChange(item)) return { id: item.id, ...changeData(item.change, factsOmitted), cluster: clusterData(item.cluster) };
  const { id, kind } = item;
  return item.kind === 'digest' ? { id, kind, digest: item.digest } : { id, kind, failures: item.failures };
}

/** A change as it stands in the report of the run, with or without the facts of its finding. */
export function changeData<T extends { readonly finding: object | null }>(change: T, factsOmitted: boolean): Json {
  return factsOmitted && change.finding !== null ? { ...change, finding: { ...change.finding, facts: {} } } : change;
}

/** What subscribers get of a cluster. Tags may hold anything: only the environment goes out. */
export function clusterData({ tags, ...facts }: ClusterFacts): Json {
  return { ...facts, environment: environmentOf(tags) ?? null };
}
