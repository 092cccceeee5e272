import type { Check } from '../../functions/checks/define-check.ts';
import { checks } from '../../functions/checks/list.ts';
import { code, codes, document, heading, table } from './markdown.ts';

/** docs/reference/checks.md */
export function checksReference(): string {
  const rows = checks.map((check) => [
    `[${check.id}](#${check.id})`,
    check.title,
    essentialOf(check),
    check.scope,
    codes([...check.needs, ...check.completedBy]),
  ]);
  return document([
    ...heading('Checks', 'functions/checks/list.ts'),
    `${checks.length} checks. \`npm run -s greenlight -- checks ID\` prints the same of one of them.`,
    '',
    '* **Essential**: when the check is `unknown`, the verdict is CANNOT DETERMINE. Not if some of its evidence was left out on request, and *where it is there* only in clusters that have what it judges.',
    '* **Scope** `now`: judged with and without a newer version to go to. `upgrade`: not applicable when the newest offered version runs already.',
    '* **Needs**: evidence without which nothing can be said. Missing makes the check `unknown`, or `skipped` if it was not asked for.',
    '* **For a pass also**: findings stand without it, but a pass does not. **Uses**: makes the result better; missing is only noted.',
    '',
    ...table(['Check', 'What', 'Essential', 'Scope', 'Evidence'], rows),
    '',
    ...checks.flatMap(section),
    '## Coming from another tool',
    '',
    'The nearest check of each tool. Nearest is not the same: each section above states the rule.',
    '',
    ...table(['Tool', 'Its check', 'Here'], elsewhereRows()),
  ]);
}

function essentialOf({ essential }: Check): string {
  if (essential === 'always') return 'yes';
  return essential === 'never' ? '' : 'where it is there';
}

function section(check: Check): string[] {
  return [
    `## ${check.id}`,
    '',
    `**${check.title}.** ${check.explanation.rule}`,
    '',
    ...table(
      ['', ''],
      [
        ['Needs', codes(check.needs)],
        ...(check.completedBy.length > 0 ? [['For a pass also', codes(check.completedBy)]] : []),
        ...(check.uses.length > 0 ? [['Uses', codes(check.uses)]] : []),
        ['Essential', essentialOf(check) || 'no'],
        ['Scope', check.scope],
        ...(check.explanation.elsewhere ? [['Elsewhere', check.explanation.elsewhere]] : []),
        ['Sources', check.explanation.sources.map((source) => `<${source}>`).join('<br>')],
        ['Read on', `<${check.documentation}>`],
      ],
    ),
    '',
  ];
}

/** Tools by the form of their codes, as the catalogue of checks names them. */
const tools: readonly (readonly [string, RegExp])[] = [
  ['eksup', /^(?:EKS|K8S|AWS)\d{3}/],
  ['EKS Cluster Insights', /^CI\b/],
  ['apex skill', /^AX\b/],
];

function elsewhereRows(): string[][] {
  const rows = checks.flatMap(({ id, explanation }) =>
    (explanation.elsewhere ?? '').split(/,\s*/).flatMap((its) => (its === '' ? [] : [[...toolOf(its), `[${id}](#${id})`]])),
  );
  return rows.sort(([a = '', aCode = ''], [b = '', bCode = '']) => compare(a, b) || compare(aCode, bCode));
}

/** `K8S001` is of eksup; of any other tool the first word is its name: `popeye 209`. */
function toolOf(its: string): [string, string] {
  const known = tools.find(([, form]) => form.test(its))?.[0];
  if (known !== undefined) return [known, /\d/.test(its) ? code(its) : ''];
  const [name = '', ...rest] = its.split(' ');
  return [name, rest.length > 0 ? code(rest.join(' ')) : ''];
}

function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
