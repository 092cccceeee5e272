/** Which nodes are drained (D29): seen empty at two fresh looks, at least so far apart, and at every look between. A node that is not empty at
 *  a look begins again.
 *  @param emptySince of the looks before, by node
 *  @param looked each node, and whether it is empty now; one that is gone holds nothing */
export function lookAgain(
  emptySince: Readonly<Record<string, string>>,
  looked: readonly { readonly node: string; readonly empty: boolean }[],
  at: Date,
  apartSeconds: number,
): {
  readonly emptySince: Record<string, string>;
  readonly drained: readonly string[];
  /** Were empty, and hold pods again (D30). */
  readonly bounced: readonly string[];
  /** Until the next look can tell; undefined where no node is empty for the first time. */
  readonly waitMs: number | undefined;
} {
  const since: Record<string, string> = {};
  const drained: string[] = [];
  const bounced: string[] = [];
  let waitMs: number | undefined;
  for (const { node, empty } of looked) {
    const before = emptySince[node];
    if (!empty) {
      if (before !== undefined) bounced.push(node);
      continue;
    }
    since[node] = before ?? at.toISOString();
    const left = Date.parse(since[node] ?? '') + apartSeconds * 1000 - at.getTime();
    if (before !== undefined && left <= 0) drained.push(node);
    else waitMs = Math.max(waitMs ?? 0, left);
  }
  return { emptySince: since, drained, bounced, waitMs };
}
