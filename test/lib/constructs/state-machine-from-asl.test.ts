import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateMachineFromAsl, type Substitution } from '../../../lib/constructs/state-machine-from-asl.ts';
import { toolingStack } from '../stacks.ts';
import { appWithFlags, arnOf, type Resource, reference, synthesized } from '../synthesized.ts';

const file = 'state-machines/fleet-scan.asl.json';
const asl = readFileSync(file, 'utf8');
const { ofType, one } = synthesized(toolingStack());
const machine = one('AWS::StepFunctions::StateMachine');
const bucket = arnOf(one('AWS::S3::Bucket'));
const key = arnOf(one('AWS::KMS::Key'));
const objects = (pattern: string) => ({ 'Fn::Join': ['', [bucket, `/${pattern}`]] });
const executions = (suffix: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':states:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      `:execution:eks-greenlight-fleet-scan${suffix}:*`,
    ],
  ],
});

/** `${Name}`, as the files have it. */
const named = (name: string) => `\${${name}}`;

/** Every (action, resource) that policies allow, each once. */
function allowed(policies: readonly Resource[]): readonly string[] {
  const pairs = policies
    .flatMap(({ statements }) => statements)
    .flatMap(({ Action, Resource = [] }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} ${JSON.stringify(resource)}`)),
    );
  return [...new Set(pairs)].sort();
}
const pairs = (actions: readonly string[], resources: readonly unknown[]) =>
  actions.flatMap((action) => resources.map((resource) => `${action} ${JSON.stringify(resource)}`));

describe('the machine of fleet-scan.asl.json', () => {
  const functionNames = [...asl.matchAll(/"FunctionName": "\$\{(\w+)\}"/g)].map(([, name]) => String(name));
  const functions = functionNames.map((name) =>
    arnOf(
      one(
        'AWS::Lambda::Function',
        name === 'NotifyFunction' ? 'NotifierNotifyFunction' : `ScanPipeline${name.replace(/Function$/, '')}Function`,
      ),
    ),
  );

  it('is the file, whose names stand for the functions and the bucket', () => {
    expect(JSON.parse(String(machine.properties.DefinitionString))).toEqual(JSON.parse(asl));
    expect(machine.properties.DefinitionSubstitutions).toEqual({
      Partition: { Ref: 'AWS::Partition' },
      FindingsBucket: reference(one('AWS::S3::Bucket')),
      ...Object.fromEntries(functionNames.map((name, index) => [name, functions[index]])),
    });
  });

  it('uses only integrations of which the next test knows the permissions', () => {
    const resources = [...asl.matchAll(/"Resource": "arn:\$\{Partition\}:states:::([^"]+)"/g)].map(([, resource]) => resource);
    expect([...new Set(resources)].sort()).toEqual(['aws-sdk:s3:putObject', 'lambda:invoke', 's3:getObject', 's3:putObject']);
  });

  it('may do what the file says, and nothing else', () => {
    const role = one('AWS::IAM::Role', 'ScanPipelineFleetScanStateMachineRole');
    const policies = ofType('AWS::IAM::Policy').filter(
      ({ properties }) => JSON.stringify(properties.Roles) === JSON.stringify([reference(role)]),
    );
    const maps = ['runs/*/maps/accounts/*', 'runs/*/maps/clusters/*'].map(objects);
    const children = ['/ListAccounts', '/ScanClusters'].map(executions);
    expect(allowed(policies)).toEqual(
      [
        // lambda:invoke
        ...pairs(['lambda:InvokeFunction'], functions),
        // aws-sdk:s3:putObject, of what was caught
        ...pairs(['s3:PutObject'], [objects('runs/*/failures/*.json'), objects('runs/*/failures/*/*/*.json')]),
        // s3:getObject, of an ItemReader
        ...pairs(['s3:GetObject'], [objects('runs/*/items/*')]),
        // s3:putObject, of a ResultWriter
        ...pairs(['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'], maps),
        // the key of the bucket
        ...pairs(['kms:Decrypt', 'kms:GenerateDataKey'], [key]),
        // distributed maps
        ...pairs(['states:StartExecution'], [reference(machine)]),
        ...pairs(['states:DescribeExecution', 'states:StopExecution'], [executions(''), ...children]),
        ...pairs(['states:RedriveExecution'], children),
        // its log and its traces
        ...pairs(
          [
            ...['CreateLogDelivery', 'DeleteLogDelivery', 'GetLogDelivery', 'ListLogDeliveries', 'UpdateLogDelivery'],
            ...['DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'],
          ].map((action) => `logs:${action}`),
          ['*'],
        ),
        ...pairs(['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'], ['*']),
      ].sort(),
    );
  });

  it('does not wait for the policy that names it', () => {
    const maps = one('AWS::IAM::Policy', 'ScanPipelineFleetScanDistributedMapPolicy');
    expect(JSON.stringify(maps.properties)).toContain(machine.logicalId);
    expect(machine.dependsOn).not.toContain(maps.logicalId);
  });

  it('logs every event without its data, and traces', () => {
    const logs = one('AWS::Logs::LogGroup', 'ScanPipelineFleetScan');
    expect(machine.properties).toMatchObject({
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arnOf(logs) } }],
      },
      TracingConfiguration: { Enabled: true },
    });
    expect(logs.properties).toMatchObject({ LogGroupName: '/aws/vendedlogs/states/eks-greenlight-fleet-scan', RetentionInDays: 90 });
  });
});

describe('a file that does not fit', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'greenlight-asl-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const stack = new Stack(appWithFlags(), 'Stack');
  const lambda = LambdaFunction.fromFunctionName(stack, 'Function', 'function');
  const store = Bucket.fromBucketName(stack, 'Bucket', 'bucket');

  function machineOf(state: Readonly<Record<string, unknown>>, substitutions: Readonly<Record<string, Substitution>>) {
    const path = join(folder, 'machine.asl.json');
    writeFileSync(path, JSON.stringify({ StartAt: 'Only', States: { Only: { End: true, ...state } } }));
    const scope = new Stack(appWithFlags(), 'Stack');
    return () => new StateMachineFromAsl(scope, 'Machine', { file: relative('.', path), stateMachineName: 'machine', substitutions });
  }
  function childFile(): string {
    const path = join(folder, 'child.asl.json');
    const only = { ...task('lambda:invoke', { FunctionName: named('One') }), End: true };
    writeFileSync(path, JSON.stringify({ StartAt: 'Only', States: { Only: only } }));
    return path;
  }
  const task = (resource: string, parameters: Readonly<Record<string, unknown>>) => ({
    Type: 'Task',
    Resource: `arn:\${Partition}:states:::${resource}`,
    Parameters: parameters,
  });

  it.each([
    [
      'is not given what it names',
      { FunctionName: named('One'), Payload: named('Two') },
      { One: lambda },
      `${named('Two')} is used but not given`,
    ],
    [
      'is given what it does not name',
      { FunctionName: named('One') },
      { One: lambda, Two: lambda },
      `${named('Two')} is given but not used`,
    ],
    ['names a bucket as function', { FunctionName: named('One') }, { One: store }, 'no permissions are known for lambda:invoke as task'],
    ['names a function by its ARN', { FunctionName: 'arn:aws:lambda:::function:x' }, {}, 'no permissions are known for lambda:invoke'],
  ])('%s', (_, parameters, substitutions, message) => {
    expect(machineOf(task('lambda:invoke', parameters), substitutions)).toThrow(message);
  });

  it('starts what is no workflow', () => {
    const call = task('states:startExecution.sync:2', { StateMachineArn: named('Child') });
    expect(machineOf(call, { Child: lambda })).toThrow('no permissions are known for states:startExecution.sync:2');
  });

  it('does not wait for a workflow that it starts', () => {
    const child = new StateMachineFromAsl(new Stack(appWithFlags(), 'Other'), 'Child', {
      file: relative('.', childFile()),
      stateMachineName: 'child',
      substitutions: { One: lambda },
    });
    const call = task('states:startExecution', { StateMachineArn: named('Child') });
    expect(machineOf(call, { Child: child })).toThrow('no permissions are known for states:startExecution as task');
  });

  it.each(['dynamodb:putItem', 'aws-sdk:s3:deleteObject', 'aws-sdk:s3:putObject'])(
    'calls %s with a key that it does not spell out',
    (resource) => {
      const call = task(resource, { Bucket: named('Store'), 'Key.$': '$.key' });
      expect(machineOf(call, { Store: store })).toThrow(`no permissions are known for ${resource} as task`);
    },
  );

  it('has a distributed map without a label', () => {
    const map = { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } }, Comment: named('Partition') };
    expect(machineOf(map, {})).toThrow('needs a Label');
  });
});
