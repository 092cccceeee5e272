import type { AutoScalingGroup } from '../../functions/inventory/evidence/autoscaling-groups.ts';
import type { LaunchTemplate } from '../../functions/inventory/evidence/ec2-launch-templates.ts';
import type { FargateProfile } from '../../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { EniConfig } from '../../functions/inventory/evidence/kubernetes-eni-configs.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { createNode, createPod } from './builders.ts';

/** Labels of the nodes of managed node group `web`. */
export const inWeb = { 'eks.amazonaws.com/nodegroup': 'web' };

/** Template `web` with versions 1 to 7, of which 3 is the default. */
export function createLaunchTemplate(overrides: Partial<LaunchTemplate> = {}): LaunchTemplate {
  return { LaunchTemplateId: 'lt-0a1', LaunchTemplateName: 'web', DefaultVersionNumber: 3, LatestVersionNumber: 7, ...overrides };
}

/** A self-managed group of cluster `payments` on version 7 of template `web`, with room for nodes and none yet. */
export function createAutoScalingGroup(overrides: Partial<AutoScalingGroup> = {}): AutoScalingGroup {
  const AutoScalingGroupName = overrides.AutoScalingGroupName ?? 'workers';
  return {
    AutoScalingGroupName,
    AutoScalingGroupARN: `arn:aws:autoscaling:eu-west-1:111111111111:autoScalingGroup:8ec1:autoScalingGroupName/${AutoScalingGroupName}`,
    LaunchTemplate: { LaunchTemplateId: 'lt-0a1', LaunchTemplateName: 'web', Version: '7' },
    MinSize: 0,
    MaxSize: 3,
    DesiredCapacity: 0,
    Instances: [],
    Tags: [
      { Key: 'kubernetes.io/cluster/payments', Value: 'owned' },
      { Key: 'team', Value: 'platform' },
    ],
    ...overrides,
  };
}

/** The group that EKS makes for a managed node group. */
export function createManagedAutoScalingGroup(overrides: Partial<AutoScalingGroup> = {}): AutoScalingGroup {
  return createAutoScalingGroup({
    AutoScalingGroupName: 'eks-web-8ec1',
    Tags: [
      { Key: 'kubernetes.io/cluster/payments', Value: 'owned' },
      { Key: 'eks:nodegroup-name', Value: 'web' },
    ],
    ...overrides,
  });
}

export function createFargateProfile(overrides: Partial<FargateProfile> = {}): FargateProfile {
  return { fargateProfileName: 'batch', status: 'ACTIVE', subnets: ['subnet-a'], ...overrides };
}

export function createEniConfig(name: string, subnet: string | null): EniConfig {
  return { metadata: { name }, spec: { subnet, securityGroups: ['sg-0a1'] } };
}

/** A node with an instance id, and the pods that it may run. */
export function createInstanceNode(
  name: string,
  options: { readonly instanceId?: string; readonly labels?: Readonly<Record<string, string>>; readonly pods?: string | number } = {},
): Node {
  const node = createNode({ name, labels: options.labels ?? {} });
  return {
    ...node,
    spec: options.instanceId === undefined ? {} : { providerID: `aws:///eu-west-1a/${options.instanceId}` },
    status: { ...node.status, allocatable: options.pods === undefined ? {} : { pods: options.pods, cpu: '1930m' } },
  };
}

/** A Fargate node, named as EKS does. */
export function createFargateNode(name: string, kubeletVersion: string | null): Node {
  return createNode({ name, labels: { 'eks.amazonaws.com/compute-type': 'fargate' }, nodeInfo: { kubeletVersion } });
}

/** A pod on a node. */
export function createPodOn(nodeName: string, overrides: Parameters<typeof createPod>[0] & { readonly hostNetwork?: boolean } = {}): Pod {
  const { hostNetwork = false, ...others } = overrides;
  return { ...createPod(others), spec: { nodeName, hostNetwork } };
}

/** So many pods with an address on a node. */
export function createPodsOn(nodeName: string, number: number): Pod[] {
  return Array.from({ length: number }, (_, index) => createPodOn(nodeName, { name: `${nodeName}-${index}` }));
}
