import { count, harmless } from '../../../../functions/report/text/layout.ts';
import type { RotationStatus } from '../../../../functions/rotation/decide/status.ts';
import { clockText, someOf } from './words.ts';

const nodesNamed = 4;

/** What is new between two looks at a rotation, one line each: what `watch` prints where no frame can be drawn.
 *  @param before undefined at the first look */
export function changeLines(before: RotationStatus | undefined, now: RotationStatus): string[] {
  const lines = [
    ...phaseLines(before, now),
    ...batchLines(before, now),
    ...blockerLines(before, now),
    ...(now.waitingFor !== null && now.waitingFor !== before?.waitingFor ? [`waits: ${now.waitingFor}`] : []),
    ...stateLines(before, now),
  ];
  return lines.map((line) => harmless(`${clockText(now.at)} ${line}`).replaceAll('\n', ' '));
}

function phaseLines(before: RotationStatus | undefined, now: RotationStatus): string[] {
  const known = new Set(before?.phases.flatMap(({ phase, startedAt }) => (startedAt === null ? [] : [phase])));
  return now.phases.flatMap(({ phase, startedAt }) => (startedAt === null || known.has(phase) ? [] : [`${phase} begins`]));
}

function batchLines(before: RotationStatus | undefined, { batch, nodesDone, nodes }: RotationStatus): string[] {
  const done = before && nodesDone > before.nodesDone ? [`${nodesDone} of ${count(nodes, 'node')} drained`] : [];
  if (!batch) return done;
  const same = before?.batch?.side === batch.side && before.batch.number === batch.number && before.batch.state === batch.state;
  const of = batch.of === null ? '' : ` of ${batch.of}`;
  return same ? done : [...done, `batch ${batch.number}${of} of ${batch.side} ${batch.state}: ${someOf(batch.nodes, nodesNamed)}`];
}

function blockerLines(before: RotationStatus | undefined, { blockers }: RotationStatus): string[] {
  const known = new Set(before?.blockers.map(({ pod, reason }) => `${pod} ${reason}`));
  return blockers
    .filter(({ pod, reason }) => !known.has(`${pod} ${reason}`))
    .map(({ pod, node, message }) => `pod ${pod} on ${node}: ${message}`);
}

function stateLines(before: RotationStatus | undefined, now: RotationStatus): string[] {
  const { state, revert, outcome, approval, rotationId, desiredReason } = now;
  const why = desiredReason === null ? '' : `: ${desiredReason}`;
  const wasAsked = before?.approval?.nonce === approval?.nonce;
  return [
    ...(approval?.state === 'pending' && !wasAsked
      ? [`asks for an approval until ${approval.deadline}: greenlight rotate approve ${rotationId} --nonce ${approval.nonce}`]
      : []),
    ...(approval && approval.state !== 'pending' && before?.approval?.state === 'pending' ? [`${approval.state} by ${approval.by}`] : []),
    ...(state === 'pausing' && before?.state !== 'pausing' ? [`paused${why}`] : []),
    ...(state === 'running' && before?.state === 'pausing' ? ['goes on'] : []),
    ...(state === 'aborting' && before?.state !== 'aborting' ? [`aborted${why}`] : []),
    ...(revert && state === 'reverting' && before?.state !== 'reverting' ? [`reverts: ${revert.cause}`] : []),
    ...(outcome && !before?.outcome ? [`${outcome.name}: ${outcome.cause}`] : []),
  ];
}
