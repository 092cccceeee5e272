import { hanging } from '../../../../functions/report/text/layout.ts';
import { paint, type TextOptions } from '../../../../functions/report/text/style.ts';
import { successes } from '../../../../functions/rotation/phases.ts';
import type { RehearsalResult } from '../../../../functions/rotation/rehearsal-result.ts';
import { planText, problemsText } from './plan.ts';
import { durationText } from './words.ts';

const eventsShown = 60;
/** Of the timeline: what waits and every single write are in the JSON. */
const told: readonly string[] = ['phase', 'node', 'problem', 'decision', 'outcome'];

/** How a rehearsal went. */
export function rehearsalText(result: RehearsalResult, options: TextOptions): string[] {
  const { cluster, plan, problems, assumptions, outcome, durationMs, revert } = result;
  const format = successes.includes(outcome.name) ? 'green' : 'red';
  return [
    paint(options, 'bold', `Rehearsal on a copy of ${cluster.name} (${cluster.accountId}, ${cluster.region}): nothing real was touched`),
    '',
    ...problemsText(problems, options),
    ...(plan ? [...planText(plan, options), ''] : []),
    ...timelineLines(result, options),
    ...hanging(`${outcome.name} after ${durationText(durationMs)}: `, outcome.cause, options.columns).map((line) =>
      paint(options, format, line),
    ),
    ...(revert && revert.steps.length > 0 ? ['', ...revertLines(revert, options)] : []),
    ...(assumptions.length === 0
      ? []
      : ['', 'Taken to be usual, because it was not collected', ...assumptions.flatMap((one) => hanging('  - ', one, options.columns))]),
  ];
}

function timelineLines({ timeline }: RehearsalResult, options: TextOptions): string[] {
  const start = Date.parse(timeline[0]?.at ?? '');
  const events = timeline.filter(({ kind }) => told.includes(kind));
  const shown = events.slice(0, eventsShown);
  const rest = events.length - shown.length;
  if (shown.length === 0) return [];
  return [
    paint(options, 'bold', 'What happened'),
    ...shown.flatMap(({ at, object, message }) =>
      hanging(`  +${durationText(Date.parse(at) - start).padEnd(12)} `, `${object}: ${message}`, options.columns),
    ),
    ...(rest > 0 ? [`  and ${rest} more: --format json has all`] : []),
    '',
  ];
}

function revertLines({ outcome, durationMs, steps }: NonNullable<RehearsalResult['revert']>, options: TextOptions): string[] {
  return [
    paint(options, 'bold', `The way back: ${outcome} after ${durationText(durationMs)}`),
    ...steps.map(({ phase, durationMs: took }) => `  ${phase.padEnd(18)} ${durationText(took)}`),
  ];
}
