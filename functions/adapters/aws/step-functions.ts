import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CollectionError } from '../../inventory/error-codes.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

export interface StateMachineOptions {
  readonly region: string;
  readonly credentials: CredentialProvider;
  /** Milliseconds between two looks at an execution. @default 1000 */
  readonly pollMs?: number;
}

/** How an execution ended. */
export interface EndedExecution {
  readonly arn: string;
  readonly status: string;
  /** Names of error and cause, where it failed. */
  readonly error: string | null;
  readonly cause: string | null;
}

/** Starts an execution and waits until it has ended.
 *  @param deadline ends the waiting, not the execution
 *  @throws CollectionError, `Timeout` when it has not ended by then */
export async function runExecution(
  stateMachineArn: string,
  input: unknown,
  deadline: AbortSignal,
  { region, credentials, pollMs = 1000 }: StateMachineOptions,
): Promise<EndedExecution> {
  const client = new SFNClient({ ...clientSettings, region, credentials });
  const failed = (action: string, target: string) => (error: unknown) => {
    throw awsError(error, { action, target });
  };
  const { executionArn = '' } = await client
    .send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }))
    .catch(failed('states:StartExecution', stateMachineArn));
  for (;;) {
    const { status, error, cause } = await client
      .send(new DescribeExecutionCommand({ executionArn }))
      .catch(failed('states:DescribeExecution', executionArn));
    if (status !== 'RUNNING') return { arn: executionArn, status: status ?? 'UNKNOWN', error: error ?? null, cause: cause ?? null };
    if (deadline.aborted)
      throw new CollectionError('Timeout', `${executionArn} has not ended yet; look at it in the Step Functions console`);
    await pause(pollMs, undefined, { signal: deadline }).catch(() => {});
  }
}

/** Starts an execution and does not wait for it.
 *  @param options.name of the execution; there may be only one of a name
 *  @returns its ARN
 *  @throws CollectionError */
export async function startExecution(
  stateMachineArn: string,
  input: unknown,
  options: { readonly region: string; readonly credentials?: CredentialProvider | undefined; readonly name?: string | undefined },
): Promise<string> {
  const { region, credentials, name } = options;
  const client = new SFNClient({ ...clientSettings, region, ...(credentials ? { credentials } : {}) });
  const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) });
  const { executionArn = '' } = await client.send(command).catch((error: unknown) => {
    throw awsError(error, { action: 'states:StartExecution', target: name ?? stateMachineArn });
  });
  return executionArn;
}
