import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AslState, parseAsl, substitutionsOf } from '../../simulator/step-functions/asl.ts';
import { lintAsl } from './asl-lint.ts';
import { aslText, machineNames } from './asl-texts.ts';
import { grantsNeeded } from './grants-needed.ts';

const fleetScan = aslText('fleet-scan');
const substitution = (name: string) => `\${${name}}`;

/** The states of fleet-scan to break; a state that is not there is made. */
type Edit = (states: Record<string, Record<string, unknown>>, children: (map: string) => Record<string, Record<string, unknown>>) => void;

/** fleet-scan with something broken in it. */
function broken(edit: Edit): string {
  const states = z.record(z.string(), z.record(z.string(), z.unknown()));
  const definition = z.looseObject({ States: states }).parse(JSON.parse(fleetScan));
  const processors: (() => void)[] = [];
  edit(definition.States, (map) => {
    const processor = z.looseObject({ States: states }).parse(definition.States[map]?.ItemProcessor);
    processors.push(() => Object.assign(definition.States[map] ?? {}, { ItemProcessor: processor }));
    return processor.States;
  });
  for (const put of processors) put();
  return JSON.stringify(definition);
}

/** Changes fields of a state; `undefined` takes one away. */
const change =
  (name: string, fields: Record<string, unknown>): Edit =>
  (states) => {
    states[name] = { ...states[name], ...fields };
  };

const changeChild =
  (map: string, name: string, fields: Record<string, unknown>): Edit =>
  (_states, children) => {
    const inside = children(map);
    inside[name] = { ...inside[name], ...fields };
  };

const task = { Type: 'Task', TimeoutSeconds: 10, ResultPath: null };
const retry = (...ErrorEquals: string[]) => [{ ErrorEquals, MaxAttempts: 1 }];
const toFailed = (...ErrorEquals: string[]) => [{ ErrorEquals, Next: 'RunFailed' }];

describe.each(machineNames)('state-machines/%s.asl.json', (name) => {
  it('may be deployed', () => expect(lintAsl(aslText(name))).toEqual([]));

  it('needs nothing of AWS that is not in the table of grants', () => expect(grantsNeeded(aslText(name))).not.toEqual([]));
});

describe('a workflow is refused', () => {
  it.each<[string, Edit, RegExp]>([
    ['with a state of no known type', change('AnyAccounts', { Type: 'Loop' }), /^is no state machine/],
    ['with a field that ASL does not have', change('CommitRun', { Timeout: 3 }), /^is not valid/],
    ['with a path that cannot be read', change('CommitRun', { ResultPath: 'run' }), /^is not valid/],
    ['with a state that both ends and goes on', change('CommitRun', { End: true }), /^is not valid/],
    ['with a state that neither ends nor goes on', change('CommitRun', { Next: undefined }), /^is not valid/],
    ['where the validator itself stumbles', change('PlanScan', { ItemProcessor: { StartAt: 'A', States: { A: null } } }), /^is (no|not)/],

    ['with a query language', change('CommitRun', { QueryLanguage: 'JSONata' }), /QueryLanguage/],
    ['with JSONata arguments', change('CommitRun', { Arguments: {} }), /CommitRun: Arguments is JSONata/],
    ['with a JSONata condition', change('AnyAccounts', { Choices: [{ Condition: 'true', Next: 'PlanScan' }] }), /Condition is JSONata/],
    ['with JSONata in a value', change('SampleSent', { Parameters: { runId: '{% $states.input %}' } }), /SampleSent: runId is JSONata/],

    ['with a variable', change('CommitRun', { Assign: { 'runId.$': '$.run.runId' } }), /CommitRun: Assign makes a variable/],
    ['with a variable in a choice', change('AnyAccounts', { Choices: [{ Next: 'PlanScan', Assign: {} }] }), /AnyAccounts: Assign/],
    ['with a variable that is read', change('SampleSent', { Parameters: { 'runId.$': '$runId' } }), /runId\.\$ reads a variable/],
    [
      'with a variable in a choice rule',
      change('AnyAccounts', { Choices: [{ Variable: '$n', Next: 'PlanScan' }] }),
      /reads a variable: \$n/,
    ],

    ['that waits for a task token', change('Notify', { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }), /is a task token/],
    [
      'that passes a task token',
      change('Notify', { Parameters: { 'token.$': '$$.Task.Token' } }),
      /Notify: \$\$\.Task\.Token is a task token/,
    ],

    ['with a task that may take forever', change('Notify', { TimeoutSeconds: undefined }), /Notify: has no TimeoutSeconds/],
    [
      'with a child that may take forever',
      changeChild('ScanClusters', 'ScanCluster', { TimeoutSeconds: undefined }),
      /ScanCluster: has no Time/,
    ],
    ['with a task that is tried once', change('PlanScan', { Retry: undefined }), /PlanScan: has no Retry/],
    ['with a task without a retrier', change('PlanScan', { Retry: [] }), /PlanScan: has no Retry/],
    ['with a task whose failure nobody catches', change('PlanScan', { Catch: undefined }), /PlanScan: has no Catch of States\.ALL/],
    ['with a task that catches some', change('PlanScan', { Catch: toFailed('Throttled') }), /PlanScan: has no Catch of States\.ALL/],
    ['with a map whose failure nobody catches', change('ScanClusters', { Catch: undefined }), /ScanClusters: has no Catch of States\.ALL/],

    [
      'that retries an error that does not exist',
      change('PlanScan', { Retry: retry('Throttling') }),
      /PlanScan: no error is called Throttling/,
    ],
    [
      'that catches an error that does not exist',
      change('PlanScan', { Catch: toFailed('Lambda.Oops') }),
      /no error is called Lambda\.Oops/,
    ],
    ['that fails with a name of its own', change('NothingScanned', { Error: 'Nothing' }), /NothingScanned: no error is called Nothing/],
    ['that names what nothing can catch', change('PlanScan', { Retry: retry('States.Runtime') }), /no error is called States\.Runtime/],
    [
      'with States.ALL beside others',
      change('Notify', { Retry: retry('States.ALL', 'Throttled') }),
      /Notify: States\.ALL must stand alone/,
    ],
    ['with States.ALL first', change('Notify', { Retry: [...retry('States.ALL'), ...retry('Throttled')] }), /States\.ALL must stand alone/],

    [
      'with a map of unlimited width',
      change('ScanClusters', { MaxConcurrencyPath: undefined }),
      /ScanClusters: .* needs MaxConcurrencyPath/,
    ],
    ['with a map without an item reader', change('ScanClusters', { ItemReader: undefined }), /ScanClusters: .* needs ItemReader/],
    ['with a map without a result writer', change('ScanClusters', { ResultWriter: undefined }), /ScanClusters: .* needs ResultWriter/],
    ['with a map without an item selector', change('ScanClusters', { ItemSelector: undefined }), /ScanClusters: .* needs ItemSelector/],
    [
      'with a map that fails with its items',
      change('ListAccounts', { ToleratedFailurePercentage: 99 }),
      /ListAccounts: .* needs ToleratedFailurePercentage 100/,
    ],
    [
      'with a child that says something',
      changeChild('ScanClusters', 'ClusterScanned', { Result: { ok: true } }),
      /ClusterScanned does not/,
    ],
    ['with a child that says its input', changeChild('ScanClusters', 'ClusterScanned', { Result: undefined }), /ClusterScanned does not/],
    [
      'with a child that ends in its task',
      changeChild('ListAccounts', 'RecordAccountFailure', { Next: undefined, End: true, Catch: undefined }),
      /must end in a Pass with Result {}, and RecordAccountFailure does not/,
    ],
    [
      'with a map within a map',
      (states, children) => {
        children('ListAccounts').AccountListed = { ...states.ScanClusters, Next: undefined, End: true };
      },
      /AccountListed: is a Distributed Map within another/,
    ],

    [
      'with a resource that nobody granted',
      change('Notify', { Resource: 'arn:aws:states:::sns:publish' }),
      /nothing says what .*sns:publish/,
    ],
    [
      'with items from a resource that nobody granted',
      change('ScanClusters', {
        ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: substitution('FindingsBucket') } },
      }),
      /ScanClusters: nothing says what to grant to read/,
    ],
    [
      'with results to a resource that nobody granted',
      change('ScanClusters', {
        ResultWriter: { Resource: 'arn:aws:states:::s3:copyObject', Parameters: { Bucket: substitution('FindingsBucket') } },
      }),
      /ScanClusters: nothing says what to grant to write/,
    ],
    [
      'with a function by name',
      change('Notify', { Parameters: { FunctionName: 'notify' } }),
      /Notify: FunctionName must be one substitution/,
    ],
    [
      'with a bucket by name',
      change('ScanClusters', { ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'findings' } } }),
      /ScanClusters: the Bucket of its items/,
    ],

    ['with a state that is never reached', change('Spare', { Type: 'Succeed' }), /Spare: is never reached/],
    ['with a state that only itself reaches', change('Spare', { Type: 'Pass', Next: 'Spare' }), /Spare: is never reached/],
    ['with a way out of a child', changeChild('ScanClusters', 'ScanCluster', { Next: 'SummarizeRun' }), /SummarizeRun: leads nowhere/],
    ['with a way to nowhere', change('CommitRun', { Next: 'Away' }), /Away: leads nowhere/],

    [
      'with an EXPRESS child that takes too long',
      changeChild('ListAccounts', 'ListClusters', { TimeoutSeconds: 270 }),
      /ListAccounts: .* 300 s/,
    ],
    [
      'with an EXPRESS child that retries timeouts',
      changeChild('ListAccounts', 'ListClusters', { Retry: retry('States.Timeout') }),
      /ListAccounts: an EXPRESS child lives 300 s, and its tasks may take 510 s/,
    ],
    [
      'with an EXPRESS child whose timeout is not known',
      changeChild('ListAccounts', 'ListClusters', { TimeoutSeconds: undefined, TimeoutSecondsPath: '$.seconds' }),
      /its tasks may take Infinity s/,
    ],
    ['with an EXPRESS child that goes round', changeChild('ListAccounts', 'ListClusters', { Next: 'ListClusters' }), /may take Infinity s/],
    [
      'with an EXPRESS child that waits',
      (_states, children) => {
        const inside = children('ListAccounts');
        inside.Rest = { Type: 'Wait', Seconds: 60, Next: 'AccountListed' };
        inside.ListClusters = { ...inside.ListClusters, Next: 'Rest' };
      },
      /may take 300 s/,
    ],

    [
      'with a substitution of no known kind',
      change('Spare', { ...task, Resource: substitution('Queue'), Next: 'PlanScan' }),
      /\$\{Queue\} is no function/,
    ],
  ])('%s', (_what, edit, problem) => {
    expect(lintAsl(broken(edit))).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  it('that is no JSON, or something else', () => {
    expect(lintAsl('{')).toEqual([expect.stringMatching(/^is no state machine/)]);
    expect(lintAsl('[]')).toEqual([expect.stringMatching(/^is no state machine/)]);
  });

  it('but not for the same file written anew', () => expect(lintAsl(broken(() => {}))).toEqual([]));
});

describe('substitutions', () => {
  const used = substitutionsOf(fleetScan);

  it('are each named once', () => {
    expect(substitutionsOf(`${substitution('B')}/${substitution('A')} ${substitution('B')}`)).toEqual(['A', 'B']);
    expect(used).toContain('ScanClusterFunction');
  });

  it('are given and used alike', () => {
    expect(lintAsl(fleetScan, used)).toEqual([]);
    const given = used.filter((name) => name !== 'NotifyFunction');
    expect(lintAsl(fleetScan, given)).toEqual([expect.stringMatching(/NotifyFunction} is used, and nothing gives it/)]);
    expect(lintAsl(fleetScan, [...used, 'SpareFunction'])).toEqual([expect.stringMatching(/SpareFunction} is given, and nothing uses it/)]);
  });
});

describe('grantsNeeded', () => {
  it('joins what one resource needs: items, results and single objects of the bucket', () => {
    const grants = grantsNeeded(fleetScan);
    expect(grants).toContainEqual({ kind: 'function', of: 'ScanClusterFunction', actions: ['lambda:InvokeFunction'] });
    expect(grants.filter(({ kind }) => kind === 'function')).toHaveLength(7);
    expect(grants.filter(({ of }) => of === 'FindingsBucket')).toEqual([
      { kind: 'key', of: 'FindingsBucket', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
      {
        kind: 'objects',
        of: 'FindingsBucket',
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      },
    ]);
    expect(grants.filter(({ of }) => of === 'self')).toEqual([
      { kind: 'executions', of: 'self', actions: ['states:DescribeExecution', 'states:StopExecution'] },
      { kind: 'machine', of: 'self', actions: ['states:StartExecution'] },
      { kind: 'map-children', of: 'self', actions: ['states:RedriveExecution'] },
    ]);
  });

  it('lets a nested execution be started, watched and stopped', () => {
    const nested: Partial<AslState> = {
      Type: 'Task',
      Resource: `arn:${substitution('Partition')}:states:::states:startExecution.sync:2`,
      Parameters: { StateMachineArn: substitution('RevertRotationMachine') },
      End: true,
    };
    expect(grantsNeeded(JSON.stringify({ StartAt: 'Revert', States: { Revert: nested } }))).toEqual([
      { kind: 'executions', of: 'RevertRotationMachine', actions: ['states:DescribeExecution', 'states:StopExecution'] },
      { kind: 'machine', of: 'RevertRotationMachine', actions: ['states:StartExecution'] },
      {
        kind: 'rule',
        of: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
        actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
      },
    ]);
  });

  it('refuses a resource without a row, and a name that is no substitution', () => {
    expect(() => grantsNeeded(broken(change('Notify', { Resource: 'arn:aws:states:::sns:publish' })))).toThrow(
      /Notify: no row .*sns:publish/,
    );
    expect(() => grantsNeeded(broken(change('Notify', { Parameters: { FunctionName: 'notify' } })))).toThrow(/FunctionName is "notify"/);
  });

  it('reads every state of the file', () => expect(Object.keys(parseAsl(fleetScan).States)).toContain('ScanClusters'));
});
