import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';
import type { EndedExecution } from './step-functions.ts';

/** How an execution stands: `RUNNING`, or how it ended.
 *  @throws CollectionError */
export async function describeExecution(
  executionArn: string,
  { region, credentials }: { readonly region: string; readonly credentials: CredentialProvider },
): Promise<EndedExecution> {
  const client = new SFNClient({ ...clientSettings, region, credentials });
  const { status, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn })).catch((failure: unknown) => {
    throw awsError(failure, { action: 'states:DescribeExecution', target: executionArn });
  });
  return { arn: executionArn, status: status ?? 'UNKNOWN', error: error ?? null, cause: cause ?? null };
}

/** Whether a start failed because there is, or was in the last 90 days, an execution of that name.
 *  @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export function isExecutionAlreadyThere(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.name === 'ExecutionAlreadyExists';
}
