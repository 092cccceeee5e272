import { addonHealth } from './addon-health.ts';
import { addonSelfManaged } from './addon-self-managed.ts';
import { addonVersionBehind } from './addon-version-behind.ts';
import { addonVersionUnsupported } from './addon-version-unsupported.ts';
import { amazonLinux2 } from './amazon-linux-2.ts';
import { anonymousAccess } from './anonymous-access.ts';
import { apparmorAnnotation } from './apparmor-annotation.ts';
import { autoUpgradeScheduled } from './auto-upgrade-scheduled.ts';
import { awsLoadBalancerControllerVersion } from './aws-load-balancer-controller-version.ts';
import { bottlerocketWindowsVariants } from './bottlerocket-windows-variants.ts';
import { cgroupV1 } from './cgroup-v1.ts';
import { clusterAutoscalerVersion } from './cluster-autoscaler-version.ts';
import { clusterHealth } from './cluster-health.ts';
import { clusterStatus } from './cluster-status.ts';
import { containerd1 } from './containerd-1.ts';
import { controlPlaneLogging } from './control-plane-logging.ts';
import { controlPlaneSubnetIps } from './control-plane-subnet-ips.ts';
import { crdStoredVersions } from './crd-stored-versions.ts';
import type { Check } from './define-check.ts';
import { dockerSocket } from './docker-socket.ts';
import { drainForecast } from './drain-forecast.ts';
import { extendedSupportCost } from './extended-support-cost.ts';
import { fargatePodsOutdated } from './fargate-pods-outdated.ts';
import { gitRepoVolume } from './git-repo-volume.ts';
import { ingressNginxRetired } from './ingress-nginx-retired.ts';
import { insightMisconfiguration } from './insight-misconfiguration.ts';
import { insightUpgradeReadiness } from './insight-upgrade-readiness.ts';
import { karpenterNodeClasses } from './karpenter-node-classes.ts';
import { karpenterVersion } from './karpenter-version.ts';
import { kubeProxyIpvs } from './kube-proxy-ipvs.ts';
import { kubeProxyVersionSkew } from './kube-proxy-version-skew.ts';
import { kubeletVersionSkew } from './kubelet-version-skew.ts';
import { minReadySeconds } from './min-ready-seconds.ts';
import { nodeSubnetIps } from './node-subnet-ips.ts';
import { nodegroupHealth } from './nodegroup-health.ts';
import { nodegroupLaunchTemplateBehind } from './nodegroup-launch-template-behind.ts';
import { nodegroupUpdateAvailable } from './nodegroup-update-available.ts';
import { nonCanonicalIp } from './non-canonical-ip.ts';
import { pdbBlocksDrain } from './pdb-blocks-drain.ts';
import { pdbMissing } from './pdb-missing.ts';
import { podSubnetIps } from './pod-subnet-ips.ts';
import { publicEndpointOpen } from './public-endpoint-open.ts';
import { quotaEbsGp2, quotaEbsGp3, quotaEc2Vcpus } from './quotas.ts';
import { readinessProbe } from './readiness-probe.ts';
import { recreateStrategy } from './recreate-strategy.ts';
import { removedApiInManifests } from './removed-api-in-manifests.ts';
import { removedApiRequests } from './removed-api-requests.ts';
import { replicasMinimum } from './replicas-minimum.ts';
import { rollbackWindow } from './rollback-window.ts';
import { secretsEncryption } from './secrets-encryption.ts';
import { selfManagedLaunchTemplateBehind } from './self-managed-launch-template-behind.ts';
import { selfManagedNodes } from './self-managed-nodes.ts';
import { serviceExternalIps } from './service-external-ips.ts';
import { statefulsetZonePinned } from './statefulset-zone-pinned.ts';
import { supportEnding } from './support-ending.ts';
import { supportTypeDrift } from './support-type-drift.ts';
import { terminationGraceZero } from './termination-grace-zero.ts';
import { topologySpread } from './topology-spread.ts';
import { upgradePath } from './upgrade-path.ts';
import { webhookFailsClosed } from './webhook-fails-closed.ts';

/** All checks, in the order of the reference. Adding one is its file, its test, and one line here. */
export const checks: readonly Check[] = [
  supportEnding,
  extendedSupportCost,
  autoUpgradeScheduled,
  supportTypeDrift,
  upgradePath,
  clusterStatus,
  rollbackWindow,
  controlPlaneSubnetIps,
  clusterHealth,
  insightUpgradeReadiness,
  insightMisconfiguration,
  controlPlaneLogging,
  secretsEncryption,
  publicEndpointOpen,
  anonymousAccess,
  kubeletVersionSkew,
  nodegroupHealth,
  nodegroupUpdateAvailable,
  nodegroupLaunchTemplateBehind,
  selfManagedLaunchTemplateBehind,
  amazonLinux2,
  containerd1,
  cgroupV1,
  nodeSubnetIps,
  podSubnetIps,
  quotaEc2Vcpus,
  quotaEbsGp2,
  quotaEbsGp3,
  selfManagedNodes,
  fargatePodsOutdated,
  karpenterVersion,
  karpenterNodeClasses,
  clusterAutoscalerVersion,
  bottlerocketWindowsVariants,
  addonVersionUnsupported,
  addonVersionBehind,
  addonHealth,
  addonSelfManaged,
  kubeProxyVersionSkew,
  kubeProxyIpvs,
  ingressNginxRetired,
  awsLoadBalancerControllerVersion,
  removedApiInManifests,
  removedApiRequests,
  crdStoredVersions,
  replicasMinimum,
  minReadySeconds,
  pdbMissing,
  pdbBlocksDrain,
  topologySpread,
  readinessProbe,
  terminationGraceZero,
  dockerSocket,
  gitRepoVolume,
  serviceExternalIps,
  nonCanonicalIp,
  apparmorAnnotation,
  recreateStrategy,
  statefulsetZonePinned,
  webhookFailsClosed,
  drainForecast,
];
