import type { AutoScalingGroup as SdkAutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { LaunchTemplate as SdkLaunchTemplate, Subnet as SdkSubnet } from '@aws-sdk/client-ec2';
import type {
  Addon as SdkAddon,
  AddonInfo as SdkAddonInfo,
  Cluster as SdkCluster,
  ClusterVersionInformation as SdkClusterVersion,
  FargateProfile as SdkFargateProfile,
  Insight as SdkInsight,
  InsightSummary as SdkInsightSummary,
  Nodegroup as SdkNodegroup,
  Update as SdkUpdate,
} from '@aws-sdk/client-eks';
import type { ServiceQuota as SdkServiceQuota } from '@aws-sdk/client-service-quotas';
import type {
  V1ClusterRoleBinding,
  V1CronJob,
  V1CustomResourceDefinition,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Job,
  V1MutatingWebhookConfiguration,
  V1Namespace,
  V1NetworkPolicy,
  V1NetworkPolicyIngressRule,
  V1NetworkPolicySpec,
  V1Node,
  V1PersistentVolume,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodTemplateSpec,
  V1PriorityClass,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
  V1StorageClass,
  V1ValidatingWebhookConfiguration,
  VersionInfo,
} from '@kubernetes/client-node';
import { describe, expectTypeOf, it } from 'vitest';
import type { ServiceQuota } from '../../functions/inventory/evidence/account-quotas.ts';
import type { AutoScalingGroup } from '../../functions/inventory/evidence/autoscaling-groups.ts';
import type { LaunchTemplate } from '../../functions/inventory/evidence/ec2-launch-templates.ts';
import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import type { AddonInfo, ClusterVersion } from '../../functions/inventory/evidence/eks-catalogue.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Insight } from '../../functions/inventory/evidence/eks-insights.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { Update } from '../../functions/inventory/evidence/eks-updates.ts';
import type { ClusterRoleBinding } from '../../functions/inventory/evidence/kubernetes-cluster-role-bindings.ts';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { CustomResourceDefinition } from '../../functions/inventory/evidence/kubernetes-custom-resource-definitions.ts';
import type { CronJob, Job } from '../../functions/inventory/evidence/kubernetes-jobs.ts';
import type { Namespace } from '../../functions/inventory/evidence/kubernetes-namespaces.ts';
import type { NetworkPolicy } from '../../functions/inventory/evidence/kubernetes-network-policies.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { PriorityClass } from '../../functions/inventory/evidence/kubernetes-priority-classes.ts';
import type { EndpointSlice, Service } from '../../functions/inventory/evidence/kubernetes-services.ts';
import type { KubernetesVersionInfo } from '../../functions/inventory/evidence/kubernetes-version.ts';
import type { PersistentVolume, StorageClass } from '../../functions/inventory/evidence/kubernetes-volumes.ts';
import type { WebhookConfiguration } from '../../functions/inventory/evidence/kubernetes-webhooks.ts';
import type { PodTemplate } from '../../functions/workloads/pod-templates.ts';

/** A type of a client library as an inventory holds it: dates are ISO strings, and what may be missing is there. */
type Serialized<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Serialized<Item>[]
    : T extends object
      ? { [K in keyof T]-?: Serialized<NonNullable<T[K]>> }
      : T;

/** An evidence type as what it takes. Where only presence is kept, zod infers an object that may have no field at all; any will do. */
type Accepted<T> = T extends readonly (infer Item)[]
  ? Accepted<Item>[]
  : T extends Record<string, never>
    ? object
    : T extends object
      ? { [K in keyof T]: Accepted<T[K]> }
      : T;

/** Paths of an evidence type that its API does not have, such as a misspelled field. */
type Unheard<Ours, Theirs, Path extends string = ''> = Ours extends readonly (infer Item)[]
  ? Theirs extends readonly (infer Their)[]
    ? Unheard<NonNullable<Item>, NonNullable<Their>, `${Path}[]`>
    : Path
  : Ours extends Record<string, never>
    ? never
    : Ours extends object
      ? {
          [K in keyof Ours & string]: K extends keyof Theirs
            ? Unheard<NonNullable<Ours[K]>, NonNullable<Theirs[K]>, `${Path}.${K}`>
            : `${Path}.${K}`;
        }[keyof Ours & string]
      : never;

/** Fields without which an object is no evidence, though the client library calls them optional. */
type Demanded<Ours, Theirs> = {
  [K in keyof Ours & keyof Theirs]: undefined extends Ours[K] ? never : undefined extends Theirs[K] ? K : never;
}[keyof Ours & keyof Theirs];

/** The client library writes the reserved word `from` as `_from`. */
type NetworkPolicyOfTheApi = Omit<V1NetworkPolicy, 'spec'> & {
  spec?: Omit<V1NetworkPolicySpec, 'ingress'> & { ingress?: { from?: V1NetworkPolicyIngressRule['_from'] }[] };
};

// The compiler is the test here (`tsc`): at run time these expectations do nothing.
describe('evidence has the fields and the types of the API', () => {
  it('for EKS, EC2, Auto Scaling and Service Quotas', () => {
    expectTypeOf<Serialized<SdkCluster>>().toExtend<Accepted<Cluster>>();
    expectTypeOf<Unheard<Cluster, SdkCluster>>().toBeNever();
    expectTypeOf<Serialized<SdkNodegroup>>().toExtend<Accepted<Nodegroup>>();
    expectTypeOf<Unheard<Nodegroup, SdkNodegroup>>().toBeNever();
    expectTypeOf<Serialized<SdkFargateProfile>>().toExtend<Accepted<FargateProfile>>();
    expectTypeOf<Unheard<FargateProfile, SdkFargateProfile>>().toBeNever();
    expectTypeOf<Serialized<SdkAddon>>().toExtend<Accepted<Addon>>();
    expectTypeOf<Unheard<Addon, SdkAddon>>().toBeNever();
    expectTypeOf<Serialized<SdkAddonInfo>>().toExtend<Accepted<AddonInfo>>();
    expectTypeOf<Unheard<AddonInfo, SdkAddonInfo>>().toBeNever();
    expectTypeOf<Serialized<SdkClusterVersion>>().toExtend<Accepted<ClusterVersion>>();
    expectTypeOf<Unheard<ClusterVersion, SdkClusterVersion>>().toBeNever();
    expectTypeOf<Serialized<SdkSubnet>>().toExtend<Accepted<Subnet>>();
    expectTypeOf<Unheard<Subnet, SdkSubnet>>().toBeNever();
    expectTypeOf<Serialized<SdkInsight>>().toExtend<Accepted<Insight>>();
    expectTypeOf<Serialized<SdkInsightSummary>>().toExtend<Accepted<Insight>>();
    expectTypeOf<Unheard<Insight, SdkInsight>>().toBeNever();
    expectTypeOf<Serialized<SdkUpdate>>().toExtend<Accepted<Update>>();
    expectTypeOf<Unheard<Update, SdkUpdate>>().toBeNever();
    expectTypeOf<Serialized<SdkLaunchTemplate>>().toExtend<Accepted<LaunchTemplate>>();
    expectTypeOf<Unheard<LaunchTemplate, SdkLaunchTemplate>>().toBeNever();
    expectTypeOf<Serialized<SdkAutoScalingGroup>>().toExtend<Accepted<AutoScalingGroup>>();
    expectTypeOf<Unheard<AutoScalingGroup, SdkAutoScalingGroup>>().toBeNever();
    expectTypeOf<Serialized<SdkServiceQuota>>().toExtend<Accepted<ServiceQuota>>();
    expectTypeOf<Unheard<ServiceQuota, SdkServiceQuota>>().toBeNever();
  });

  it('for Kubernetes', () => {
    expectTypeOf<Serialized<VersionInfo>>().toExtend<Accepted<KubernetesVersionInfo>>();
    expectTypeOf<Unheard<KubernetesVersionInfo, VersionInfo>>().toBeNever();
    expectTypeOf<Serialized<V1Node>>().toExtend<Accepted<Node>>();
    expectTypeOf<Unheard<Node, V1Node>>().toBeNever();
    expectTypeOf<Serialized<V1Pod>>().toExtend<Accepted<Pod>>();
    expectTypeOf<Unheard<Pod, V1Pod>>().toBeNever();
    expectTypeOf<Serialized<V1PodTemplateSpec>>().toExtend<Accepted<PodTemplate>>();
    expectTypeOf<Unheard<PodTemplate, V1PodTemplateSpec>>().toBeNever();
    expectTypeOf<Serialized<V1Deployment>>().toExtend<Accepted<Deployment>>();
    expectTypeOf<Unheard<Deployment, V1Deployment>>().toBeNever();
    expectTypeOf<Serialized<V1StatefulSet>>().toExtend<Accepted<StatefulSet>>();
    expectTypeOf<Unheard<StatefulSet, V1StatefulSet>>().toBeNever();
    expectTypeOf<Serialized<V1DaemonSet>>().toExtend<Accepted<DaemonSet>>();
    expectTypeOf<Unheard<DaemonSet, V1DaemonSet>>().toBeNever();
    expectTypeOf<Serialized<V1ReplicaSet>>().toExtend<Accepted<ReplicaSet>>();
    expectTypeOf<Unheard<ReplicaSet, V1ReplicaSet>>().toBeNever();
    expectTypeOf<Serialized<V1PodDisruptionBudget>>().toExtend<Accepted<PodDisruptionBudget>>();
    expectTypeOf<Unheard<PodDisruptionBudget, V1PodDisruptionBudget>>().toBeNever();
    expectTypeOf<Serialized<V1Job>>().toExtend<Accepted<Job>>();
    expectTypeOf<Unheard<Job, V1Job>>().toBeNever();
    expectTypeOf<Serialized<V1CronJob>>().toExtend<Accepted<CronJob>>();
    expectTypeOf<Unheard<CronJob, V1CronJob>>().toBeNever();
    expectTypeOf<Serialized<V1Namespace>>().toExtend<Accepted<Namespace>>();
    expectTypeOf<Unheard<Namespace, V1Namespace>>().toBeNever();
    expectTypeOf<Serialized<V1Service>>().toExtend<Accepted<Service>>();
    expectTypeOf<Unheard<Service, V1Service>>().toBeNever();
    expectTypeOf<Serialized<V1EndpointSlice>>().toExtend<Accepted<EndpointSlice>>();
    expectTypeOf<Unheard<EndpointSlice, V1EndpointSlice>>().toBeNever();
    expectTypeOf<Serialized<NetworkPolicyOfTheApi>>().toExtend<Accepted<NetworkPolicy>>();
    expectTypeOf<Unheard<NetworkPolicy, NetworkPolicyOfTheApi>>().toBeNever();
    expectTypeOf<Serialized<V1PersistentVolume>>().toExtend<Accepted<PersistentVolume>>();
    expectTypeOf<Unheard<PersistentVolume, V1PersistentVolume>>().toBeNever();
    expectTypeOf<Serialized<V1StorageClass>>().toExtend<Accepted<StorageClass>>();
    expectTypeOf<Unheard<StorageClass, V1StorageClass>>().toBeNever();
    expectTypeOf<Serialized<V1PriorityClass>>().toExtend<Accepted<PriorityClass>>();
    expectTypeOf<Unheard<PriorityClass, V1PriorityClass>>().toBeNever();
    expectTypeOf<Serialized<V1ClusterRoleBinding>>().toExtend<Accepted<ClusterRoleBinding>>();
    expectTypeOf<Unheard<ClusterRoleBinding, V1ClusterRoleBinding>>().toBeNever();
    expectTypeOf<Serialized<V1CustomResourceDefinition>>().toExtend<Accepted<CustomResourceDefinition>>();
    expectTypeOf<Unheard<CustomResourceDefinition, V1CustomResourceDefinition>>().toBeNever();
    expectTypeOf<Serialized<V1ValidatingWebhookConfiguration>>().toExtend<Accepted<WebhookConfiguration>>();
    expectTypeOf<Unheard<WebhookConfiguration, V1ValidatingWebhookConfiguration>>().toBeNever();
    expectTypeOf<Serialized<V1MutatingWebhookConfiguration>>().toExtend<Accepted<WebhookConfiguration>>();
    expectTypeOf<Unheard<WebhookConfiguration, V1MutatingWebhookConfiguration>>().toBeNever();
  });
});

describe('evidence demands only what identifies an object, or makes it one', () => {
  it('for EKS, EC2, Auto Scaling and Service Quotas', () => {
    expectTypeOf<Demanded<Cluster, SdkCluster>>().toBeNever();
    expectTypeOf<Demanded<Nodegroup, SdkNodegroup>>().toEqualTypeOf<'nodegroupName'>();
    expectTypeOf<Demanded<FargateProfile, SdkFargateProfile>>().toEqualTypeOf<'fargateProfileName'>();
    expectTypeOf<Demanded<Addon, SdkAddon>>().toEqualTypeOf<'addonName'>();
    expectTypeOf<Demanded<AddonInfo, SdkAddonInfo>>().toEqualTypeOf<'addonName'>();
    expectTypeOf<Demanded<ClusterVersion, SdkClusterVersion>>().toEqualTypeOf<'clusterVersion'>();
    expectTypeOf<Demanded<Subnet, SdkSubnet>>().toEqualTypeOf<'SubnetId'>();
    expectTypeOf<Demanded<Insight, SdkInsight>>().toEqualTypeOf<'id'>();
    expectTypeOf<Demanded<Update, SdkUpdate>>().toEqualTypeOf<'id'>();
    expectTypeOf<Demanded<LaunchTemplate, SdkLaunchTemplate>>().toBeNever();
    expectTypeOf<Demanded<ServiceQuota, SdkServiceQuota>>().toEqualTypeOf<'QuotaCode'>();
  });

  it('for Kubernetes', () => {
    expectTypeOf<Demanded<Node, V1Node>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Pod, V1Pod>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Deployment, V1Deployment>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<StatefulSet, V1StatefulSet>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<DaemonSet, V1DaemonSet>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<ReplicaSet, V1ReplicaSet>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<PodDisruptionBudget, V1PodDisruptionBudget>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Job, V1Job>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<CronJob, V1CronJob>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Namespace, V1Namespace>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Service, V1Service>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<EndpointSlice, V1EndpointSlice>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<NetworkPolicy, V1NetworkPolicy>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<PersistentVolume, V1PersistentVolume>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<StorageClass, V1StorageClass>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<PriorityClass, V1PriorityClass>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<ClusterRoleBinding, V1ClusterRoleBinding>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<CustomResourceDefinition, V1CustomResourceDefinition>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<WebhookConfiguration, V1ValidatingWebhookConfiguration>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<WebhookConfiguration, V1MutatingWebhookConfiguration>>().toEqualTypeOf<'metadata'>();
  });
});
