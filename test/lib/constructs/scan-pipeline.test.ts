import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scanFunctionRoles } from '../../../functions/access/names.ts';
import { configuration, toolingStack, variants } from '../stacks.ts';
import { arnOf, reference, synthesized, withoutHash } from '../synthesized.ts';

const { ofType, one } = synthesized(toolingStack());
const functions = ofType('AWS::Lambda::Function');

const settings = z.object({
  FunctionName: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  VpcConfig: z.unknown().optional(),
});
const named = (name: string) =>
  settings.parse(functions.map(({ properties }) => properties).find(({ FunctionName }) => FunctionName === `eks-greenlight-${name}`));

describe('the functions', () => {
  it.each([
    ['discover-targets', 300, 512],
    ['list-clusters', 240, 512],
    ['plan-scan', 300, 512],
    ['scan-cluster', 900, 1536],
    ['summarize-run', 900, 2048],
    ['notify', 300, 2048],
    ['commit-run', 900, 2048],
    ['publish-configuration', 60, 512],
  ])('%s has %d seconds and %d MiB', (name, seconds, memory) => {
    expect(named(name)).toMatchObject({ Timeout: seconds, MemorySize: memory });
  });

  it('end before the machine gives up on them', () => {
    const asl = readFileSync('state-machines/fleet-scan.asl.json', 'utf8');
    const tasks = [...asl.matchAll(/"FunctionName": "\$\{(\w+)Function\}"[\s\S]*?"TimeoutSeconds": (\d+)/g)];
    expect(tasks).toHaveLength(7);
    for (const [, name = '', seconds] of tasks) {
      const function_ = name.replaceAll(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
      expect(Number(seconds), function_).toBeGreaterThanOrEqual(named(function_).Timeout);
    }
  });

  it('know the bucket, and say who they are in the same words', () => {
    for (const { properties } of functions)
      expect(settings.parse(properties).Environment.Variables).toMatchObject({
        FINDINGS_BUCKET: reference(one('AWS::S3::Bucket')),
        POWERTOOLS_SERVICE_NAME: 'eks-greenlight',
        POWERTOOLS_METRICS_NAMESPACE: 'EksGreenlight',
        LOG_LEVEL: 'INFO',
      });
  });

  it('have roles and log groups of their own, by name, without a path', () => {
    for (const { properties } of functions) {
      const name = settings.parse(properties).FunctionName;
      const role = ofType('AWS::IAM::Role').find((candidate) => JSON.stringify(arnOf(candidate)) === JSON.stringify(properties.Role));
      const logs = ofType('AWS::Logs::LogGroup').find(({ logicalId }) => JSON.stringify(properties.LoggingConfig).includes(logicalId));
      expect(role?.properties).toMatchObject({ RoleName: name });
      expect(role?.properties).not.toHaveProperty('Path');
      expect(role?.properties).not.toHaveProperty('ManagedPolicyArns');
      expect(logs?.properties.LogGroupName).toBe(name.replace('eks-greenlight-', '/eks-greenlight/'));
    }
  });

  it('that enter accounts are those that the roles of the accounts trust', () => {
    const entering = ofType('AWS::IAM::Policy').filter(({ statements }) =>
      statements.some(({ Action }) => Action.includes('sts:AssumeRole')),
    );
    const roles = entering.map(({ properties }) =>
      ofType('AWS::IAM::Role').find((role) => JSON.stringify(properties.Roles).includes(role.logicalId)),
    );
    expect(roles.map((role) => role?.properties.RoleName).sort()).toEqual(Object.values(scanFunctionRoles).sort());
  });

  it('are in no VPC, but scan-cluster where one is configured', () => {
    const inVpc = synthesized(toolingStack('vpc'))
      .ofType('AWS::Lambda::Function')
      .filter(({ properties }) => 'VpcConfig' in properties);
    expect(functions.filter(({ properties }) => 'VpcConfig' in properties)).toEqual([]);
    expect(inVpc.map(({ properties }) => [properties.FunctionName, properties.VpcConfig])).toEqual([
      ['eks-greenlight-scan-cluster', { SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] }],
    ]);
  });
});

describe('the schedule', () => {
  const start = one('AWS::Scheduler::Schedule');
  const queue = one('AWS::SQS::Queue', 'ScanPipelineScheduleDeadLetters');

  it('starts the machine with an empty input, tries again, and keeps what could not be started', () => {
    expect(start.properties).toMatchObject({
      GroupName: 'eks-greenlight',
      ScheduleExpression: 'cron(0 6 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: reference(one('AWS::StepFunctions::StateMachine')),
        Input: '{}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: arnOf(queue) },
      },
    });
  });

  it('is made after its group, which it only names', () => {
    const group = one('AWS::Scheduler::ScheduleGroup');
    expect(group.properties.Name).toBe('eks-greenlight');
    expect(start.dependsOn).toContain(group.logicalId);
  });

  it('is that of the configuration', () => {
    const cron = { cron: '30 5 * * 1-5', timezone: 'Europe/Berlin' };
    const stack = synthesized(toolingStack('explicit', { configuration: configuration({ ...variants.explicit, schedule: cron }) }));
    expect(stack.one('AWS::Scheduler::Schedule').properties).toMatchObject({
      ScheduleExpression: 'cron(30 5 ? * MON,TUE,WED,THU,FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
  });

  it('has a role that may start this machine and fill this queue', () => {
    const [policy] = ofType('AWS::IAM::Policy').filter(({ logicalId }) => withoutHash(logicalId).startsWith('SchedulerRoleForTarget'));
    expect(policy?.statements.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['states:StartExecution'], [reference(one('AWS::StepFunctions::StateMachine'))]],
      [['sqs:SendMessage'], [arnOf(queue)]],
    ]);
  });
});
