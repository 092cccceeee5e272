import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listItems } from '../listing.ts';

const launchTemplateSpecification = z.object({
  LaunchTemplateId: z.string().nullish(),
  LaunchTemplateName: z.string().nullish(),
  /** A number, `$Latest` or `$Default`; absent is `$Default`. */
  Version: z.string().nullish(),
});

const autoScalingGroup = z.object({
  AutoScalingGroupName: z.string(),
  AutoScalingGroupARN: z.string().nullish(),
  LaunchConfigurationName: z.string().nullish(),
  LaunchTemplate: launchTemplateSpecification.nullish(),
  MixedInstancesPolicy: z
    .object({
      LaunchTemplate: z
        .object({
          LaunchTemplateSpecification: launchTemplateSpecification.nullish(),
          Overrides: z
            .array(z.object({ InstanceType: z.string().nullish(), LaunchTemplateSpecification: launchTemplateSpecification.nullish() }))
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  MinSize: z.number().nullish(),
  MaxSize: z.number().nullish(),
  DesiredCapacity: z.number().nullish(),
  Instances: z
    .array(
      z.object({
        InstanceId: z.string(),
        InstanceType: z.string().nullish(),
        AvailabilityZone: z.string().nullish(),
        LifecycleState: z.string().nullish(),
        LaunchConfigurationName: z.string().nullish(),
        LaunchTemplate: launchTemplateSpecification.nullish(),
      }),
    )
    .nullish(),
  Tags: z.array(z.object({ Key: z.string().nullish(), Value: z.string().nullish() })).nullish(),
});

export type AutoScalingGroup = z.output<typeof autoScalingGroup>;

export const autoScalingGroups = defineEvidence({
  key: 'autoscaling.groups',
  summary: 'Auto Scaling groups tagged kubernetes.io/cluster/NAME or k8s.io/cluster/NAME, those of managed node groups too',
  schema: z.array(autoScalingGroup),
  aws: { actions: ['autoscaling:DescribeAutoScalingGroups'] },
  collect: async ({ sources, clusterName }) => {
    const tagged = { Name: 'tag-key', Values: [`kubernetes.io/cluster/${clusterName}`, `k8s.io/cluster/${clusterName}`] };
    const pages = sources.autoScaling.describeAutoScalingGroups({ Filters: [tagged] });
    const found = await listItems(pages, 'AutoScalingGroups', autoScalingGroup, 'autoscaling:DescribeAutoScalingGroups');
    // Groups come and go between the pages, which may then show one twice.
    return [...new Map(found.map((group) => [group.AutoScalingGroupName, group])).values()];
  },
});
