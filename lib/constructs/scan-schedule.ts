import { Duration, RemovalPolicy, TimeZone, Validations } from 'aws-cdk-lib';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { scheduleExpression } from '../schedule-expression.ts';

export interface ScanScheduleProps {
  readonly stateMachine: IStateMachine;
  /** Five fields as in crontab(5). */
  readonly cron: string;
  /** Name in the IANA database. */
  readonly timezone: string;
}

/** Starts the scan of the fleet. A start that fails is tried again for an hour; after that it is in the queue, and an alarm says so. */
export class ScanSchedule extends Construct {
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { stateMachine, cron, timezone }: ScanScheduleProps) {
    super(scope, id);
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetterQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the schedule: nothing consumes it but the operator whom its alarm calls.',
    });
    const scheduleGroup = new ScheduleGroup(this, 'Group', { scheduleGroupName: 'eks-greenlight', removalPolicy: RemovalPolicy.DESTROY });
    const start = new Schedule(this, 'Schedule', {
      description: 'Scans the EKS clusters of the fleet',
      scheduleGroup,
      schedule: ScheduleExpression.expression(scheduleExpression(cron), TimeZone.of(timezone)),
      target: new StepFunctionsStartExecution(stateMachine, {
        input: ScheduleTargetInput.fromObject({}),
        deadLetterQueue: this.deadLetterQueue,
        maxEventAge: Duration.hours(1),
        retryAttempts: 10,
      }),
    });
    // The schedule has the name of its group as text, in which CloudFormation sees no reference.
    start.node.addDependency(scheduleGroup);
  }
}
