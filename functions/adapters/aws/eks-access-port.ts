import { CreateAccessEntryCommand, DescribeAccessEntryCommand, type EKSClient, UpdateAccessEntryCommand } from '@aws-sdk/client-eks';
import type { AccessEntryName, AccessEntryPort } from '../../access/ports.ts';
import { CollectionError } from '../../inventory/error-codes.ts';
import { answerOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Access entries in one account and region. */
export function eksAccessPort({ client, region, deadline }: AwsPortOptions<EKSClient>): AccessEntryPort {
  const sending = { abortSignal: deadline };
  const ask = async (operation: string, { clusterName, principalArn }: AccessEntryName, send: () => Promise<object>): Promise<unknown> => {
    const call = { action: `eks:${operation}`, target: `access entry ${principalArn} of ${clusterName} in ${region}`, deadline };
    return answerOf(call, send).catch((error: unknown) => {
      throw forAdministrators(error, `${call.action} of ${call.target}`);
    });
  };
  return {
    describeAccessEntry: ({ clusterName, principalArn }) => {
      const entry = { clusterName, principalArn };
      return ask('DescribeAccessEntry', entry, () => client.send(new DescribeAccessEntryCommand(entry), sending));
    },
    createAccessEntry: ({ kubernetesGroups, ...entry }) => {
      const command = new CreateAccessEntryCommand({ ...entry, kubernetesGroups: [...kubernetesGroups] });
      return ask('CreateAccessEntry', entry, () => client.send(command, sending));
    },
    updateAccessEntry: ({ kubernetesGroups, ...entry }) => {
      const command = new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: [...kubernetesGroups] });
      return ask('UpdateAccessEntry', entry, () => client.send(command, sending));
    },
  };
}

/** The usual advice names the policy of a scan, which has none of these actions, on purpose. */
function forAdministrators(error: unknown, attempt: string): unknown {
  if (!(error instanceof CollectionError) || error.code !== 'AccessDenied' || !(error.cause instanceof Error)) return error;
  const { name, message } = error.cause;
  return new CollectionError(
    'AccessDenied',
    `${attempt}: ${name}: ${message}; whoever applies access needs eks:DescribeAccessEntry, eks:CreateAccessEntry and eks:UpdateAccessEntry`,
    { cause: error },
  );
}
