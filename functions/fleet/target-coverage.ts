import { errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import type { TargetCoverage } from './coverage.ts';

type Place = Pick<TargetCoverage, 'accountId' | 'region'>;

/** A target whose clusters were listed. */
export function scannedTarget({ accountId, region }: Place): TargetCoverage {
  return { accountId, region, status: 'scanned', code: null, message: null, reason: null };
}

/** A target that could not be read, and why. */
export function failedTarget({ accountId, region }: Place, error: unknown): TargetCoverage {
  return { accountId, region, status: 'failed', code: errorCodeOf(error), message: messageOf(error), reason: null };
}
