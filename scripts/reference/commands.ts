import type { Argument, Command, Option } from 'commander';
import { code, document, fence, heading, table } from './markdown.ts';

/** docs/reference/commands.md */
export function commandsReference(program: Command): string {
  return document([
    ...heading('Commands', 'bin/commands'),
    program.description(),
    '',
    'From a clone, `greenlight` stands for `npm run -s greenlight --`; `-s` keeps the lines of npm out of standard output.',
    'After `npm run build` it stands for `node dist/greenlight.mjs`.',
    '',
    ...table(
      ['Command', 'Does'],
      leaves(program).map((command) => [`[${nameOf(command)}](#${anchorOf(command)})`, command.description()]),
    ),
    '',
    ...leaves(program).flatMap(section),
    '## Exit codes',
    '',
    'The first that applies:',
    '',
    ...table(
      ['Code', 'When'],
      [
        [
          '1',
          'it could not be done, or not all of it: usage, credentials, one unreadable file among several (the others are still reported)',
        ],
        ['2', '`--fail-on` matched: a finding of that severity or a worse one, or with `unknown` a verdict CANNOT DETERMINE'],
        ['3', '`--fail-on unknown`, and the coverage is incomplete: something was not scanned, or not in full'],
        ['0', 'anything else, whatever the verdicts are'],
      ],
    ),
    '',
    'The report goes to standard output, or to the file of `--output`. Everything else goes to standard error.',
  ]);
}

/** Commands that do something, groups resolved. */
function leaves(command: Command): Command[] {
  return command.commands.flatMap((one) => (one.commands.length > 0 ? leaves(one) : [one]));
}

function nameOf(command: Command): string {
  const above = command.parent?.parent ? `${nameOf(command.parent)} ` : '';
  return `${above}${command.name()}`;
}

const anchorOf = (command: Command): string => nameOf(command).replaceAll(' ', '-');

function term(argument: Argument): string {
  const inner = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${inner}>` : `[${inner}]`;
}

function section(command: Command): string[] {
  const args = command.registeredArguments;
  const usage = ['greenlight', nameOf(command), ...(command.options.length > 0 ? ['[options]'] : []), ...args.map(term)];
  const rows = [
    ...args.map((argument) => [code(term(argument)), textOf(argument)]),
    ...command.options.map((option) => [code(option.flags), textOf(option)]),
  ];
  return [
    `## ${nameOf(command)}`,
    '',
    `${sentence(command.description())}`,
    '',
    ...fence('', usage.join(' ')),
    '',
    ...(rows.length > 0 ? [...table(['Argument or option', 'What it does'], rows), ''] : []),
  ];
}

function textOf({ description, argChoices, defaultValue }: Pick<Option | Argument, 'description' | 'argChoices' | 'defaultValue'>): string {
  const choices = argChoices ? `; one of ${argChoices.map(code).join(', ')}` : '';
  const preset = defaultValue === undefined ? '' : ` (default: ${code(String(defaultValue))})`;
  return `${description}${choices}${preset}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
