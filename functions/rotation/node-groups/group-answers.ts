import * as z from 'zod';
import { listItems } from '../../inventory/listing.ts';
import type { RotationReads } from '../ports.ts';

const strings = z.record(z.string(), z.string());

/** `Nodegroup` of EKS, trimmed to what a rotation reads, or gives to a group that it makes after this one. */
export const nodegroupSchema = z.object({
  nodegroupName: z.string(),
  nodegroupArn: z.string().nullish(),
  version: z.string().nullish(),
  releaseVersion: z.string().nullish(),
  status: z.string().nullish(),
  capacityType: z.string().nullish(),
  scalingConfig: z.object({ minSize: z.number().nullish(), maxSize: z.number().nullish(), desiredSize: z.number().nullish() }).nullish(),
  instanceTypes: z.array(z.string()).nullish(),
  subnets: z.array(z.string()).nullish(),
  remoteAccess: z.object({ ec2SshKey: z.string().nullish(), sourceSecurityGroups: z.array(z.string()).nullish() }).nullish(),
  amiType: z.string().nullish(),
  nodeRole: z.string().nullish(),
  labels: strings.nullish(),
  taints: z.array(z.object({ key: z.string(), value: z.string().nullish(), effect: z.string() })).nullish(),
  resources: z.object({ autoScalingGroups: z.array(z.object({ name: z.string() })).nullish() }).nullish(),
  diskSize: z.number().nullish(),
  health: z.object({ issues: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).nullish() }).nullish(),
  /** As answered: a group that is made after this one gets the same. */
  updateConfig: z.record(z.string(), z.json()).nullish(),
  nodeRepairConfig: z.record(z.string(), z.json()).nullish(),
  launchTemplate: z.object({ id: z.string().nullish(), name: z.string().nullish(), version: z.string().nullish() }).nullish(),
  tags: strings.nullish(),
});
export type NodegroupAnswer = z.output<typeof nodegroupSchema>;

const tag = z.object({ Key: z.string(), Value: z.string().nullish(), PropagateAtLaunch: z.boolean().nullish() });

/** `AutoScalingGroup`, trimmed. */
export const autoScalingGroupSchema = z.object({
  AutoScalingGroupName: z.string(),
  MinSize: z.number(),
  MaxSize: z.number(),
  DesiredCapacity: z.number(),
  Status: z.string().nullish(),
  AvailabilityZones: z.array(z.string()).nullish(),
  Instances: z
    .array(
      z.object({
        InstanceId: z.string(),
        AvailabilityZone: z.string(),
        LifecycleState: z.string(),
        HealthStatus: z.string().nullish(),
        ProtectedFromScaleIn: z.boolean().nullish(),
      }),
    )
    .nullish(),
  SuspendedProcesses: z.array(z.object({ ProcessName: z.string() })).nullish(),
  Tags: z.array(tag).nullish(),
  TargetGroupARNs: z.array(z.string()).nullish(),
  LoadBalancerNames: z.array(z.string()).nullish(),
  NewInstancesProtectedFromScaleIn: z.boolean().nullish(),
  MaxInstanceLifetime: z.number().nullish(),
  Operator: z.object({ Principal: z.string().nullish() }).nullish(),
});
export type AutoScalingGroupAnswer = z.output<typeof autoScalingGroupSchema>;

/** Auto Scaling groups by name; without names all of the account and region. */
export async function readAutoScalingGroups(
  { autoScaling }: Pick<RotationReads, 'autoScaling'>,
  names?: readonly string[],
): Promise<AutoScalingGroupAnswer[]> {
  const pages = autoScaling.describeAutoScalingGroups(names ? { AutoScalingGroupNames: names } : {});
  return listItems(pages, 'AutoScalingGroups', autoScalingGroupSchema, 'autoscaling:DescribeAutoScalingGroups');
}
