import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CollectionError } from '../../inventory/error-codes.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

/** Outputs of a stack by name.
 *  @throws CollectionError when there is no such stack, or it may not be described */
export async function stackOutputs(
  stackName: string,
  { region, credentials }: { readonly region: string; readonly credentials: CredentialProvider },
): Promise<Readonly<Record<string, string>>> {
  const client = new CloudFormationClient({ ...clientSettings, region, credentials });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName })).catch((error: unknown) => {
    const target = `stack ${stackName} in ${region}`;
    if (error instanceof Error && error.name === 'ValidationError')
      throw new CollectionError(
        'NotFound',
        `cloudformation:DescribeStacks of ${target}: ${error.message}; check --stack, --region and the account of the credentials`,
      );
    throw awsError(error, { action: 'cloudformation:DescribeStacks', target });
  });
  return Object.fromEntries((Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}
