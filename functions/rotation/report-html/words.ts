import type { RotationReport } from '../rotation-report.ts';

/** How an outcome reads, and whether it is good. The word says it, not the colour. */
export const outcomeWords: Readonly<
  Record<RotationReport['outcome']['name'], { readonly title: string; readonly tone: 'good' | 'warn' | 'bad' }>
> = {
  succeeded: { title: 'Succeeded: green serves', tone: 'good' },
  noop: { title: 'Nothing to do', tone: 'good' },
  planned: { title: 'Planned: nothing was changed', tone: 'good' },
  busy: { title: 'Busy: another rotation is under way', tone: 'warn' },
  refused: { title: 'Refused: nothing was changed', tone: 'warn' },
  reverted: { title: 'Reverted: blue serves again', tone: 'warn' },
  'hold-both-up': { title: 'Both groups are up: somebody must look', tone: 'bad' },
  'dirty-finish': { title: 'Green serves, but something is left to do: somebody must look', tone: 'bad' },
};

/** `1 h 4 min`, `12 min 30 s`, `45 s` */
export function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}

/** `2026-03-01 12:00:05` in UTC; what is no date stays as it is. */
export function moment(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(iso) ? iso.slice(0, 19).replace('T', ' ') : iso;
}
