import { consoleHost } from './consoles.ts';

/** Where a person sees the graph of an execution: its page in the Step Functions console. Opening it changes nothing. */
export function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  const host = consoleHost(region);
  return host === undefined ? executionArn : `https://${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
