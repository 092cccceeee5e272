import type { z } from 'zod';
import { quotas, usage } from './account-quotas.ts';
import { autoScalingGroups } from './autoscaling-groups.ts';
import { launchTemplates } from './ec2-launch-templates.ts';
import { subnets } from './ec2-subnets.ts';
import { addons } from './eks-addons.ts';
import { addonVersions, clusterVersions } from './eks-catalogue.ts';
import { eksCluster } from './eks-cluster.ts';
import { fargateProfiles } from './eks-fargate-profiles.ts';
import { insights } from './eks-insights.ts';
import { nodegroups } from './eks-nodegroups.ts';
import { updates } from './eks-updates.ts';
import { manifests } from './files-manifests.ts';
import { appliedApiVersions } from './kubernetes-applied-api-versions.ts';
import { clusterRoleBindings } from './kubernetes-cluster-role-bindings.ts';
import { daemonSets, deployments, replicaSets, statefulSets } from './kubernetes-controllers.ts';
import { customResourceDefinitions } from './kubernetes-custom-resource-definitions.ts';
import { deprecatedApiRequests } from './kubernetes-deprecated-api-requests.ts';
import { eniConfigs } from './kubernetes-eni-configs.ts';
import { helmReleases } from './kubernetes-helm-releases.ts';
import { cronJobs, jobs } from './kubernetes-jobs.ts';
import { ec2NodeClasses, nodePools } from './kubernetes-karpenter.ts';
import { kubeProxyConfig } from './kubernetes-kube-proxy-config.ts';
import { namespaces } from './kubernetes-namespaces.ts';
import { networkPolicies } from './kubernetes-network-policies.ts';
import { nodes } from './kubernetes-nodes.ts';
import { podDisruptionBudgets } from './kubernetes-pod-disruption-budgets.ts';
import { pods } from './kubernetes-pods.ts';
import { priorityClasses } from './kubernetes-priority-classes.ts';
import { endpointSlices, services } from './kubernetes-services.ts';
import { version } from './kubernetes-version.ts';
import { persistentVolumes, storageClasses } from './kubernetes-volumes.ts';
import { webhookConfigurations } from './kubernetes-webhooks.ts';
import { amiReleaseVersions } from './ssm-ami-release-versions.ts';

/** Every kind of evidence, in the order in which an inventory holds it. */
export const evidenceList = [
  eksCluster,
  nodegroups,
  fargateProfiles,
  addons,
  clusterVersions,
  addonVersions,
  subnets,
  version,
  nodes,
  pods,
  deployments,
  statefulSets,
  daemonSets,
  replicaSets,
  podDisruptionBudgets,
  insights,
  updates,
  amiReleaseVersions,
  launchTemplates,
  usage,
  quotas,
  autoScalingGroups,
  jobs,
  cronJobs,
  namespaces,
  services,
  networkPolicies,
  persistentVolumes,
  storageClasses,
  priorityClasses,
  endpointSlices,
  clusterRoleBindings,
  webhookConfigurations,
  customResourceDefinitions,
  eniConfigs,
  nodePools,
  ec2NodeClasses,
  kubeProxyConfig,
  deprecatedApiRequests,
  appliedApiVersions,
  helmReleases,
  manifests,
] as const;

type AnyEvidence = (typeof evidenceList)[number];

/** A key of an inventory. */
export type EvidenceKey = AnyEvidence['key'];

/** The data of a key, as its schema keeps it. */
export type EvidenceData<K extends EvidenceKey> = z.output<Extract<AnyEvidence, { key: K }>['schema']>;

/** All kinds of evidence by key. */
export const evidenceByKey: ReadonlyMap<string, AnyEvidence> = new Map(evidenceList.map((evidence) => [evidence.key, evidence]));
