import { describe, expect, it } from 'vitest';
import { outcomes } from '../../functions/rotation/phases.ts';
import { readOutcome } from '../../functions/rotation/read-outcome.ts';
import type { RotationRecord } from '../../functions/rotation/record.ts';
import { createRecord, writeIndex } from '../../functions/rotation/record-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { payments } from './desk.ts';
import { createRotationRecord } from './records.ts';

const id = 'rot-payments-1';
async function read(outcome: RotationRecord['outcome']) {
  const { store } = memoryStore();
  await writeIndex(store, id, payments);
  await createRecord(store, createRotationRecord({ outcome }));
  return readOutcome({ store }, { rotationId: id });
}
const at = '2026-11-21T12:00:00.000Z';

describe('how a rotation ended', () => {
  it.each(outcomes)('is read from the record: %s', async (name) => {
    const seen = await read({ name, cause: 'this is why', at });
    expect(seen).toMatchObject({ rotationId: id, outcome: name, success: ['succeeded', 'noop', 'planned'].includes(name) });
    expect(seen.reverted).toBe(name === 'reverted' || name === 'refused');
  });

  it('is an error of its own name, with where the report is', async () => {
    expect(await read({ name: 'hold-both-up', cause: 'blue is short', at })).toMatchObject({
      error: 'RotationHoldBothUp',
      cause: `blue is short (report: rotations/111111111111/eu-west-1/payments/${id}/report.json)`,
    });
  });

  it('busy has no report', async () => {
    expect(await read({ name: 'busy', cause: 'another one is under way', at })).toMatchObject({
      reportKey: null,
      cause: 'another one is under way',
    });
  });

  it('fits into what Step Functions takes for a cause', async () => {
    const { cause } = await read({ name: 'reverted', cause: 'Node ip-10-0-0-1 '.repeat(4000), at });
    expect(cause.length).toBeLessThan(2200);
    expect(cause).toMatch(/…\u0020\(report: /);
  });

  it('is not known while it is under way, nor where there is none', async () => {
    expect(await read(null)).toMatchObject({ outcome: null, success: false, reverted: false, error: 'Internal' });
    expect(await readOutcome({ store: memoryStore().store }, { rotationId: 'rot-9' })).toMatchObject({ outcome: null, error: 'Internal' });
  });
});
