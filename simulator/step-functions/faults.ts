import { StepError, timedOut } from './step-errors.ts';

/** What goes wrong with a call that a state machine makes. */
export interface Fault {
  /** A function by its substitution, or the integration of another task: `aws-sdk:s3:putObject`. */
  readonly on: string;
  /** Which call of the execution, its children and retries included; the first is 1. */
  readonly call: number | 'every';
  /** - `timeout`: nothing was done, and `States.Timeout` after the timeout of the state
   *  - `crash`: all was done, and the answer was lost; Step Functions sees a failure of the Lambda service and asks again
   *  - an error: nothing was done, and this is thrown */
  readonly what: 'timeout' | 'crash' | { readonly error: string; readonly message?: string };
}

/** What each call of one execution meets. */
export function faultTable(faults: readonly Fault[]) {
  const calls = new Map<string, number>();
  return async <T>(on: string, call: () => Promise<T>): Promise<T> => {
    const nth = (calls.get(on) ?? 0) + 1;
    calls.set(on, nth);
    const fault = faults.find((one) => one.on === on && (one.call === 'every' || one.call === nth))?.what;
    if (fault === 'timeout') throw await timedOut();
    if (typeof fault === 'object') throw lambdaError(fault.error, fault.message ?? 'injected');
    const result = await call();
    if (fault === 'crash') throw new StepError('Lambda.ServiceException', 'The answer of the function was lost');
    return result;
  };
}

export type FaultTable = ReturnType<typeof faultTable>;

/** What was thrown, as Lambda reports it. */
export const lambdaError = (errorType: string, errorMessage: string): StepError =>
  new StepError(errorType, JSON.stringify({ errorType, errorMessage }));
