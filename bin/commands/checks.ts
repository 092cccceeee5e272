import { type Command, Option } from 'commander';
import type { Check } from '../../functions/checks/define-check.ts';
import { checks } from '../../functions/checks/list.ts';
import { hanging, table } from '../../functions/report/text/layout.ts';
import { checkById } from './options.ts';
import type { Terminal } from './terminal.ts';

/** `greenlight checks [ID]`: lists the checks, or explains one. */
export function checksCommand(program: Command, terminal: Terminal): void {
  program
    .command('checks')
    .description('list the checks, or explain one: rule, evidence, source')
    .argument('[id]', 'id of a check', checkById)
    .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']).default('text'))
    .action(async (check: Check | undefined, { format }: { format: string }) => {
      const { columns } = terminal.environment;
      const shown = check ? [check] : checks;
      if (format === 'json') return terminal.print(`${JSON.stringify(shown.map(describe), null, 2)}\n`);
      return terminal.print(`${(check ? explained(check, columns) : listed(columns)).join('\n')}\n`);
    });
}

/** A check as data: what the reference and other tools read. */
function describe(check: Check) {
  const { id, title, scope, needs, completedBy, uses, documentation, explanation } = check;
  return { id, title, essential: check.essential !== 'never', scope, needs, completedBy, uses, ...explanation, documentation };
}

function essentialIn({ essential }: Check): string {
  if (essential === 'never') return 'no';
  return `yes: unknown makes the verdict CANNOT DETERMINE${essential === 'always' ? '' : ', where the cluster has what it judges'}`;
}

function listed(columns: number): string[] {
  return table(
    checks,
    [
      { title: 'CHECK', priority: 0, text: ({ id }) => id },
      { title: 'ESSENTIAL', priority: 1, text: ({ essential }) => (essential === 'never' ? '' : 'yes') },
      { title: 'SCOPE', priority: 2, text: ({ scope }) => scope },
      { title: 'WHAT', priority: 0, text: ({ title }) => title },
    ],
    columns,
    (cell) => cell,
  );
}

function explained(check: Check, columns: number): string[] {
  const row = (label: string, text: string) => hanging(label.padEnd(13), text, columns);
  const list = (keys: readonly string[]) => keys.join(', ') || 'nothing';
  return [
    `${check.id}: ${check.title}`,
    '',
    ...row('Rule', check.explanation.rule),
    ...row(
      'Evidence',
      `needs ${list(check.needs)}${check.completedBy.length > 0 ? `; for a pass also ${list(check.completedBy)}` : ''}${check.uses.length > 0 ? `; uses ${list(check.uses)}` : ''}`,
    ),
    ...row('Essential', essentialIn(check)),
    ...row('Scope', check.scope === 'now' ? 'the cluster as it is, and its next upgrade' : 'only where there is a version to upgrade to'),
    ...(check.explanation.elsewhere ? row('Elsewhere', check.explanation.elsewhere) : []),
    ...check.explanation.sources.flatMap((source, index) => row(index === 0 ? 'Source' : '', source)),
    ...row('Read on', check.documentation),
  ];
}
