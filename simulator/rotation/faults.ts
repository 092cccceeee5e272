import { matchesGlob } from '../../functions/config/globs.ts';
import type { ErrorCode } from '../../functions/inventory/error-codes.ts';

/** What happens to a call.
 *  - an error code: it is refused, nothing is done
 *  - `lost-answer`: it is done, and the caller gets a Timeout
 *  - `killed`, `killed-after`: the caller is no more, before it is done or after (`CallerKilled`)
 *  - a status: the API server answers so; for reads it is the error that the adapter makes of it
 *  - `run`: something happens first, then the call goes its way */
export type FaultEffect =
  | ErrorCode
  | 'lost-answer'
  | 'killed'
  | 'killed-after'
  | { readonly status: number; readonly message?: string }
  | { readonly run: () => void };

export interface LiveFault {
  /** Glob: `eks:UpdateNodegroupConfig`, `kubernetes:evict`, `kubernetes:GET /api/v1/pods`, `kubernetes:*`, `*`; `write:*` for all that write. */
  readonly call: string;
  /** Glob over what the call is about: a group, `shop/web-1`, a path. */
  readonly target?: string;
  /** Which of the calls it fits, from 1, counted from when it was added; each of them if absent. */
  readonly nth?: number;
  /** At most so often. */
  readonly times?: number;
  /** Virtual time, milliseconds since the epoch. */
  readonly from?: number;
  readonly until?: number;
  readonly what: FaultEffect;
}

export interface Faults {
  /** @returns what takes it away again */
  add(fault: LiveFault): () => void;
  clear(): void;
  /** What happens to this call; counts it. */
  take(call: string, target: string, isWrite: boolean, now: number): FaultEffect | undefined;
}

/** Whoever made the call was killed in the middle of it, as a function that runs out of time or memory. */
export class CallerKilled extends Error {
  constructor(call: string) {
    super(`the caller was killed in ${call}`);
    this.name = 'CallerKilled';
  }
}

export function faultTable(): Faults {
  const faults = new Map<LiveFault, { seen: number; happened: number }>();
  const fitsCall = ({ call }: LiveFault, name: string, isWrite: boolean) =>
    call.startsWith('write:') ? isWrite && matchesGlob(call.slice('write:'.length), name) : matchesGlob(call, name);
  return {
    add(fault) {
      faults.set(fault, { seen: 0, happened: 0 });
      return () => void faults.delete(fault);
    },
    clear: () => faults.clear(),
    take(call, target, isWrite, now) {
      let effect: FaultEffect | undefined;
      for (const [fault, count] of faults) {
        if (!fitsCall(fault, call, isWrite) || (fault.target !== undefined && !matchesGlob(fault.target, target))) continue;
        if (now < (fault.from ?? 0) || now >= (fault.until ?? Number.POSITIVE_INFINITY)) continue;
        count.seen += 1;
        if ((fault.nth ?? count.seen) !== count.seen || count.happened >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        if (effect !== undefined) continue;
        count.happened += 1;
        effect = fault.what;
      }
      return effect;
    },
  };
}
