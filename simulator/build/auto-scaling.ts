import type { AutoScalingGroup } from '../../functions/inventory/evidence/autoscaling-groups.ts';
import type { LaunchTemplate } from '../../functions/inventory/evidence/ec2-launch-templates.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { Site } from './site.ts';
import { stableId } from './stable-names.ts';

interface SelfManagedGroupInput {
  readonly name: string;
  /** What its instances became in the cluster. */
  readonly nodes: readonly Node[];
  /** How it launches: by a version of a template (a number, `$Latest`, `$Default`), or by a launch configuration. */
  readonly launches: { readonly template: LaunchTemplate; readonly version: string } | { readonly configuration: string };
}

/** An Auto Scaling group of nodes that somebody runs without EKS, with the tag by which they join the cluster. */
export function createSelfManagedGroup(site: Site, { name, nodes, launches }: SelfManagedGroupInput): AutoScalingGroup {
  const { accountId, region } = site;
  const launch =
    'configuration' in launches ? { LaunchConfigurationName: launches.configuration } : { LaunchTemplate: referenceOf(launches) };
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:${stableId(name)}:autoScalingGroupName/${name}`,
    ...launch,
    MinSize: nodes.length,
    MaxSize: nodes.length * 2,
    DesiredCapacity: nodes.length,
    Instances: nodes.map(({ metadata, spec }) => ({
      InstanceId: spec?.providerID?.split('/').at(-1) ?? '',
      InstanceType: metadata.labels?.['node.kubernetes.io/instance-type'],
      AvailabilityZone: metadata.labels?.['topology.kubernetes.io/zone'],
      LifecycleState: 'InService',
      ...launch,
    })),
    Tags: [
      { Key: `kubernetes.io/cluster/${site.name}`, Value: 'owned' },
      { Key: 'Name', Value: name },
    ],
  };
}

/** EC2 answers each instance with the number, the group with what was asked. */
function referenceOf({ template, version }: { readonly template: LaunchTemplate; readonly version: string }) {
  return { LaunchTemplateId: template.LaunchTemplateId, LaunchTemplateName: template.LaunchTemplateName, Version: version };
}
