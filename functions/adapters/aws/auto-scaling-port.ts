import {
  AttachLoadBalancersCommand,
  AttachLoadBalancerTargetGroupsCommand,
  type AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeLifecycleHooksCommand,
  DescribeWarmPoolCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeInstanceRefreshes,
  paginateDescribePolicies,
  paginateDescribeScheduledActions,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  type Tag,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { AutoScalingReadPort, AutoScalingWritePort } from '../../rotation/ports.ts';
import { answerOf, pagesOf } from './calls.ts';
import type { AwsPortOptions } from './eks-port.ts';

/** EC2 Auto Scaling in one account and region. Every write says how things should be, so the SDK may send it again. */
export function autoScalingPort({
  client,
  region,
  deadline,
}: AwsPortOptions<AutoScalingClient>): AutoScalingReadPort & AutoScalingWritePort {
  const paging = { client, stopOnSameToken: true };
  const sending = { abortSignal: deadline };
  const call = (operation: string, what: string) => ({ action: `autoscaling:${operation}`, target: `${what} in ${region}`, deadline });
  const of = (operation: string, name: string, what = '') => call(operation, `${what}Auto Scaling group ${name}`);
  return {
    describeAutoScalingGroups: ({ AutoScalingGroupNames: names }) =>
      pagesOf(
        names === undefined ? call('DescribeAutoScalingGroups', 'Auto Scaling groups') : of('DescribeAutoScalingGroups', names.join(', ')),
        paginateDescribeAutoScalingGroups(paging, names === undefined ? {} : { AutoScalingGroupNames: [...names] }, sending),
      ),
    describeScheduledActions: ({ AutoScalingGroupName }) =>
      pagesOf(
        of('DescribeScheduledActions', AutoScalingGroupName, 'scheduled actions of '),
        paginateDescribeScheduledActions(paging, { AutoScalingGroupName }, sending),
      ),
    describePolicies: ({ AutoScalingGroupName }) =>
      pagesOf(
        of('DescribePolicies', AutoScalingGroupName, 'policies of '),
        paginateDescribePolicies(paging, { AutoScalingGroupName }, sending),
      ),
    describeLifecycleHooks: (input) =>
      answerOf(of('DescribeLifecycleHooks', input.AutoScalingGroupName, 'lifecycle hooks of '), () =>
        client.send(new DescribeLifecycleHooksCommand(input), sending),
      ),
    describeInstanceRefreshes: ({ AutoScalingGroupName }) =>
      pagesOf(
        of('DescribeInstanceRefreshes', AutoScalingGroupName, 'instance refreshes of '),
        paginateDescribeInstanceRefreshes(paging, { AutoScalingGroupName }, sending),
      ),
    describeWarmPool: (input) =>
      answerOf(of('DescribeWarmPool', input.AutoScalingGroupName, 'the warm pool of '), () =>
        client.send(new DescribeWarmPoolCommand(input), sending),
      ),
    updateAutoScalingGroup: (input) =>
      answerOf(of('UpdateAutoScalingGroup', input.AutoScalingGroupName), () =>
        client.send(new UpdateAutoScalingGroupCommand(input), sending),
      ),
    suspendProcesses: ({ ScalingProcesses, ...group }) =>
      answerOf(of('SuspendProcesses', group.AutoScalingGroupName), () =>
        client.send(new SuspendProcessesCommand({ ...group, ScalingProcesses: [...ScalingProcesses] }), sending),
      ),
    resumeProcesses: ({ ScalingProcesses, ...group }) =>
      answerOf(of('ResumeProcesses', group.AutoScalingGroupName), () =>
        client.send(new ResumeProcessesCommand({ ...group, ScalingProcesses: [...ScalingProcesses] }), sending),
      ),
    createOrUpdateTags: ({ Tags }) =>
      answerOf(of('CreateOrUpdateTags', groupsOf(Tags)), () => client.send(new CreateOrUpdateTagsCommand({ Tags: tagsOf(Tags) }), sending)),
    deleteTags: ({ Tags }) =>
      answerOf(of('DeleteTags', groupsOf(Tags)), () => client.send(new DeleteTagsCommand({ Tags: tagsOf(Tags) }), sending)),
    attachLoadBalancerTargetGroups: ({ TargetGroupARNs, ...group }) =>
      answerOf(of('AttachLoadBalancerTargetGroups', group.AutoScalingGroupName), () =>
        client.send(new AttachLoadBalancerTargetGroupsCommand({ ...group, TargetGroupARNs: [...TargetGroupARNs] }), sending),
      ),
    attachLoadBalancers: ({ LoadBalancerNames, ...group }) =>
      answerOf(of('AttachLoadBalancers', group.AutoScalingGroupName), () =>
        client.send(new AttachLoadBalancersCommand({ ...group, LoadBalancerNames: [...LoadBalancerNames] }), sending),
      ),
  };
}

type GivenTags = readonly Readonly<Record<string, unknown>>[];

/** A tag names its group: tags of several groups may go together. */
function groupsOf(tags: GivenTags): string {
  return [...new Set(tags.map(({ ResourceId }) => String(ResourceId)))].join(', ');
}

/** Auto Scaling says what is missing. */
function tagsOf(tags: GivenTags): Tag[] {
  return tags.map((tag) => tag as typeof tag & Tag);
}
