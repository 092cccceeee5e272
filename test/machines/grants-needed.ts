import { type AslState, integrationOf, isDistributed, parseAsl, statesIn } from '../../simulator/step-functions/asl.ts';

/** One thing that the role of a state machine must be allowed to do. */
export interface Grant {
  readonly actions: readonly string[];
  /** - `function`: the function and its qualifiers
   *  - `objects`: the objects of the bucket
   *  - `key`: the key that encrypts the bucket
   *  - `machine`: the state machine
   *  - `executions`: its executions, `execution:<name>:*`
   *  - `map-children`: the executions that its Distributed Maps start, `execution:<name>/*`
   *  - `rule`: the managed rule with which Step Functions learns that a nested execution has ended */
  readonly kind: 'function' | 'objects' | 'key' | 'machine' | 'executions' | 'map-children' | 'rule';
  /** The substitution that gives it, the name of the rule, or `self` for the machine that runs the file. */
  readonly of: string;
}

const nestedExecutionRule = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';

type Parameters = AslState['Parameters'];

/** The substitution that a parameter consists of. */
export function substitutionIn(parameters: Parameters, parameter: string): string | undefined {
  const value = parameters?.[parameter];
  return typeof value === 'string' ? /^\$\{([^}]+)\}$/.exec(value)?.[1] : undefined;
}

function substitution(parameters: Parameters, parameter: string): string {
  const name = substitutionIn(parameters, parameter);
  if (name === undefined) throw new Error(`${parameter} is ${JSON.stringify(parameters?.[parameter])}, expected one substitution`);
  return name;
}

/** What each resource type of a Task costs in permissions.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
export const taskGrants: Readonly<Record<string, (parameters: Parameters) => readonly Grant[]>> = {
  'lambda:invoke': (parameters) => [{ actions: ['lambda:InvokeFunction'], kind: 'function', of: substitution(parameters, 'FunctionName') }],
  'aws-sdk:s3:putObject': (parameters) => {
    const of = substitution(parameters, 'Bucket');
    return [
      { actions: ['s3:PutObject'], kind: 'objects', of },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], kind: 'key', of },
    ];
  },
  'states:startExecution.sync:2': (parameters) => {
    const of = substitution(parameters, 'StateMachineArn');
    return [
      { actions: ['states:StartExecution'], kind: 'machine', of },
      { actions: ['states:DescribeExecution', 'states:StopExecution'], kind: 'executions', of },
      { actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'], kind: 'rule', of: nestedExecutionRule },
    ];
  },
};

/** What reading the items and writing the results of a Distributed Map costs.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
export const readerGrants: typeof taskGrants = {
  's3:getObject': (parameters) => {
    const of = substitution(parameters, 'Bucket');
    return [
      { actions: ['s3:GetObject'], kind: 'objects', of },
      { actions: ['kms:Decrypt'], kind: 'key', of },
    ];
  },
};
export const writerGrants: typeof taskGrants = {
  's3:putObject': (parameters) => {
    const of = substitution(parameters, 'Bucket');
    // Results are written in parts, and read back while they are put together.
    return [
      { actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'], kind: 'objects', of },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], kind: 'key', of },
    ];
  },
};

/** Its children are executions of the machine itself. */
const distributedMapGrants: readonly Grant[] = [
  { actions: ['states:StartExecution'], kind: 'machine', of: 'self' },
  { actions: ['states:DescribeExecution', 'states:StopExecution'], kind: 'executions', of: 'self' },
  { actions: ['states:RedriveExecution'], kind: 'map-children', of: 'self' },
];

/** What the role of the machine needs for a file, joined by what it is granted on: actions sorted, grants by kind and name.
 *  @throws Error on a resource type without a row in the tables above */
export function grantsNeeded(text: string): Grant[] {
  const grants = [...statesIn(parseAsl(text))].flatMap(({ name, state }) => {
    const of = (table: typeof taskGrants, { Resource, Parameters }: Pick<AslState, 'Resource' | 'Parameters'>) => {
      const grantsOf = table[integrationOf(Resource)];
      if (!grantsOf) throw new Error(`${name}: no row says what ${Resource} must be granted`);
      return grantsOf(Parameters);
    };
    return [
      ...(state.Type === 'Task' ? of(taskGrants, state) : []),
      ...(state.ItemReader ? of(readerGrants, state.ItemReader) : []),
      ...(state.ResultWriter ? of(writerGrants, state.ResultWriter) : []),
      ...(isDistributed(state) ? distributedMapGrants : []),
    ];
  });
  const joined = Object.values(Object.groupBy(grants, ({ kind, of }) => `${kind} ${of}`)).flatMap(([first, ...others] = []) =>
    first ? [{ ...first, actions: [...new Set([first, ...others].flatMap(({ actions }) => actions))].toSorted() }] : [],
  );
  return joined.toSorted((a, b) => (`${a.kind} ${a.of}` < `${b.kind} ${b.of}` ? -1 : 1));
}
