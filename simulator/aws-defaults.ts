import type { AccountUsage, ServiceQuota } from '../functions/inventory/evidence/account-quotas.ts';
import type { AutoScalingGroup } from '../functions/inventory/evidence/autoscaling-groups.ts';
import type { LaunchTemplate } from '../functions/inventory/evidence/ec2-launch-templates.ts';
import type { Insight } from '../functions/inventory/evidence/eks-insights.ts';
import type { Nodegroup } from '../functions/inventory/evidence/eks-nodegroups.ts';
import type { AmiReleaseVersion } from '../functions/inventory/evidence/ssm-ami-release-versions.ts';
import { stableId } from './build/stable-names.ts';
import { demoNow } from './fleet/clock.ts';
import type { SimulatedCluster, SimulatedRegion, World } from './world.ts';

/** What AWS would answer of a cluster or a region that says nothing of it: nothing that anybody would have to act upon. */

/** @default one insight, refreshed six hours ago and passing */
export function insightsOf(world: World, { cluster, insights }: SimulatedCluster): readonly Insight[] {
  if (insights) return insights;
  const next = `1.${Number(cluster.version?.split('.')[1] ?? 0) + 1}`;
  const refreshed = new Date((world.clock?.() ?? demoNow).getTime() - 6 * 3_600_000).toISOString();
  return [
    {
      id: stableId(`${cluster.arn}/insight`),
      name: `Deprecated APIs removed in Kubernetes v${next}`,
      category: 'UPGRADE_READINESS',
      kubernetesVersion: next,
      lastRefreshTime: refreshed,
      lastTransitionTime: '2026-09-01T08:00:00.000Z',
      description: `Checks for usage of deprecated APIs that are scheduled for removal in Kubernetes v${next}.`,
      insightStatus: { status: 'PASSING', reason: 'No deprecated API usage detected within the last 30 days.' },
    },
  ];
}

/** @default the group of each managed node group, with a template that EKS made */
export function autoScalingGroupsOf({ cluster, nodegroups, autoScalingGroups }: SimulatedCluster): readonly AutoScalingGroup[] {
  return autoScalingGroups ?? nodegroups.flatMap((nodegroup) => groupsOf(nodegroup, cluster.name));
}

function groupsOf({ nodegroupName, scalingConfig, resources, launchTemplate }: Nodegroup, clusterName: string): AutoScalingGroup[] {
  return (resources?.autoScalingGroups ?? []).flatMap(({ name }) =>
    name
      ? [
          {
            AutoScalingGroupName: name,
            LaunchTemplate: launchTemplate?.id
              ? { LaunchTemplateId: launchTemplate.id, LaunchTemplateName: launchTemplate.name, Version: launchTemplate.version }
              : { LaunchTemplateId: `lt-${stableId(name)}`, LaunchTemplateName: name, Version: '1' },
            MinSize: scalingConfig?.minSize ?? 0,
            MaxSize: scalingConfig?.maxSize ?? 0,
            DesiredCapacity: scalingConfig?.desiredSize ?? 0,
            Instances: [],
            Tags: [
              { Key: `kubernetes.io/cluster/${clusterName}`, Value: 'owned' },
              { Key: 'eks:cluster-name', Value: clusterName },
              { Key: 'eks:nodegroup-name', Value: nodegroupName },
            ],
          },
        ]
      : [],
  );
}

/** @default those that node groups and Auto Scaling groups name, without a newer version */
export function launchTemplatesOf(simulated: SimulatedCluster): readonly LaunchTemplate[] {
  if (simulated.launchTemplates) return simulated.launchTemplates;
  const ofGroups = autoScalingGroupsOf(simulated).flatMap(({ LaunchTemplate }) => LaunchTemplate ?? []);
  const ofNodegroups = simulated.nodegroups.flatMap(({ launchTemplate }) => launchTemplate ?? []);
  const named = [
    ...ofGroups.map((one) => ({ id: one.LaunchTemplateId, name: one.LaunchTemplateName, version: one.Version })),
    ...ofNodegroups,
  ];
  return named.flatMap(({ id, name, version }) =>
    id
      ? [
          {
            LaunchTemplateId: id,
            LaunchTemplateName: name,
            DefaultVersionNumber: Number(version) || 1,
            LatestVersionNumber: Number(version) || 1,
          },
        ]
      : [],
  );
}

/** @default the newest release that the cluster itself has of each AMI type and Kubernetes version */
export function amiReleasesOf(region: SimulatedRegion | undefined, nodegroups: readonly Nodegroup[]): readonly AmiReleaseVersion[] {
  if (region?.amiReleases) return region.amiReleases;
  return nodegroups
    .flatMap(({ amiType, version, releaseVersion }) =>
      amiType && version && releaseVersion ? [{ amiType, kubernetesVersion: version, releaseVersion }] : [],
    )
    .sort((a, b) => a.releaseVersion.localeCompare(b.releaseVersion, 'en', { numeric: true }));
}

export function usageOf(region: SimulatedRegion | undefined): AccountUsage {
  return region?.usage ?? { onDemandVcpus: 96, gp2StorageTiB: 0, gp3StorageTiB: 4 };
}

/** Quotas as they are before anybody asks for more. */
export const usualQuotas: readonly ServiceQuota[] = [
  {
    ServiceCode: 'ec2',
    QuotaCode: 'L-1216C47A',
    QuotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    Value: 1920,
  },
  { ServiceCode: 'ebs', QuotaCode: 'L-D18FCD1D', QuotaName: 'Storage for General Purpose SSD (gp2) volumes, in TiB', Value: 50 },
  { ServiceCode: 'ebs', QuotaCode: 'L-7A658B76', QuotaName: 'Storage for General Purpose SSD (gp3) volumes, in TiB', Value: 50 },
];

export function quotasOf(region: SimulatedRegion | undefined): readonly ServiceQuota[] {
  return region?.quotas ?? usualQuotas;
}
