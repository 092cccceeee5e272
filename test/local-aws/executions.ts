import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** How an execution of a state machine ended. */
export interface Execution {
  readonly arn: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

const pollMs = 200;

/** A client of Step Functions in the world, as the root of an account. */
export function stepFunctions(environment: Readonly<Record<string, string>>, account: string): SFNClient {
  return new SFNClient({
    region: 'us-east-1',
    endpoint: environment.AWS_ENDPOINT_URL ?? '',
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(environment.AWS_CA_BUNDLE ?? '') }) },
  });
}

export async function startExecution(client: SFNClient, stateMachineArn: string, input: unknown): Promise<string> {
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  if (executionArn === undefined) throw new Error(`StartExecution of ${stateMachineArn} answered no ARN`);
  return executionArn;
}

/** Waits until an execution has ended.
 *  @throws Error when it has not within the seconds */
export async function executionEnded(client: SFNClient, executionArn: string, seconds = 120): Promise<Execution> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING')
      return { arn: executionArn, status: String(status), output: output === undefined ? undefined : JSON.parse(output), error, cause };
    if (Date.now() > deadline) throw new Error(`${executionArn} has not ended within ${seconds} s`);
    await sleep(pollMs);
  }
}
