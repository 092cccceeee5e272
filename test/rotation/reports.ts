import type { Batch, RotationRecord, TimelineEvent } from '../../functions/rotation/record.ts';
import { noStamps } from '../../functions/rotation/record.ts';
import { buildReport, type RotationReport } from '../../functions/rotation/rotation-report.ts';
import { createRotationRecord } from './records.ts';
import { groupSnapshotOf, snapshotOfWorld, workloadOf } from './soak-world.ts';

export const outcomeAt = '2026-11-21T13:30:00.000Z';

export function createBatch(overrides: Partial<Batch> = {}): Batch {
  return {
    index: 0,
    nodes: ['node-a1'],
    side: 'blue',
    state: 'done',
    startedAt: '2026-11-21T12:20:00.000Z',
    excludedAt: null,
    emptySince: {},
    drainedAt: '2026-11-21T12:22:00.000Z',
    settledAt: '2026-11-21T12:23:00.000Z',
    endedAt: '2026-11-21T12:25:30.000Z',
    blockers: [],
    evictions: {},
    moved: ['Deployment shop/web'],
    evicted: 7,
    quarantined: [],
    ...overrides,
  };
}

const managed = (name: string, min: number, desired: number, max: number) => ({
  kind: 'managed' as const,
  name,
  autoScalingGroupName: `eks-${name}`,
  bounds: { min, desired, max },
  status: 'ACTIVE',
  version: '1.35',
  releaseVersion: '1.35.2-20261115',
  taints: [],
  suspendedProcesses: [],
});

/** A rotation that succeeded, with something of everything in it. */
export function finishedRecord(overrides: Partial<RotationRecord> = {}): RotationRecord {
  return createRotationRecord({
    startedBy: 'arn:aws:sts::111111111111:assumed-role/admin/anna',
    greenCreated: true,
    size: 2,
    phase: 'finish',
    phaseStartedAt: {
      acquire: '2026-11-21T12:00:00.000Z',
      snapshot: '2026-11-21T12:00:05.000Z',
      'scale-green': '2026-11-21T12:01:00.000Z',
      'cordon-blue': '2026-11-21T12:19:00.000Z',
      drain: '2026-11-21T12:20:00.000Z',
      soak: '2026-11-21T12:26:00.000Z',
      finish: '2026-11-21T13:29:00.000Z',
    },
    snapshot: snapshotOfWorld({
      blue: groupSnapshotOf({
        kind: 'managed',
        name: 'workers-a',
        autoScalingGroupName: 'eks-workers-a',
        version: '1.35',
        releaseVersion: '1.35.0-20260901',
      }),
      green: null,
      workloads: [workloadOf(), workloadOf({ name: 'api', ready: 1 }), workloadOf({ name: 'mail' })],
    }),
    stamps: {
      ...noStamps,
      frozen: true,
      suspended: { 'eks-workers-a': ['AZRebalance', 'AlarmNotification'] },
      surged: { 'Deployment shop/api': 1 },
      standbyGuard: true,
      lost: ['Pod shop/debug'],
    },
    batches: [
      createBatch(),
      createBatch({
        index: 1,
        nodes: ['node-a2'],
        state: 'failed',
        endedAt: null,
        evicted: 3,
        evictions: {
          'uid-1': {
            pod: 'shop/web-1',
            firstAt: '2026-11-21T12:25:40.000Z',
            lastAt: '2026-11-21T12:25:50.000Z',
            dueAt: outcomeAt,
            status: 429,
            message: 'budget web allows no eviction',
          },
          'uid-2': {
            pod: 'shop/web-2',
            firstAt: '2026-11-21T12:25:40.000Z',
            lastAt: '2026-11-21T12:25:50.000Z',
            dueAt: outcomeAt,
            status: 201,
            message: '',
          },
        },
        blockers: [
          {
            verdict: 'block',
            reason: 'unmanaged',
            pod: 'Pod shop/debug',
            node: 'node-a2',
            message: 'it has no controller',
            since: '2026-11-21T12:25:40.000Z',
          },
        ],
      }),
    ],
    committed: true,
    approval: { state: 'approved', deadline: outcomeAt, nonce: 'secret-nonce', by: 'anna', at: '2026-11-21T13:00:00.000Z' },
    problems: [
      {
        id: 'single-replica',
        rule: '10',
        severity: 'warn',
        object: 'Deployment shop/api',
        message: 'one replica: it has a gap while it moves',
        remedy: 'run two',
        waived: false,
      },
      {
        id: 'pod-blocked',
        rule: '9',
        severity: 'block',
        object: 'Pod shop/debug',
        message: 'it has no controller',
        remedy: null,
        waived: true,
      },
    ],
    notes: {
      plan: { batches: 2 },
      availability: { 'Deployment shop/web': { desired: 2, ready: 1, at: '2026-11-21T12:21:00.000Z' } },
      lastLook: {
        at: '2026-11-21T13:29:30.000Z',
        blue: managed('workers-a', 0, 0, 5),
        green: managed('workers-b', 1, 2, 5),
        differences: [],
      },
    },
    ...overrides,
  });
}

export const sampleTimeline: readonly TimelineEvent[] = [
  { at: '2026-11-21T12:20:10.000Z', phase: 'drain', kind: 'pod', object: 'Pod shop/web-1', message: 'evicted from node-a1' },
  { at: '2026-11-21T13:29:30.000Z', phase: 'finish', kind: 'decision', object: 'rot-payments-1', message: 'finish is done' },
];

export function sampleReport(overrides: Partial<RotationRecord> = {}, outcome: Partial<RotationReport['outcome']> = {}): RotationReport {
  return buildReport({
    record: finishedRecord(overrides),
    timeline: sampleTimeline,
    outcome: { name: 'succeeded', cause: 'green serves 2 nodes, and blue is a standby of 0', at: outcomeAt, ...outcome },
  });
}
