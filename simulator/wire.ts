import { setTimeout as sleep } from 'node:timers/promises';
import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { Meter } from './meter.ts';
import type { Fault } from './world.ts';

export interface WireOptions {
  readonly meter: Meter;
  readonly faults?: readonly Fault[];
  /** Real time that each request takes. @default 0, which does not even yield to the event loop */
  readonly latencyMs?: number;
}

/** The way of a request through the simulated network: counted, delayed, failed as the fault table says, and answered as JSON. */
export interface Wire {
  /** @throws CollectionError of the fault table, or what `respond` throws */
  request(api: string, operation: string, respond: () => unknown): Promise<unknown>;
}

export function createWire({ meter, faults = [], latencyMs = 0 }: WireOptions): Wire {
  const requestsOf = new Map<string, number>();
  return {
    async request(api, operation, respond) {
      const nth = (requestsOf.get(operation) ?? 0) + 1;
      requestsOf.set(operation, nth);
      meter.request(api);
      if (latencyMs > 0) await sleep(latencyMs);
      const fault = faults.find((one) => (one.operation ?? operation) === operation && (one.nth ?? nth) === nth);
      if (fault) throw new CollectionError(fault.code, fault.message ?? `${operation} failed: simulated ${fault.code}`);
      const json = JSON.stringify(await respond());
      meter.answer(api, Buffer.byteLength(json));
      // Parsed again: what arrives shares nothing with the world, and holds only what JSON can carry.
      return JSON.parse(json);
    },
  };
}

interface Paging<T> {
  /** Asked again for each page, inside the request: a list answers what is there then. */
  readonly items: () => readonly T[];
  /** Items per page. */
  readonly size: number;
  readonly request: (respond: () => unknown) => Promise<unknown>;
  /** The answer with these items. Tokens for the next page stay inside, as they do in the real adapters. */
  readonly answer: (page: readonly T[]) => unknown;
}

/** One request a page; a list without items has one empty page. */
export async function* pagesOf<T>({ items, size, request, answer }: Paging<T>): AsyncIterable<unknown> {
  let next: number | undefined = 0;
  while (next !== undefined) {
    const start: number = next;
    yield await request(() => {
      const all = items();
      const end = start + size;
      next = end < all.length ? end : undefined;
      return answer(all.slice(start, end));
    });
  }
}
