import type { StoredRun } from '../../fleet/run-report.ts';
import { section, table } from './components.ts';
import { type Html, html } from './html.ts';
import { grouped } from './words.ts';

type Suppression = StoredRun['suppressions']['unmatched'][number];

/** Suppressions that somebody has to look at: those that no longer hold, and those that have nothing to suppress. */
export function suppressionsSection({ suppressions: { expired, unmatched } }: Pick<StoredRun, 'suppressions'>): Html {
  if (expired.length + unmatched.length === 0) return html``;
  const rows = [
    ...expired.map(({ suppression, findings }) => ({
      suppression,
      state: `expired on ${suppression.expires}; ${grouped(findings)} of its findings count again`,
    })),
    ...unmatched.map((suppression) => ({ suppression, state: `matches no finding and can go; holds until ${suppression.expires}` })),
  ];
  return section(
    'suppressions',
    'Suppressions to look at',
    table(
      'Suppressions that no longer hold, or suppress nothing',
      [
        { title: 'Suppression', kind: 'text', of: ({ suppression }) => conditionsOf(suppression) },
        { title: 'State', kind: 'text', of: ({ state }) => state },
        {
          title: 'Reason',
          kind: 'text',
          of: ({ suppression: { reason, owner } }) => (owner === undefined ? reason : `${reason} (ask ${owner})`),
        },
      ],
      rows,
      { unseen: true },
    ),
  );
}

/** `check pdb-missing, cluster dev-*` */
function conditionsOf({ reason: _, owner: __, expires: ___, ...conditions }: Suppression): string {
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}
