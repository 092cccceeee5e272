import type { z } from 'zod';
import { didYouMean } from './suggestions.ts';
import type { Path } from './yaml-problems.ts';

/** A problem of the schema before it has a line. */
interface SchemaProblem {
  readonly path: Path;
  readonly expectation: string;
  /** Whether the value that stands there says something that the sentence does not. */
  readonly showsValue: boolean;
}

/** What is expected where the schema does not say it itself. */
export const expectationOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${alternatives(issue.values.map(String))}`;
    case 'too_small':
      return issue.origin === 'array' ? 'expected at least one entry' : `expected a number not below ${issue.minimum}`;
    default:
      return undefined;
  }
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function alternatives(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

/** One issue of zod as the problems that a reader sees: one for each unknown key; of a choice, what is wrong with the branch that was meant.
 *  @param keysAt the keys that are known at a path */
export function schemaProblems(issue: z.core.$ZodIssue, keysAt: (path: Path) => readonly string[], above: Path = []): SchemaProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      expectation: `unknown key${didYouMean(key, keysAt(path))}`,
      showsValue: false,
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, expectation: issue.issues[0]?.message ?? issue.message, showsValue: false }];
  }
  if (issue.code === 'invalid_union') {
    // A branch whose problems all lie deeper has the right type itself: that is the one the writer meant.
    const meant = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0));
    if (meant !== undefined) return meant.flatMap((inner) => schemaProblems(inner, keysAt, path));
  }
  return [{ path, expectation: issue.message, showsValue: issue.code !== 'custom' }];
}
