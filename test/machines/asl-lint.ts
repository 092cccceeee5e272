import validate from 'asl-validator';
import { machineErrors } from '../../functions/fleet/machine-errors.ts';
import { errorCodes, messageOf } from '../../functions/inventory/error-codes.ts';
import { rotationErrors } from '../../functions/rotation/machine-errors.ts';
import {
  type AslMachine,
  type AslState,
  filled,
  integrationOf,
  isDistributed,
  machinesIn,
  type NamedState,
  parseAsl,
  statesIn,
  substitutionsOf,
  targetsOf,
} from '../../simulator/step-functions/asl.ts';
import { longestExpressSeconds, worstSeconds } from './express-time.ts';
import { readerGrants, substitutionIn, taskGrants, writerGrants } from './grants-needed.ts';

/** Error names that Step Functions itself gives and that a Retry or Catch can match. `States.Runtime` is not among them: nothing catches it.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const reservedErrors = [
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.TaskFailed',
  'States.Timeout',
];

/** How the Lambda service fails, apart from what a function throws.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception */
const lambdaErrors = [
  'Lambda.AWSLambdaException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.SdkClientException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
];

const knownErrors: readonly string[] = [...reservedErrors, ...lambdaErrors, ...errorCodes, ...machineErrors, ...rotationErrors];

type Rule = (asl: AslMachine, text: string, given: readonly string[] | undefined) => readonly string[];

const forEachState =
  (rule: (named: NamedState) => readonly string[]): Rule =>
  (asl) =>
    [...statesIn(asl)].flatMap((named) => rule(named).map((problem) => `${named.name}: ${problem}`));

/** Strings of a state with the key they stand under, those of nested machines apart. */
function* stringsIn(value: unknown, key = ''): Generator<{ key: string; text: string }> {
  if (typeof value === 'string') yield { key, text: value };
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item, key);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) if (name !== 'States') yield* stringsIn(inner, name);
  }
}

const errorNames: Rule = forEachState(({ state }) => {
  const matchers = [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap(({ ErrorEquals }) => ErrorEquals);
  return [...matchers, ...(state.Error === undefined ? [] : [state.Error])]
    .filter((name) => !knownErrors.includes(name))
    .map((name) => `no error is called ${name}`);
});

const wildcardsLast: Rule = forEachState(({ state }) =>
  [state.Retry ?? [], state.Catch ?? []].flatMap((matchers) =>
    matchers
      .filter(({ ErrorEquals }, index) => ErrorEquals.includes('States.ALL') && (ErrorEquals.length > 1 || index < matchers.length - 1))
      .map(() => 'States.ALL must stand alone and last'),
  ),
);

const catchesAll = (state: AslState) => (state.Catch ?? []).some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));

const failureIsHandled: Rule = forEachState(({ state }) => {
  const { Type, TimeoutSeconds, TimeoutSecondsPath, Retry = [] } = state;
  const task = Type === 'Task';
  return [
    ...(task && TimeoutSeconds === undefined && TimeoutSecondsPath === undefined ? ['has no TimeoutSeconds or TimeoutSecondsPath'] : []),
    ...(task && Retry.length === 0 ? ['has no Retry'] : []),
    ...((task || Type === 'Map' || Type === 'Parallel') && !catchesAll(state) ? ['has no Catch of States.ALL'] : []),
  ];
});

const jsonPathOnly: Rule = (asl, text) => [
  ...(text.includes('"QueryLanguage"') ? ['QueryLanguage: the files are written in JSONPath'] : []),
  ...forEachState(({ state }) => [
    ...['Arguments', 'Output', 'Condition', 'Items'].filter((field) => field in state).map((field) => `${field} is JSONata`),
    ...(state.Choices ?? []).flatMap((choice) => ('Condition' in choice ? ['Condition is JSONata'] : [])),
    ...[...stringsIn(state)].filter((string) => string.text.includes('{%')).map(({ key }) => `${key} is JSONata`),
  ])(asl, text, undefined),
];

const noVariables: Rule = forEachState(({ state }) => [
  ...[state, ...(state.Choices ?? []), ...(state.Catch ?? [])].flatMap((place) => ('Assign' in place ? ['Assign makes a variable'] : [])),
  ...[...stringsIn(state)]
    .filter(({ key, text }) => (/\.\$$|Path$|^Variable$/.test(key) ? /(^|[\s(,])\$[A-Za-z_]/.test(text) : false))
    .map(({ key, text }) => `${key} reads a variable: ${text}`),
]);

const noTaskTokens: Rule = forEachState(({ state }) =>
  [...stringsIn(state)]
    .filter(({ text }) => text.includes('.waitForTaskToken') || text.includes('$$.Task.Token'))
    .map(({ text }) => `${text} is a task token: waiting is polling`),
);

const distributedMaps: Rule = forEachState(({ state, within }) => {
  if (!isDistributed(state)) return [];
  const ends = Object.entries(state.ItemProcessor?.States ?? {}).filter(([, child]) => targetsOf(child).length === 0);
  return [
    ...(['MaxConcurrencyPath', 'ItemReader', 'ResultWriter', 'ItemSelector'] as const)
      .filter((field) => state[field] === undefined)
      .map((field) => `a Distributed Map needs ${field}`),
    ...(state.ToleratedFailurePercentage === 100 ? [] : ['a Distributed Map needs ToleratedFailurePercentage 100']),
    ...(within.some(isDistributed) ? ['is a Distributed Map within another'] : []),
    ...ends
      .filter(([, child]) => child.Type !== 'Pass' || JSON.stringify(child.Result) !== '{}')
      .map(([name]) => `its children must end in a Pass with Result {}, and ${name} does not`),
  ];
});

const knownResources: Rule = forEachState(({ state: { Type, Resource, ItemReader, ResultWriter, Parameters } }) => {
  const unknown = (table: object, resource: string | undefined) => !Object.keys(table).includes(integrationOf(resource));
  const named = { 'lambda:invoke': 'FunctionName', 'states:startExecution.sync:2': 'StateMachineArn', 'aws-sdk:s3:putObject': 'Bucket' };
  const parameter = Object.entries(named).find(([integration]) => integration === integrationOf(Resource))?.[1];
  return [
    ...(Type === 'Task' && unknown(taskGrants, Resource) ? [`nothing says what ${Resource} must be granted`] : []),
    ...(ItemReader && unknown(readerGrants, ItemReader.Resource) ? [`nothing says what to grant to read ${ItemReader.Resource}`] : []),
    ...(ResultWriter && unknown(writerGrants, ResultWriter.Resource)
      ? [`nothing says what to grant to write ${ResultWriter.Resource}`]
      : []),
    ...(Type === 'Task' && parameter && !substitutionIn(Parameters, parameter) ? [`${parameter} must be one substitution`] : []),
    ...[ItemReader, ResultWriter].flatMap((place) =>
      place && !substitutionIn(place.Parameters, 'Bucket') ? ['the Bucket of its items and results must be one substitution'] : [],
    ),
  ];
});

const everyStateReached: Rule = (asl) =>
  [...machinesIn(asl)].flatMap(({ machine: { StartAt, States } }) => {
    const reached = new Set<string>();
    const missing: string[] = [];
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      const state = States[name];
      if (state) for (const target of targetsOf(state)) visit(target);
      else missing.push(`${name}: leads nowhere, there is no such state beside the one that names it`);
    };
    visit(StartAt);
    const unreached = Object.keys(States).filter((name) => !reached.has(name));
    return [...missing, ...unreached.map((name) => `${name}: is never reached`)];
  });

const expressTime: Rule = forEachState(({ state }) => {
  const { ItemProcessor } = state;
  if (ItemProcessor?.ProcessorConfig?.ExecutionType !== 'EXPRESS') return [];
  const seconds = worstSeconds(ItemProcessor);
  if (seconds < longestExpressSeconds) return [];
  return [`an EXPRESS child lives ${longestExpressSeconds} s, and its tasks may take ${seconds} s`];
});

const substitutionNames: Rule = (_asl, text, given) => {
  const used = substitutionsOf(text);
  const wellNamed = /^(Partition|FindingsBucket|[A-Z][A-Za-z]*(Function|Machine))$/;
  return [
    ...used.filter((name) => !wellNamed.test(name)).map((name) => `\${${name}} is no function, machine, bucket or partition`),
    ...(given ? used.filter((name) => !given.includes(name)).map((name) => `\${${name}} is used, and nothing gives it`) : []),
    ...(given ?? []).filter((name) => !used.includes(name)).map((name) => `\${${name}} is given, and nothing uses it`),
  ];
};

const validAsl: Rule = (_asl, text) => {
  try {
    const { isValid, errorsText } = validate(JSON.parse(filled(text)));
    return isValid ? [] : [`is not valid: ${errorsText('; ')}`];
  } catch (error) {
    return [`is not valid: ${messageOf(error)}`];
  }
};

const rules: readonly Rule[] = [
  validAsl,
  jsonPathOnly,
  noVariables,
  noTaskTokens,
  failureIsHandled,
  errorNames,
  wildcardsLast,
  distributedMaps,
  knownResources,
  everyStateReached,
  expressTime,
  substitutionNames,
];

/** What is wrong with a workflow, a sentence each; nothing when it may be deployed.
 *  @param given the substitutions that the construct fills in; without them, only how they are named is looked at */
export function lintAsl(text: string, given?: readonly string[]): string[] {
  try {
    const asl = parseAsl(text);
    return [...new Set(rules.flatMap((rule) => rule(asl, text, given)))];
  } catch (error) {
    return [`is no state machine: ${messageOf(error)}`];
  }
}
