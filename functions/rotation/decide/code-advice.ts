import { pairTag, standbyTaint } from '../read/cluster-view.ts';
import type { GroupPlace, GroupSnapshot } from '../record.ts';
import type { GroupSummary } from './live-world.ts';

/** What to change in the code that describes the node groups, so that the next apply does not undo the rotation. */
export interface CodeAdvice {
  readonly tool: 'Terraform' | 'CloudFormation' | 'eksctl';
  /** The group, by kind and name. */
  readonly object: string;
  readonly change: string;
}

/** How the groups were at the end, as read then. */
export interface GroupsAtEnd {
  readonly blueBefore: GroupSnapshot;
  readonly blue: GroupSummary | null;
  readonly green: GroupSummary | null;
  readonly greenCreated: boolean;
  readonly clusterName: string;
}

/** For each group that is not as it was before. Groups that carry the tags of CloudFormation or eksctl get the advice for these; who uses
 *  Terraform leaves no tag, so that advice is for every other. Nothing is said of a group that was not read at the end. */
export function adviceFor({ blueBefore, blue, green, greenCreated, clusterName }: GroupsAtEnd): CodeAdvice[] {
  const tool = toolOf(blueBefore);
  const advice: CodeAdvice[] = [];
  if (green) {
    const made = greenCreated ? `${importing(tool, green, clusterName)} ` : '';
    advice.push({ tool, object: nameOf(green), change: `${made}${sizes(tool, green)}` });
  }
  if (blue) {
    const guard = blue.kind === 'managed' ? ` ${guarding(tool)}` : '';
    advice.push({ tool, object: nameOf(blue), change: `${sizes(tool, blue)}${guard}` });
  }
  return advice;
}

function nameOf({ kind, name }: GroupPlace): string {
  return `${kind === 'managed' ? 'node group' : 'Auto Scaling group'} ${name}`;
}

function toolOf({ tags }: GroupSnapshot): CodeAdvice['tool'] {
  const keys = tags.map(({ key }) => key);
  if (keys.some((key) => key.startsWith('alpha.eksctl.io/') || key.startsWith('eksctl.'))) return 'eksctl';
  return keys.includes('aws:cloudformation:stack-name') ? 'CloudFormation' : 'Terraform';
}

function sizes(tool: CodeAdvice['tool'], { kind, bounds: { min, desired, max } }: GroupSummary): string {
  if (tool === 'eksctl') return `Set minSize: ${min}, desiredCapacity: ${desired}, maxSize: ${max} in the cluster configuration file.`;
  if (tool === 'CloudFormation') {
    return kind === 'managed'
      ? `Set ScalingConfig to MinSize ${min}, DesiredSize ${desired}, MaxSize ${max} in the template.`
      : `Set MinSize ${min}, DesiredCapacity ${desired}, MaxSize ${max} in the template.`;
  }
  return kind === 'managed'
    ? `Set scaling_config { min_size = ${min}, desired_size = ${desired}, max_size = ${max} }, or ignore changes of scaling_config[0].desired_size.`
    : `Set min_size = ${min}, desired_capacity = ${desired}, max_size = ${max}, or ignore changes of desired_capacity.`;
}

function guarding(tool: CodeAdvice['tool']): string {
  const { key, value, effect } = standbyTaint;
  if (tool === 'eksctl') return `Add the taint ${key}=${value}:NoSchedule while it is a standby.`;
  if (tool === 'CloudFormation') return `Add { Key: ${key}, Value: "${value}", Effect: ${effect} } to Taints while it is a standby.`;
  return `Add taint { key = "${key}", value = "${value}", effect = "${effect}" } while it is a standby.`;
}

function importing(tool: CodeAdvice['tool'], { name }: GroupPlace, clusterName: string): string {
  if (tool === 'eksctl')
    return `The rotation made this group: add a managedNodeGroups entry named ${name}; eksctl does not own it until it is made again.`;
  if (tool === 'CloudFormation')
    return `The rotation made this group: import it as AWS::EKS::Nodegroup ${clusterName}/${name}, tag ${pairTag} included.`;
  return `The rotation made this group: import { to = aws_eks_node_group.NAME, id = "${clusterName}:${name}" }, tag ${pairTag} included.`;
}
