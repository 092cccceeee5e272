import type { Collection } from '../functions/inventory/inventory.ts';

type Cost = Omit<Collection, 'durationMs'>;

/** Counts what a scan costs each API: `eks`, `ec2`, `kubernetes`. */
export interface Meter {
  request(api: string): void;
  /** Bytes of JSON that were answered. */
  answer(api: string, bytes: number): void;
  cost(): Cost;
}

/** A meter; what it counts is counted by its parent too. */
export function createMeter(parent?: Meter): Meter {
  const requests: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  return {
    request(api) {
      requests[api] = (requests[api] ?? 0) + 1;
      parent?.request(api);
    },
    answer(api, size) {
      bytes[api] = (bytes[api] ?? 0) + size;
      parent?.answer(api, size);
    },
    cost: () => ({ requests: { ...requests }, bytes: { ...bytes } }),
  };
}
