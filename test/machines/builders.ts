import { setImmediate } from 'node:timers/promises';
import type { Handler } from '../../simulator/step-functions/integrations.ts';

type Fields = Readonly<Record<string, unknown>>;

const substitution = (name: string): string => `\${${name}}`;
const resource = (integration: string): string => `arn:${substitution('Partition')}:states:::${integration}`;

/** The text of a workflow of these states, run in their order unless they say otherwise. */
export function workflow(states: Readonly<Record<string, Fields>>, processorConfig?: Fields): string {
  return JSON.stringify(machine(states, processorConfig));
}

function machine(states: Readonly<Record<string, Fields>>, ProcessorConfig?: Fields): Fields {
  const names = Object.keys(states);
  const leads = (state: Fields) => 'Next' in state || 'End' in state || ['Succeed', 'Fail', 'Choice'].includes(String(state.Type));
  const States = Object.entries(states).map(([name, state], index) => {
    const Next = names[index + 1];
    return [name, leads(state) ? state : { ...state, ...(Next === undefined ? { End: true } : { Next }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(States), ...(ProcessorConfig && { ProcessorConfig }) };
}

/** A task that invokes the function of this name with the input of the state. */
export const lambda = (name: string, fields: Fields = {}): Fields => ({
  Type: 'Task',
  Resource: resource('lambda:invoke'),
  Parameters: { FunctionName: substitution(name), 'Payload.$': '$' },
  ...fields,
});

export const putObject = (parameters: Fields, fields: Fields = {}): Fields => ({
  Type: 'Task',
  Resource: resource('aws-sdk:s3:putObject'),
  Parameters: { Bucket: substitution('FindingsBucket'), ...parameters },
  ResultPath: null,
  ...fields,
});

export const nested = (name: string, fields: Fields = {}): Fields => ({
  Type: 'Task',
  Resource: resource('states:startExecution.sync:2'),
  Parameters: { StateMachineArn: substitution(name), 'Input.$': '$' },
  ...fields,
});

/** A Distributed Map over the lines of `items.jsonl`. */
export const distributedMap = (states: Readonly<Record<string, Fields>>, fields: Fields = {}, ExecutionType = 'STANDARD'): Fields => ({
  Type: 'Map',
  ItemReader: {
    Resource: resource('s3:getObject'),
    ReaderConfig: { InputType: 'JSONL' },
    Parameters: { Bucket: substitution('FindingsBucket'), Key: 'items.jsonl' },
  },
  ItemProcessor: machine(states, { Mode: 'DISTRIBUTED', ExecutionType }),
  ResultWriter: { Resource: resource('s3:putObject'), Parameters: { Bucket: substitution('FindingsBucket'), Prefix: 'results' } },
  ...fields,
});

export const jsonLines = (items: readonly unknown[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** A function that remembers what it was invoked with, and lets others run before it answers. */
export function recorded(answer: (payload: unknown, nth: number) => unknown = () => null) {
  const payloads: unknown[] = [];
  const handler: Handler = async (payload) => {
    payloads.push(payload);
    const nth = payloads.length;
    await setImmediate();
    return answer(payload, nth);
  };
  return { handler, payloads };
}

/** An error as a function throws it. */
export function named(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name });
}
