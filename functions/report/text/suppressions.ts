import type { RunReport } from '../../fleet/run-report.ts';
import type { SuppressionReview } from '../../fleet/suppression-review.ts';
import { count, hanging } from './layout.ts';
import { paint, type TextOptions } from './style.ts';

type Suppression = SuppressionReview['unmatched'][number];

/** Suppressions that somebody has to look at: those that no longer hold, and those that have nothing to suppress. */
export function suppressionsText({ suppressions }: Pick<RunReport, 'suppressions'>, options: TextOptions): string[] {
  const { expired, unmatched } = suppressions;
  if (expired.length + unmatched.length === 0) return [];
  return [
    paint(options, 'bold', 'Suppressions'),
    ...expired.flatMap(({ suppression, findings }) =>
      hanging(
        '  ! ',
        `${conditionsOf(suppression)}: expired on ${suppression.expires}, ${effectOf(findings)}${askOf(suppression)}`,
        options.columns,
      ),
    ),
    ...unmatched.flatMap((suppression) =>
      hanging('  - ', `${conditionsOf(suppression)}: matches no finding, and can go${askOf(suppression)}`, options.columns),
    ),
  ];
}

function effectOf(findings: number): string {
  if (findings === 0) return 'and no finding counts again';
  return findings === 1 ? '1 finding counts again' : `${count(findings, 'finding')} count again`;
}

/** `check pdb-missing, cluster dev-*`. */
function conditionsOf({ reason: _, owner: __, expires: ___, ...conditions }: Suppression): string {
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function askOf({ reason, owner }: Suppression): string {
  return ` (${owner === undefined ? reason : `${reason}; ask ${owner}`})`;
}
