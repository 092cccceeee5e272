import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  PeriodOverride,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AwsConsole } from './aws-console.ts';
import { rotationNeedsHuman, runMetric, runMetricBy } from './run-metrics.ts';

export interface FleetDashboardProps {
  readonly bucket: IBucket;
  readonly stateMachine: IStateMachine;
  /** By what they do. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly alarms: readonly IAlarm[];
  /** The machines of rotations.
   *  @default there are no rotations */
  readonly rotations?: { readonly rotation: IStateMachine; readonly revert: IStateMachine } | undefined;
}

/** The fleet and the health of its scans over the last three months, on one page. */
export class FleetDashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { bucket, stateMachine, functions, alarms, rotations }: FleetDashboardProps) {
    super(scope, id);
    const console = new AwsConsole(this, 'Console');
    const day = { period: Duration.days(1), statistic: Stats.SUM };
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(90), periodOverride: PeriodOverride.INHERIT });
    dashboard.addWidgets(
      new TextWidget({
        width: 12,
        height: 4,
        markdown: [
          '# EKS Greenlight',
          `[Scans](${console.stateMachine(stateMachine.stateMachineArn)})`,
          ...(rotations ? [`[Rotations](${console.stateMachine(rotations.rotation.stateMachineArn)})`] : []),
          `[Reports](${console.objects(bucket.bucketName, 'runs/')})`,
          `[Logs](${console.logGroups('/eks-greenlight/')})`,
        ].join('\n\n'),
      }),
      new AlarmStatusWidget({ width: 12, height: 4, title: 'Alarms', alarms: [...alarms] }),
    );
    dashboard.addWidgets(
      graph('Clusters by verdict', [runMetricBy('Verdict', 'ClustersByVerdict', 'Maximum')], true),
      graph('Clusters by support', [runMetricBy('Status', 'ClustersBySupport', 'Maximum')], true),
      new SingleValueWidget({
        title: 'Days to the next end of support, surcharge per month (USD)',
        metrics: [runMetric('DaysToNextEndOfSupport', 'Days'), runMetric('MonthlySurchargeUsd', 'USD')],
        width: 8,
        height: 6,
        sparkline: true,
      }),
    );
    dashboard.addWidgets(
      graph('Scans of the fleet', [
        stateMachine.metricSucceeded(day),
        stateMachine.metricFailed(day),
        runMetric('RunIncomplete', 'Incomplete'),
      ]),
      graph('Duration of a scan (ms)', [runMetric('ScanDuration', 'Duration')]),
      graph('What could not be read, by reason', [runMetricBy('Code', 'FailuresByCode', 'Maximum')], true),
    );
    dashboard.addWidgets(
      graph('Requests to each API', [runMetricBy('Api', 'ApiRequests', 'Sum')], true),
      graph(
        'Errors of functions',
        Object.entries(functions).map(([label, one]) => one.metricErrors({ ...day, label })),
      ),
      graph(
        'Duration of functions (ms, longest)',
        Object.entries(functions).map(([label, one]) => one.metricDuration({ ...day, statistic: Stats.MAXIMUM, label })),
      ),
    );
    if (rotations) dashboard.addWidgets(...rotationWidgets(rotations));
    this.url = console.dashboard(dashboard.dashboardName);
  }
}

function rotationWidgets({ rotation, revert }: NonNullable<FleetDashboardProps['rotations']>): GraphWidget[] {
  const day = { period: Duration.days(1), statistic: Stats.SUM };
  return [
    graph('Rotations of node groups', [
      rotation.metricSucceeded({ ...day, label: 'Succeeded' }),
      rotation.metricFailed({ ...day, label: 'Failed: reverted, refused, busy' }),
      rotation.metricAborted({ ...day, label: 'Aborted' }),
    ]),
    graph('Reverts', [
      revert.metricSucceeded({ ...day, label: 'At their end' }),
      revert.metricFailed({ ...day, label: 'Failed' }),
      rotationNeedsHuman().with({ ...day, label: 'Need a person' }),
    ]),
    graph('Duration of a rotation (ms, longest)', [rotation.metricTime({ ...day, statistic: Stats.MAXIMUM, label: 'Rotation' })]),
    graph('Seconds in each phase (longest)', [runMetricBy('Phase', 'RotationPhaseSeconds', 'Maximum')]),
  ];
}

const graph = (title: string, left: IMetric[], stacked = false): GraphWidget =>
  new GraphWidget({ title, left, stacked, width: 8, height: 6, leftYAxis: { min: 0 } });
