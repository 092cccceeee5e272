import type { Progress } from './step.ts';

/** Characters of a text, and entries of a list, that are passed on. */
const most = { characters: 600, entries: 10 };

/** Pure. What a task answers travels from state to state of a machine, whose payloads are limited: of what names each of 1,000 nodes the beginning
 *  is enough, because the record has all of it. */
export function shortProgress(progress: Progress): Progress {
  return Object.fromEntries(Object.entries(progress).map(([name, value]) => [name, shortValue(value)]));
}

function shortValue(value: Progress[string]): Progress[string] {
  if (typeof value === 'string') return shortText(value);
  if (typeof value !== 'object' || value === null) return value;
  const kept = value.slice(0, most.entries).map((one) => shortText(one));
  return value.length > kept.length ? [...kept, `and ${value.length - kept.length} more`] : kept;
}

/** A text that is too long ends with `…`. */
export function shortText(text: string, characters: number = most.characters): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}
