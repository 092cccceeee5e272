import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "milestones"?`, or nothing when no candidate is near: at most a third of the letters differ, or two. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const nearest = closest(word, candidates);
  const allowed = Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), nearest.toLowerCase()) <= Math.min(allowed, nearest.length - 1) ? `; did you mean "${nearest}"?` : '';
}
