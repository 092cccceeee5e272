import type { RotationReport } from '../rotation-report.ts';
import { type Html, html } from './html.ts';
import { list, section, table, time } from './table.ts';
import { duration, moment } from './words.ts';

type Group = NonNullable<RotationReport['blue']>;
type Summary = NonNullable<Group['after']>;

export function groups({ blue, green }: RotationReport): Html {
  const rows = [
    { side: 'Blue', group: blue },
    { side: 'Green', group: green },
  ].flatMap(({ side, group }) => (group ? [{ side, group }] : []));
  if (rows.length === 0) return html``;
  const sizes = (summary: Summary | null, otherwise: string) =>
    summary ? `${summary.bounds.min} / ${summary.bounds.desired} / ${summary.bounds.max}` : otherwise;
  return section(
    'groups',
    'Node groups',
    table(
      'Sizes are min / desired / max',
      [
        { title: 'Group', of: ({ side }) => side },
        { title: 'Name', kind: 'text', of: ({ group }) => `${group.name}${group.created ? ' (made by the rotation)' : ''}` },
        { title: 'Release before', of: ({ group }) => group.before?.releaseVersion ?? group.before?.version ?? '–' },
        { title: 'Release after', of: ({ group }) => group.after?.releaseVersion ?? group.after?.version ?? '–' },
        { title: 'Sizes before', of: ({ group }) => sizes(group.before, 'did not exist') },
        { title: 'Sizes after', of: ({ group }) => sizes(group.after, 'not read at the end') },
      ],
      rows,
    ),
  );
}

export function attention({ revert, verified, problems, batches, lost }: RotationReport): Html {
  const open = problems.filter(({ severity, waived }) => severity === 'block' && !waived);
  const blockers = batches.flatMap((batch) => batch.blockers).filter(({ verdict }) => verdict === 'block');
  return section(
    'attention',
    'What needs attention',
    captioned('Left by the revert', revert?.left ?? []),
    captioned('Not as it must be, at the last look', verified?.differences ?? []),
    captioned(
      'In the way',
      open.map(({ object, message, remedy }) => `${object}: ${message}${remedy === null ? '' : ` – ${remedy}`}`),
    ),
    captioned(
      'Pods that could not be moved',
      blockers.map(({ pod, node, message }) => `${pod} on ${node}: ${message}`),
    ),
    captioned('Pods that were deleted, as a list allows', lost),
  );
}

export function phaseTimes({ phases }: RotationReport): Html {
  if (phases.length === 0) return html``;
  const longest = Math.max(1, ...phases.map(({ seconds }) => seconds));
  return section(
    'phases',
    'Phases',
    table(
      'In the order in which they began',
      [
        { title: 'Phase', of: ({ phase }) => phase },
        { title: 'Began', of: ({ startedAt }) => time(startedAt) },
        { title: 'Took', kind: 'number', of: ({ seconds }) => duration(seconds) },
        {
          title: 'Share of the longest',
          kind: 'bars',
          of: ({ seconds }) => html`<span class="bar" style="width:${Math.round((seconds / longest) * 100)}%" aria-hidden="true"></span>`,
        },
      ],
      phases,
    ),
  );
}

export function batchTable({ batches }: RotationReport): Html {
  if (batches.length === 0) return html``;
  return section(
    'batches',
    'Batches',
    table(
      'Nodes that were drained together',
      [
        { title: 'Batch', kind: 'number', of: ({ index }) => index + 1 },
        { title: 'Of', of: ({ side }) => side },
        { title: 'State', of: ({ state }) => state },
        { title: 'Began', of: ({ startedAt }) => time(startedAt) },
        { title: 'Took', kind: 'number', of: ({ seconds }) => (seconds === null ? '–' : duration(seconds)) },
        { title: 'Evicted', kind: 'number', of: ({ evicted }) => evicted },
        { title: 'Refused', kind: 'number', of: ({ refused }) => refused.length },
        { title: 'Nodes', kind: 'text', of: ({ nodes }) => nodes.join(', ') },
        { title: 'Given up', kind: 'text', of: ({ quarantined }) => quarantined.join(', ') || '–' },
      ],
      batches,
    ),
  );
}

/** Only workloads that any look saw below what they want, and those that were broken before. */
export function availability({ workloads }: RotationReport): Html {
  if (workloads.length === 0) return html``;
  const dipped = workloads.filter(({ fewest, brokenBefore }) => fewest !== null || brokenBefore);
  const steady = workloads.length - dipped.length;
  const rest = html`<p>${steady} of ${workloads.length} workloads had all their replicas Ready at every look.</p>`;
  if (dipped.length === 0) return section('workloads', 'Workloads', rest);
  return section(
    'workloads',
    'Workloads',
    rest,
    table(
      'Workloads that were seen with fewer Ready replicas than desired, or were broken before',
      [
        { title: 'Workload', kind: 'text', of: ({ workload }) => workload },
        { title: 'Ready before', kind: 'number', of: ({ readyBefore, desiredBefore }) => `${readyBefore} of ${desiredBefore}` },
        { title: 'Fewest Ready', kind: 'number', of: ({ fewest }) => (fewest ? `${fewest.ready} of ${fewest.desired}` : '–') },
        { title: 'Seen', of: ({ fewest }) => (fewest ? time(fewest.at) : '–') },
        { title: 'Broken before', of: ({ brokenBefore }) => (brokenBefore ? 'yes' : 'no') },
      ],
      dipped,
    ),
  );
}

export function changes({ changed, verified }: RotationReport): Html {
  if (changed.length === 0) return section('changes', 'What was changed', html`<p>Nothing.</p>`);
  return section('changes', 'What was changed', list(changed), html`<p>${restoredText(verified)}</p>`);
}

function restoredText(verified: RotationReport['verified']): string {
  if (!verified) return 'Whether all of it was taken back was not read at the end.';
  const { at, differences } = verified;
  return differences.length === 0
    ? `Taken back, as read at ${moment(at)}: everything is as it must be.`
    : `Compared at ${moment(at)}: ${differences.length} differences are named above.`;
}

export function codeChanges({ code }: RotationReport): Html {
  if (code.length === 0) return html``;
  const intro = html`<p>Without this the next apply undoes what the rotation did.</p>`;
  const items = code.map(({ tool, object, change }) => html`<strong>${tool}, ${object}:</strong> ${change}`);
  return section('code', 'What to change in code', intro, list(items));
}

export function findings({ problems }: RotationReport): Html {
  if (problems.length === 0) return html``;
  return section(
    'findings',
    'Findings of the preflight',
    table(
      'What was found before anything was changed',
      [
        { title: 'Severity', of: ({ severity, waived }) => `${severity}${waived ? ' (waived)' : ''}` },
        { title: 'Finding', of: ({ id }) => id },
        { title: 'About', kind: 'text', of: ({ object }) => object },
        { title: 'Message', kind: 'text', of: ({ message }) => message },
        { title: 'What to do', kind: 'text', of: ({ remedy }) => remedy ?? '–' },
      ],
      problems,
    ),
  );
}

export function timeline({ timeline: events }: RotationReport): Html {
  if (events.length === 0) return html``;
  const rows = table(
    'What happened, in the order of the steps',
    [
      { title: 'When', of: ({ at }) => time(at) },
      { title: 'Phase', of: ({ phase }) => phase },
      { title: 'Kind', of: ({ kind }) => kind },
      { title: 'About', kind: 'text', of: ({ object }) => object },
      { title: 'What', kind: 'text', of: ({ message }) => message },
    ],
    events,
  );
  return section(
    'timeline',
    'Timeline',
    html`<details${events.length <= 200 ? html` open` : null}><summary>${events.length} events</summary>${rows}</details>`,
  );
}

function captioned(title: string, items: readonly string[]): Html | undefined {
  return items.length === 0 ? undefined : html`<h3>${title}</h3>${list(items)}`;
}
