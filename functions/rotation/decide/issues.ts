import type { LiveGroup } from '../node-groups/live-group.ts';
import type { GroupSnapshot } from '../record.ts';

type Issue = GroupSnapshot['issues'][number];

/** Issues that waiting does not mend: quotas, and what a launch needs and is not there (F-03, F-13).
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html */
const lasting: readonly string[] = [
  'AmiIdNotFound',
  'AutoScalingGroupNotFound',
  'AutoScalingGroupInvalidConfiguration',
  'Ec2InstanceTypeDoesNotExist',
  'Ec2LaunchTemplateInvalidConfiguration',
  'Ec2LaunchTemplateNotFound',
  'Ec2LaunchTemplateVersionMismatch',
  'Ec2SecurityGroupNotFound',
  'Ec2SubnetInvalidConfiguration',
  'Ec2SubnetMissingIpv6Assignment',
  'Ec2SubnetNotFound',
  'IamInstanceProfileNotFound',
  'IamNodeRoleNotFound',
  'InstanceLimitExceeded',
  'SourceEc2LaunchTemplateNotFound',
];

/** Issues that were not there before; the flag of an old one may persist (F-10). */
export function newIssues(live: Pick<LiveGroup, 'issues'>, before: readonly Issue[]): Issue[] {
  return live.issues.filter(({ code, message }) => !before.some((one) => one.code === code && one.message === message));
}

export function isLasting({ code, message }: Issue): boolean {
  return lasting.includes(code) || /VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded/.test(message);
}

/** `AsgInstanceLaunchFailures: Could not launch On-Demand Instances. InsufficientInstanceCapacity …`; empty where there is none. */
export function describeIssues(issues: readonly Issue[]): string {
  return issues.map(({ code, message }) => (message === '' ? code : `${code}: ${message}`)).join('; ');
}
