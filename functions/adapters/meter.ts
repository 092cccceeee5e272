import type { Collection } from '../inventory/inventory.ts';

export type MeteredApi = 'eks' | 'ec2' | 'autoscaling' | 'ssm' | 'cloudwatch' | 'servicequotas' | 'sts' | 'kubernetes';

/** What one scan cost each API. */
export interface Meter {
  /** One request on the wire; a retry is one more. */
  request(api: MeteredApi): void;
  /** Bytes of response bodies, as received (compressed where the server compressed). */
  answer(api: MeteredApi, bytes: number): void;
  cost(): Omit<Collection, 'durationMs'>;
}

export function createMeter(): Meter {
  const requests: Partial<Record<MeteredApi, number>> = {};
  const bytes: Partial<Record<MeteredApi, number>> = {};
  return {
    request(api) {
      requests[api] = (requests[api] ?? 0) + 1;
    },
    answer(api, size) {
      bytes[api] = (bytes[api] ?? 0) + size;
    },
    cost: () => ({ requests: { ...requests }, bytes: { ...bytes } }),
  };
}
