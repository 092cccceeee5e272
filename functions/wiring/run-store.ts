import { s3Store } from '../adapters/aws/s3-store.ts';
import { readRunContext } from '../fleet/begin-run.ts';
import type { RunContext } from '../fleet/run-input.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { rememberedSuccess } from './remembered.ts';

/** What every step of a run reads and writes. */
export interface RunStore {
  readonly store: ObjectStore;
  /** @throws Error when there is no such run */
  runContext(runId: string): Promise<RunContext>;
}

export interface RunStoreOptions {
  readonly bucket: string;
  /** Region of the tooling stack. */
  readonly region: string;
}

/** The bucket, for a function that lives through many invocations: the context of a run, which never changes, is read once. */
export function openRunStore({ bucket, region }: RunStoreOptions): RunStore {
  const store = s3Store({ bucket, region });
  const contexts = rememberedSuccess((runId: string) => readRunContext(store, runId));
  return {
    store,
    async runContext(runId) {
      const context = await contexts(runId);
      if (!context) throw new Error(`there is no run "${runId}" in ${bucket}`);
      return context;
    },
  };
}
