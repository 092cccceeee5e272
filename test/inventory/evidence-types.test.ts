import type { Subnet as SdkSubnet } from '@aws-sdk/client-ec2';
import type {
  Addon as SdkAddon,
  AddonInfo as SdkAddonInfo,
  Cluster as SdkCluster,
  ClusterVersionInformation as SdkClusterVersion,
  FargateProfile as SdkFargateProfile,
  Nodegroup as SdkNodegroup,
} from '@aws-sdk/client-eks';
import type {
  V1DaemonSet,
  V1Deployment,
  V1Node,
  V1Pod,
  V1PodDisruptionBudget,
  V1ReplicaSet,
  V1StatefulSet,
  VersionInfo,
} from '@kubernetes/client-node';
import { describe, expectTypeOf, it } from 'vitest';
import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import type { AddonInfo, ClusterVersion } from '../../functions/inventory/evidence/eks-catalogue.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { KubernetesVersionInfo } from '../../functions/inventory/evidence/kubernetes-version.ts';

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

// The compiler is the test here (`tsc`): at run time these expectations do nothing.
describe('evidence has the fields and the types of the API', () => {
  it('for EKS and EC2', () => {
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
  });

  it('for Kubernetes', () => {
    expectTypeOf<Serialized<VersionInfo>>().toExtend<Accepted<KubernetesVersionInfo>>();
    expectTypeOf<Unheard<KubernetesVersionInfo, VersionInfo>>().toBeNever();
    expectTypeOf<Serialized<V1Node>>().toExtend<Accepted<Node>>();
    expectTypeOf<Unheard<Node, V1Node>>().toBeNever();
    expectTypeOf<Serialized<V1Pod>>().toExtend<Accepted<Pod>>();
    expectTypeOf<Unheard<Pod, V1Pod>>().toBeNever();
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
  });
});

describe('evidence demands only what identifies an object, or makes it one', () => {
  it('for EKS and EC2', () => {
    expectTypeOf<Demanded<Cluster, SdkCluster>>().toBeNever();
    expectTypeOf<Demanded<Nodegroup, SdkNodegroup>>().toEqualTypeOf<'nodegroupName'>();
    expectTypeOf<Demanded<FargateProfile, SdkFargateProfile>>().toEqualTypeOf<'fargateProfileName'>();
    expectTypeOf<Demanded<Addon, SdkAddon>>().toEqualTypeOf<'addonName'>();
    expectTypeOf<Demanded<AddonInfo, SdkAddonInfo>>().toEqualTypeOf<'addonName'>();
    expectTypeOf<Demanded<ClusterVersion, SdkClusterVersion>>().toEqualTypeOf<'clusterVersion'>();
    expectTypeOf<Demanded<Subnet, SdkSubnet>>().toEqualTypeOf<'SubnetId'>();
  });

  it('for Kubernetes', () => {
    expectTypeOf<Demanded<Node, V1Node>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Pod, V1Pod>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<Deployment, V1Deployment>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<StatefulSet, V1StatefulSet>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<DaemonSet, V1DaemonSet>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<ReplicaSet, V1ReplicaSet>>().toEqualTypeOf<'metadata'>();
    expectTypeOf<Demanded<PodDisruptionBudget, V1PodDisruptionBudget>>().toEqualTypeOf<'metadata'>();
  });
});
