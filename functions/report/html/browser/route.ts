/** What the address asks for. */
export type Route =
  | { readonly view: 'fleet' | 'owners' | 'everything' }
  | { readonly view: 'owner'; readonly owner: string }
  | { readonly view: 'cluster'; readonly place: readonly string[]; readonly finding: string | undefined };

/** The route behind the #; undefined for the id of a place in the present view. */
export function routeOf(hash: string): Route | undefined {
  if (hash !== '' && hash !== '#' && !hash.startsWith('#/')) return undefined;
  const [first = '', second, third, finding] = hash.slice(2).split('/').map(decoded);
  if (first === 'owners') return second === undefined ? { view: 'owners' } : { view: 'owner', owner: second };
  if (first === 'everything') return { view: 'everything' };
  if (second !== undefined && third !== undefined) return { view: 'cluster', place: [first, second, third], finding };
  return { view: 'fleet' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
