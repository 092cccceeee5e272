import {
  type CloudWatchClient,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import type { CloudWatchReadPort } from '../../rotation/ports.ts';
import { answerOf, pagesOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** CloudWatch in one account and region. */
export function cloudWatchPort({ client, region, deadline }: AwsPortOptions<CloudWatchClient>): CloudWatchReadPort {
  const sending = { abortSignal: deadline };
  return {
    describeAlarms: ({ AlarmNames }) =>
      pagesOf(
        { action: 'cloudwatch:DescribeAlarms', target: `alarms ${AlarmNames.join(', ')} in ${region}`, deadline },
        // Without types, composite alarms are left out: a gate on one would never fail.
        paginateDescribeAlarms(
          { client, stopOnSameToken: true },
          { AlarmNames: [...AlarmNames], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
          sending,
        ),
      ),
    getMetricStatistics: (input) =>
      answerOf({ action: 'cloudwatch:GetMetricStatistics', target: `${input.Namespace} ${input.MetricName} in ${region}`, deadline }, () =>
        client.send(new GetMetricStatisticsCommand(withDates(input)), sending),
      ),
  };
}

/** Ports speak JSON, where times are ISO strings; the SDK wants them as dates. CloudWatch says what else is missing. */
function withDates(input: Readonly<Record<string, unknown>>): GetMetricStatisticsCommandInput {
  const dates = { StartTime: new Date(String(input.StartTime)), EndTime: new Date(String(input.EndTime)) };
  return { ...(input as typeof input & GetMetricStatisticsCommandInput), ...dates };
}
