import * as nodeModule from 'node:module';
import { setFlagsFromString } from 'node:v8';

/** Makes V8 collect garbage before it asks the system for more memory. Pages of a large cluster are garbage as soon as they are trimmed, and by
 *  default V8 lets them pile up: 10,000 pods took 365 MiB of resident memory, and take 260 MiB so, for a tenth more CPU time (docs/benchmarks.md).
 *  Both flags only steer when V8 collects, and are read at each collection, so they may be set while the program runs.
 *  On the heap of a small scan they have no effect. */
export function keepHeapSmall(): void {
  // Megabytes of one half of the young generation; it holds what a page leaves behind.
  setFlagsFromString('--max-semi-space-size=16');
  setFlagsFromString('--semi-space-growth-factor=1');
  // The old generation may grow by half of what is alive before it is collected.
  setFlagsFromString('--heap-growing-percent=50');
}

/** Keeps compiled code for the next start, in the folder of the system for temporary files: the SDK is large. */
export function keepCompiledCode(): void {
  // Of the namespace: a named import would be an error of syntax on a version without it, before anybody can say what is wrong.
  nodeModule.enableCompileCache();
}
