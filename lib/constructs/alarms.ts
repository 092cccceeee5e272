import { Duration } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, type IAlarm, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { rotationNeedsHuman, runMetric } from './run-metrics.ts';

export interface AlarmsProps {
  /** Whom to tell. Its policy and its key must let CloudWatch publish. */
  readonly topic: ITopic;
  readonly stateMachine: IStateMachine;
  /** Longest time between two starts of the schedule, in hours. CloudWatch looks back seven days at most, so where runs are rarer than that
   *  nothing can tell that one is missing. */
  readonly longestGapHours: number;
  /** By what they do.
   *  @default no alarms of functions */
  readonly functions?: Readonly<Record<string, IFunction>>;
  /** By what they hold.
   *  @default no alarms of queues */
  readonly deadLetterQueues?: Readonly<Record<string, IQueue>>;
  /** The machine that takes rotations back.
   *  @default there are no rotations */
  readonly revertRotation?: IStateMachine | undefined;
}

/** What the operator is called for. One alarm a function and cause, so that the message names both: an alarm over a sum of metrics costs as
 *  much as one for each of them, because CloudWatch bills metrics (about $0.10 each a month). */
export class Alarms extends Construct {
  readonly all: IAlarm[] = [];
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.action = new SnsAction(props.topic);
    const { stateMachine, functions = {}, deadLetterQueues = {} } = props;
    const hour = { period: Duration.hours(1), statistic: Stats.SUM };

    const ends = {
      RunFailed: { metric: stateMachine.metricFailed(hour), what: 'failed: the execution says at which state and why' },
      RunAborted: { metric: stateMachine.metricAborted(hour), what: 'was aborted: CloudTrail says by whom' },
      RunTimedOut: { metric: stateMachine.metricTimedOut(hour), what: 'ran out of time: the execution says where it was' },
    };
    for (const [name, { metric, what }] of Object.entries(ends))
      this.alarm(name, { alarmDescription: `A scan of the fleet ${what}.`, metric, evaluationPeriods: 1 });
    this.noSuccessfulRun(stateMachine, props.longestGapHours);
    this.alarm('RunsIncomplete', {
      alarmDescription: 'Two days in a row the fleet was not scanned completely: the coverage in run.json names what is missing and why.',
      metric: runMetric('RunIncomplete'),
      evaluationPeriods: 2,
      // Days without a run say nothing: what the last ones said stands.
      treatMissingData: TreatMissingData.IGNORE,
    });
    if (props.revertRotation) this.rotations(props.revertRotation);
    for (const [name, queue] of Object.entries(deadLetterQueues))
      this.alarm(`${name}NotEmpty`, {
        alarmDescription: `Something could not be delivered and is in the queue of ${name}.`,
        metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: Stats.MAXIMUM }),
        evaluationPeriods: 1,
      });
    for (const [name, one] of Object.entries(functions)) {
      this.alarm(`${name}Errors`, {
        alarmDescription: `The function ${name} ended with an error: its log says why.`,
        metric: one.metricErrors(hour),
        evaluationPeriods: 1,
      });
      this.alarm(`${name}Throttles`, {
        alarmDescription: `The function ${name} is throttled: the account has no concurrency left, or concurrency.clusters is too high.`,
        metric: one.metricThrottles(hour),
        evaluationPeriods: 1,
      });
    }
  }

  /** A rotation that was taken back is no alarm: it did what it should. One that could not be, or that waits for somebody, is. */
  private rotations(revertRotation: IStateMachine): void {
    this.alarm('RotationNeedsHuman', {
      alarmDescription:
        'A rotation of node groups ended and left something behind: its report says what. No other starts on that cluster until ' +
        '"greenlight rotate acknowledge".',
      metric: rotationNeedsHuman(),
      evaluationPeriods: 1,
    });
    this.alarm('RevertFailed', {
      alarmDescription: 'A revert of a rotation did not come to its end: the execution says at which state and why.',
      metric: revertRotation.metricFailed({ period: Duration.minutes(5), statistic: Stats.SUM }),
      evaluationPeriods: 1,
    });
  }

  /** Nothing for longer than the schedule ever waits and two hours more, which daylight saving time and the run itself need. */
  private noSuccessfulRun(stateMachine: IStateMachine, longestGapHours: number): void {
    const hours = Math.ceil(longestGapHours) + 2;
    if (hours > 7 * 24) return;
    this.alarm('NoSuccessfulRun', {
      alarmDescription: `No scan of the fleet succeeded for ${hours} hours.`,
      metric: stateMachine.metricSucceeded({ period: Duration.hours(1), statistic: Stats.SUM }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: hours,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private alarm(id: string, props: Omit<AlarmProps, 'threshold'> & { readonly threshold?: number }): void {
    const alarm = new Alarm(this, id, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    alarm.addAlarmAction(this.action);
    this.all.push(alarm);
  }
}
