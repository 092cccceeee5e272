import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancingReadPort } from '../../rotation/ports.ts';
import { answerOf, pagesOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** Elastic Load Balancing (application, network and gateway) in one account and region. */
export function loadBalancingPort({ client, region, deadline }: AwsPortOptions<ElasticLoadBalancingV2Client>): LoadBalancingReadPort {
  const sending = { abortSignal: deadline };
  const call = (operation: string, what: string) => ({
    action: `elasticloadbalancing:${operation}`,
    target: `${what} in ${region}`,
    deadline,
  });
  return {
    describeTargetGroups: ({ TargetGroupArns }) =>
      pagesOf(
        call('DescribeTargetGroups', `target groups ${TargetGroupArns.join(', ')}`),
        paginateDescribeTargetGroups({ client, stopOnSameToken: true }, { TargetGroupArns: [...TargetGroupArns] }, sending),
      ),
    describeTargetGroupAttributes: (input) =>
      answerOf(call('DescribeTargetGroupAttributes', `target group ${input.TargetGroupArn}`), () =>
        client.send(new DescribeTargetGroupAttributesCommand(input), sending),
      ),
    describeTargetHealth: (input) =>
      answerOf(call('DescribeTargetHealth', `target group ${input.TargetGroupArn}`), () =>
        client.send(new DescribeTargetHealthCommand(input), sending),
      ),
  };
}
