import { Duration, Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { NodeFunction } from './node-function.ts';
import type { StateMachineFromAsl } from './state-machine-from-asl.ts';

export interface WatchdogProps {
  readonly rotation: StateMachineFromAsl;
  readonly revert: StateMachineFromAsl;
  /** Starts the revert of what nobody looks after. */
  readonly sweep: NodeFunction;
}

/** Goes on with a rotation whose execution has ended before it had. At once, by what Step Functions reports, which is best effort; and every
 *  quarter of an hour by a sweep over the rotations that are open. What is at its end already is left alone by the revert itself. */
export class Watchdog extends Construct {
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { rotation, revert, sweep }: WatchdogProps) {
    super(scope, id);
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetterQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the watchdog: nothing consumes it but the operator whom its alarm calls.',
    });
    const delivery = { deadLetterQueue: this.deadLetterQueue, maxEventAge: Duration.hours(1), retryAttempts: 10 };

    const ended = new Rule(this, 'ExecutionEnded', {
      description: 'EKS Greenlight: an execution of a rotation was aborted, timed out or failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
          stateMachineArn: [rotation.stateMachine.stateMachineArn, revert.stateMachine.stateMachineArn],
        },
      },
    });
    const name = EventField.fromPath('$.detail.name');
    const target = new SfnStateMachine(revert.stateMachine, {
      ...delivery,
      // A rotation's execution has its name; that of a revert has the name of the rotation in its input.
      input: RuleTargetInput.fromObject({
        rotationId: name,
        ended: EventField.fromPath('$.detail'),
      }),
    });
    // The permission is on the machine, as Step Functions wants it; what is started is its alias.
    ended.addTarget({ bind: (rule, targetId) => ({ ...target.bind(rule, targetId), arn: revert.liveArn }) });

    sweep.role.addToPolicy(
      new PolicyStatement({
        sid: 'StartReverts',
        actions: ['states:StartExecution'],
        resources: [revert.stateMachine.stateMachineArn],
      }),
    );
    new Rule(this, 'SweepEveryQuarterOfAnHour', {
      description: 'EKS Greenlight: looks for rotations that nobody looks after any more',
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaFunction(sweep.function, delivery)],
    });
  }
}
