import type { RotationDesk, RotationNotice } from '../../functions/rotation/ports.ts';
import { publishConfiguration } from '../../functions/store/configuration.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';

/** A desk in memory with a clock that a test moves, and what was told. */
export async function createDesk(rotation: Readonly<Record<string, unknown>> = {}, store: ObjectStore = memoryStore().store) {
  let now = Date.parse('2026-11-21T12:00:00Z');
  let ids = 0;
  const notices: RotationNotice[] = [];
  await publishConfiguration(store, createConfiguration({ rotation: { enabled: true, ...rotation } }));
  const desk: RotationDesk = {
    store,
    clock: () => new Date(now),
    randomId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    tell: async (notice) => {
      notices.push(notice);
    },
  };
  return {
    ...desk,
    notices,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

export const payments = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
export const paymentsInput = { accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments' };

export const startOf = (name: string, input: unknown = paymentsInput) => ({
  input,
  executionName: name,
  executionArn: `arn:aws:states:eu-west-1:999999999999:execution:node-rotation:${name}`,
});
