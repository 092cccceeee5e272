import { count, hanging, harmless } from '../../../../functions/report/text/layout.ts';
import { paint, type TextOptions } from '../../../../functions/report/text/style.ts';
import type { BatchStatus, PhaseStatus, RotationStatus } from '../../../../functions/rotation/decide/status.ts';
import { successes } from '../../../../functions/rotation/phases.ts';
import { aboutText, clockText, durationText, instantText, someOf } from './words.ts';

const nodesNamed = 4;
const blockersNamed = 8;

/** How a rotation stands, as lines: the same for `status` and for a frame of `watch`. */
export function statusText(status: RotationStatus, options: TextOptions): string[] {
  return [
    ...heading(status, options),
    '',
    ...status.phases.map((phase) => phaseLine(phase, status, options)),
    '',
    ...situation(status, options),
  ];
}

function heading(status: RotationStatus, options: TextOptions): string[] {
  const { cluster, blue, green, size, rotationId, startedAt, dryRun } = status;
  const groups = `${blue ?? 'blue is not known yet'} → ${green ?? 'a new group'}${size > 0 ? `, ${count(size, 'node')}` : ''}`;
  return [
    `${paint(options, 'bold', harmless(cluster.name))}  ${harmless(groups)}${dryRun ? ', dry run' : ''}`,
    `${harmless(rotationId)}, account ${cluster.accountId}, ${cluster.region}, started ${instantText(startedAt)}`,
    paint(options, stateFormat(status), stateText(status)),
  ];
}

function stateFormat({ state, outcome }: RotationStatus) {
  if (outcome) return successes.includes(outcome.name) ? 'green' : 'red';
  return state === 'running' ? 'cyan' : 'yellow';
}

function stateText({ state, outcome, timeLeftMs, desiredReason, committed }: RotationStatus): string {
  if (outcome) return `${outcome.name} at ${instantText(outcome.at)}`;
  const why = desiredReason === null ? '' : `: ${harmless(desiredReason)}`;
  const left = timeLeftMs === null ? '' : `, ${aboutText(timeLeftMs)} left`;
  switch (state) {
    case 'pausing':
      return `paused${why}`;
    case 'aborting':
      return `aborted, the revert begins with the next step${why}`;
    case 'reverting':
      return `reverting${left}`;
    default:
      return `running${left}${committed ? ', past the point of return: the way is forward' : ''}`;
  }
}

const signs: Readonly<Record<PhaseStatus['state'], { readonly sign: string; readonly format: 'green' | 'cyan' | 'red' | 'dim' }>> = {
  done: { sign: '✓', format: 'green' },
  current: { sign: '▸', format: 'cyan' },
  failed: { sign: '✗', format: 'red' },
  ahead: { sign: '·', format: 'dim' },
};

/** `  ▸ drain             09:09:40  22 min 4 s   [####------] 7/12 nodes` */
function phaseLine({ phase, state, startedAt, durationMs }: PhaseStatus, status: RotationStatus, options: TextOptions): string {
  const { sign, format } = signs[state];
  const when = startedAt === null ? '' : `${clockText(startedAt)}  ${durationText(durationMs ?? 0).padEnd(11)}`;
  const progress = phase === 'drain' && state !== 'ahead' ? `  ${bar(status.nodesDone, status.nodes)}` : '';
  return paint(options, format, `  ${sign} ${phase.padEnd(17)} ${when}${progress}`.trimEnd());
}

const barWidth = 20;

function bar(done: number, all: number): string {
  const filled = all === 0 ? 0 : Math.floor((done / all) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done} of ${count(all, 'node')}`;
}

/** What goes on now, what is in the way, and what a person can do. */
function situation(status: RotationStatus, options: TextOptions): string[] {
  const { batch, outcome, waitingFor, blockers, revert, approval, rotationId, problems } = status;
  const say = (lead: string, text: string) => hanging(lead, text, options.columns);
  const unwaived = problems.filter(({ severity, waived }) => severity === 'block' && !waived);
  return [
    ...(outcome ? say('', outcome.cause) : []),
    ...(revert && outcome?.cause !== revert.cause ? say('Reverts because: ', revert.cause) : []),
    ...(revert?.left ?? []).flatMap((left) => say('Not done: ', left)),
    ...(batch && !outcome ? say('', batchText(batch)) : []),
    ...(waitingFor === null ? [] : say('Waits: ', waitingFor)),
    ...(approval?.state === 'pending' && !outcome
      ? say(
          '',
          `Asks for an approval until ${instantText(approval.deadline)}: greenlight rotate approve ${rotationId} --nonce ${approval.nonce}`,
        )
      : []),
    ...(status.state === 'pausing' ? say('', `Go on with: greenlight rotate resume ${rotationId}`) : []),
    ...listed(
      'In the way',
      blockers.map((blocker) => blockerText(blocker, status.at)),
      options,
    ),
    ...listed(
      'Refused because of',
      unwaived.map(({ id, object, message }) => `${object}: ${message} (${id})`),
      options,
    ),
  ];
}

function batchText({ side, number, of, state, nodes, podsEvicted, podsWaiting }: BatchStatus): string {
  const which = `${side === 'blue' ? 'Batch' : 'Way back, batch'} ${number}${of === null ? '' : ` of ${of}`}`;
  const waiting = podsWaiting === 0 ? '' : `, ${count(podsWaiting, 'eviction')} refused and asked again`;
  return `${which} ${state}: ${someOf(nodes, nodesNamed)}; ${count(podsEvicted, 'pod')} evicted${waiting}`;
}

function blockerText({ pod, node, message, since }: RotationStatus['blockers'][number], at: string): string {
  return `Pod ${pod} on ${node}, for ${durationText(Date.parse(at) - Date.parse(since))}: ${message}`;
}

function listed(title: string, texts: readonly string[], options: TextOptions): string[] {
  if (texts.length === 0) return [];
  const rest = texts.length - blockersNamed;
  return [
    title,
    ...texts.slice(0, blockersNamed).flatMap((text) => hanging('  - ', text, options.columns)),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
