import type { z } from 'zod';

/** A run was asked for what cannot be. The state machine and its operators see the name and the sentence. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** Parses what an operator gave. Names every field that is wrong, what stands there, and what was expected. */
export function parseInput<S extends z.ZodObject>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const found = issue.path.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      value,
    );
    const where = issue.path.length === 0 ? 'the input' : issue.path.join('.');
    if (issue.code === 'unrecognized_keys') return `${where}: ${issue.message}, expected ${Object.keys(schema.shape).join(', ')}`;
    return `${where}: ${issue.message}, found ${JSON.stringify(found) ?? 'nothing'}`;
  });
  throw new InvalidInput(problems.join('; '));
}
