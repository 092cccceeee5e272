import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rotationFunctionRoles } from '../../../functions/access/names.ts';
import { configuration, memberStack, toolingStack, variantNames, variants } from '../stacks.ts';
import { arnOf, type Resource, reference, type Synthesized, synthesized, withoutHash } from '../synthesized.ts';

const rotation = synthesized(toolingStack('rotation'));
const unversioned = synthesized(toolingStack('rotation', { versions: false }));
const { one, ofType } = rotation;

const functions = ['start-rotation', 'rotation-step', 'read-outcome', 'take-over', 'sweep'];
const machines = ['drain-batch', 'wait-window', 'revert-rotation', 'node-rotation'];
const pascal = (name: string) => name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
const machine = (name: string, stack: Synthesized = rotation) =>
  stack.one('AWS::StepFunctions::StateMachine', `RotationPipeline${pascal(name)}StateMachine`);
const lambda = (name: string, stack: Synthesized = rotation) =>
  stack.one('AWS::Lambda::Function', `RotationPipeline${pascal(name)}Function`);
const published = (name: string) => one('AWS::Lambda::Version', `RotationPipeline${pascal(name)}Function`);
const versionOf = (name: string) => one('AWS::StepFunctions::StateMachineVersion', `RotationPipeline${pascal(name)}Version`);
const aliasOf = (name: string) => one('AWS::StepFunctions::StateMachineAlias', `RotationPipeline${pascal(name)}Live`);

/** What the definition of a machine is given for a name that ends so: `RotationStepFunction` → `rotation-step`. */
const fileName = (substitution: string) =>
  substitution
    .replace(/(?:Function|StateMachine)$/, '')
    .replaceAll(/(?!^)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();

function substitutionsOf(name: string): readonly string[] {
  const asl = readFileSync(`state-machines/${name}.asl.json`, 'utf8');
  return [...new Set([...asl.matchAll(/\$\{(\w+)\}/g)].map(([, found]) => String(found)))].filter((found) => found !== 'Partition').sort();
}

describe('where rotations are off', () => {
  it.each(variantNames.filter((variant) => variant !== 'rotation'))('nothing of them is deployed in the variant %s', (variant) => {
    for (const stack of [toolingStack(variant), memberStack({ configuration: configuration(variants[variant]) })]) {
      const { resources, outputs } = synthesized(stack);
      // The configuration that is published says of rotations that they are off.
      const deployed = resources.filter(({ type }) => type !== 'Custom::PublishedConfiguration');
      expect(JSON.stringify([deployed, outputs])).not.toMatch(
        /eks-greenlight-rotat|node-rotation|RotationPipeline|RotationNeedsHuman|pods\/eviction/,
      );
    }
  });

  const writing = /^(?:eks|ec2|autoscaling|elasticloadbalancing|iam|kms):(?!Describe|List|Get)/;
  const ownNetwork = /NetworkInterface|PrivateIpAddresses/;
  const ownKey = /^kms:(?:\*|Decrypt|GenerateDataKey)$/;

  it.each(variantNames.filter((variant) => variant !== 'rotation'))(
    'no role of the variant %s may write to a cluster or account',
    (variant) => {
      const template = synthesized(memberStack({ configuration: configuration(variants[variant]) }));
      for (const { resources } of [synthesized(toolingStack(variant)), template]) {
        const actions = resources
          .flatMap(({ statements }) => statements)
          .filter(({ Effect }) => Effect === 'Allow')
          .flatMap(({ Action }) => Action);
        expect(actions.filter((action) => writing.test(action) && !ownNetwork.test(action) && !ownKey.test(action))).toEqual([]);
        expect(actions.filter((action) => action.startsWith('s3:Delete'))).toEqual([]);
      }
    },
  );

  it('the StackSet has the scan role alone, and with them the rotate role too', () => {
    const bodyOf = (more: object) => {
      const settings = configuration({ ...variants.organization, ...more });
      const stackSet = synthesized(toolingStack('organization', { configuration: settings })).one('AWS::CloudFormation::StackSet');
      return Object.keys(
        z.object({ Resources: z.record(z.string(), z.unknown()) }).parse(JSON.parse(String(stackSet.properties.TemplateBody))).Resources,
      );
    };
    expect(bodyOf({})).toEqual(['ScanRole']);
    expect(bodyOf({ rotation: { enabled: true } })).toEqual(['ScanRole', 'RotateRole']);
  });
});

describe('the functions of a rotation', () => {
  it.each([
    ['start-rotation', 60, 512],
    ['rotation-step', 120, 1024],
    ['read-outcome', 60, 512],
    ['take-over', 60, 512],
    ['sweep', 60, 512],
  ])('%s has %d seconds and %d MiB', (name, seconds, memory) => {
    expect(lambda(name).properties).toMatchObject({
      FunctionName: `eks-greenlight-${name}`,
      Timeout: seconds,
      MemorySize: memory,
      Environment: {
        Variables: {
          FINDINGS_BUCKET: reference(one('AWS::S3::Bucket')),
          ALERTS_TOPIC_ARN: reference(one('AWS::SNS::Topic', 'AlertsAlerts')),
          CHAT_TOPIC_ARNS: expect.anything(),
          SLACK_WEBHOOK_SECRET_ARN: expect.stringContaining('webhook'),
        },
      },
    });
  });

  it('end before the machines give up on them', () => {
    for (const name of machines) {
      const asl = readFileSync(`state-machines/${name}.asl.json`, 'utf8');
      const tasks = [...asl.matchAll(/"FunctionName": "\$\{(\w+)Function\}"[\s\S]*?"TimeoutSeconds": (\d+)/g)];
      expect(tasks.length, name).toBeGreaterThan(0);
      for (const [, found = '', seconds] of tasks)
        expect(Number(seconds), `${found} in ${name}`).toBeGreaterThanOrEqual(Number(lambda(fileName(found)).properties.Timeout));
    }
  });

  it('that enter accounts are those whom the rotate role trusts', () => {
    expect(Object.values(rotationFunctionRoles)).toEqual(['eks-greenlight-rotation-step']);
    expect(lambda('rotation-step').properties.Role).toEqual(arnOf(one('AWS::IAM::Role', 'RotationPipelineRotationStepRole')));
    expect(one('AWS::IAM::Role', 'RotationPipelineRotationStepRole').properties.RoleName).toBe('eks-greenlight-rotation-step');
  });

  it('that reach API servers stand in the network of greenlight.yaml, and no others', () => {
    const connected = functions.filter((name) => lambda(name).properties.VpcConfig !== undefined);
    expect(connected).toEqual(['rotation-step']);
  });

  it('are published, and what was replaced stays', () => {
    for (const name of functions.filter((one) => one !== 'sweep'))
      expect(published(name)).toMatchObject({
        deletionPolicy: 'Retain',
        updateReplacePolicy: 'Retain',
        properties: { FunctionName: reference(lambda(name)) },
      });
  });

  it('has a sweep that knows what to start', () => {
    expect(lambda('sweep').properties.Environment).toMatchObject({
      Variables: { REVERT_STATE_MACHINE_ARN: reference(aliasOf('revert-rotation')) },
    });
  });
});

describe('the machines of a rotation', () => {
  it.each(machines)('%s is its file, with the versions of its own deployment', (name) => {
    expect(JSON.parse(String(machine(name).properties.DefinitionString))).toEqual(
      JSON.parse(readFileSync(`state-machines/${name}.asl.json`, 'utf8')),
    );
    const names = substitutionsOf(name);
    expect(machine(name).properties).toMatchObject({ StateMachineName: `eks-greenlight-${name}` });
    expect(machine(name).properties.DefinitionSubstitutions).toEqual({
      Partition: { Ref: 'AWS::Partition' },
      ...Object.fromEntries(
        names.map((found) => [found, reference(found.endsWith('Function') ? published(fileName(found)) : versionOf(fileName(found)))]),
      ),
    });
  });

  it.each(machines)('%s is published by its revision, kept, and started as live', (name) => {
    expect(versionOf(name)).toMatchObject({
      deletionPolicy: 'Retain',
      updateReplacePolicy: 'Retain',
      properties: {
        StateMachineArn: reference(machine(name)),
        StateMachineRevisionId: { 'Fn::GetAtt': [machine(name).logicalId, 'StateMachineRevisionId'] },
      },
    });
    expect(aliasOf(name).properties).toMatchObject({
      Name: 'live',
      DeploymentPreference: { Type: 'ALL_AT_ONCE', StateMachineVersionArn: reference(versionOf(name)) },
    });
  });

  const ofStack = (service: string, rest: readonly unknown[]) => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ...rest]],
  });

  it.each(machines)('%s may invoke and start what its file names, and nothing else', (name) => {
    const role = one('AWS::IAM::Role', `RotationPipeline${pascal(name)}StateMachineRole`);
    const allowed = ofType('AWS::IAM::Policy')
      .filter(({ properties }) => JSON.stringify(properties.Roles) === JSON.stringify([reference(role)]))
      .flatMap(({ statements }) => statements)
      .flatMap(({ Action, Resource = [] }) =>
        Action.flatMap((action) => Resource.map((resource) => [action, JSON.stringify(resource)] as const)),
      )
      .filter(([action]) => !/^(?:logs|xray):/.test(action));
    const names = substitutionsOf(name);
    const children = names.filter((found) => found.endsWith('StateMachine')).map((found) => machine(fileName(found)));
    const rule = ofStack('events', [':rule/StepFunctionsGetEventsForStepFunctionsExecutionRule']);
    const expected = [
      ...names
        .filter((found) => found.endsWith('Function'))
        .map((found) => ['lambda:InvokeFunction', { 'Fn::Join': ['', [arnOf(lambda(fileName(found))), ':*']] }]),
      ...children.flatMap((child) => {
        const executions = ofStack('states', [':execution:', { 'Fn::GetAtt': [child.logicalId, 'Name'] }, ':*']);
        return [
          ['states:StartExecution', reference(child)],
          ['states:DescribeExecution', executions],
          ['states:StopExecution', executions],
        ];
      }),
      ...(children.length > 0 ? ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) => [action, rule]) : []),
    ].map(([action, resource]) => [action, JSON.stringify(resource)]);
    expect(allowed.map(String).sort()).toEqual(expected.map(String).sort());
  });

  it('are started by their alias: outputs of the stack', () => {
    expect(rotation.outputs).toMatchObject({
      NodeRotationStateMachineArn: reference(aliasOf('node-rotation')),
      RevertRotationStateMachineArn: reference(aliasOf('revert-rotation')),
    });
  });

  it('work without versions where CloudFormation does not know them', () => {
    const types = ['AWS::StepFunctions::StateMachineVersion', 'AWS::StepFunctions::StateMachineAlias', 'AWS::Lambda::Version'];
    expect(types.flatMap((type) => unversioned.ofType(type))).toEqual([]);
    expect(machine('node-rotation', unversioned).properties.DefinitionSubstitutions).toMatchObject({
      StartRotationFunction: arnOf(lambda('start-rotation', unversioned)),
      RevertRotationStateMachine: reference(machine('revert-rotation', unversioned)),
    });
    expect(unversioned.outputs.NodeRotationStateMachineArn).toEqual(reference(machine('node-rotation', unversioned)));
  });
});

describe('the watchdog', () => {
  const ended = one('AWS::Events::Rule', 'RotationPipelineWatchdogExecutionEnded');
  const queue = one('AWS::SQS::Queue', 'RotationPipelineWatchdogDeadLetters');
  const delivery = { DeadLetterConfig: { Arn: arnOf(queue) }, RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 } };
  const targetOf = (rule: Resource) => z.tuple([z.looseObject({ Arn: z.unknown() })]).parse(rule.properties.Targets)[0];

  it('hears of executions of rotation and revert that ended badly, and of no others', () => {
    expect(ended.properties.EventPattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
        stateMachineArn: [reference(machine('node-rotation')), reference(machine('revert-rotation'))],
      },
    });
  });

  it('starts the revert with the name of the execution and what it was', () => {
    expect(targetOf(ended)).toMatchObject({
      Arn: reference(aliasOf('revert-rotation')),
      ...delivery,
      InputTransformer: {
        InputPathsMap: { 'detail-name': '$.detail.name', detail: '$.detail' },
        // The whole of the detail is an object: a string with quotes in it, as its input is, never has to be put between quotes.
        InputTemplate: '{"rotationId":<detail-name>,"ended":<detail>}',
      },
    });
  });

  it('may start the revert, and nothing else', () => {
    const [policy, ...others] = ofType('AWS::IAM::Policy').filter(({ logicalId }) =>
      logicalId.includes('RevertRotationStateMachineEventsRole'),
    );
    expect(others).toEqual([]);
    expect(policy?.statements).toMatchObject([{ Action: ['states:StartExecution'], Resource: [reference(machine('revert-rotation'))] }]);
  });

  it('sweeps every quarter of an hour', () => {
    const sweep = one('AWS::Events::Rule', 'RotationPipelineWatchdogSweepEveryQuarterOfAnHour');
    expect(sweep.properties.ScheduleExpression).toBe('rate(15 minutes)');
    expect(targetOf(sweep)).toMatchObject({ Arn: arnOf(lambda('sweep')), ...delivery });
    expect(one('AWS::Lambda::Permission', 'RotationPipelineWatchdogSweep').properties).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf(sweep),
    });
  });
});

describe('the operator', () => {
  const alarm = (name: string) => one('AWS::CloudWatch::Alarm', `Alarms${name}`).properties;

  it('is called for a rotation that needs somebody, for a revert that failed, and for an end that nobody heard of', () => {
    expect(alarm('RotationNeedsHuman')).toMatchObject({
      Namespace: 'EksGreenlight',
      MetricName: 'RotationNeedsHuman',
      Dimensions: [{ Name: 'service', Value: 'eks-greenlight' }],
      Period: 300,
      Threshold: 1,
      AlarmActions: [reference(one('AWS::SNS::Topic', 'AlertsAlerts'))],
    });
    expect(alarm('RevertFailed')).toMatchObject({
      MetricName: 'ExecutionsFailed',
      Dimensions: [{ Name: 'StateMachineArn', Value: reference(machine('revert-rotation')) }],
    });
    expect(alarm('RotationsNotWatchedNotEmpty')).toMatchObject({
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queueId(), 'QueueName'] } }],
    });
  });
  const queueId = () => one('AWS::SQS::Queue', 'RotationPipelineWatchdogDeadLetters').logicalId;

  it('is called for functions whose errors no execution shows', () => {
    const names = ofType('AWS::CloudWatch::Alarm').map(({ logicalId }) => withoutHash(logicalId));
    for (const name of ['RotationStep', 'TakeOver', 'Sweep'])
      expect(names).toEqual(expect.arrayContaining([`Alarms${name}Errors`, `Alarms${name}Throttles`]));
    expect(names).not.toContain('AlarmsStartRotationErrors');
  });

  it('sees rotations on the dashboard, where there are any', () => {
    const bodyOf = (stack: Synthesized) => JSON.stringify(stack.one('AWS::CloudWatch::Dashboard').properties.DashboardBody);
    expect(bodyOf(rotation)).toContain('Rotations of node groups');
    expect(bodyOf(rotation)).toContain('RotationNeedsHuman');
    expect(bodyOf(synthesized(toolingStack()))).not.toMatch(/[Rr]otation/);
  });
});
