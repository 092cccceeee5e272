import { Aws } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** A Slack channel and a topic whose messages it shows. */
export interface SlackRoute {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly topic: ITopic;
}

export interface SlackChannelsProps {
  readonly routes: readonly SlackRoute[];
}

/** Slack channels through Amazon Q Developer in chat applications. A channel can have one configuration only, so routes that share a channel
 *  share it. Nobody can do anything in AWS from the channel: its role has no permission, and the guardrail denies whatever is added. */
export class SlackChannels extends Construct {
  constructor(scope: Construct, id: string, { routes }: SlackChannelsProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'EKS Greenlight: Slack channels show messages and may do nothing',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }),
    });
    for (const [channelId, shared] of Map.groupBy(routes, (route) => route.channelId)) {
      new CfnSlackChannelConfiguration(this, channelId, {
        configurationName: `eks-greenlight-${channelId}`,
        slackWorkspaceId: shared.map(({ workspaceId }) => workspaceId)[0] ?? '',
        slackChannelId: channelId,
        iamRoleArn: role.roleArn,
        snsTopicArns: [...new Set(shared.map(({ topic }) => topic.topicArn))],
        guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`],
        loggingLevel: 'ERROR',
      });
    }
  }
}
