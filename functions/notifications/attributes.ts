import { isChange } from './item.ts';
import type { Told } from './message-parts.ts';
import { type AttributeName, attributeNames, type MessageAttributes } from './messages.ts';
import { bytesOf, cut, oneLine } from './words.ts';

/** Bytes of one attribute, as JSON. Attributes count towards the 256 KB of a message; who has more changed clusters at once than fit here
 *  filters by owner or account instead of names. */
const bytesOfAttribute = 6_000;

/** What subscriptions filter by: the distinct values over all items, those that the text only counts included. The owner is the one whose
 *  route this is, so that a filter on it is the route. */
export function messageAttributes({ items, owner }: Told): MessageAttributes {
  const values: Record<AttributeName, (string | null | undefined)[]> = {
    kind: items.map(({ kind }) => kind),
    severity: [],
    accountId: [],
    region: [],
    cluster: [],
    owner: [owner],
    version: [],
    environment: [],
  };
  for (const item of items.filter(isChange)) {
    const { change, cluster } = item;
    values.severity.push(change.finding?.severity);
    values.accountId.push(cluster.accountId);
    values.region.push(cluster.region);
    values.cluster.push(cluster.name);
    values.version.push(cluster.version);
    values.environment.push(environmentOf(cluster.tags));
    values.owner.push(change.owner);
  }
  const entries = attributeNames.map((name) => [name, distinct(values[name])] as const).filter(([, list]) => list.length > 0);
  return Object.fromEntries(entries);
}

function distinct(values: readonly (string | null | undefined)[]): string[] {
  const texts = values.flatMap((value) => (value ? [cut(oneLine(value), 256)] : [])).filter((value) => value !== '');
  let bytes = 2;
  return [...new Set(texts)].filter((value) => {
    bytes += bytesOf(JSON.stringify(value)) + 1;
    return bytes <= bytesOfAttribute;
  });
}

/** The cluster tag `environment`, however it is capitalized. */
export function environmentOf(tags: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(tags).find(([key]) => key.toLowerCase() === 'environment')?.[1];
}
