import { createHash } from 'node:crypto';
import type { Configuration } from './schema.ts';

/** First 16 hex digits of SHA-256 over the canonical JSON of a configuration: the `configurationHash` of every run. Order of keys,
 *  comments, quotes and spelled-out defaults in the file do not change it; the order of lists does. */
export function configurationHash(configuration: Configuration): string {
  return createHash('sha256').update(canonicalJson(configuration)).digest('hex').slice(0, 16);
}

/** JSON with the keys of every object in code-unit order; keys without a value are left out, as in `JSON.stringify`. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}
