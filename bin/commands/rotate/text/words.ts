const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `12 s`, `1 min 10 s`, `1 h 20 min`, `2 d 3 h`: two units at most. */
export function durationText(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [day, 'd'],
    [hour, 'h'],
    [minute, 'min'],
    [second, 's'],
  ];
  const rounded = Math.max(0, Math.round(ms / second)) * second;
  const first = units.findIndex(([size]) => rounded >= size);
  if (first === -1) return '0 s';
  const [size = second, name = 's'] = units[first] ?? [];
  const [smaller, smallerName] = units[first + 1] ?? [];
  const rest = smaller === undefined ? 0 : Math.floor((rounded % size) / smaller);
  return `${Math.floor(rounded / size)} ${name}${rest === 0 ? '' : ` ${rest} ${smallerName}`}`;
}

/** For estimates: whole minutes, `less than a minute`. */
export function aboutText(ms: number): string {
  return ms < minute ? 'less than a minute' : `about ${durationText(Math.round(ms / minute) * minute)}`;
}

/** `2026-11-21 09:00:05 UTC` */
export function instantText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** `09:00:05` */
export function clockText(iso: string): string {
  return iso.slice(11, 19);
}

/** `a, b, c and 4 more` */
export function someOf(names: readonly string[], shown: number): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} more` : names.join(', ');
}
