import { StateMachine } from 'aws-local-stepfunctions';
import * as z from 'zod';
import type { Json } from './asl.ts';

/** What a task fails with: the name that Retry and Catch match on, and the cause. The engine asks the error whether they may. */
export class StepError extends Error {
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
    this.isRetryable = error !== 'States.Runtime';
    this.isCatchable = this.isRetryable;
  }
}

/** What goes past every Retry and Catch. */
class Final extends Error {
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** Somebody called StopExecution. */
export class Stopped extends Final {
  override readonly name = 'Stopped';
}

/** The workflow, or the test, is wrong in a way that must not pass for a failure that the workflow handles. */
export class Defect extends Final {
  override readonly name = 'Defect';
}

/** What a task asks for, once its paths are resolved.
 *  @throws Defect on what is not modelled here */
export function asked<S extends z.ZodType>(schema: S, given: Json): z.output<S> {
  const result = schema.safeParse(given);
  if (!result.success) throw new Defect(`${JSON.stringify(given)} is not modelled here: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** The engine's own timeout, which alone is not a `States.TaskFailed` to it; it does not export the class. */
export async function timedOut(): Promise<unknown> {
  const task = { Type: 'Task' as const, Resource: 'arn:aws:states:::lambda:invoke', TimeoutSeconds: 0.001, End: true as const };
  const slow = new StateMachine({ StartAt: 'Slow', States: { Slow: task } }, { validationOptions: { noValidate: true } });
  const { result } = slow.run({}, { overrides: { taskResourceLocalHandlers: { Slow: () => new Promise(() => {}) } } });
  return result.catch((error: Error) => error.cause);
}
