import { isoSeconds } from '../versions/days.ts';

/** `2026-11-21T06-00-00Z-<8 hex>`: sorts by time, and is a valid part of a file name. */
export function runId(startedAt: Date, suffix: string): string {
  return `${isoSeconds(startedAt).replaceAll(':', '-')}-${suffix}`;
}
