import * as z from 'zod';
import { parseAnswer } from '../inventory/parse.ts';
import { dipsIn } from './decide/availability.ts';
import { adviceFor } from './decide/code-advice.ts';
import { groupSummary, groupSummarySchema, lastLookIn } from './decide/live-world.ts';
import { nameOfWorkload } from './decide/workloads.ts';
import { outcomes, phases } from './phases.ts';
import { blockerSchema, groupPlaceSchema, problemSchema, type RotationRecord, type TimelineEvent, timelineEventSchema } from './record.ts';

const iso = z.string();
const seconds = z.number();

const groupReportSchema = z.object({
  ...groupPlaceSchema.shape,
  created: z.boolean().describe('Made by the rotation.'),
  before: groupSummarySchema.nullable().describe('As in the snapshot; null where there was none.'),
  after: groupSummarySchema.nullable().describe('As read at the end; null where it was not read then, or is gone.'),
});

const phaseReportSchema = z.object({ phase: z.enum(phases), startedAt: iso, endedAt: iso, seconds });

const batchReportSchema = z.object({
  index: z.number(),
  side: z.enum(['blue', 'green']),
  state: z.string(),
  nodes: z.array(z.string()),
  startedAt: iso,
  drainedAt: iso.nullable(),
  settledAt: iso.nullable(),
  endedAt: iso.nullable(),
  seconds: seconds.nullable().describe('From its start to its end; null where it did not end.'),
  evicted: z.number(),
  refused: z.array(z.object({ pod: z.string(), status: z.number(), message: z.string(), firstAt: iso, lastAt: iso })),
  quarantined: z.array(z.string()),
  blockers: z.array(blockerSchema),
});

const workloadReportSchema = z.object({
  workload: z.string().describe('`kind namespace/name`'),
  desiredBefore: z.number(),
  readyBefore: z.number(),
  brokenBefore: z.boolean().describe('Fewer Ready than desired, Pending or crashing pods before anything was changed.'),
  fewest: z
    .object({ desired: z.number(), ready: z.number(), at: iso })
    .nullable()
    .describe('The fewest Ready replicas that any look saw; null where none saw fewer than desired.'),
});

/** Report of a rotation at its end. */
export const rotationReportSchema = z.object({
  schemaVersion: z.literal(1),
  rotationId: z.string(),
  cluster: z.object({ accountId: z.string(), region: z.string(), name: z.string(), arn: z.string() }),
  outcome: z.object({ name: z.enum(outcomes), cause: z.string(), at: iso }),
  startedAt: iso,
  startedBy: z.string().nullable(),
  seconds: seconds.describe('From start to end.'),
  dryRun: z.boolean(),
  nodes: z.number().describe('Nodes that served before.'),
  blue: groupReportSchema.nullable(),
  green: groupReportSchema.nullable(),
  phases: z.array(phaseReportSchema),
  batches: z.array(batchReportSchema),
  evicted: z.number(),
  workloads: z.array(workloadReportSchema),
  lost: z.array(z.string()).describe('Pods that were deleted because a list allowed it.'),
  changed: z.array(z.string()).describe('What the rotation changed and has to take back.'),
  verified: z
    .object({ at: iso, differences: z.array(z.string()) })
    .nullable()
    .describe('The last comparison of the world with what it must be; null where there was none.'),
  revert: z.object({ cause: z.string(), from: z.enum(phases), since: iso, starts: z.number(), left: z.array(z.string()) }).nullable(),
  problems: z.array(problemSchema).describe('Findings of the preflight; those that were waived are marked.'),
  approval: z.object({ state: z.string(), by: z.string().nullable(), at: iso.nullable() }).nullable(),
  plan: z.json().nullable(),
  code: z
    .array(z.object({ tool: z.enum(['Terraform', 'CloudFormation', 'eksctl']), object: z.string(), change: z.string() }))
    .describe('What to change in code, so that the next apply does not undo it.'),
  timeline: z.array(timelineEventSchema),
});
export type RotationReport = z.output<typeof rotationReportSchema>;

/** What a report is made of: the record, what happened, and how it ends. Of the world it says only what was read (F-84). */
export interface ReportSource {
  readonly record: RotationRecord;
  readonly timeline: readonly TimelineEvent[];
  readonly outcome: NonNullable<RotationRecord['outcome']>;
}

export function buildReport({ record, timeline, outcome }: ReportSource): RotationReport {
  const { rotationId, cluster, startedAt, startedBy, dryRun, size, batches, stamps, revert, problems, approval, notes } = record;
  const look = lastLookIn(notes);
  return {
    schemaVersion: 1,
    rotationId,
    cluster,
    outcome,
    startedAt,
    startedBy,
    seconds: secondsBetween(startedAt, outcome.at),
    dryRun,
    nodes: size,
    blue: groupReport(record, 'blue'),
    green: groupReport(record, 'green'),
    phases: phaseReports(record, outcome.at),
    batches: batches.map(batchReport),
    evicted: batches.reduce((sum, { evicted }) => sum + evicted, 0),
    workloads: workloadReports(record),
    lost: [...stamps.lost],
    changed: changesOf(record),
    verified: look ? { at: look.at, differences: look.differences } : null,
    revert: revert && { cause: revert.cause, from: revert.from, since: revert.since, starts: revert.starts, left: revert.left },
    problems,
    approval: approval && { state: approval.state, by: approval.by, at: approval.at },
    plan: notes.plan ?? null,
    code: codeAdvice(record, outcome.name),
    timeline: [...timeline],
  };
}

/** @throws CollectionError InvalidResponse when it is no report */
export function parseReport(body: Uint8Array, key: string): RotationReport {
  return parseAnswer(rotationReportSchema, JSON.parse(new TextDecoder().decode(body)), key);
}

function groupReport(record: RotationRecord, side: 'blue' | 'green'): RotationReport['blue'] {
  const place = record[side];
  if (!place) return null;
  const before = record.snapshot?.[side];
  return {
    ...place,
    created: side === 'green' && record.greenCreated,
    before: before ? groupSummary(before) : null,
    after: lastLookIn(record.notes)?.[side] ?? null,
  };
}

/** A phase lasts until the next one begins; of a phase that a second start went through again the first time counts. */
function phaseReports({ phaseStartedAt }: RotationRecord, endedAt: string): RotationReport['phases'] {
  const started = phases
    .flatMap((phase) => {
      const startedAt = phaseStartedAt[phase];
      return startedAt === undefined ? [] : [{ phase, startedAt }];
    })
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return started.map(({ phase, startedAt }, index) => {
    const end = started[index + 1]?.startedAt ?? endedAt;
    return { phase, startedAt, endedAt: end, seconds: secondsBetween(startedAt, end) };
  });
}

function batchReport(batch: RotationRecord['batches'][number]): RotationReport['batches'][number] {
  const { index, side, state, nodes, startedAt, drainedAt, settledAt, endedAt, evicted, quarantined, blockers, evictions } = batch;
  const refused = Object.values(evictions)
    .filter(({ status }) => status >= 300 && status !== 404)
    .map(({ pod, status, message, firstAt, lastAt }) => ({ pod, status, message, firstAt, lastAt }));
  return {
    index,
    side,
    state,
    nodes,
    startedAt,
    drainedAt,
    settledAt,
    endedAt,
    seconds: endedAt === null ? null : secondsBetween(startedAt, endedAt),
    evicted,
    refused,
    quarantined,
    blockers,
  };
}

function workloadReports({ snapshot, notes }: RotationRecord): RotationReport['workloads'] {
  const dips = dipsIn(notes);
  return (snapshot?.workloads ?? []).map((workload) => {
    const { desired, ready, pending, crashing } = workload;
    const name = nameOfWorkload(workload);
    const brokenBefore = ready < desired || pending > 0 || crashing > 0;
    return { workload: name, desiredBefore: desired, readyBefore: ready, brokenBefore, fewest: dips[name] ?? null };
  });
}

function changesOf({ stamps, greenCreated, green, phaseStartedAt, snapshot, committed, size }: RotationRecord): string[] {
  const changes: string[] = [];
  if (greenCreated && green) changes.push(`node group ${green.name} was created`);
  if (stamps.frozen && snapshot) changes.push(`the sizes of ${snapshot.blue.name} were held at ${size}`);
  for (const [group, processes] of Object.entries(stamps.suspended))
    if (processes.length > 0) changes.push(`processes of ${group} were suspended: ${processes.join(', ')}`);
  if (phaseStartedAt['scale-green'] && green) changes.push(`${green.name} was made larger`);
  if (phaseStartedAt['cordon-blue']) changes.push('the blue nodes were cordoned');
  if (stamps.greenCordoned) changes.push('the green nodes were cordoned');
  for (const group of stamps.attachedTargetGroups) changes.push(`target group ${group} was attached to green`);
  for (const balancer of stamps.attachedLoadBalancers) changes.push(`load balancer ${balancer} was attached to green`);
  for (const [object, before] of Object.entries(stamps.surged)) changes.push(`${object} was raised from ${before} by one`);
  if (committed && snapshot) changes.push(`${snapshot.blue.name} was made smaller`);
  if (stamps.standbyGuard && snapshot) changes.push(`${snapshot.blue.name} was guarded as a standby`);
  return changes;
}

/** Only after a success: after a revert all is as the code says, and where somebody has to decide first there is nothing to write down yet. */
function codeAdvice({ snapshot, notes, greenCreated, cluster }: RotationRecord, outcome: string): RotationReport['code'] {
  const look = lastLookIn(notes);
  if (outcome !== 'succeeded' || !snapshot || !look) return [];
  return adviceFor({ blueBefore: snapshot.blue, blue: look.blue, green: look.green, greenCreated, clusterName: cluster.name });
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
