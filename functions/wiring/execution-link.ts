import { partitionOf } from '../inventory/partition.ts';

/** Consoles by partition; elsewhere the ARN itself has to do. */
const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** Where a person sees the graph of an execution: its page in the Step Functions console. Opening it changes nothing. */
export function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  const host = consoles[partitionOf(region)];
  return host === undefined ? executionArn : `https://${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
