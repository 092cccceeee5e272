import { Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { Alarms, type AlarmsProps } from '../../../lib/constructs/alarms.ts';
import { toolingStack } from '../stacks.ts';
import { appWithFlags, arnOf, reference, synthesized, withoutHash } from '../synthesized.ts';

function alarmsWith(props: (stack: Stack) => Partial<AlarmsProps>) {
  const stack = new Stack(appWithFlags(), 'Stack');
  const stateMachine = StateMachine.fromStateMachineName(stack, 'Machine', 'fleet-scan');
  const topic = new Topic(stack, 'Topic');
  new Alarms(stack, 'Alarms', { topic, stateMachine, longestGapHours: 24, ...props(stack) });
  return synthesized(stack)
    .ofType('AWS::CloudWatch::Alarm')
    .map(({ logicalId, properties }) => ({ name: withoutHash(logicalId).replace('Alarms', ''), properties }));
}
const names = (alarms: ReturnType<typeof alarmsWith>) => alarms.map(({ name }) => name);

describe('the alarms', () => {
  it('are at least those of the runs', () => {
    expect(names(alarmsWith(() => ({})))).toEqual(['RunFailed', 'RunAborted', 'RunTimedOut', 'NoSuccessfulRun', 'RunsIncomplete']);
  });

  it('are these with functions and queues', () => {
    const all = alarmsWith((stack) => ({
      functions: { Notify: LambdaFunction.fromFunctionName(stack, 'Function', 'notify') },
      deadLetterQueues: { Mail: new Queue(stack, 'Queue') },
    }));
    expect(names(all)).toEqual([
      ...['RunFailed', 'RunAborted', 'RunTimedOut', 'NoSuccessfulRun', 'RunsIncomplete'],
      ...['MailNotEmpty', 'NotifyErrors', 'NotifyThrottles'],
    ]);
  });

  it.each([
    [24, 26],
    [4, 6],
    [0.5, 3],
    [72, 74],
    [166, 168],
  ])('wait for a run that starts every %d hours for %d', (longestGapHours, periods) => {
    const alarm = alarmsWith(() => ({ longestGapHours })).find(({ name }) => name === 'NoSuccessfulRun');
    expect(alarm?.properties).toMatchObject({
      MetricName: 'ExecutionsSucceeded',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: periods,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it.each([166.5, Number.POSITIVE_INFINITY])(
    'do not wait for a run that starts every %d hours: CloudWatch looks back seven days',
    (hours) => {
      expect(names(alarmsWith(() => ({ longestGapHours: hours })))).not.toContain('NoSuccessfulRun');
    },
  );
});

describe('the alarms of the stack', () => {
  const { ofType, one } = synthesized(toolingStack());
  const alarms = ofType('AWS::CloudWatch::Alarm');
  const named = (name: string) => one('AWS::CloudWatch::Alarm', `Alarms${name}`).properties;

  it('watch runs, queues and all seven functions', () => {
    const functions = ['DiscoverTargets', 'ListClusters', 'PlanScan', 'ScanCluster', 'SummarizeRun', 'Notify', 'CommitRun'];
    expect(alarms.map(({ logicalId }) => withoutHash(logicalId).replace('Alarms', ''))).toEqual([
      ...['RunFailed', 'RunAborted', 'RunTimedOut', 'NoSuccessfulRun', 'RunsIncomplete'],
      ...['StartsNotMadeNotEmpty', 'MailNotDeliveredNotEmpty'],
      ...functions.flatMap((name) => [`${name}Errors`, `${name}Throttles`]),
    ]);
  });

  it.each([
    ['RunFailed', 'ExecutionsFailed'],
    ['RunAborted', 'ExecutionsAborted'],
    ['RunTimedOut', 'ExecutionsTimedOut'],
    ['NotifyErrors', 'Errors'],
    ['NotifyThrottles', 'Throttles'],
  ])('%s goes off with the first of %s, and is silent without a value', (name, metric) => {
    expect(named(name)).toMatchObject({
      MetricName: metric,
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it('look at what summarize-run publishes, in the dimension in which it does', () => {
    expect(named('RunsIncomplete')).toMatchObject({
      Namespace: 'EksGreenlight',
      MetricName: 'RunIncomplete',
      Dimensions: [{ Name: 'service', Value: 'eks-greenlight' }],
      Period: 86_400,
      EvaluationPeriods: 2,
      TreatMissingData: 'ignore',
    });
  });

  // An alarm whose topic or key refuses CloudWatch fails without a trace, so the whole way is walked.
  it.each(alarms)('$logicalId reaches people: its topic and the key of that let CloudWatch publish', ({ properties }) => {
    const topic = one('AWS::SNS::Topic', 'AlertsAlertsTopic');
    const key = one('AWS::KMS::Key');
    expect(properties.AlarmActions).toEqual([reference(topic)]);
    expect(topic.properties.KmsMasterKeyId).toEqual(arnOf(key));
    const policies = ofType('AWS::SNS::TopicPolicy').filter((policy) => JSON.stringify(policy.properties.Topics).includes(topic.logicalId));
    const lets = [...policies, key].map(({ statements }) =>
      statements
        .filter(({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal).includes('"cloudwatch.amazonaws.com"'))
        .flatMap(({ Action }) => Action),
    );
    expect(lets).toEqual([['sns:Publish'], ['kms:Decrypt', 'kms:GenerateDataKey']]);
  });
});
