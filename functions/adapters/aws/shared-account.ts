import type { AccountPort } from '../../inventory/ports.ts';
import { firstSuccess } from './first-success.ts';

/** Usage and quotas of the accounts of one run. */
export interface SharedAccounts {
  /** Those of an account in a region, as one of its clusters asks for them: read through `live` unless another cluster did, or does. */
  of(accountId: string, region: string, live: AccountPort): AccountPort;
}

/** One reading per account and region however many clusters ask at once. A failure is not remembered: it may be the deadline of the
 *  cluster that asked first. */
export function sharedAccounts(): SharedAccounts {
  const shared = firstSuccess<unknown>();
  return {
    of: (accountId, region, live) => ({
      usage: () => shared(`${accountId} ${region} usage`, live.usage),
      quotas: () => shared(`${accountId} ${region} quotas`, live.quotas),
    }),
  };
}
