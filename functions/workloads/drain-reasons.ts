/** What a drain does with a pod: leaves it, moves it, waits for it, or cannot go on because of it. The worst comes first. */
export const drainVerdicts = ['block', 'wait', 'evict', 'skip'] as const;

export type DrainVerdict = (typeof drainVerdicts)[number];

/** Why, with the verdict that follows and the rule of the rotation design that says so. The order is that of reports, and decides which of
 *  several reasons of the same verdict is named first. */
export const drainReasons = [
  { reason: 'stuck-terminating', verdict: 'block', rule: 'D6' },
  { reason: 'daemonset-missing', verdict: 'block', rule: 'D3' },
  { reason: 'daemonset-unverifiable', verdict: 'block', rule: 'D3' },
  { reason: 'unmanaged', verdict: 'block', rule: 'D8' },
  { reason: 'owner-missing', verdict: 'block', rule: 'D12' },
  { reason: 'empty-dir-protected', verdict: 'block', rule: 'D9' },
  { reason: 'disruption-refused', verdict: 'block', rule: 'D10' },
  { reason: 'job-overdue', verdict: 'block', rule: 'D11' },
  { reason: 'data-on-node', verdict: 'block', rule: 'D13' },
  { reason: 'returns-to-cordoned-node', verdict: 'block', rule: 'D15' },
  { reason: 'no-destination', verdict: 'block', rule: 'D16' },
  { reason: 'volume-zone-not-covered', verdict: 'block', rule: 'D17' },
  { reason: 'two-budgets', verdict: 'block', rule: 'D23' },
  { reason: 'budget-never-allows', verdict: 'block', rule: 'F-40' },
  { reason: 'budget-keeps-crash-looping', verdict: 'block', rule: 'F-41' },
  { reason: 'grace-exceeds-deadline', verdict: 'block', rule: 'D28' },
  { reason: 'terminating', verdict: 'wait', rule: 'D5' },
  { reason: 'waits-for-completion', verdict: 'wait', rule: 'D14' },
  { reason: 'job-running', verdict: 'wait', rule: 'D11' },
  { reason: 'budget-refuses-now', verdict: 'wait', rule: 'D22' },
  { reason: 'daemonset-missing-allowed', verdict: 'evict', rule: 'D3' },
  { reason: 'unmanaged-allowed', verdict: 'evict', rule: 'D8' },
  { reason: 'disruption-warned', verdict: 'evict', rule: 'D10' },
  { reason: 'job-evicted', verdict: 'evict', rule: 'D11' },
  { reason: 'empty-dir-lost', verdict: 'evict', rule: 'D9' },
  { reason: 'owner-unverifiable', verdict: 'evict', rule: 'D12' },
  { reason: 'volumes-unverifiable', verdict: 'evict', rule: 'D13' },
  { reason: 'evictable', verdict: 'evict', rule: 'D21' },
  { reason: 'opted-out', verdict: 'skip', rule: 'D14' },
  { reason: 'loss-accepted', verdict: 'skip', rule: 'D14' },
  { reason: 'mirror', verdict: 'skip', rule: 'D1' },
  { reason: 'finished', verdict: 'skip', rule: 'D4' },
  { reason: 'daemonset', verdict: 'skip', rule: 'D2' },
  { reason: 'terminating-unreachable', verdict: 'skip', rule: 'D7' },
] as const satisfies readonly { readonly reason: string; readonly verdict: DrainVerdict; readonly rule: string }[];

export type DrainReason = (typeof drainReasons)[number]['reason'];

const byReason = new Map<DrainReason, { readonly verdict: DrainVerdict; readonly order: number }>(
  drainReasons.map(({ reason, verdict }, order) => [reason, { verdict, order }]),
);

export function verdictOf(reason: DrainReason): DrainVerdict {
  return byReason.get(reason)?.verdict ?? 'block';
}

/** Ascending: in the order of the list, which begins with the worst verdict. */
export function compareReasons(a: DrainReason, b: DrainReason): number {
  return (byReason.get(a)?.order ?? 0) - (byReason.get(b)?.order ?? 0);
}
