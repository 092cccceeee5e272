import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** Under which name the functions log and publish metrics. All have the same: it is the dimension `service` of every metric of theirs, and a
 *  metric with another dimension is another metric. */
export const telemetry = { namespace: 'EksGreenlight', service: 'eks-greenlight' } as const;

/** A figure that every run publishes once; where a day has several runs, the highest. */
export const runMetric = (metricName: string, label?: string): Metric =>
  new Metric({
    namespace: telemetry.namespace,
    metricName,
    dimensionsMap: { service: telemetry.service },
    statistic: Stats.MAXIMUM,
    period: Duration.days(1),
    label,
  });

/** Rotations that ended and left something for a person to look at, as they end. */
export const rotationNeedsHuman = (): Metric => runMetric('RotationNeedsHuman').with({ period: Duration.minutes(5) });

/** A figure of every run that is divided by one dimension: a line for each value that was published, whatever these are. */
export const runMetricBy = (dimension: string, metricName: string, statistic: 'Maximum' | 'Sum'): MathExpression =>
  new MathExpression({
    expression: `SEARCH('{${telemetry.namespace},service,${dimension}} MetricName="${metricName}" service="${telemetry.service}"', '${statistic}', 86400)`,
    usingMetrics: {},
    label: '',
    period: Duration.days(1),
  });
