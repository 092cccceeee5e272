import { effectiveOptions } from '../../functions/config/rotation-options.ts';
import { noStamps, type RotationRecord } from '../../functions/rotation/record.ts';

/** A rotation of cluster payments that has just begun. */
export function createRotationRecord(overrides: Partial<RotationRecord> = {}): RotationRecord {
  const at = '2026-11-21T12:00:00.000Z';
  return {
    schemaVersion: 1,
    writeId: 'first',
    rotationId: 'rot-payments-1',
    cluster: {
      accountId: '111111111111',
      region: 'eu-west-1',
      name: 'payments',
      arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments',
    },
    startedAt: at,
    startedBy: null,
    input: {},
    options: effectiveOptions(),
    dryRun: false,
    blue: { kind: 'managed', name: 'workers-a' },
    green: { kind: 'managed', name: 'workers-b' },
    create: null,
    greenCreated: false,
    pair: null,
    size: 4,
    phase: 'acquire',
    phaseStartedAt: { acquire: at },
    lastStepAt: at,
    fence: 1,
    sequence: 0,
    desiredState: 'continue',
    desiredReason: null,
    snapshot: null,
    problems: [],
    stamps: noStamps,
    batches: [],
    approval: null,
    committed: false,
    revert: null,
    troubleSince: {},
    waitingFor: null,
    outcome: null,
    told: [],
    notes: {},
    ...overrides,
  };
}
