import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checks } from '../../functions/checks/list.ts';
import { silentProgram } from '../../scripts/reference/silent-program.ts';
import { documents } from './documents.ts';

const program = silentProgram();
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync('package.json', 'utf8')));

/** The example of the guide, which is not there yet when its reader begins. */
const example = 'deletion-protection';

/** What is wrong with the words after `greenlight`, if anything. */
function problemOf(words: readonly string[]): string | undefined {
  let command: Command = program;
  let index = 0;
  for (; command.commands.length > 0; index += 1) {
    const next = command.commands.find((one) => one.name() === words[index]);
    if (!next) return `no command ${words[index]}`;
    command = next;
  }
  for (; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') continue;
    const option = command.options.find(({ long, short }) => word === long || word === short);
    if (!option) return `no option ${word}`;
    if (!option.required) continue;
    index += 1;
    const value = words[index];
    if (value === undefined) return `${word} without a value`;
    if (option.argChoices && !option.argChoices.includes(value)) return `${word} ${value}`;
    if (option.long === '--only' && !checks.some(({ id }) => id === value)) return `no check ${value}`;
  }
  const id = command.name() === 'checks' ? words[1] : undefined;
  return id === undefined || id === example || checks.some((check) => check.id === id) ? undefined : `no check ${id}`;
}

/** Simple commands of a line: pipes, lists and redirections taken apart, comments left out. */
function simpleCommands(line: string): string[][] {
  return line
    .replace(/\s#.*$/, '')
    .split(/\s*(?:\|\||&&|\||;)\s*/)
    .map((part) =>
      part
        .replace(/\s>.*$/, '')
        .trim()
        .split(/\s+/),
    );
}

const typed = documents.flatMap(({ path, typed: lines }) => lines.flatMap(simpleCommands).map((words) => ({ path, words })));
const ours = typed.flatMap(({ path, words }) => {
  const line = words.join(' ');
  const [, rest] = /^(?:npm run (?:-s )?greenlight --|node dist\/greenlight\.mjs|npx greenlight) (.*)$/.exec(line) ?? [];
  return rest === undefined ? [] : [{ path, line, problem: problemOf(rest.split(' ')) }];
});

describe('commands in the documents', () => {
  it('of greenlight exist, with their options and checks', () => {
    expect(ours.length).toBeGreaterThan(15);
    expect(ours.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  it('of npm exist', () => {
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => ({ path, script })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });

  it('name files of the repository that exist', () => {
    const files = typed.flatMap(({ path, words }) =>
      words
        .flatMap((word) => /^(?:file:\/\/)?((?:docs|test|functions|bin|scripts)\/[\w./-]+)$/.exec(word)?.[1] ?? [])
        .map((file) => ({ path, file })),
    );
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter(({ file }) => !existsSync(file) && !file.includes(example))).toEqual([]);
  });

  it('are refused when they are wrong', () => {
    expect(problemOf(['scna'])).toBe('no command scna');
    expect(problemOf(['config', 'show'])).toBe('no command show');
    expect(problemOf(['scan', '--clustr', 'x'])).toBe('no option --clustr');
    expect(problemOf(['scan', '--fail-on', 'all'])).toBe('--fail-on all');
    expect(problemOf(['checks', 'nope'])).toBe('no check nope');
    expect(problemOf(['analyze', '-', '--only', 'nope'])).toBe('no check nope');
  });
});
