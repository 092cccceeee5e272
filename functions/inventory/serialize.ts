import type { Inventory } from './inventory.ts';

/** The JSON of an inventory in pieces, one object of a list at a time: a large cluster never stands in memory as one string. */
export function* inventoryJson(inventory: Inventory): Generator<string> {
  const { evidence, collection, ...head } = inventory;
  yield `${JSON.stringify(head).slice(0, -1)},"evidence":{`;
  let first = true;
  for (const [key, entry] of Object.entries(evidence)) {
    yield `${first ? '' : ','}\n${JSON.stringify(key)}:`;
    first = false;
    if (entry.status === 'collected' && Array.isArray(entry.data)) yield* listJson(entry, entry.data);
    else yield JSON.stringify(entry);
  }
  yield '\n}';
  if (collection !== undefined) yield `,"collection":${JSON.stringify(collection)}`;
  yield '}\n';
}

function* listJson(entry: Inventory['evidence'][string], items: readonly unknown[]): Generator<string> {
  yield `${JSON.stringify({ ...entry, data: undefined }).slice(0, -1)},"data":[`;
  let separator = '\n';
  for (const item of items) {
    // Like JSON.stringify of the whole list: what has no JSON is null there.
    yield separator + (JSON.stringify(item) ?? 'null');
    separator = ',\n';
  }
  yield ']}';
}
