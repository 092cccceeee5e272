import type { Phase } from '../functions/rotation/phases.ts';
import type { RotationRecord } from '../functions/rotation/record.ts';
import type { StepAnswer } from '../functions/rotation/run-step.ts';
import type { Witness } from './rotation-witness.ts';

/** One task of the machines, and the wait after it. Times in ms since the epoch. */
export interface TracedStep {
  readonly phase: Phase;
  readonly part: string;
  readonly from: number;
  readonly to: number;
  readonly cpuMs: number;
  readonly answer: StepAnswer;
  /** As the step left it. */
  readonly record: RotationRecord;
  /** Calls of ports, `kubernetes.list /api/v1/pods` → how often. */
  readonly calls: ReadonlyMap<string, number>;
  /** When what the step waits for had become as wanted: the end of the step where it was by then, absent where it was not before the next. */
  wantedAt?: number;
  /** When the next step began, or the machine ended. */
  next?: number;
}

/** Sizes that the rotation has asked for last, by node group. */
export type Wanted = ReadonlyMap<string, number>;

/** Whether what a step waits for is as wanted, in the eyes of the witness; undefined where it waits for nothing that the witness sees. */
export function asWanted(
  { phase, part, record }: Pick<TracedStep, 'phase' | 'part' | 'record'>,
  witness: Witness,
  wanted: Wanted,
): boolean | undefined {
  const nodesOf = (group: string) => [...witness.nodes].filter(([, node]) => node.group === group);
  if (phase === 'scale-green' || phase === 'validate-green')
    return nodesOf('green').filter(([, { ready, cordoned }]) => ready && !cordoned).length >= (wanted.get('green') ?? 0);
  if (phase === 'retire-blue') return nodesOf('blue').length <= (wanted.get('blue') ?? Number.POSITIVE_INFINITY);
  if (phase !== 'drain') return undefined;
  if (part === 'settle-batch') return workloadsReady(witness, record);
  if (part !== 'drain-nodes') return undefined;
  const batch = new Set(record.batches.at(-1)?.nodes);
  const left = [...witness.pods.values()].filter(({ node, daemon }) => batch.has(node) && !daemon);
  // Whoever has been asked to go is gone, and whoever has not could be asked now.
  return left.every(({ leaving, app }) => !leaving && (witness.allowed.get(app) ?? 1) > 0);
}

function workloadsReady({ pods }: Witness, { snapshot }: RotationRecord): boolean {
  const ready = Map.groupBy(
    [...pods.values()].filter((one) => one.ready && !one.leaving),
    ({ app }) => app,
  );
  return (snapshot?.workloads ?? []).every(({ kind, name, desired }) => kind === 'DaemonSet' || (ready.get(name)?.length ?? 0) >= desired);
}

/** What the time of a phase was, in seconds. */
export interface Spent {
  readonly wall: number;
  /** Soaks, and the second looks that an option demands. */
  readonly configured: number;
  /** What was watched was not yet as wanted. */
  readonly watched: number;
  /** Steps at work, outside of soaks. */
  readonly work: number;
  /** It was as wanted, and nobody had looked yet. */
  readonly late: number;
}

type Span = readonly [from: number, to: number];

/** Divides the time between the first step and the end: what is configured comes first, then what was not yet as wanted, both only while the
 *  machines wait; the rest is overhead. Of a soak the steps count too, since it goes on meanwhile. */
export function divide(steps: readonly TracedStep[], endedAt: number): Map<Phase, Spent> {
  const spent = new Map<Phase, Spent>();
  for (const [index, step] of steps.entries()) {
    const until = steps[index + 1]?.from ?? endedAt;
    const configured = overlap([step.from, until], configuredSpan(step));
    const waitFrom = Math.max(step.to, configured.to);
    const watched = Math.max(0, Math.min(step.wantedAt ?? until, until) - waitFrom);
    const work = Math.max(0, step.to - step.from - overlap([step.from, step.to], configuredSpan(step)).length);
    const wall = until - step.from;
    const before = spent.get(step.phase) ?? { wall: 0, configured: 0, watched: 0, work: 0, late: 0 };
    spent.set(step.phase, {
      wall: before.wall + wall / 1000,
      configured: before.configured + configured.length / 1000,
      watched: before.watched + watched / 1000,
      work: before.work + work / 1000,
      late: before.late + (wall - configured.length - watched - work) / 1000,
    });
  }
  return spent;
}

/** The time after a step in which the options want it to wait. */
function configuredSpan({ phase, part, to, answer, record }: TracedStep): Span | undefined {
  const { options, phaseStartedAt } = record;
  const batch = record.batches.at(-1);
  if (phase === 'soak') return soakFrom(phaseStartedAt.soak, options.poolSoakMinutes);
  if (phase === 'drain' && (part === 'soak-batch' || part === 'settle-batch')) return soakFrom(batch?.settledAt, options.batchSoakMinutes);
  if (phase === 'drain' && part === 'drain-nodes' && answer.status === 'wait' && answer.progress.podsLeft === 0)
    return [to, to + options.drainedSeconds * 1000];
  if (phase === 'validate-green' && String(answer.progress.waitingFor).endsWith('is looked at once more'))
    return [to, to + options.pollSeconds * 1000];
  return undefined;
}

function soakFrom(at: string | null | undefined, minutes: number): Span | undefined {
  return at == null ? undefined : [Date.parse(at), Date.parse(at) + minutes * 60_000];
}

function overlap([from, to]: Span, other: Span | undefined): { readonly length: number; readonly to: number } {
  if (!other) return { length: 0, to: from };
  const [begin, end] = [Math.max(from, other[0]), Math.min(to, other[1])];
  return end > begin ? { length: end - begin, to: end } : { length: 0, to: from };
}
