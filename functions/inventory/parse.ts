import type { z } from 'zod';
import { CollectionError } from './error-codes.ts';

/** The first problem of a failed parse as one phrase: where, and what was expected.
 *  @param at path of the value that was parsed, e.g. `evidence.eks.addons.data`; nothing for the whole document */
export function firstProblem(error: z.ZodError, at = ''): string {
  const issue = error.issues[0];
  if (!issue) return `${at || 'the value'}: unknown problem`;
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${`${at}${path}`.replace(/^\./, '') || 'the value'}: ${expectationOf(issue)}`;
}

/** Of a choice the expectation of each branch: zod itself says no more than "Invalid input". */
function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message;
  return issue.errors.map(([first]) => first?.message ?? issue.message).join(', or ');
}

/** Parses what an API answered; a shape that does not fit is an `InvalidResponse` that names operation and path. */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: unknown, operation: string): z.output<S> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new CollectionError('InvalidResponse', `${operation} answered in an unexpected shape: ${firstProblem(result.error)}`);
}
